//! Vectors of eight with AVX2 and FMA, of sixteen with AVX-512.

use std::arch::x86_64::*;

use super::Vector;

#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256);

impl Avx2 {
    /// Swaps the second and the third pair of elements.
    ///
    /// # Safety
    ///
    /// The processor must have AVX2.
    #[inline(always)]
    unsafe fn swap_middle_pairs(pairs: __m256) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(_mm256_castps_pd(pairs))) })
    }
}

impl Vector for Avx2 {
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA, and the numbers may be read.
        Self(unsafe { _mm256_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA, and the numbers may be written.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, sum.0) })
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // Where either is a NaN the instruction gives the second operand.
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_max_ps(_mm256_setzero_ps(), self.0) })
    }
    #[inline(always)]
    unsafe fn mask_positive(self, of: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_and_ps(self.0, _mm256_cmp_ps::<_CMP_GT_OQ>(of.0, _mm256_setzero_ps())) })
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // Where either is a NaN the instruction gives the second operand.
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_max_ps(other.0, self.0) })
    }
    #[inline(always)]
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        Self(unsafe { _mm256_and_ps(self.0, _mm256_cmp_ps::<_CMP_GE_OQ>(a.0, b.0)) })
    }
    #[inline(always)]
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        unsafe {
            let (even, odd) = (_mm256_shuffle_ps::<0b10_00_10_00>(a.0, b.0), _mm256_shuffle_ps::<0b11_01_11_01>(a.0, b.0));
            // Pairs come out in the order a, b, a, b.
            (Self::swap_middle_pairs(even), Self::swap_middle_pairs(odd))
        }
    }
    #[inline(always)]
    unsafe fn interleave(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: by the contract of the method the processor has AVX2 and FMA.
        unsafe {
            let (low, high) = (_mm256_unpacklo_ps(a.0, b.0), _mm256_unpackhi_ps(a.0, b.0));
            (Self(_mm256_permute2f128_ps::<0x20>(low, high)), Self(_mm256_permute2f128_ps::<0x31>(low, high)))
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512);

impl Vector for Avx512 {
    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F, and the numbers may be read.
        Self(unsafe { _mm512_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: by the contract of the method the processor has AVX-512F, and the numbers may be written.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, sum.0) })
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // Where either is a NaN the instruction gives the second operand.
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_max_ps(_mm512_setzero_ps(), self.0) })
    }
    #[inline(always)]
    unsafe fn mask_positive(self, of: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        unsafe {
            let above = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(of.0, _mm512_setzero_ps());
            Self(_mm512_maskz_mov_ps(above, self.0))
        }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // Where either is a NaN the instruction gives the second operand.
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_max_ps(other.0, self.0) })
    }
    #[inline(always)]
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        Self(unsafe { _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_GE_OQ>(a.0, b.0), self.0) })
    }
    #[inline(always)]
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        unsafe {
            let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            let odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            (Self(_mm512_permutex2var_ps(a.0, even, b.0)), Self(_mm512_permutex2var_ps(a.0, odd, b.0)))
        }
    }
    #[inline(always)]
    unsafe fn interleave(a: Self, b: Self) -> (Self, Self) {
        // SAFETY: by the contract of the method the processor has AVX-512F.
        unsafe {
            let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            let high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            (Self(_mm512_permutex2var_ps(a.0, low, b.0)), Self(_mm512_permutex2var_ps(a.0, high, b.0)))
        }
    }
}
