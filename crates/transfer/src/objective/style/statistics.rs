//! What a layer's features are like, wherever they stand: their mean and their second moment, the Gram matrix.

use std::ops::Range;

use burn::tensor::{Device, Gradients, Tensor};
use kernels::{gram, moments};
use vgg::{FeatureMap, Layer, Tile};

use crate::Mask;

/// How far each pixel of a layer counts (the guidance channels of Gatys et al. 2017, arXiv:1611.07865, equation 5).
#[derive(Clone, Debug)]
pub struct Region {
    /// `[1, n]`, adding up to 1.
    weights: Tensor<2>,
    /// Their roots: `F sqrt(w)` has the Gram matrix `F diag(w) F^T`.
    roots: Tensor<2>,
}

impl Region {
    /// `mask` at the size of a layer.
    pub(crate) fn new(mask: &Mask, device: &Device) -> Self {
        let weights = mask.weights(device);
        Self { roots: weights.clone().sqrt(), weights }
    }

    /// What it says of some of the layer's pixels.
    fn part(&self, pixels: &Range<usize>) -> Self {
        let part = |all: &Tensor<2>| all.clone().narrow(1, pixels.start, pixels.len());
        Self { weights: part(&self.weights), roots: part(&self.roots) }
    }
}

/// The Gaussian that is like a layer's features, n pixels of K channels; with a metric R the features are R f.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// `F F^T / n`: which channels are active together. `[K, K]`.
    pub gram: Tensor<2>,
    /// `F 1 / n`, `[K, 1]`; only where it is asked for.
    pub mean: Option<Tensor<2>>,
}

impl Statistics {
    /// Of all pixels of a layer, or of a region of it; the mean only `with_mean`.
    #[must_use]
    pub fn of(map: &FeatureMap, region: Option<&Region>, with_mean: bool) -> Self {
        let [_, _, height, width] = map.values.dims();
        Self::part(map, region, with_mean, height * width)
    }

    /// What a tile adds to the statistics of a whole layer. `map`: the tile's; `region`: of the whole layer; `size`: the picture's
    /// height and width.
    pub(crate) fn of_strip(
        map: &FeatureMap,
        layer: Layer,
        tile: &Tile,
        size: [usize; 2],
        region: Option<&Region>,
        with_mean: bool,
    ) -> Self {
        let ([height, width], rows) = (layer.size(size), tile.rows(layer));
        let region = region.map(|region| region.part(&(rows.start * width..rows.end * width)));
        Self::part(map, region.as_ref(), with_mean, height * width)
    }

    /// What some pixels of a layer, those of `map` and `region`, add to the statistics of all its `count`.
    fn part(map: &FeatureMap, region: Option<&Region>, with_mean: bool, count: usize) -> Self {
        let [_, channels, height, width] = map.values.dims();
        let flat = |features: Tensor<4>| features.reshape([channels, height * width]);
        let (mean, gram) = match region {
            None if with_mean => {
                let (gram, sums) = moments(flat(map.values.clone()));
                (Some(sums / count as f32), gram / count as f32)
            }
            None => (None, gram(flat(map.values.clone())) / count as f32),
            Some(region) => {
                let flat = flat(map.to_f32());
                (with_mean.then(|| (flat.clone() * region.weights.clone()).sum_dim(1)), gram(flat * region.roots.clone()))
            }
        };
        // What is linear in the features may as well be applied to their sums, which are far smaller.
        match &map.metric {
            Some(metric) => Self {
                gram: metric.clone().matmul(gram).matmul(metric.clone().transpose()),
                mean: mean.map(|mean| metric.clone().matmul(mean)),
            },
            None => Self { gram, mean },
        }
    }

    /// The weighted sum of several, none if there are none; a mixture, if the weights add up to 1.
    #[must_use]
    pub fn mix(parts: impl Iterator<Item = (Self, f32)>) -> Option<Self> {
        let weighted = parts.map(|(part, weight)| Self { gram: part.gram * weight, mean: part.mean.map(|mean| mean * weight) });
        weighted.reduce(Self::plus)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { gram: self.gram + other.gram, mean: self.mean.zip(other.mean).map(|(a, b)| a + b) }
    }

    /// The same numbers, to be differentiated in.
    pub(crate) fn leaf(self) -> Self {
        let leaf = |tensor: Tensor<2>| tensor.autodiff().require_grad();
        Self { gram: leaf(self.gram), mean: self.mean.map(leaf) }
    }

    /// A leaf's gradient.
    pub(crate) fn gradient(&self, gradients: &mut Gradients) -> Option<Self> {
        // Where only one of the two is looked at, the other has none.
        let mean = self.mean.as_ref().and_then(|mean| mean.grad_remove(gradients));
        Some(Self { gram: self.gram.grad_remove(gradients)?, mean })
    }

    /// `[1]`, whose gradient in these statistics is `gradient`.
    pub(crate) fn along(&self, gradient: &Self) -> Tensor<1> {
        let along = |own: &Tensor<2>, gradient: &Tensor<2>| (own.clone() * Tensor::from_inner(gradient.clone())).sum();
        let gram = along(&self.gram, &gradient.gram);
        self.mean.as_ref().zip(gradient.mean.as_ref()).map(|(own, mean)| along(own, mean)).into_iter().fold(gram, |a, b| a + b)
    }

    /// Mean, and covariance `F F^T / n - m m^T`: the centred Gram matrix.
    #[must_use]
    pub fn centred(&self) -> (Tensor<2>, Tensor<2>) {
        let mean = self.mean.clone().unwrap_or_else(|| Tensor::zeros([self.gram.dims()[0], 1], &self.gram.device()));
        let covariance = self.gram.clone() - mean.clone().matmul(mean.clone().transpose());
        (mean, covariance)
    }
}
