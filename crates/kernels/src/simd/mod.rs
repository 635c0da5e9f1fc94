//! SIMD vectors of `f32`, and the choice of the instruction set when the program runs.
//!
//! A [`Kernel`] is written once over [`Vector`] and compiled once for each implementation: AVX-512 and AVX2 with FMA on
//! x86-64, detected at run time; simd128 in WebAssembly, relaxed or not; and plain arrays, which the compiler turns into NEON or SSE2,
//! everywhere else.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

/// The most lanes that any implementation of [`Vector`] has.
pub(crate) const MAX_LANES: usize = 16;

/// A vector of `LANES` numbers.
///
/// Every method is `unsafe` because it must be inlined into a function that is compiled for the vector's instructions, which only
/// [`SimdLevel::run`] calls; `load` and `store` take pointers besides.
pub(crate) trait Vector: Copy {
    const LANES: usize;

    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn splat(value: f32) -> Self;
    /// Reads `LANES` numbers; any alignment.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions; `from` must be readable for `LANES` numbers.
    unsafe fn load(from: *const f32) -> Self;
    /// Writes `LANES` numbers; any alignment.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions; `to` must be writable for `LANES` numbers.
    unsafe fn store(self, to: *mut f32);
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn add(self, other: Self) -> Self;
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn sub(self, other: Self) -> Self;
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn mul(self, other: Self) -> Self;
    /// `self * factor + sum`, rounded once where the instruction set has a fused multiply-add.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// 0 where it is below 0; a NaN stays one.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn relu(self) -> Self;
    /// `self` where `of` is above 0, else 0.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn mask_positive(self, of: Self) -> Self;
    /// `self` where it is not below `other`, else `other`.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn max(self, other: Self) -> Self;
    /// `self` where `a` is at least `b`, else 0.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self;
    /// The even and the odd elements of `a` followed by `b`.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self);
    /// The inverse of [`deinterleave`](Vector::deinterleave).
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    unsafe fn interleave(even: Self, odd: Self) -> (Self, Self);

    /// Of the four vectors one after another, every fourth element from the first on, from the second on, ...
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    #[inline(always)]
    unsafe fn deinterleave4([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller has the instructions.
        unsafe {
            let ((even0, odd0), (even1, odd1)) = (Self::deinterleave(a, b), Self::deinterleave(c, d));
            let ((first, third), (second, fourth)) = (Self::deinterleave(even0, even1), Self::deinterleave(odd0, odd1));
            [first, second, third, fourth]
        }
    }
    /// The inverse of [`deinterleave4`](Vector::deinterleave4).
    ///
    /// # Safety
    ///
    /// The processor must have the instructions.
    #[inline(always)]
    unsafe fn interleave4([first, second, third, fourth]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller has the instructions.
        unsafe {
            let ((even0, even1), (odd0, odd1)) = (Self::interleave(first, third), Self::interleave(second, fourth));
            let ((a, b), (c, d)) = (Self::interleave(even0, odd0), Self::interleave(even1, odd1));
            [a, b, c, d]
        }
    }
}

/// A single number, for the remainder of a loop over vectors.
impl Vector for f32 {
    const LANES: usize = 1;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        value
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's: the pointer may be dereferenced.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's: the pointer may be dereferenced.
        unsafe { *to = self }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self - other
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self * other
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        // Fused only where that is an instruction and not a call.
        if cfg!(any(target_arch = "aarch64", target_feature = "fma")) { f32::mul_add(self, factor, sum) } else { self * factor + sum }
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        if self < 0.0 { 0.0 } else { self }
    }
    #[inline(always)]
    unsafe fn mask_positive(self, of: Self) -> Self {
        if of > 0.0 { self } else { 0.0 }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        if self < other { other } else { self }
    }
    #[inline(always)]
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self {
        if a >= b { self } else { 0.0 }
    }
    #[inline(always)]
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self) {
        (a, b)
    }
    #[inline(always)]
    unsafe fn interleave(even: Self, odd: Self) -> (Self, Self) {
        (even, odd)
    }
}

/// A computation written over [`Vector`]. An accumulator of `ROWS` by `COLUMNS` vectors fits into the registers beside its
/// operands; there are at most three columns. `run` must be `#[inline(always)]`, and so must everything it passes vectors to.
pub(crate) trait Kernel {
    type Output;

    /// # Safety
    ///
    /// The processor must have the instructions of `V`; further, what the implementation asks for.
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) -> Self::Output;
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
type BaselineVector = portable::F32x4;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
type BaselineVector = wasm::Simd128;

