//! Content: how far the result's features at a layer are from the content image's, place by place.
//!
//! A [`ContentLoss`] is one way to compare them. It is implemented in a file of its own, and [`of_kind`] says which one the setting `content.kind`
//! stands for. [`Content`] applies it at every content layer.

mod activations;
mod self_similarity;

use std::{fmt::Debug, sync::Arc};

use burn::tensor::Tensor;
use vgg::{FeatureMap, Features, Layer};

pub use self::{activations::ActivationLoss, self_similarity::SelfSimilarityLoss};
use super::layer_loss::{Share, weighted_sum, with_gradient_kind};
use crate::settings::{ContentKind, Gradient, Normalisation, Settings};

/// One way to compare the features of two images of the same size at a layer.
pub trait ContentLoss: Debug + Send + Sync {
    /// What the result is compared with. `features`: of the content image; `normalisation`: what a loss with a unit is divided by.
    fn target(&self, features: &FeatureMap, normalisation: Normalisation) -> Arc<dyn ContentTarget>;

    /// What it takes at a layer of this size, so that a run's memory can be planned. Without an implementation: what the distance of all
    /// features takes.
    fn memory(&self, size: LayerSize) -> ContentMemory {
        let compared = size.compared as f64 * size.pixels();
        ContentMemory { target: compared, saved: compared, working: 2.0 * compared + size.channels as f64 * size.pixels() }
    }
}

/// The features of a layer.
#[derive(Clone, Copy, Debug)]
pub struct LayerSize {
    /// Channels.
    pub channels: usize,
    /// Channels that losses compare: rows of the metric, where there is one.
    pub compared: usize,
    /// Height and width in pixels.
    pub size: [usize; 2],
}

impl LayerSize {
    /// Height times width.
    #[must_use]
    pub fn pixels(&self) -> f64 {
        self.size[0] as f64 * self.size[1] as f64
    }
}

/// Numbers of 32 bits that a content loss takes at a layer.
#[derive(Clone, Copy, Debug)]
pub struct ContentMemory {
    /// Kept with the target.
    pub target: f64,
    /// Saved for the gradient.
    pub saved: f64,
    /// Needed besides while it is differentiated.
    pub working: f64,
}

/// The content image at a layer.
pub trait ContentTarget: Debug + Send + Sync {
    /// `features`: of the result, of the content image's size -> `[1]`, differentiable in the features.
    fn loss(&self, features: &FeatureMap) -> Tensor<1>;
}

/// The loss that a choice of `content.kind` stands for.
#[must_use]
pub fn of_kind(kind: ContentKind) -> Arc<dyn ContentLoss> {
    match kind {
        ContentKind::Activations => Arc::new(ActivationLoss),
        ContentKind::SelfSimilarity => Arc::new(SelfSimilarityLoss),
    }
}

/// The content loss of the result: the weighted average over layers.
#[derive(Clone, Debug)]
pub struct Content {
    targets: Vec<Target>,
    gradient: Gradient,
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    loss: Arc<dyn ContentTarget>,
}

impl Content {
    /// `features`: of the content image, with all layers of `shares`.
    #[must_use]
    pub fn new(loss: &dyn ContentLoss, features: &Features, shares: &[Share], settings: &Settings) -> Self {
        let target = |&(layer, share): &Share| Target { layer, share, loss: loss.target(&features[layer], settings.loss.normalisation) };
        Self { targets: shares.iter().map(target).collect(), gradient: settings.content.gradient }
    }

    /// `features`: of the result, of the content image's size -> `[1]`.
    #[must_use]
    pub fn loss(&self, features: &Features, x: &Tensor<4>) -> Tensor<1> {
        let loss = |target: &Target| {
            let of_maps = |maps: &[FeatureMap]| target.loss.loss(&maps[0]);
            with_gradient_kind(&[&features[target.layer]], self.gradient, of_maps) * target.share
        };
        weighted_sum(self.targets.iter().map(loss), x)
    }
}
