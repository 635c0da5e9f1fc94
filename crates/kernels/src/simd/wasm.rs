//! F32x4 numbers with WebAssembly's simd128; with the feature `relaxed-simd` its multiply-add is fused where the processor can.

use std::arch::wasm32::{
    f32x4_add, f32x4_ge, f32x4_gt, f32x4_mul, f32x4_pmax, f32x4_splat, f32x4_sub, i32x4_shuffle, v128, v128_and, v128_load, v128_store,
};

use super::Vector;

#[cfg(feature = "relaxed-simd")]
use std::arch::wasm32::f32x4_relaxed_madd as multiply_add;

#[cfg(not(feature = "relaxed-simd"))]
#[inline(always)]
fn multiply_add(a: v128, b: v128, c: v128) -> v128 {
    f32x4_add(f32x4_mul(a, b), c)
}

#[derive(Clone, Copy)]
pub(crate) struct Simd128(v128);

impl Vector for Simd128 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's: there are four numbers, of any alignment.
        Self(unsafe { v128_load(from.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's: there are four numbers, of any alignment.
        unsafe { v128_store(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        Self(multiply_add(self.0, factor.0, sum.0))
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // `a < b ? b : a`: a NaN in the first operand is kept.
        Self(f32x4_pmax(self.0, f32x4_splat(0.0)))
    }
    #[inline(always)]
    unsafe fn mask_positive(self, of: Self) -> Self {
        Self(v128_and(self.0, f32x4_gt(of.0, f32x4_splat(0.0))))
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self {
        Self(v128_and(self.0, f32x4_ge(a.0, b.0)))
    }
    #[inline(always)]
    unsafe fn deinterleave(a: Self, b: Self) -> (Self, Self) {
        (Self(i32x4_shuffle::<0, 2, 4, 6>(a.0, b.0)), Self(i32x4_shuffle::<1, 3, 5, 7>(a.0, b.0)))
    }
    #[inline(always)]
    unsafe fn interleave(a: Self, b: Self) -> (Self, Self) {
        (Self(i32x4_shuffle::<0, 4, 1, 5>(a.0, b.0)), Self(i32x4_shuffle::<2, 6, 3, 7>(a.0, b.0)))
    }
}
