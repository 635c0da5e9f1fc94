//! On the CPU: channel by channel, row by row.

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
        // Two loops, for one that asks which it is at every pixel is not compiled to vectors.
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
    let mut out = vec![0.0f32; channels * height * width];
    share_out(&mut out, height * width, |channel, out| {
        let rows = values[channel * height * width..].chunks_exact(2 * width).zip(out.chunks_exact_mut(2 * width));
        for ((rows, out), grad) in rows.zip(grads[channel * area..][..area].chunks_exact(width / 2)) {
            let ((upper, lower), (out_upper, out_lower)) = (rows.split_at(width), out.split_at_mut(width));
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            let places = out_upper.as_chunks_mut::<2>().0.iter_mut().zip(out_lower.as_chunks_mut::<2>().0);
            for (((&[a, b], &[c, d]), places), &grad) in pairs.zip(places).zip(grad) {
                let [a, b, c, d] = share([a, b, c, d], grad);
                (*places.0, *places.1) = ([a, b], [c, d]);
            }
        }
    });
    out
}

/// The larger, or a NaN.
fn larger(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

/// `grad` for the first of the largest of four, and nothing for the others. Without a branch: which it is, nobody can foretell.
fn to_first([a, b, c, d]: [f32; 4], grad: f32) -> [f32; 4] {
    // All bits, or none.
    let wins = |a: f32, b: f32| u32::from(a >= b || a.is_nan()).wrapping_neg();
    let either = |first: u32, grad: f32| [first, !first].map(|mask| f32::from_bits(grad.to_bits() & mask));
    let [upper, lower] = either(wins(larger(a, b), larger(c, d)), grad);
    let ([a, b], [c, d]) = (either(wins(a, b), upper), either(wins(c, d), lower));
    [a, b, c, d]
}
