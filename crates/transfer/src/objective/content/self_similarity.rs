//! The distance between self-similarities (the content loss of Kolkin et al. 2019, arXiv:1904.12785).

use std::sync::Arc;

use burn::tensor::Tensor;
use kernels::{avg_pool2x2, product};
use vgg::FeatureMap;

use super::{ContentLoss, ContentMemory, ContentTarget, LayerSize};
use crate::settings::Normalisation;

/// Positions of the grid at most, unless a layer is only a pixel high or wide. One with more is halved by average pooling.
const POSITIONS: usize = 1024;

/// Mean distance of a position from the others below which it counts as if it were this: where a picture is flat, distances are rounding errors.
const LEAST: f32 = 1e-3;

/// Matrices `[n, n]` that are saved for the gradient, and as many while it is computed.
const MATRICES: f64 = 5.0;

/// `1/n sum_ij |A_ij(x) - A_ij(c)|` over the n positions of a coarse grid, from 0 to 2.
///
/// `A_ij = D_ij / sum_i D_ij`, and `D_ij = 1 - cos(f_i, f_j)` is the cosine distance of the features at two positions of the same image. So places
/// that are alike in the photo must be alike in the result, and others as different in proportion; their colours and textures are free.
///
/// It has no unit, and so no normalisation. Metrics are applied.
#[derive(Clone, Copy, Debug)]
pub struct SelfSimilarityLoss;

impl SelfSimilarityLoss {
    /// How often a layer of this height and width is halved.
    fn halvings([height, width]: [usize; 2]) -> u32 {
        let fits =
            |halvings: &u32| (height >> halvings) * (width >> halvings) <= POSITIONS || (height >> halvings).min(width >> halvings) < 2;
        (0..usize::BITS).find(fits).unwrap_or(0)
    }

    /// Positions of the grid of a layer of this height and width.
    #[must_use]
    pub fn positions(size: [usize; 2]) -> usize {
        let halvings = Self::halvings(size);
        size.iter().map(|side| side >> halvings).product()
    }
}

impl ContentLoss for SelfSimilarityLoss {
    fn target(&self, features: &FeatureMap, _normalisation: Normalisation) -> Arc<dyn ContentTarget> {
        Arc::new(Target { distances: distances(features) })
    }

    fn memory(&self, size: LayerSize) -> ContentMemory {
        let (full, compared) = (size.channels as f64 * size.pixels(), size.compared as f64 * size.pixels());
        let matrix = (Self::positions(size.size) as f64).powi(2);
        // Pooled features, compared and normalised ones.
        let saved = 2.0 * compared + full / 3.0 + MATRICES * matrix;
        ContentMemory { target: matrix, saved, working: 2.0 * compared + full + MATRICES * matrix }
    }
}

#[derive(Debug)]
struct Target {
    /// A, `[n, n]`.
    distances: Tensor<2>,
}

impl ContentTarget for Target {
    fn loss(&self, features: &FeatureMap) -> Tensor<1> {
        let [positions, _] = self.distances.dims();
        (distances(features) - self.distances.clone()).abs().sum() / positions as f32
    }
}

/// A, `[n, n]`.
fn distances(features: &FeatureMap) -> Tensor<2> {
    let [_, _, height, width] = features.values.dims();
    let halvings = SelfSimilarityLoss::halvings([height, width]);
    let values = (0..halvings).fold(features.to_f32(), |values, _| avg_pool2x2(values));
    let columns = FeatureMap { values, ..features.clone() }.flat();
    let norms = columns.clone().square().sum_dim(0).clamp_min(1e-12).sqrt();
    let columns = columns / norms;
    let distances = product(columns.clone().transpose(), columns).neg() + 1.0;
    let [positions, _] = distances.dims();
    let sums = distances.clone().sum_dim(0).clamp_min(LEAST * positions as f32);
    distances / sums
}
