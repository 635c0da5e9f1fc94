//! On the CPU: channel by channel, row by row.

use std::mem::MaybeUninit;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::PoolBackend;
use crate::threads::share_out;

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
        // Two loops: one that asks at every pixel which it is takes longer.
        let out = if maximum {
            gradient([channels, height, width], values, grads, to_first)
        } else {
            gradient([channels, height, width], values, grads, |_, grad| [grad * 0.25; 4])
        };
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// `share`: of four pixels, row by row, and the gradient of what became of them, theirs.
fn gradient(
    [channels, height, width]: [usize; 3],
    values: &[f32],
    grads: &[f32],
    share: impl Fn([f32; 4], f32) -> [f32; 4] + Sync,
) -> Vec<f32> {
    let area = (height / 2) * (width / 2);
    assert!(values.len() == channels * height * width && grads.len() == channels * area, "input and gradient have their shapes");
    let mut out = Vec::with_capacity(channels * height * width);
    share_out(&mut out.spare_capacity_mut()[..channels * height * width], height * width, |channel, out| {
        let (pairs_of_rows, odd) = out.split_at_mut(height / 2 * 2 * width);
        odd.fill(MaybeUninit::new(0.0));
        let rows = values[channel * height * width..].chunks_exact(2 * width).zip(pairs_of_rows.chunks_exact_mut(2 * width));
        for ((rows, out), grad) in rows.zip(grads[channel * area..][..area].chunks_exact(width / 2)) {
            let ((upper, lower), (out_upper, out_lower)) = (rows.split_at(width), out.split_at_mut(width));
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            let ((out_upper, odd_upper), (out_lower, odd_lower)) = (out_upper.as_chunks_mut::<2>(), out_lower.as_chunks_mut::<2>());
            for (((&[a, b], &[c, d]), (upper, lower)), &grad) in pairs.zip(out_upper.iter_mut().zip(out_lower)).zip(grad) {
                let [a, b, c, d] = share([a, b, c, d], grad).map(MaybeUninit::new);
                (*upper, *lower) = ([a, b], [c, d]);
            }
            odd_upper.iter_mut().chain(odd_lower).for_each(|odd| *odd = MaybeUninit::new(0.0));
        }
    });
    // SAFETY: in every channel all pairs of rows have been written, and what is odd of rows and columns.
    unsafe { out.set_len(channels * height * width) };
    out
}

/// The larger, or a NaN.
fn larger(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

/// `grad` for the first of the largest of four, and nothing for the others.
fn to_first([a, b, c, d]: [f32; 4], grad: f32) -> [f32; 4] {
    // As bits, so that the compiler can choose without a branch: nobody can foretell which it is.
    let either = |first: bool, grad: u32| if first { [grad, 0] } else { [0, grad] };
    let [upper, lower] = either((a >= c) & (a >= d) | (b >= c) & (b >= d), grad.to_bits());
    let ([a, b], [c, d]) = (either(a >= b, upper), either(c >= d, lower));
    [a, b, c, d].map(f32::from_bits)
}
