//! On the CPU: channel by channel, row by row.

use std::mem::MaybeUninit;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::PoolBackend;
use crate::{
    threads::share_out,
    vector::{Machine, Vector, Work},
};

impl PoolBackend for Flex {
    fn pool(x: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let x = x.to_contiguous();
        let [_, channels, height, width] = x.shape().dims();
        let (values, area) = (x.storage::<f32>(), (height / 2) * (width / 2));
        let mut out = vec![0.0f32; channels * area];
        share_out(&mut out, area, |channel, out| {
            let rows = values[channel * height * width..].chunks_exact(2 * width);
            for (rows, out) in rows.zip(out.chunks_exact_mut(width / 2)) {
                let (upper, lower) = rows.split_at(width);
                let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
                for ((&[a, b], &[c, d]), out) in pairs.zip(out) {
                    *out = if maximum { larger(larger(a, b), larger(c, d)) } else { (a + b + c + d) * 0.25 };
                }
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height / 2, width / 2]), &Default::default())
    }

    fn pool_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let (x, grad) = (x.to_contiguous(), grad.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let (values, grads) = (x.storage::<f32>(), grad.storage::<f32>());
        let (shape, machine) = ([channels, height, width], Machine::best());
        // SAFETY: the machine is this one, and the parts are of one channel.
        let out = gradient(shape, values, grads, |values, grads, out| unsafe {
            if maximum {
                machine.run(ToFirst { values, grads, out, width });
            } else {
                machine.run(ToAll { grads, out, width });
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// `channel`: fills the pixels of a channel that have become some, given all of its input and of the gradient.
fn gradient(
    [channels, height, width]: [usize; 3],
    values: &[f32],
    grads: &[f32],
    channel: impl Fn(&[f32], &[f32], *mut f32) + Sync,
) -> Vec<f32> {
    let (area, pooled) = (height * width, (height / 2) * (width / 2));
    assert!(values.len() == channels * area && grads.len() == channels * pooled, "input and gradient have their shapes");
    let mut out = Vec::with_capacity(channels * area);
    share_out(&mut out.spare_capacity_mut()[..channels * area], area, |n, out: &mut [MaybeUninit<f32>]| {
        channel(&values[n * area..][..area], &grads[n * pooled..][..pooled], out.as_mut_ptr().cast());
        // An odd last row or column has become nothing.
        out[height / 2 * 2 * width..].fill(MaybeUninit::new(0.0));
        if !width.is_multiple_of(2) {
            out.chunks_exact_mut(width).for_each(|row| row[width - 1] = MaybeUninit::new(0.0));
        }
    });
    // SAFETY: in every channel all pixels have been written: those that have become some, and the others.
    unsafe { out.set_len(channels * area) };
    out
}

/// The gradient of a channel's maxima, for the first of the largest of four. `out`: as many pixels as `values`.
struct ToFirst<'a> {
    values: &'a [f32],
    grads: &'a [f32],
    out: *mut f32,
    width: usize,
}

impl Work for ToFirst<'_> {
    type Output = ();

    /// `out` must have room for as many numbers as `values` has.
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
                    to_first::<V>(values.add(2 * at), grads.add(at), out.add(2 * at), width);
                    at += V::LANES;
                }
                while at < width / 2 {
                    to_first::<f32>(values.add(2 * at), grads.add(at), out.add(2 * at), width);
                    at += 1;
                }
            }
        }
    }
}

/// A vector of the gradient, for twice as many pixels of two rows that are `width` apart.
#[inline(always)]
unsafe fn to_first<V: Vector>(values: *const f32, grad: *const f32, out: *mut f32, width: usize) {
    // SAFETY: the caller's.
    unsafe {
        let (a, b) = V::apart(V::load(values), V::load(values.add(V::LANES)));
        let (c, d) = V::apart(V::load(values.add(width)), V::load(values.add(width + V::LANES)));
        let grad = V::load(grad);
        // What the first of two does not get, the second does: all of it or nothing.
        let upper = grad.where_at_least(a.larger(b), c.larger(d));
        let lower = grad.sub(upper);
        let (first, third) = (upper.where_at_least(a, b), lower.where_at_least(c, d));
        for (row, (even, odd)) in [(0, (first, upper.sub(first))), (width, (third, lower.sub(third)))] {
            let (left, right) = V::together(even, odd);
            left.store(out.add(row));
            right.store(out.add(row + V::LANES));
        }
    }
}

/// The gradient of a channel's means, a quarter for each of four. `out`: a channel of the input.
struct ToAll<'a> {
    grads: &'a [f32],
    out: *mut f32,
    width: usize,
}

impl Work for ToAll<'_> {
    type Output = ();

    /// `out` must have room for two rows of `width` for each row of the gradient.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let width = self.width;
        for (pair, grads) in self.grads.chunks_exact(width / 2).enumerate() {
            // SAFETY: as above.
            unsafe {
                let (grads, out) = (grads.as_ptr(), self.out.add(pair * 2 * width));
                let mut at = 0;
                while at + V::LANES <= width / 2 {
                    to_all::<V>(grads.add(at), out.add(2 * at), width);
                    at += V::LANES;
                }
                while at < width / 2 {
                    to_all::<f32>(grads.add(at), out.add(2 * at), width);
                    at += 1;
                }
            }
        }
    }
}

/// As [`to_first`].
#[inline(always)]
unsafe fn to_all<V: Vector>(grad: *const f32, out: *mut f32, width: usize) {
    // SAFETY: the caller's.
    unsafe {
        let quarter = V::load(grad).mul(V::splat(0.25));
        let (left, right) = V::together(quarter, quarter);
        for row in [0, width] {
            left.store(out.add(row));
            right.store(out.add(row + V::LANES));
        }
    }
}

/// The larger, or a NaN.
fn larger(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::{Machine, ToAll, ToFirst};

    /// The best is held against the definition in `tests/pool.rs`; here all others against the best.
    #[test]
    fn all_machines_agree() {
        let (height, width) = (4, 99);
        let values: Vec<f32> = (0..height * width).map(|n| ((n * 37 % 101) / 9) as f32).collect();
        let grads: Vec<f32> = (0..height / 2 * (width / 2)).map(|n| (n as f32 * 0.3).sin()).collect();
        let compute = |machine: Machine| {
            let (mut first, mut all) = (vec![0.0; values.len()], vec![0.0; values.len()]);
            // SAFETY: the machine is one of this one's, and both are as long as the input.
            unsafe {
                machine.run(ToFirst { values: &values, grads: &grads, out: first.as_mut_ptr(), width });
                machine.run(ToAll { grads: &grads, out: all.as_mut_ptr(), width });
            }
            (first, all)
        };
        let expected = compute(Machine::best());
        assert!(expected.0.iter().filter(|v| **v != 0.0).count() >= grads.len() - 1);
        for machine in Machine::all() {
            assert_eq!(compute(machine), expected, "{machine:?}");
        }
    }
}
