//! Mean and covariance, the centred Gram matrix.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::{
    Descriptor, LayerFeatures, LayerScale, RegionStyles, RegionTarget, Statistics, StyleDescriptor, StyleLoss, StyleTarget, blend,
};
use crate::{
    Error,
    objective::layer_loss::{constant, distance, inverse_energy},
    settings::Normalisation,
};

/// A target's covariance C with less than this share of its Gram matrix G, in squared norms, is that of a style of one colour. Relative to so
/// little every other image would be infinitely far away, whatever its colours. Of 27 photos and works of art the share is 0.016 or more at
/// each of the five style layers of VGG-19; of a flat blue with noise of 3 levels it is 3e-5 at conv1_1.
const FLAT: f32 = 0.01;

/// `|m(x) - m(s)|^2` and `|C(x) - C(s)|^2` of mean m of the features and covariance `C = F F^T / (h w) - m m^T`, x the result, s the style:
///
/// - `relative`: each over the target's own (of the covariance as [`inverse_covariance_energy`] says), and the mean of the two
/// - `mean`: each over its number of elements
/// - `sum`: undivided
#[derive(Clone, Copy, Debug)]
pub struct CovarianceLoss;

/// 1 over what the distance from a covariance C is relative to: `|C|^2`, unless that is less than [`FLAT`] of `|G|^2`. Then the less there is of
/// it, the less its distance counts: with `r = FLAT |G|^2 / |C|^2`, `FLAT |G|^2 sqrt(r)`, and `|G|^2` at most, as without a mean.
fn inverse_covariance_energy(covariance: &Tensor<2>, gram: &Tensor<2>) -> Tensor<1> {
    let square = |matrix: &Tensor<2>| matrix.clone().square().sum().clamp_min(1e-12);
    let (own, whole) = (square(covariance), square(gram));
    let flat = whole.clone() * FLAT;
    own.clone().max_pair(whole.min_pair(flat.clone() * (flat / own).sqrt())).recip()
}

/// A mean and a covariance to compare with, and the factors of the two distances.
#[derive(Debug)]
struct Target {
    mean: Tensor<2>,
    mean_factor: Tensor<1>,
    covariance: Tensor<2>,
    factor: Tensor<1>,
}

fn describe(features: &LayerFeatures<'_>) -> Descriptor {
    Statistics::new(features, true).into_descriptor()
}

impl StyleLoss for CovarianceLoss {
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor {
        describe(features)
    }

    fn targets(&self, region: &RegionStyles<'_>) -> Result<Vec<RegionTarget>, Error> {
        Ok(region.by_layer(target))
    }
}

/// The target of a layer, from one or several style images.
fn target(styles: &[StyleDescriptor], scale: &LayerScale) -> Arc<dyn StyleTarget> {
    let statistics = Statistics::from_descriptor(&blend(styles, |_| 1.0));
    let channels = statistics.gram.dims()[0] as f64;
    let (mean, covariance) = statistics.centred();
    let (mean_factor, factor) = match scale.normalisation {
        Normalisation::Relative => (inverse_energy(&mean) * 0.5, inverse_covariance_energy(&covariance, &statistics.gram) * 0.5),
        Normalisation::Mean => (constant(scale.energy / channels, &mean), constant(scale.energy.powi(2) / channels.powi(2), &covariance)),
        Normalisation::Sum => (constant(scale.energy, &mean), constant(scale.energy.powi(2), &covariance)),
    };
    Arc::new(Target { mean, mean_factor, covariance, factor })
}

impl StyleTarget for Target {
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor {
        describe(features)
    }

    fn loss(&self, descriptor: &Descriptor) -> Tensor<1> {
        let (mean, covariance) = Statistics::from_descriptor(descriptor).centred();
        distance(mean, &self.mean, &self.mean_factor) + distance(covariance, &self.covariance, &self.factor)
    }
}
