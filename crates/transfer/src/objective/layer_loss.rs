//! What the losses of layers share. F is a layer's activation after ReLU as `[C, h w]`, a metric applied if the network has one.
//!
//! A layer's squared distance from its target is divided as [`Normalisation`](crate::settings::Normalisation) says: `relative`, by the target's own
//! energy; `mean`, by the number of elements; `sum`, as the Keras example (and Gatys et al. 2015) has it. The last two
//! speak of the network's own activations, so [`vgg::FeatureMap::raw_scale`] is multiplied back.

use burn::tensor::Tensor;
use vgg::{FeatureMap, Layer};

use crate::settings::{Gradient, WeightedLayer};

/// A layer and its share of a loss; shares add up to 1.
pub type Share = (Layer, f32);

/// Shares of the layers of a list.
#[must_use]
pub fn shares(layers: &[WeightedLayer]) -> Vec<Share> {
    let whole: f64 = layers.iter().map(|layer| layer.weight).sum();
    layers.iter().map(|layer| (layer.layer, (layer.weight / whole) as f32)).collect()
}

/// `factor * sum((f - target)^2)`, `[1]`.
pub(super) fn distance(f: Tensor<2>, target: &Tensor<2>, factor: &Tensor<1>) -> Tensor<1> {
    (f - target.clone()).square().sum() * factor.clone()
}

/// 1 over the energy of `target`; of a target that is all zeros, 1 over next to nothing, and still finite.
pub(super) fn inverse_energy(target: &Tensor<2>) -> Tensor<1> {
    target.clone().square().sum().clamp_min(1e-12).recip()
}

/// A number as a tensor beside `like`.
pub(super) fn constant(value: f64, like: &Tensor<2>) -> Tensor<1> {
    Tensor::from_floats([value as f32], &like.device())
}

/// A loss of layers, `[1]`, with its gradient in each layer's features as it is, or divided by the sum of its absolute values:
/// the `normalize_gradients` of jcjohnson's neural-style, which lets no layer and no stage of the run dominate. It is then not
/// the gradient of a loss any more. `loss`: of the maps, in their order.
pub(super) fn with_gradient_kind(maps: &[&FeatureMap], gradient: Gradient, loss: impl Fn(&[FeatureMap]) -> Tensor<1>) -> Tensor<1> {
    if gradient == Gradient::Plain {
        return loss(&maps.iter().copied().cloned().collect::<Vec<_>>());
    }
    let features: Vec<Tensor<4>> = maps.iter().map(|map| map.to_f32()).collect();
    let leaf = |(map, features): (&&FeatureMap, &Tensor<4>)| {
        let values = features.clone().inner().autodiff().require_grad();
        FeatureMap { values, ..(*map).clone() }
    };
    let leaves: Vec<FeatureMap> = maps.iter().zip(&features).map(leaf).collect();
    let value = loss(&leaves);
    let mut gradients = value.backward();
    let mut total = value.inner();
    for (leaf, features) in leaves.iter().zip(features) {
        let Some(gradient) = leaf.values.grad_remove(&mut gradients) else { continue };
        let sum = gradient.clone().abs().sum().clamp_min(1e-12).reshape([1, 1, 1, 1]);
        let linear = (features * (gradient / sum).detach()).sum();
        total = linear.clone() - linear.detach() + total;
    }
    total
}

/// The weighted sum of the layers' losses, `[1]`.
pub(super) fn weighted_sum(parts: impl Iterator<Item = Tensor<1>>, like: &Tensor<4>) -> Tensor<1> {
    parts.reduce(|a, b| a + b).unwrap_or_else(|| Tensor::zeros([1], &like.device()))
}

/// A number, `[1]`, whose gradient in `of` is `gradient`.
pub(super) fn with_gradient<const D: usize>(value: Tensor<1>, of: Tensor<D>, gradient: Tensor<D>) -> Tensor<1> {
    let linear = (of * gradient.detach()).sum();
    linear.clone() - linear.detach() + value.detach()
}
