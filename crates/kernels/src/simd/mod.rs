//! SIMD vectors of `f32`, and the choice of the instruction set when the program runs.
//!
//! A [`Kernel`] is written once over [`Vector`] and compiled once for each implementation: AVX-512 and AVX2 with FMA on
//! x86-64, detected at run time; simd128 in WebAssembly; and plain arrays, which the compiler turns into NEON or SSE2,
//! everywhere else.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

/// The most lanes that any implementation of [`Vector`] has.
pub(crate) const MAX_LANES: usize = 16;

/// A vector of `LANES` numbers. Everything is `unsafe` because it must be inlined into a function that has the instructions
/// (see [`SimdLevel::run`]), and `load` and `store` because they take pointers.
pub(crate) trait Vector: Copy {
    const LANES: usize;

    unsafe fn splat(value: f32) -> Self;
    /// Reads `LANES` numbers; any alignment.
    unsafe fn load(from: *const f32) -> Self;
    /// Writes `LANES` numbers; any alignment.
    unsafe fn store(self, to: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    /// `self * factor + sum`, rounded once where the instruction set has a fused multiply-add.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// 0 where it is below 0; a NaN stays one.
    unsafe fn relu(self) -> Self;
    /// `self` where `of` is above 0, else 0.
    unsafe fn mask_positive(self, of: Self) -> Self;
    /// `self` where it is not below `other`, else `other`.
    unsafe fn max(self, other: Self) -> Self;
    /// `self` where `a` is at least `b`, else 0.
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self;
    /// The even and the odd elements of `a` followed by `b`.
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self);
    /// The inverse of [`deinterleave`](Vector::deinterleave).
    unsafe fn interleave(even: Self, odd: Self) -> (Self, Self);

    /// Of the four vectors one after another, every fourth element from the first on, from the second on, ...
    #[inline(always)]
    unsafe fn deinterleave4([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller's.
        unsafe {
            let ((even0, odd0), (even1, odd1)) = (Self::deinterleave(a, b), Self::deinterleave(c, d));
            let ((first, third), (second, fourth)) = (Self::deinterleave(even0, even1), Self::deinterleave(odd0, odd1));
            [first, second, third, fourth]
        }
    }
    /// The inverse of [`deinterleave4`](Vector::deinterleave4).
    #[inline(always)]
    unsafe fn interleave4([first, second, third, fourth]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller's.
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
        // SAFETY: the caller's.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's.
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
#[cfg(target_arch = "x86_64")]
const AVX512_TILE: [usize; 2] = [8, 3];
#[cfg(target_arch = "x86_64")]
const AVX2_TILE: [usize; 2] = [4, 3];
const BASELINE_TILE: [usize; 2] = if cfg!(any(target_arch = "x86_64", target_family = "wasm")) { [4, 2] } else { [8, 3] };

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SimdLevel {
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
            is_x86_feature_detected!("avx512f").then_some(Self::Avx512),
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self::Avx2),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let detected: [Option<Self>; 0] = [];
        detected.into_iter().flatten().chain([Self::Baseline])
    }

    /// The one with the longest vectors; the same for as long as the program runs.
    pub(crate) fn best() -> Self {
        Self::available().next().unwrap_or(Self::Baseline)
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
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => [AVX512_TILE[0], x86::Avx512::LANES],
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => [AVX2_TILE[0], x86::Avx2::LANES],
            Self::Baseline => [BASELINE_TILE[0], BaselineVector::LANES],
        }
    }

    /// Runs a kernel with these instructions.
    ///
    /// # Safety
    ///
    /// This level must be one of [`SimdLevel::available`]; further, what the kernel asks for.
    pub(crate) unsafe fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f")]
        unsafe fn avx512<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's, and the instructions are enabled.
            unsafe { kernel.run::<x86::Avx512, { AVX512_TILE[0] }, { AVX512_TILE[1] }>() }
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2<K: Kernel>(kernel: K) -> K::Output {
            // SAFETY: the caller's, and the instructions are enabled.
            unsafe { kernel.run::<x86::Avx2, { AVX2_TILE[0] }, { AVX2_TILE[1] }>() }
        }
        // SAFETY: the caller's.
        unsafe {
            match self {
                #[cfg(target_arch = "x86_64")]
                Self::Avx512 => avx512(kernel),
                #[cfg(target_arch = "x86_64")]
                Self::Avx2 => avx2(kernel),
                Self::Baseline => kernel.run::<BaselineVector, { BASELINE_TILE[0] }, { BASELINE_TILE[1] }>(),
            }
        }
    }
}
