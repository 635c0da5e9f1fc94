//! First and second moments of a layer's features: their mean and their Gram matrix.

use std::ops::Range;

use burn::tensor::{Device, Tensor};
use kernels::{gram, moments, product};
use vgg::FeatureMap;

use super::{Descriptor, LayerFeatures};
use crate::Mask;

/// Weights of a layer's pixels (the guidance channels of Gatys et al. 2017, arXiv:1611.07865, equation 5).
#[derive(Clone, Debug)]
pub struct Region {
    /// `[1, n]`, adding up to 1.
    weights: Tensor<2>,
    /// Their square roots: `F sqrt(w)` has the Gram matrix `F diag(w) F^T`.
    roots: Tensor<2>,
}

impl Region {
    /// `mask` at the size of a layer.
    pub(super) fn new(mask: &Mask, device: &Device) -> Self {
        let weights = mask.weights(device);
        Self { roots: weights.clone().sqrt(), weights }
    }

    /// Of some of the layer's pixels.
    pub(super) fn part(&self, pixels: &Range<usize>) -> Self {
        let part = |all: &Tensor<2>| all.clone().narrow(1, pixels.start, pixels.len());
        Self { weights: part(&self.weights), roots: part(&self.roots) }
    }

    /// `[1, n]`: the weight of each pixel.
    #[must_use]
    pub fn weights(&self) -> &Tensor<2> {
        &self.weights
    }
}

/// Moments of a layer's features F, n pixels of K channels; with a metric R the features are R f.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// `F F^T / n`, `[K, K]`.
    pub gram: Tensor<2>,
    /// `F 1 / n`, `[K, 1]`; only where it is asked for.
    pub mean: Option<Tensor<2>>,
}

impl Statistics {
    /// Of all pixels of a layer.
    #[must_use]
    pub fn of(map: &FeatureMap, with_mean: bool) -> Self {
        let [_, _, height, width] = map.values.dims();
        Self::weighted(map, None, height * width, with_mean)
    }

    /// Of a layer, or what a tile adds to those of the whole layer.
    #[must_use]
    pub fn new(features: &LayerFeatures<'_>, with_mean: bool) -> Self {
        Self::weighted(features.map, features.region.as_ref(), features.pixels(), with_mean)
    }

    fn weighted(map: &FeatureMap, region: Option<&Region>, pixels: usize, with_mean: bool) -> Self {
        let [_, channels, height, width] = map.values.dims();
        let flat = |values: Tensor<4>| values.reshape([channels, height * width]);
        let (mean, gram) = match region {
            None if with_mean => {
                let (gram, sums) = moments(flat(map.values.clone()));
                (Some(sums / pixels as f32), gram / pixels as f32)
            }
            None => (None, gram(flat(map.values.clone())) / pixels as f32),
            Some(region) => {
                let flat = flat(map.to_f32());
                (with_mean.then(|| (flat.clone() * region.weights.clone()).sum_dim(1)), gram(flat * region.roots.clone()))
            }
        };
        // A linear map of the features is cheaper to apply to their moments.
        match &map.metric {
            Some(metric) => Self {
                gram: product(product(metric.clone(), gram), metric.clone().transpose()),
                mean: mean.map(|mean| product(metric.clone(), mean)),
            },
            None => Self { gram, mean },
        }
    }

    /// As a descriptor: the Gram matrix, and the mean if it is there.
    pub(super) fn into_descriptor(self) -> Descriptor {
        [Some(self.gram), self.mean].into_iter().flatten().collect()
    }

    /// From a descriptor that [`into_descriptor`](Statistics::into_descriptor) made.
    ///
    /// # Panics
    ///
    /// When it is empty.
    pub(super) fn from_descriptor(descriptor: &Descriptor) -> Self {
        Self { gram: descriptor[0].clone(), mean: descriptor.get(1).cloned() }
    }

    /// Mean, and covariance `F F^T / n - m m^T`: the centred Gram matrix.
    #[must_use]
    pub fn centred(&self) -> (Tensor<2>, Tensor<2>) {
        let mean = self.mean.clone().unwrap_or_else(|| Tensor::zeros([self.gram.dims()[0], 1], &self.gram.device()));
        let covariance = self.gram.clone() - product(mean.clone(), mean.clone().transpose());
        (mean, covariance)
    }
}
