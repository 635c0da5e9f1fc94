//! Content: the distance between activations (Gatys et al. 2015, equation 1).

use burn::tensor::Tensor;
use vgg::{Layer, Tap, Taps};

use super::layer_loss::{Share, add, constant, distance, even, relative};
use crate::settings::{Gradient, Normalisation, Settings};

/// What the painting's activations are compared with.
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
    /// `taps`: of the content picture, with all layers of `shares`.
    ///
    /// - `relative`: `mean((F(x) - F(c))^2) / mean(F(c)^2)`
    /// - `mean`: `mean((F(x) - F(c))^2)`
    /// - `sum`: `sum((F(x) - F(c))^2)`
    #[must_use]
    pub fn new(taps: &Taps, shares: &[Share], settings: &Settings) -> Self {
        let target = |&(layer, share): &Share| {
            let features = taps[layer].flat();
            let [channels, pixels] = features.dims();
            let energy = f64::from(taps[layer].raw_scale).powi(2);
            let factor = match settings.loss.normalisation {
                Normalisation::Relative => relative(&features),
                Normalisation::Mean => constant(energy / (channels * pixels) as f64, &features),
                Normalisation::Sum => constant(energy, &features),
            };
            Target { layer, share, features, factor }
        };
        Self { targets: shares.iter().map(target).collect(), gradient: settings.content.gradient }
    }

    /// `taps`: of the painting, of the content's size -> `[1]`.
    #[must_use]
    pub fn loss(&self, taps: &Taps, x: &Tensor<4>) -> Tensor<1> {
        let loss = |t: &Target| even(&taps[t.layer], self.gradient, |tap: &Tap| distance(tap.flat(), &t.features, &t.factor)) * t.share;
        add(self.targets.iter().map(loss), x)
    }
}
