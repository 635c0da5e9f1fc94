//! The preconditioner of Bramble, Pasciak and Xu (1990, "Parallel multilevel preconditioners") for an image: a sum over a pyramid of
//! resolutions.
//!
//! ```text
//! M = sum over levels l of g^l P_l P_l^T / 4^l,   P_l: bilinear upsampling by 2^l
//! ```
//!
//! With `g = 4` M is about the inverse Laplacian up to a factor: proportional to 1 over the square of the spatial frequency. Along `-M gradient` in
//! place of `-gradient` coarse structure converges before fine noise, as in an image that is parameterised by a Laplacian pyramid or by its spectrum
//! (Olah, Mordvintsev and Schubert 2017, "Feature Visualization").
//! M is symmetric and positive definite, so `-M gradient` descends.

use burn::tensor::Tensor;
use kernels::{add_upsampled2x, downsample2x};

/// Levels above the image's own: up to 32 pixels.
const LEVELS: u32 = 5;

/// `M x`. `x`: `[1, C, H, W]`; `gain`: `g`, 0 for the identity.
pub(crate) fn precondition(x: Tensor<4>, gain: f64) -> Tensor<4> {
    if gain == 0.0 { x } else { level(x, gain, LEVELS) }
}

/// The sum from one level on.
fn level(x: Tensor<4>, gain: f64, levels: u32) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    if levels == 0 || height.max(width) == 1 {
        return x;
    }
    let coarse = level(downsample2x(x.clone()), gain, levels - 1);
    add_upsampled2x(x, coarse, gain as f32)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    fn values(x: Tensor<4>) -> Vec<f32> {
        x.into_data().try_to_vec().unwrap()
    }

    fn image(height: usize, width: usize, value: impl Fn(usize) -> f32) -> Tensor<4> {
        let data: Vec<f32> = (0..height * width).map(value).collect();
        Tensor::from_data(TensorData::new(data, [1, 1, height, width]), &Device::flex())
    }

    #[test]
    fn without_gain_nothing_changes() {
        let x = image(5, 7, |n| n as f32);
        assert_eq!(values(precondition(x.clone(), 0.0)), values(x));
    }

    /// All columns of the matrix, of odd sizes.
    #[test]
    fn it_is_symmetric_and_positive_definite() {
        for (height, width) in [(1, 1), (1, 9), (5, 7), (8, 6)] {
            let n = height * width;
            let matrix: Vec<Vec<f32>> = (0..n).map(|k| values(precondition(image(height, width, |at| f32::from(at == k)), 4.0))).collect();
            for (i, k) in (0..n).flat_map(|i| (0..n).map(move |k| (i, k))) {
                assert!((matrix[i][k] - matrix[k][i]).abs() < 1e-4 * matrix[k][k], "{height} x {width}: {i}, {k}");
            }
            // Elimination without exchanges has positive pivots only of positive definite matrices.
            let mut rest: Vec<Vec<f64>> = matrix.iter().map(|row| row.iter().map(|value| f64::from(*value)).collect()).collect();
            for k in 0..n {
                let pivot = rest[k].clone();
                assert!(pivot[k] > 0.5, "{height} x {width}: pivot {k} is {}", pivot[k]);
                for row in &mut rest[k + 1..] {
                    let factor = row[k] / pivot[k];
                    row.iter_mut().zip(&pivot).for_each(|(value, other)| *value -= factor * other);
                }
            }
        }
    }

    /// The Rayleigh quotients of cosines: about four times as large at half the frequency.
    #[test]
    fn coarse_structure_comes_first() {
        let size = 64;
        let quotient = |period: usize| {
            let x = image(size, size, |n| (std::f32::consts::TAU * ((n % size) as f32 + 0.5) / period as f32).cos());
            let (x, y) = (values(x.clone()), values(precondition(x, 4.0)));
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            dot(&x, &y) / dot(&x, &x)
        };
        let found = [4, 8, 16, 32, 64].map(quotient);
        assert!(found[0] < 1.1 && found.windows(2).all(|pair| (3.0..4.5).contains(&(pair[1] / pair[0]))), "{found:?}");
    }
}
