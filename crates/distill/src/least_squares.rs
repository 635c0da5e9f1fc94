//! The linear map from a student's activations at a layer to the teacher's, by least squares.

use anyhow::{Context, Result};
use burn::tensor::Tensor;

use crate::{linear, tensors::floats};

/// Added to the diagonal of S S^T, as a share of its mean: images alone do not determine the map of a channel that is rarely active.
const RIDGE: f64 = 1e-4;

/// All that least squares need of activations S, `[O, P]`, and T, `[T, P]`: sums over pixels and images.
pub(crate) struct Products {
    /// S S^T, `[O, O]`.
    own: Vec<f64>,
    /// T S^T, `[T, O]`.
    across: Vec<f64>,
    /// Sum of squares of T.
    energy: f64,
}

impl Products {
    /// `ours`: S; `theirs`: T.
    pub(crate) fn of(ours: Tensor<2>, theirs: Tensor<2>) -> Result<Self> {
        let product = |a: &Tensor<2>| -> Result<Vec<f64>> {
            let product = a.clone().matmul(ours.clone().transpose()).flatten::<1>(0, 1);
            Ok(floats(product)?.into_iter().map(f64::from).collect())
        };
        let (own, across) = (product(&ours)?, product(&theirs)?);
        let energy = f64::from(floats(theirs.square().sum())?[0]);
        Ok(Self { own, across, energy })
    }

    /// Adds those of further images.
    pub(crate) fn add(&mut self, more: Self) {
        self.own.iter_mut().zip(more.own).for_each(|(sum, v)| *sum += v);
        self.across.iter_mut().zip(more.across).for_each(|(sum, v)| *sum += v);
        self.energy += more.energy;
    }

    /// O
    pub(crate) fn channels(&self) -> usize {
        self.own.len().isqrt()
    }

    /// M, `[T, O]`, with the least |M S - T|^2.
    pub(crate) fn map(&self) -> Result<Vec<f32>> {
        let map = linear::solve(&self.own, &self.across, self.channels(), RIDGE).context("the student's activations are not finite")?;
        Ok(map.into_iter().map(|v| v as f32).collect())
    }

    /// |M S - T|^2 / |T|^2
    pub(crate) fn error(&self, map: &[f32]) -> f64 {
        let n = self.channels();
        let mut sum = self.energy;
        for (row, across) in map.chunks_exact(n).zip(self.across.chunks_exact(n)) {
            for (i, value) in row.iter().enumerate() {
                let mapped: f64 = row.iter().zip(&self.own[i * n..]).map(|(v, s)| f64::from(*v) * s).sum();
                sum += f64::from(*value) * (mapped - 2.0 * across[i]);
            }
        }
        sum / self.energy
    }
}

/// `sums += part`, layer by layer; either may be of no images.
pub(crate) fn add(sums: &mut Vec<Products>, part: Vec<Products>) {
    if sums.is_empty() {
        *sums = part;
    } else {
        sums.iter_mut().zip(part).for_each(|(sum, part)| sum.add(part));
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn the_best_linear_map_is_found() {
        let device = Device::flex();
        let wave = |rows: usize, by: f32| {
            let values: Vec<f32> = (0..rows * 40).map(|at| ((at * at) as f32 * by).sin()).collect();
            Tensor::<2>::from_data(TensorData::new(values, [rows, 40]), &device)
        };
        let (ours, noise) = (wave(3, 0.7), wave(5, 3.1));
        let map = wave(5, 1.3).narrow(1, 0, 3);
        let exact = Products::of(ours.clone(), map.clone().matmul(ours.clone())).unwrap();
        let found = exact.map().unwrap();
        let wanted = floats(map.clone().flatten::<1>(0, 1)).unwrap();
        assert!(found.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-3), "{found:?}");
        assert!(exact.error(&found) < 1e-6);

        let halves = [0, 20].map(|from| {
            let part = |t: Tensor<2>| t.narrow(1, from, 20);
            Products::of(part(ours.clone()), part(map.clone().matmul(ours.clone()) + noise.clone())).unwrap()
        });
        let [mut noisy, half] = halves;
        noisy.add(half);
        let found = noisy.map().unwrap();
        let difference = Tensor::<2>::from_data(TensorData::new(found.clone(), [5, 3]), &device).matmul(ours.clone())
            - (map.clone().matmul(ours.clone()) + noise.clone());
        let energy = floats((map.matmul(ours) + noise).square().sum()).unwrap()[0];
        let error = floats(difference.square().sum()).unwrap()[0] / energy;
        assert!((noisy.error(&found) - f64::from(error)).abs() < 1e-4);
        for at in 0..15 {
            let mut other = found.clone();
            other[at] += 0.05;
            assert!(noisy.error(&other) > noisy.error(&found));
        }
    }
}
