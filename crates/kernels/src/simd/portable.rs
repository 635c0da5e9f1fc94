//! F32x4 numbers in an array, for the compiler to vectorise.

use super::Vector;

#[derive(Clone, Copy)]
pub(crate) struct F32x4([f32; 4]);

impl F32x4 {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let (Self([a, b, c, d]), Self([e, f_, g, h])) = (self, other);
        Self([f(a, e), f(b, f_), f(c, g), f(d, h)])
    }
}

impl Vector for F32x4 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's: there are four numbers, of any alignment.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's: there are four numbers, of any alignment.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        let (Self([a, b, c, d]), Self([e, f, g, h]), Self([i, j, k, l])) = (self, factor, sum);
        // SAFETY: a single number needs no special instructions.
        Self(unsafe { [Vector::mul_add(a, e, i), Vector::mul_add(b, f, j), Vector::mul_add(c, g, k), Vector::mul_add(d, h, l)] })
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        self.zip(self, |a, _| if a < 0.0 { 0.0 } else { a })
    }
    #[inline(always)]
    unsafe fn mask_positive(self, of: Self) -> Self {
        self.zip(of, |a, of| if of > 0.0 { a } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { b } else { a })
    }
    #[inline(always)]
    unsafe fn mask_ge(self, a: Self, b: Self) -> Self {
        let Self(chosen) = a.zip(b, |a, b| if a >= b { 1.0 } else { 0.0 });
        self.zip(Self(chosen), |value, chosen| if chosen > 0.0 { value } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn deinterleave(Self(a): Self, Self(b): Self) -> (Self, Self) {
        (Self([a[0], a[2], b[0], b[2]]), Self([a[1], a[3], b[1], b[3]]))
    }
    #[inline(always)]
    unsafe fn interleave(Self(a): Self, Self(b): Self) -> (Self, Self) {
        (Self([a[0], b[0], a[1], b[1]]), Self([a[2], b[2], a[3], b[3]]))
    }
}
