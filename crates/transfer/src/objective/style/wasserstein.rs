//! The 2-Wasserstein distance between Gaussians (Bures 1969; Dowson and Landau 1982; for style transfer: Mroueh 2019,
//! arXiv:1905.12828, and crowsonkb's style-transfer-pytorch).

use std::sync::Arc;

use burn::tensor::Tensor;

use super::{
    Descriptor, LayerFeatures, LayerScale, RegionStyles, RegionTarget, Statistics, StyleDescriptor, StyleLoss, StyleTarget, blend,
    matrix_root::roots,
};
use crate::{
    Error,
    objective::layer_loss::{constant, inverse_energy, with_gradient},
    settings::Normalisation,
};

/// Added to both covariances, over the Frobenius norm of the target's. Features of few pixels have covariances without
/// full rank, of whose roots the gradient is not bounded; with this much f32 finds value and gradient of VGG-19's to about 1e-3.
const RIDGE: f32 = 1e-3;
/// A target of one colour has no covariance: its norm counts as this much of its Gram matrix', and as [`LEAST`] where the activations are 0 as
/// well. Activations are near 1.
const FLAT: f32 = 1e-2;
const LEAST: f32 = 1e-4;

/// The squared 2-Wasserstein distance of the Gaussians with the features' mean and covariance:
///
/// - `relative`: over `tr G(s)`, the distance from features that are all zero
/// - `mean`: over the number of channels
/// - `sum`: undivided
#[derive(Clone, Copy, Debug)]
pub struct WassersteinLoss;

fn describe(features: &LayerFeatures<'_>) -> Descriptor {
    Statistics::new(features, true).into_descriptor()
}

impl StyleLoss for WassersteinLoss {
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
    let identity = Tensor::<2>::eye(statistics.gram.dims()[0], &statistics.gram.device());
    // The squared norm of the square roots of the diagonal is the trace.
    let diagonal = (statistics.gram.clone() * identity).clamp_min(0.0).sqrt();
    let factor = match scale.normalisation {
        Normalisation::Relative => inverse_energy(&diagonal),
        Normalisation::Mean => constant(scale.energy / channels, &diagonal),
        Normalisation::Sum => constant(scale.energy, &diagonal),
    };
    Arc::new(Target { gaussian: Gaussian::new(&statistics), factor })
}

#[derive(Debug)]
struct Target {
    gaussian: Gaussian,
    factor: Tensor<1>,
}

impl StyleTarget for Target {
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor {
        describe(features)
    }

    fn loss(&self, descriptor: &Descriptor) -> Tensor<1> {
        self.gaussian.distance(&Statistics::from_descriptor(descriptor)) * self.factor.clone()
    }
}

/// A Gaussian to compare with.
#[derive(Debug)]
struct Gaussian {
    mean: Tensor<2>,
    /// Covariance S and its root, the ridge added.
    covariance: Tensor<2>,
    root: Tensor<2>,
    ridge: Tensor<2>,
}

impl Gaussian {
    fn new(statistics: &Statistics) -> Self {
        let (mean, covariance) = statistics.centred();
        let norm = |matrix: &Tensor<2>| matrix.clone().square().sum().sqrt();
        let size = norm(&covariance).max_pair(norm(&statistics.gram) * FLAT).clamp_min(LEAST);
        let ridge = Tensor::eye(covariance.dims()[0], &covariance.device()) * (size * RIDGE).reshape([1, 1]);
        let covariance = covariance + ridge.clone();
        let (root, _) = roots(covariance.clone());
        Self { mean, covariance, root, ridge }
    }

    /// `|m - m*|^2 + tr(C + S - 2 (S^1/2 C S^1/2)^1/2)`, `[1]`; C and S with the ridge.
    ///
    /// The root's gradient is known, `d tr(A^1/2) = tr(A^-1/2 dA) / 2`, and the iteration gives `A^-1/2` beside the root:
    /// `I - S^1/2 A^-1/2 S^1/2` is the whole gradient in C, without a backward pass through the iteration.
    fn distance(&self, statistics: &Statistics) -> Tensor<1> {
        let (mean, covariance) = statistics.centred();
        let between_means = (mean - self.mean.clone()).square().sum();
        let covariance = covariance + self.ridge.clone();
        let fixed = covariance.clone().detach();
        let inner = self.root.clone().matmul(fixed.clone()).matmul(self.root.clone());
        let (root, inverse) = roots((inner.clone() + inner.transpose()) * 0.5);
        let identity = Tensor::<2>::eye(root.dims()[0], &root.device());
        let trace = fixed + self.covariance.clone() - root * 2.0;
        let value = (trace * identity.clone()).sum().clamp_min(0.0);
        let slope = identity - self.root.clone().matmul(inverse).matmul(self.root.clone());
        between_means + with_gradient(value, covariance, slope)
    }
}
