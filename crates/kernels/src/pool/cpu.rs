//! On the CPU: row by row.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::PoolBackend;

impl PoolBackend for Flex {
    fn pool(x: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let x = x.to_contiguous();
        let [_, channels, height, width] = x.shape().dims();
        let mut out = Vec::with_capacity(channels * (height / 2) * (width / 2));
        for plane in x.storage::<f32>().chunks_exact(height * width) {
            for rows in plane.chunks_exact(2 * width) {
                let (upper, lower) = rows.split_at(width);
                let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
                out.extend(
                    pairs.map(|(&[a, b], &[c, d])| if maximum { larger(larger(a, b), larger(c, d)) } else { (a + b + c + d) * 0.25 }),
                );
            }
        }
        Self::float_from_data(TensorData::new(out, [1, channels, height / 2, width / 2]), &Default::default())
    }

    fn pool_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        let (x, grad) = (x.to_contiguous(), grad.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let mut out = vec![0.0f32; channels * height * width];
        let planes = x.storage::<f32>().chunks_exact(height * width).zip(out.chunks_exact_mut(height * width));
        for ((plane, out), grad) in planes.zip(grad.storage::<f32>().chunks_exact((height / 2) * (width / 2))) {
            let rows = plane.chunks_exact(2 * width).zip(out.chunks_exact_mut(2 * width));
            for ((rows, out), grad) in rows.zip(grad.chunks_exact(width / 2)) {
                for (n, &grad) in grad.iter().enumerate() {
                    let places = [2 * n, 2 * n + 1, width + 2 * n, width + 2 * n + 1];
                    if maximum {
                        out[places[first(places.map(|at| rows[at]))]] = grad;
                    } else {
                        for at in places {
                            out[at] = grad * 0.25;
                        }
                    }
                }
            }
        }
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// The larger, or a NaN.
fn larger(a: f32, b: f32) -> f32 {
    if a >= b || a.is_nan() { a } else { b }
}

/// Which is the largest: the first of several.
fn first([a, b, c, d]: [f32; 4]) -> usize {
    let largest = larger(larger(a, b), larger(c, d));
    [a, b, c].iter().position(|value| *value == largest).unwrap_or(3)
}
