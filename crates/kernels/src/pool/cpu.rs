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
        let (values, grads, area) = (x.storage::<f32>(), grad.storage::<f32>(), (height / 2) * (width / 2));
        let mut out = vec![0.0f32; channels * height * width];
        share_out(&mut out, height * width, |channel, out| {
            let rows = values[channel * height * width..].chunks_exact(2 * width).zip(out.chunks_exact_mut(2 * width));
            for ((rows, out), grad) in rows.zip(grads[channel * area..][..area].chunks_exact(width / 2)) {
                let ((upper, lower), (out_upper, out_lower)) = (rows.split_at(width), out.split_at_mut(width));
                let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
                let places = out_upper.as_chunks_mut::<2>().0.iter_mut().zip(out_lower.as_chunks_mut::<2>().0);
                for ((pair, places), &grad) in pairs.zip(places).zip(grad) {
                    (*places.0, *places.1) = if maximum { to_first(pair, grad) } else { ([grad * 0.25; 2], [grad * 0.25; 2]) };
                }
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// The larger, or a NaN.
fn larger(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

/// `grad` for the first of the largest of four, and nothing for the others. Without a branch: which it is, nobody can foretell.
fn to_first((&[a, b], &[c, d]): (&[f32; 2], &[f32; 2]), grad: f32) -> ([f32; 2], [f32; 2]) {
    let largest = larger(larger(a, b), larger(c, d));
    let is_a = a == largest;
    let is_b = !is_a && b == largest;
    let is_c = !is_a && !is_b && c == largest;
    let part = |mine: bool| if mine { grad } else { 0.0 };
    ([part(is_a), part(is_b)], [part(is_c), part(!(is_a || is_b || is_c))])
}
