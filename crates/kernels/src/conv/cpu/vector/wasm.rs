//! Four numbers with WebAssembly's simd128. It has no fused multiplication and addition.

use std::arch::wasm32::{
    f32x4_add, f32x4_gt, f32x4_mul, f32x4_pmax, f32x4_splat, f32x4_sub, i32x4_shuffle, v128, v128_and, v128_load, v128_store,
};

use super::{Vector, deinterleave_by_pairs, interleave_by_pairs};

#[derive(Clone, Copy)]
pub(super) struct Simd128(v128);

#[inline(always)]
fn apart(a: v128, b: v128) -> (v128, v128) {
    (i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b))
}

#[inline(always)]
fn together(a: v128, b: v128) -> (v128, v128) {
    (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b))
}

impl Vector for Simd128 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { v128_load(from.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's.
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
        Self(f32x4_add(f32x4_mul(self.0, factor.0), sum.0))
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // `a < b ? b : a`: a NaN in the first operand comes out again.
        Self(f32x4_pmax(self.0, f32x4_splat(0.0)))
    }
    #[inline(always)]
    unsafe fn where_positive(self, of: Self) -> Self {
        Self(v128_and(self.0, f32x4_gt(of.0, f32x4_splat(0.0))))
    }
    #[inline(always)]
    unsafe fn deinterleave(vectors: [Self; 4]) -> [Self; 4] {
        deinterleave_by_pairs!(apart, vectors.map(|v| v.0)).map(Self)
    }
    #[inline(always)]
    unsafe fn interleave(vectors: [Self; 4]) -> [Self; 4] {
        interleave_by_pairs!(together, vectors.map(|v| v.0)).map(Self)
    }
}
