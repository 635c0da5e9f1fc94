//! On the CPU: a row to a task, first along the columns, then along the row.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::Resample2xBackend;
use crate::parallel::par_chunks_exact_mut;

impl Resample2xBackend for Flex {
    fn downsample2x(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let x = x.to_contiguous();
        let [_, channels, height, width] = x.shape().dims();
        let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
        let values = x.storage::<f32>();
        let mut out = vec![0.0f32; channels * rows * columns];
        par_chunks_exact_mut(&mut out, columns, |task, out| {
            let (channel, row) = (task / rows, task % rows);
            let mut line = vec![0.0f32; width];
            for (at, weight) in taps(row, rows, height) {
                let from = &values[(channel * height + at) * width..][..width];
                line.iter_mut().zip(from).for_each(|(sum, value)| *sum += weight * value);
            }
            for (column, out) in out.iter_mut().enumerate() {
                *out = taps(column, columns, width).map(|(at, weight)| weight * line[at]).sum();
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, rows, columns]), &Default::default())
    }

    fn add_upsampled2x(x: FloatTensor<Self>, coarse: FloatTensor<Self>, gain: f32) -> FloatTensor<Self> {
        let (x, coarse) = (x.to_contiguous(), coarse.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let [_, _, rows, columns] = coarse.shape().dims();
        let (values, coarse) = (x.storage::<f32>(), coarse.storage::<f32>());
        let mut out = values.to_vec();
        par_chunks_exact_mut(&mut out, width, |task, out| {
            let (channel, row) = (task / height, task % height);
            let [near, far] = [row / 2, neighbour(row, rows)].map(|at| &coarse[(channel * rows + at) * columns..][..columns]);
            let line: Vec<f32> = near.iter().zip(far).map(|(near, far)| gain * (0.75 * near + 0.25 * far)).collect();
            for (at, pair) in out.chunks_mut(2).enumerate() {
                let near = 0.75 * line[at];
                pair[0] += near + 0.25 * line[at.saturating_sub(1)];
                if let Some(odd) = pair.get_mut(1) {
                    *odd += near + 0.25 * line[(at + 1).min(columns - 1)];
                }
            }
        });
        Self::float_from_data(TensorData::new(out, [1, channels, height, width]), &Default::default())
    }
}

/// Of `n` coarse pixels, the one that is second nearest to the fine pixel `at`.
fn neighbour(at: usize, n: usize) -> usize {
    if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { (at / 2 + 1).min(n - 1) }
}

/// The pixels, of `size`, that the coarse pixel `at`, of `n`, is made of, and half their weights in `U`.
fn taps(at: usize, n: usize, size: usize) -> impl Iterator<Item = (usize, f32)> {
    [0.125, 0.375, 0.375, 0.125].into_iter().enumerate().filter_map(move |(k, weight)| {
        // At the ends the coarse pixel is its own neighbour.
        let own = (at == 0 && k == 1) || (at == n - 1 && k == 2);
        let fine = (2 * at + k).checked_sub(1).filter(|fine| *fine < size)?;
        Some((fine, if own { weight + 0.125 } else { weight }))
    })
}