/// `ROWS` and `COLUMNS` of [`Kernel::run`]: with 32 registers, and with 16. NEON has 32; simd128 is mostly run on SSE's 16.
/// With relaxed SIMD a third column makes a step 1.4 times as long in Chromium: registers are spilled (`./dev bench --page-only`, 128 pixels).
#[cfg(target_arch = "x86_64")]
const AVX512_TILE: [usize; 2] = [8, 3];
#[cfg(target_arch = "x86_64")]
const AVX2_TILE: [usize; 2] = [4, 3];
const BASELINE_TILE: [usize; 2] = if cfg!(any(target_arch = "x86_64", target_family = "wasm")) { [4, 2] } else { [8, 3] };

/// An instruction set that kernels are compiled for and that this processor has: values are made by [`SimdLevel::available`] alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SimdLevel(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// What the program was compiled for.
    Baseline,
}

impl SimdLevel {
    /// All that this processor has, the longest vectors first.
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let detected = [
            is_x86_feature_detected!("avx512f").then_some(Level::Avx512),
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Level::Avx2),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let detected: [Option<Level>; 0] = [];
        detected.into_iter().flatten().chain([Level::Baseline]).map(Self)
    }

    /// The one with the longest vectors; the same for as long as the program runs.
    pub(crate) fn best() -> Self {
        Self::available().next().unwrap_or(Self(Level::Baseline))
    }

    /// The `ROWS` that a [`Kernel`] is compiled with.
    pub(crate) fn kernel_rows(self) -> usize {
        self.kernel_shape()[0]
    }

    /// Elements of a vector.
    pub(crate) fn lanes(self) -> usize {
        self.kernel_shape()[1]
    }

    fn kernel_shape(self) -> [usize; 2] {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => [AVX512_TILE[0], x86::Avx512::LANES],
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => [AVX2_TILE[0], x86::Avx2::LANES],
            Level::Baseline => [BASELINE_TILE[0], BaselineVector::LANES],
        }
    }

    /// Runs a kernel with these instructions.
    ///
    /// # Safety
    ///
    /// What the kernel's [`run`](Kernel::run) asks for, except for the instructions.
    pub(crate) unsafe fn run<K: Kernel>(self, kernel: K) -> K::Output {
        /// # Safety
        ///
        /// The processor must have AVX-512F; further, what the kernel asks for.
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f")]
        unsafe fn avx512<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's; AVX-512F is enabled here.
            unsafe { kernel.run::<x86::Avx512, { AVX512_TILE[0] }, { AVX512_TILE[1] }>() }
        }
        /// # Safety
        ///
        /// The processor must have AVX2 and FMA; further, what the kernel asks for.
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's; AVX2 and FMA are enabled here.
            unsafe { kernel.run::<x86::Avx2, { AVX2_TILE[0] }, { AVX2_TILE[1] }>() }
        }
        /// # Safety
        ///
        /// The browser must have relaxed SIMD, or it would not have compiled the module; further, what the kernel asks for.
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128", feature = "relaxed-simd"))]
        #[target_feature(enable = "relaxed-simd")]
        unsafe fn baseline<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's; relaxed SIMD is enabled here.
            unsafe { kernel.run::<BaselineVector, { BASELINE_TILE[0] }, { BASELINE_TILE[1] }>() }
        }
        /// # Safety
        ///
        /// What the kernel asks for.
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128", feature = "relaxed-simd")))]
        #[inline(always)]
        unsafe fn baseline<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's; the baseline is what everything is compiled for.
            unsafe { kernel.run::<BaselineVector, { BASELINE_TILE[0] }, { BASELINE_TILE[1] }>() }
        }
        // SAFETY: the caller's; a level exists only where `available` has found its instructions.
        unsafe {
            match self.0 {
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 => avx512(kernel),
                #[cfg(target_arch = "x86_64")]
                Level::Avx2 => avx2(kernel),
                Level::Baseline => baseline(kernel),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kernel, MAX_LANES, SimdLevel, Vector};

    const LENGTH: usize = 4 * MAX_LANES;
    /// Results of [`Operations`]: of one element each, and permutations.
    const RESULTS: usize = 12;

    /// All operations on the vectors of `a`, `b` and `c`.
    struct Operations<'a> {
        a: &'a [f32; LENGTH],
        b: &'a [f32; LENGTH],
        c: &'a [f32; LENGTH],
        results: &'a mut [[f32; LENGTH]; RESULTS],
    }

    impl Kernel for Operations<'_> {
        type Output = ();

        /// # Safety
        ///
        /// The processor must have the instructions of `V`.
        #[inline(always)]
        unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
            const { assert!(LENGTH.is_multiple_of(4 * V::LANES)) };
            for at in (0..LENGTH).step_by(V::LANES) {
                // SAFETY: the caller has the instructions, and from `at` on there are `LANES` numbers in all arrays.
                unsafe {
                    let [a, b, c] = [self.a, self.b, self.c].map(|values| V::load(values.as_ptr().add(at)));
                    let values = [
                        a.add(b),
                        a.sub(b),
                        a.mul(b),
                        a.mul_add(b, c),
                        a.relu(),
                        a.mask_positive(b),
                        a.max(b),
                        a.mask_ge(b, c),
                        V::splat(self.a[0]),
                    ];
                    for (value, result) in values.into_iter().zip(&mut *self.results) {
                        value.store(result.as_mut_ptr().add(at));
                    }
                }
            }
            for at in (0..LENGTH).step_by(4 * V::LANES) {
                // SAFETY: as above, for four vectors.
                unsafe {
                    let vectors = [0, 1, 2, 3].map(|n| V::load(self.a.as_ptr().add(at + n * V::LANES)));
                    let deinterleaved = V::deinterleave4(vectors);
                    let [[even0, odd0], [even1, odd1]] =
                        [[vectors[0], vectors[1]], [vectors[2], vectors[3]]].map(|[a, b]| V::deinterleave(a, b).into());
                    for (result, values) in
                        [deinterleaved, V::interleave4(deinterleaved), [even0, odd0, even1, odd1]].into_iter().enumerate()
                    {
                        for (n, value) in values.into_iter().enumerate() {
                            value.store(self.results[9 + result].as_mut_ptr().add(at + n * V::LANES));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_level_computes_as_numbers_do() {
        // Small whole numbers, with which a multiply-add is exact either way.
        let values = |factor: usize| -> [f32; LENGTH] { std::array::from_fn(|n| (n * factor % 17) as f32 - 8.0) };
        let (a, b, c) = (values(5), values(7), values(11));
        for simd in SimdLevel::available() {
            let mut results = [[0.0; LENGTH]; RESULTS];
            // SAFETY: the kernel asks for nothing but the instructions.
            unsafe { simd.run(Operations { a: &a, b: &b, c: &c, results: &mut results }) };
            for n in 0..LENGTH {
                let (a0, b0, c0) = (a[n], b[n], c[n]);
                let expected = [
                    a0 + b0,
                    a0 - b0,
                    a0 * b0,
                    a0 * b0 + c0,
                    a0.max(0.0),
                    if b0 > 0.0 { a0 } else { 0.0 },
                    a0.max(b0),
                    if b0 >= c0 { a0 } else { 0.0 },
                    a[0],
                ];
                for (operation, expected) in expected.into_iter().enumerate() {
                    assert_eq!(results[operation][n], expected, "{simd:?}, operation {operation}, element {n}");
                }
                let lanes = simd.lanes();
                let (group, lane) = (n / (4 * lanes) * 4 * lanes, n % (4 * lanes));
                assert_eq!(results[9][n], a[group + lane % lanes * 4 + lane / lanes], "{simd:?}, deinterleave4, element {n}");
                assert_eq!(results[10][n], a0, "{simd:?}, interleave4, element {n}");
                let (pair, lane) = (n / (2 * lanes) * 2 * lanes, n % (2 * lanes));
                assert_eq!(results[11][n], a[pair + lane % lanes * 2 + lane / lanes], "{simd:?}, deinterleave, element {n}");
            }
        }
    }

    #[test]
    fn nan_is_kept() {
        struct Nan([f32; MAX_LANES]);
        impl Kernel for Nan {
            type Output = [[f32; MAX_LANES]; 2];

            /// # Safety
            ///
            /// The processor must have the instructions of `V`.
            #[inline(always)]
            unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) -> Self::Output {
                let mut results = [[f32::NAN; MAX_LANES]; 2];
                // SAFETY: the caller has the instructions, and no vector has more than `MAX_LANES` numbers.
                unsafe {
                    let nan = V::load(self.0.as_ptr());
                    nan.relu().store(results[0].as_mut_ptr());
                    nan.max(V::splat(1.0)).store(results[1].as_mut_ptr());
                }
                results
            }
        }
        for simd in SimdLevel::available() {
            // SAFETY: the kernel asks for nothing but the instructions.
            let results = unsafe { simd.run(Nan([f32::NAN; MAX_LANES])) };
            assert!(results.as_flattened().iter().all(|value| value.is_nan()), "{simd:?}");
        }
    }
}
