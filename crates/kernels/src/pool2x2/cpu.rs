//! On the CPU: a channel to a task; within it, the gradient in SIMD vectors along the rows.

use std::mem::MaybeUninit;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::Pool2x2Backend;
use crate::{
    parallel::par_chunks_exact_mut,
    simd::{Kernel, SimdLevel, Vector},
};

impl Pool2x2Backend for Flex {
    fn pool2x2(x: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        let x = x.to_contiguous();
        let [_, channels, height, width] = x.shape().dims();
        let (values, area) = (x.storage::<f32>(), (height / 2) * (width / 2));
        let mut out = vec![0.0f32; channels * area];
        par_chunks_exact_mut(&mut out, area, |channel, out| {
            let rows = values[channel * height * width..].chunks_exact(2 * width);
            for (rows, out) in rows.zip(out.chunks_exact_mut(width / 2)) {
                let (upper, lower) = rows.split_at(width);
                let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
                for ((&[a, b], &[c, d]), out) in pairs.zip(out) {
                    *out = if max { max_or_nan(max_or_nan(a, b), max_or_nan(c, d)) } else { (a + b + c + d) * 0.25 };
                }
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height / 2, width / 2]), &Default::default())
    }

    fn pool2x2_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        let (x, grad) = (x.to_contiguous(), grad.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let (values, grads) = (x.storage::<f32>(), grad.storage::<f32>());
        let out = gradient(SimdLevel::best(), [channels, height, width], values, grads, max);
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// The gradient of the input, `[C, H, W]`, given the input `values` and the gradient of the output, `grads`, `[C, H / 2, W / 2]`.
fn gradient(simd: SimdLevel, [channels, height, width]: [usize; 3], values: &[f32], grads: &[f32], max: bool) -> Vec<f32> {
    let (area, pooled) = (height * width, (height / 2) * (width / 2));
    assert!(values.len() == channels * area && grads.len() == channels * pooled, "input and gradient have their shapes");
    let mut out = Vec::with_capacity(channels * area);
    par_chunks_exact_mut(&mut out.spare_capacity_mut()[..channels * area], area, |n, out: &mut [MaybeUninit<f32>]| {
        let (values, grads) = (&values[n * area..][..area], &grads[n * pooled..][..pooled]);
        // SAFETY: the kernels ask for nothing but the instructions.
        unsafe {
            if max { simd.run(MaxPoolGradient { values, grads, out, width }) } else { simd.run(AvgPoolGradient { grads, out, width }) }
        };
        // An odd last row or column belongs to no window.
        out[height / 2 * 2 * width..].fill(MaybeUninit::new(0.0));
        if !width.is_multiple_of(2) {
            out.chunks_exact_mut(width).for_each(|row| row[width - 1] = MaybeUninit::new(0.0));
        }
    });
    // SAFETY: in every channel the kernel has written all pixels of `height / 2` by `width / 2` windows, for which `grads` has a value each, and
    // what is left of it are the odd last row and column.
    unsafe { out.set_len(channels * area) };
    out
}

/// The gradient of a channel's maxima, which the first of the largest of each window gets. `values` and `out`: `[H, W]`; `grads`:
/// `[H / 2, W / 2]`. Writes all pixels of the windows.
struct MaxPoolGradient<'a> {
    values: &'a [f32],
    grads: &'a [f32],
    out: &'a mut [MaybeUninit<f32>],
    width: usize,
}

impl Kernel for MaxPoolGradient<'_> {
    type Output = ();

    /// # Safety
    ///
    /// The processor must have the instructions of `V`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let width = self.width;
        let rows = self.values.chunks_exact(2 * width).zip(self.grads.chunks_exact(width / 2)).zip(self.out.chunks_exact_mut(2 * width));
        for ((values, grads), out) in rows {
            // SAFETY: the caller has the instructions. Of `grads`, which has `width / 2` numbers, `LANES` from `at` on are read; of `values` and
            // `out`, which have two rows of `width`, twice as many from `2 at` on in either row.
            unsafe {
                let (values, grads, out) = (values.as_ptr(), grads.as_ptr(), out.as_mut_ptr().cast::<f32>());
                let mut at = 0;
                while at + V::LANES <= width / 2 {
                    max_pool_gradient::<V>(values.add(2 * at), grads.add(at), out.add(2 * at), width);
                    at += V::LANES;
                }
                while at < width / 2 {
                    max_pool_gradient::<f32>(values.add(2 * at), grads.add(at), out.add(2 * at), width);
                    at += 1;
                }
            }
        }
    }
}

