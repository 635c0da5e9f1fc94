//! A layer's features at the positions of a grid that all layers share: the pixels of the third block's layers, a quarter of the image.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use kernels::{avg_pool2x2, product};
use vgg::Layer;

/// The block whose layers have the grid's size.
const BLOCK: usize = 3;

/// Height and width of the grid of an image of `size`, height and width.
pub(super) fn grid(size: [usize; 2]) -> [usize; 2] {
    Layer::CONV3_1.size(size)
}

/// The linear map from a layer to the grid: means over squares of earlier layers' pixels; later layers are interpolated bilinearly between
/// the centres of their pixels.
#[derive(Clone, Debug)]
pub(super) enum Resampling {
    /// Halved so many times: 0 for layers of the grid's size.
    Means(usize),
    /// `[h, H]` and `[w, W]` of a layer of `h x w` pixels and a grid of `H x W`.
    Interpolated(Box<[Tensor<2>; 2]>),
}

impl Resampling {
    /// `size`: height and width of the layer.
    pub(super) fn new(layer: Layer, size: [usize; 2], grid: [usize; 2], device: &Device) -> Self {
        let block = layer.block();
        if block <= BLOCK {
            return Self::Means(BLOCK - block);
        }
        let matrix = |from: usize, to: usize| {
            let mut weights = vec![0.0f32; from * to];
            for at in 0..to {
                for (pixel, weight) in interpolated(1 << (block - BLOCK), from, at) {
                    weights[pixel * to + at] += weight;
                }
            }
            Tensor::from_data(TensorData::new(weights, [from, to]), device)
        };
        Self::Interpolated(Box::new([matrix(size[0], grid[0]), matrix(size[1], grid[1])]))
    }

    /// `values`: `[1, C, h, w]`, these rows of the layer -> what they contribute to the grid, `[C, H W]`.
    pub(super) fn apply(&self, values: Tensor<4>, rows: &Range<usize>, grid: [usize; 2]) -> Tensor<2> {
        match self {
            Self::Means(halvings) => means(values, *halvings, rows, grid),
            Self::Interpolated(matrices) => {
                let [of_rows, of_columns] = &**matrices;
                let [_, channels, height, width] = values.dims();
                let of_rows = of_rows.clone().narrow(0, rows.start, rows.len());
                let columns = product(values.reshape([channels * height, width]), of_columns.clone());
                let transposed = columns.reshape([channels, height, grid[1]]).swap_dims(1, 2).reshape([channels * grid[1], height]);
                let both = product(transposed, of_rows).reshape([channels, grid[1], grid[0]]);
                both.swap_dims(1, 2).reshape([channels, grid[0] * grid[1]])
            }
        }
    }
}

/// Means over squares, placed among zeros for the grid's other rows. Squares that the rows hold in part are filled up with zeros: another tile has
/// the rest.
fn means(values: Tensor<4>, halvings: usize, rows: &Range<usize>, [height, width]: [usize; 2]) -> Tensor<2> {
    let square = 1 << halvings;
    let end = rows.end.next_multiple_of(square);
    let values = with_rows(values, rows.start % square, end - rows.end);
    let pooled = (0..halvings).fold(values, |values, _| avg_pool2x2(values));
    // Of an odd number of rows the grid lacks the last.
    let first = rows.start / square;
    let count = (end / square).min(height).saturating_sub(first);
    if count == 0 {
        let [_, channels, _, _] = pooled.dims();
        return Tensor::zeros([channels, height * width], &pooled.device());
    }
    let placed = with_rows(pooled.narrow(2, 0, count).narrow(3, 0, width), first, height - first - count);
    let [_, channels, _, _] = placed.dims();
    placed.reshape([channels, height * width])
}

/// With rows of zeros before and after.
fn with_rows(values: Tensor<4>, before: usize, after: usize) -> Tensor<4> {
    let [_, channels, _, width] = values.dims();
    let device = values.device();
    let zeros = |rows: usize| (rows > 0).then(|| Tensor::zeros([1, channels, rows, width], &device));
    let parts: Vec<Tensor<4>> = [zeros(before), Some(values), zeros(after)].into_iter().flatten().collect();
    Tensor::cat(parts, 2)
}

/// The pixels of a line of `from` that make the grid's position `at`, with their weights, which add up to 1; a pixel is `factor` positions wide.
fn interpolated(factor: usize, from: usize, at: usize) -> [(usize, f32); 2] {
    let centre = ((at as f32 + 0.5) / factor as f32 - 0.5).clamp(0.0, (from - 1) as f32);
    let (before, share) = (centre.floor() as usize, centre.fract());
    [(before, 1.0 - share), ((before + 1).min(from - 1), share)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_keeps_constants_and_places() {
        for (factor, from, to) in [(2, 2, 5), (2, 6, 13), (4, 1, 5), (4, 3, 13)] {
            for at in 0..to {
                let parts = interpolated(factor, from, at);
                let sum: f32 = parts.iter().map(|(_, weight)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-6 && parts.iter().all(|(pixel, _)| *pixel < from), "{at}: {parts:?}");
                // In positions of the grid, whose centres are at halves.
                let place: f32 = parts.iter().map(|(pixel, weight)| (*pixel as f32 + 0.5) * factor as f32 * weight).sum();
                let half = 0.5 * factor as f32;
                let expected = (at as f32 + 0.5).clamp(half, from as f32 * factor as f32 - half);
                assert!((place - expected).abs() < 1e-4, "{at}: {place}, not {expected}");
            }
        }
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test may panic")]
    fn tiles_add_up_to_means_of_squares() {
        let (height, width, grid) = (23, 10, [5, 2]);
        let device = Device::flex();
        let data: Vec<f32> = (0..2 * height * width).map(|n| (n * 7 % 31) as f32).collect();
        let layer = Tensor::<4>::from_data(TensorData::new(data.clone(), [1, 2, height, width]), &device);
        let expected = (0..2 * 5 * 2).map(|n| {
            let (channel, y, x) = (n / 10, n / 2 % 5, n % 2);
            let square = (0..16).map(|k| data[channel * height * width + (4 * y + k / 4) * width + 4 * x + k % 4]);
            square.sum::<f32>() / 16.0
        });
        let expected: Vec<f32> = expected.collect();
        let resampling = Resampling::new(Layer::CONV1_1, [height, width], grid, &device);
        for cuts in [vec![0, 23], vec![0, 8, 23], vec![0, 2, 6, 14, 22, 23]] {
            let part = |cut: &[usize]| resampling.apply(layer.clone().narrow(2, cut[0], cut[1] - cut[0]), &(cut[0]..cut[1]), grid);
            let sum = cuts.windows(2).map(part).reduce(|a, b| a + b).unwrap();
            let found = sum.into_data().try_to_vec::<f32>().unwrap();
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-4), "{cuts:?}: {found:?}, not {expected:?}");
        }
    }
}
