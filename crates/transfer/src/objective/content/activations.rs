//! The distance between activations (Gatys et al. 2015, equation 1).

use std::sync::Arc;

use burn::tensor::Tensor;
use vgg::FeatureMap;

use super::{
    super::layer_loss::{constant, distance, inverse_energy},
    ContentLoss, ContentTarget,
};
use crate::settings::Normalisation;

/// The squared distance, F(x) and F(c) being the features of the result and of the content image:
///
/// - `relative`: `mean((F(x) - F(c))^2) / mean(F(c)^2)`
/// - `mean`: `mean((F(x) - F(c))^2)`
/// - `sum`: `sum((F(x) - F(c))^2)`
#[derive(Clone, Copy, Debug)]
pub struct ActivationLoss;

impl ContentLoss for ActivationLoss {
    fn target(&self, features: &FeatureMap, normalisation: Normalisation) -> Arc<dyn ContentTarget> {
        let target = features.flat();
        let [channels, pixels] = target.dims();
        let energy = f64::from(features.raw_scale).powi(2);
        let factor = match normalisation {
            Normalisation::Relative => inverse_energy(&target),
            Normalisation::Mean => constant(energy / (channels * pixels) as f64, &target),
            Normalisation::Sum => constant(energy, &target),
        };
        Arc::new(Target { features: target, factor })
    }
}

#[derive(Debug)]
struct Target {
    features: Tensor<2>,
    factor: Tensor<1>,
}

impl ContentTarget for Target {
    fn loss(&self, features: &FeatureMap) -> Tensor<1> {
        distance(features.flat(), &self.features, &self.factor)
    }
}
