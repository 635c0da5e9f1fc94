//! The three losses. F is a layer's activation after ReLU as `[C, h w]`, a metric applied if the network has one.
//!
//! A layer's squared distance from its target is divided as [`Normalisation`](crate::settings::Normalisation) says: `relative`, by the target's own
//! energy; `mean`, by the number of elements; `sum`, as the Keras example (and Gatys et al. 2015) has it. The last two
//! speak of the network's own activations, so [`vgg::Tap::raw_scale`] is multiplied back.

mod content;
mod root;
mod statistics;
mod style;
mod tv;
mod wasserstein;

pub use content::Content;
pub use root::roots;
pub use statistics::{Region, Statistics};
pub(crate) use style::region;
pub use style::{Style, StyleModel};
pub use tv::{absolute as tv_absolute, power as tv_power, squared as tv_squared};

use burn::tensor::Tensor;
use vgg::{Layer, Tap};

use self::wasserstein::with_gradient;
use crate::settings::{Gradient, WeightedLayer};

/// A layer and its share of a loss; shares add up to 1.
pub type Share = (Layer, f32);

/// Shares of the layers of a list.
///
/// # Errors
///
/// When there is no such layer.
pub fn shares(layers: &[WeightedLayer]) -> Result<Vec<Share>, vgg::UnknownLayer> {
    let whole: f64 = layers.iter().map(|layer| layer.weight).sum();
    layers.iter().map(|layer| Ok((layer.layer.parse()?, (layer.weight / whole) as f32))).collect()
}

/// `factor * sum((f - target)^2)`, `[1]`.
fn distance(f: Tensor<2>, target: &Tensor<2>, factor: &Tensor<1>) -> Tensor<1> {
    (f - target.clone()).square().sum() * factor.clone()
}

/// 1 over the energy of `target`; of a target that is all zeros, 1 over next to nothing, and still finite.
fn relative(target: &Tensor<2>) -> Tensor<1> {
    target.clone().square().sum().clamp_min(1e-12).recip()
}

/// A number as a tensor beside `like`.
fn constant(value: f64, like: &Tensor<2>) -> Tensor<1> {
    Tensor::from_floats([value as f32], &like.device())
}

/// A layer's loss, `[1]`, with its gradient in the layer's features as it is, or divided by the sum of its absolute values:
/// the `normalize_gradients` of jcjohnson's neural-style, which lets no layer and no stage of the run shout others down. What
/// is followed is then no loss's gradient any more.
fn even(tap: &Tap, gradient: Gradient, loss: impl Fn(&Tap) -> Tensor<1>) -> Tensor<1> {
    if gradient == Gradient::Plain {
        return loss(tap);
    }
    let features = tap.full();
    let leaf = features.clone().inner().autodiff().require_grad();
    let value = loss(&Tap { features: leaf.clone(), ..tap.clone() });
    let Some(gradient) = leaf.grad_remove(&mut value.backward()) else { return value };
    let sum = gradient.clone().abs().sum().clamp_min(1e-12).reshape([1, 1, 1, 1]);
    with_gradient(value.inner(), features, gradient / sum)
}

/// The weighted sum of the layers' losses, `[1]`.
fn add(parts: impl Iterator<Item = Tensor<1>>, like: &Tensor<4>) -> Tensor<1> {
    parts.reduce(|a, b| a + b).unwrap_or_else(|| Tensor::zeros([1], &like.device()))
}
