//! Content: the distance between activations (Gatys et al. 2015, equation 1).

use burn::tensor::Tensor;
use vgg::{FeatureMap, Features, Layer};

use super::layer_loss::{Share, constant, distance, inverse_energy, weighted_sum, with_gradient_kind};
use crate::settings::{Gradient, Normalisation, Settings};

/// The content target: the content image's activations.
#[derive(Clone, Debug)]
pub struct Content {
    targets: Vec<Target>,
    gradient: Gradient,
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    features: Tensor<2>,
    factor: Tensor<1>,
}

impl Content {
    /// `features`: of the content image, with all layers of `shares`.
    ///
    /// - `relative`: `mean((F(x) - F(c))^2) / mean(F(c)^2)`
    /// - `mean`: `mean((F(x) - F(c))^2)`
    /// - `sum`: `sum((F(x) - F(c))^2)`
    #[must_use]
    pub fn new(features: &Features, shares: &[Share], settings: &Settings) -> Self {
        let target = |&(layer, share): &Share| {
            let target = features[layer].flat();
            let [channels, pixels] = target.dims();
            let energy = f64::from(features[layer].raw_scale).powi(2);
            let factor = match settings.loss.normalisation {
                Normalisation::Relative => inverse_energy(&target),
                Normalisation::Mean => constant(energy / (channels * pixels) as f64, &target),
                Normalisation::Sum => constant(energy, &target),
            };
            Target { layer, share, features: target, factor }
        };
        Self { targets: shares.iter().map(target).collect(), gradient: settings.content.gradient }
    }

    /// `features`: of the result, of the content image's size -> `[1]`.
    #[must_use]
    pub fn loss(&self, features: &Features, x: &Tensor<4>) -> Tensor<1> {
        let loss = |t: &Target| {
            let distance = |maps: &[FeatureMap]| distance(maps[0].flat(), &t.features, &t.factor);
            with_gradient_kind(&[&features[t.layer]], self.gradient, distance) * t.share
        };
        weighted_sum(self.targets.iter().map(loss), x)
    }
}