/// One vector of the output's gradient, to twice as many pixels of two rows at a stride of `width`.
///
/// # Safety
///
/// The processor must have the instructions of `V`; `grad` must be readable for a vector, and `values` readable and `out` writable for two in
/// either row.
#[inline(always)]
unsafe fn max_pool_gradient<V: Vector>(values: *const f32, grad: *const f32, out: *mut f32, width: usize) {
    // SAFETY: the caller's.
    unsafe {
        let (a, b) = V::deinterleave(V::load(values), V::load(values.add(V::LANES)));
        let (c, d) = V::deinterleave(V::load(values.add(width)), V::load(values.add(width + V::LANES)));
        let grad = V::load(grad);
        // Each value goes to one of two pixels as a whole; the difference, the other's, is exactly 0.
        let upper = grad.mask_ge(a.max(b), c.max(d));
        let lower = grad.sub(upper);
        let (first, third) = (upper.mask_ge(a, b), lower.mask_ge(c, d));
        for (row, (even, odd)) in [(0, (first, upper.sub(first))), (width, (third, lower.sub(third)))] {
            let (left, right) = V::interleave(even, odd);
            left.store(out.add(row));
            right.store(out.add(row + V::LANES));
        }
    }
}

/// The gradient of a channel's means: a quarter to each pixel of a window. `grads`: `[H / 2, W / 2]`; `out`: `[H, W]`. Writes all pixels
/// of the windows.
struct AvgPoolGradient<'a> {
    grads: &'a [f32],
    out: &'a mut [MaybeUninit<f32>],
    width: usize,
}

impl Kernel for AvgPoolGradient<'_> {
    type Output = ();

    /// # Safety
    ///
    /// The processor must have the instructions of `V`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let width = self.width;
        for (grads, out) in self.grads.chunks_exact(width / 2).zip(self.out.chunks_exact_mut(2 * width)) {
            // SAFETY: as for the maximum.
            unsafe {
                let (grads, out) = (grads.as_ptr(), out.as_mut_ptr().cast::<f32>());
                let mut at = 0;
                while at + V::LANES <= width / 2 {
                    avg_pool_gradient::<V>(grads.add(at), out.add(2 * at), width);
                    at += V::LANES;
                }
                while at < width / 2 {
                    avg_pool_gradient::<f32>(grads.add(at), out.add(2 * at), width);
                    at += 1;
                }
            }
        }
    }
}

/// One vector of the output's gradient, to twice as many pixels of two rows at a stride of `width`.
///
/// # Safety
///
/// As of [`max_pool_gradient`].
#[inline(always)]
unsafe fn avg_pool_gradient<V: Vector>(grad: *const f32, out: *mut f32, width: usize) {
    // SAFETY: the caller's.
    unsafe {
        let quarter = V::load(grad).mul(V::splat(0.25));
        let (left, right) = V::interleave(quarter, quarter);
        for row in [0, width] {
            left.store(out.add(row));
            right.store(out.add(row + V::LANES));
        }
    }
}

/// The maximum, or a NaN if there is one.
fn max_or_nan(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::{SimdLevel, gradient};

    /// `tests/pool2x2.rs` compares the best level with the definition; this compares all others with the best.
    #[test]
    fn all_simd_levels_agree() {
        for shape @ [channels, height, width] in [[1, 4, 99], [3, 5, 34], [2, 2, 2], [2, 3, 3]] {
            let values: Vec<f32> = (0..channels * height * width).map(|n| ((n * 37 % 101) / 9) as f32).collect();
            let grads: Vec<f32> = (0..channels * (height / 2) * (width / 2)).map(|n| (n as f32 * 0.3).sin() + 2.0).collect();
            for max in [true, false] {
                let expected = gradient(SimdLevel::best(), shape, &values, &grads, max);
                let written = if max { grads.len() } else { 4 * grads.len() };
                assert_eq!(expected.iter().filter(|value| **value != 0.0).count(), written, "{shape:?}");
                for simd in SimdLevel::available() {
                    assert_eq!(gradient(simd, shape, &values, &grads, max), expected, "{simd:?} {shape:?}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "input and gradient have their shapes")]
    fn a_gradient_of_another_shape_is_refused() {
        gradient(SimdLevel::best(), [1, 4, 4], &[0.0; 16], &[0.0; 3], true);
    }
}
