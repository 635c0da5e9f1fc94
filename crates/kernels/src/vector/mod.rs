//! A vector of `f32`, as wide as the machine's, and the choice of the widest.
//!
//! Kernels are written once over [`Vector`] and compiled once for each implementation: AVX-512 and AVX2 with FMA on
//! x86-64, found when the program runs, simd128 in WebAssembly, and plain arrays, which the compiler turns into
//! NEON or SSE2, everywhere else.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

/// `LANES` numbers. Everything is `unsafe` because it must be inlined into a function that has the instructions (see
/// [`Machine::run`]), and `load` and `store` because they take pointers.
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
    /// `self * factor + sum`, rounded once where the machine can.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// 0 where it is below 0; a NaN stays one.
    unsafe fn relu(self) -> Self;
    /// 0 where `of` is not above 0.
    unsafe fn where_positive(self, of: Self) -> Self;
    /// `self` where it is not below `other`, else `other`.
    unsafe fn larger(self, other: Self) -> Self;
    /// 0 where `a` is not at least `b`.
    unsafe fn where_at_least(self, a: Self, b: Self) -> Self;
    /// Every other number of two vectors end to end: from the first, from the second.
    unsafe fn apart(a: Self, b: Self) -> (Self, Self);
    /// The inverse.
    unsafe fn together(a: Self, b: Self) -> (Self, Self);

    /// Every fourth number of the four vectors end to end: from the first, from the second, ...
    #[inline(always)]
    unsafe fn deinterleave([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller's.
        unsafe {
            let ((even0, odd0), (even1, odd1)) = (Self::apart(a, b), Self::apart(c, d));
            let ((first, third), (second, fourth)) = (Self::apart(even0, even1), Self::apart(odd0, odd1));
            [first, second, third, fourth]
        }
    }
    /// The inverse.
    #[inline(always)]
    unsafe fn interleave([first, second, third, fourth]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller's.
        unsafe {
            let ((even0, even1), (odd0, odd1)) = (Self::together(first, third), Self::together(second, fourth));
            let ((a, b), (c, d)) = (Self::together(even0, odd0), Self::together(even1, odd1));
            [a, b, c, d]
        }
    }
}

/// One number, for what is left over at an end.
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
    unsafe fn where_positive(self, of: Self) -> Self {
        if of > 0.0 { self } else { 0.0 }
    }
    #[inline(always)]
    unsafe fn larger(self, other: Self) -> Self {
        if self < other { other } else { self }
    }
    #[inline(always)]
    unsafe fn where_at_least(self, a: Self, b: Self) -> Self {
        if a >= b { self } else { 0.0 }
    }
    #[inline(always)]
    unsafe fn apart(a: Self, b: Self) -> (Self, Self) {
        (a, b)
    }
    #[inline(always)]
    unsafe fn together(a: Self, b: Self) -> (Self, Self) {
        (a, b)
    }
}

/// Something to compute with vectors. `ROWS` by `COLUMNS` vectors of sums fit into the machine's registers beside their
/// operands; there are at most three columns. `run` must be `#[inline(always)]`, and all that it calls with vectors.
pub(crate) trait Work {
    type Output;

    /// # Safety
    ///
    /// The machine must have the instructions of `V`; further, what the implementation asks for.
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) -> Self::Output;
}

/// The instructions to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// What the program was compiled for.
    Any,
}

impl Machine {
    /// All that this machine has, the widest vectors first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let found = [
            is_x86_feature_detected!("avx512f").then_some(Self::Avx512),
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self::Avx2),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let found: [Option<Self>; 0] = [];
        found.into_iter().flatten().chain([Self::Any])
    }

    /// The widest vectors; the same from first to last.
    pub(crate) fn best() -> Self {
        Self::all().next().unwrap_or(Self::Any)
    }

    /// `ROWS` of [`Work`].
    pub(crate) fn rows(self) -> usize {
        self.shape()[0]
    }

    /// Numbers of a vector.
    pub(crate) fn lanes(self) -> usize {
        self.shape()[1]
    }

    fn shape(self) -> [usize; 2] {
        struct Shape;
        impl Work for Shape {
            type Output = [usize; 2];

            #[inline(always)]
            unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) -> [usize; 2] {
                [ROWS, V::LANES]
            }
        }
        // SAFETY: nothing is computed.
        unsafe { self.run(Shape) }
    }

    /// # Safety
    ///
    /// This machine must be one of [`Machine::all`]; further, what the work asks for.
    pub(crate) unsafe fn run<W: Work>(self, work: W) -> W::Output {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f")]
        unsafe fn avx512<W: Work>(work: W) -> W::Output {
            // SAFETY: the caller's, and the instructions are there.
            unsafe { work.run::<x86::Avx512, 8, 3>() }
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2<W: Work>(work: W) -> W::Output {
            // SAFETY: the caller's, and the instructions are there.
            unsafe { work.run::<x86::Avx2, 4, 3>() }
        }
        // SAFETY: the caller's.
        unsafe {
            match self {
                #[cfg(target_arch = "x86_64")]
                Self::Avx512 => avx512(work),
                #[cfg(target_arch = "x86_64")]
                Self::Avx2 => avx2(work),
                // 16 registers.
                #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
                Self::Any => work.run::<wasm::Simd128, 4, 2>(),
                #[cfg(target_arch = "x86_64")]
                Self::Any => work.run::<portable::Four, 4, 2>(),
                // NEON's 32.
                #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
                Self::Any => work.run::<portable::Four, 8, 3>(),
            }
        }
    }
}
