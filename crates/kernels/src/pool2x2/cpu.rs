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
        let (shape, simd) = ([channels, height, width], SimdLevel::best());
        // SAFETY: the level is available, and the slices are of one channel.
        let out = gradient(shape, values, grads, |values, grads, out| unsafe {
            if max {
                simd.run(MaxPoolGradient { values, grads, out, width });
            } else {
                simd.run(AvgPoolGradient { grads, out, width });
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// `channel`: writes the gradient of a channel's pixels that belong to a window, given its input and its output's gradient.
fn gradient(
    [channels, height, width]: [usize; 3],
    values: &[f32],
    grads: &[f32],
    channel: impl Fn(&[f32], &[f32], *mut f32) + Sync,
) -> Vec<f32> {
    let (area, pooled) = (height * width, (height / 2) * (width / 2));
    assert!(values.len() == channels * area && grads.len() == channels * pooled, "input and gradient have their shapes");
    let mut out = Vec::with_capacity(channels * area);
    par_chunks_exact_mut(&mut out.spare_capacity_mut()[..channels * area], area, |n, out: &mut [MaybeUninit<f32>]| {
        channel(&values[n * area..][..area], &grads[n * pooled..][..pooled], out.as_mut_ptr().cast());
        // An odd last row or column belongs to no window.
        out[height / 2 * 2 * width..].fill(MaybeUninit::new(0.0));
        if !width.is_multiple_of(2) {
            out.chunks_exact_mut(width).for_each(|row| row[width - 1] = MaybeUninit::new(0.0));
        }
    });
    // SAFETY: in every channel all pixels have been written: those of the windows, and the others.
    unsafe { out.set_len(channels * area) };
    out
}

/// The gradient of a channel's maxima, which the first of the largest of each window gets. `out`: as many pixels as `values`.
struct MaxPoolGradient<'a> {
    values: &'a [f32],
    grads: &'a [f32],
    out: *mut f32,
    width: usize,
}

impl Kernel for MaxPoolGradient<'_> {
    type Output = ();

    /// `out` must be writable for as many numbers as `values` has.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let width = self.width;
        let rows = self.values.chunks_exact(2 * width).zip(self.grads.chunks_exact(width / 2));
        for (pair, (values, grads)) in rows.enumerate() {
            // SAFETY: the caller's; `at` and the vector from there on are less than the pixels of a row of the gradient.
            unsafe {
                let (values, grads, out) = (values.as_ptr(), grads.as_ptr(), self.out.add(pair * 2 * width));
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

/// The gradient of a channel's means: a quarter to each pixel of a window. `out`: a channel of the input.
struct AvgPoolGradient<'a> {
    grads: &'a [f32],
    out: *mut f32,
    width: usize,
}

impl Kernel for AvgPoolGradient<'_> {
    type Output = ();

    /// `out` must be writable for two rows of `width` for each row of the gradient.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let width = self.width;
        for (pair, grads) in self.grads.chunks_exact(width / 2).enumerate() {
            // SAFETY: as above.
            unsafe {
                let (grads, out) = (grads.as_ptr(), self.out.add(pair * 2 * width));
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

/// As [`max_pool_gradient`].
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
    use super::{AvgPoolGradient, MaxPoolGradient, SimdLevel};

    /// `tests/pool2x2.rs` compares the best level with the definition; this compares all others with the best.
    #[test]
    fn all_simd_levels_agree() {
        let (height, width) = (4, 99);
        let values: Vec<f32> = (0..height * width).map(|n| ((n * 37 % 101) / 9) as f32).collect();
        let grads: Vec<f32> = (0..height / 2 * (width / 2)).map(|n| (n as f32 * 0.3).sin()).collect();
        let compute = |simd: SimdLevel| {
            let (mut max, mut avg) = (vec![0.0; values.len()], vec![0.0; values.len()]);
            // SAFETY: the level is available, and both outputs are as long as the input.
            unsafe {
                simd.run(MaxPoolGradient { values: &values, grads: &grads, out: max.as_mut_ptr(), width });
                simd.run(AvgPoolGradient { grads: &grads, out: avg.as_mut_ptr(), width });
            }
            (max, avg)
        };
        let expected = compute(SimdLevel::best());
        assert!(expected.0.iter().filter(|v| **v != 0.0).count() >= grads.len() - 1);
        for simd in SimdLevel::available() {
            assert_eq!(compute(simd), expected, "{simd:?}");
        }
    }
}
