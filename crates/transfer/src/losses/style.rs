//! Style: how far the features' statistics are from the style picture's, wherever in the picture they stand.

use burn::tensor::Tensor;
use vgg::{Layer, Tap, Taps};

use super::{Share, Statistics, add, constant, distance, even, relative, wasserstein::Gaussian};
use crate::settings::{Gradient, Normalisation, Settings, StyleKind};

/// What the painting's statistics are compared with.
#[derive(Clone, Debug)]
pub struct Style {
    targets: Vec<Target>,
    gradient: Gradient,
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    measure: Measure,
}

/// A target's statistics, and what the distance from them is multiplied by.
#[derive(Clone, Debug)]
enum Measure {
    Gram { gram: Tensor<2>, factor: Tensor<1> },
    Covariance { mean: Tensor<2>, mean_factor: Tensor<1>, covariance: Tensor<2>, factor: Tensor<1> },
    Wasserstein { gaussian: Box<Gaussian>, factor: Tensor<1> },
}

/// The painting at a layer, for the scale of the losses.
struct Scaling {
    normalisation: Normalisation,
    /// Of the layer's activations, squared.
    energy: f64,
    /// Pixels of the layer over pixels of the painting.
    pixels: f64,
}

impl Style {
    /// `styles`: taps of every style picture, each with all style layers; several are blended by averaging their means and
    /// Gram matrices. `painting`: taps of any picture of the painting's size; `size`: its height and width.
    ///
    /// G is the Gram matrix `F F^T / (h w)`, m the mean of F, C the covariance `G - m m^T`; x the painting, s the style:
    ///
    /// - `gram` (Gatys et al. 2015, equations 3 to 5): `|G(x) - G(s)|^2`
    ///   - `relative`: over `|G(s)|^2`
    ///   - `mean`: over the number of elements
    ///   - `sum`: `sum((F F^T(x) - F F^T(s))^2) / (4 * 3^2 * (H W)^2)`, H and W of the painting, as the Keras example
    /// - `covariance`: `|m(x) - m(s)|^2` and `|C(x) - C(s)|^2`
    ///   - `relative`: each over the target's own, and the mean of the two; `mean`: each over the number of elements
    /// - `wasserstein`: the squared 2-Wasserstein distance of the Gaussians with m and C
    ///   - `relative`: over `tr G(s)`, which is the distance of nothing at all; `mean`: over the number of channels
    #[must_use]
    pub fn new(styles: &[Taps], shares: &[Share], settings: &Settings, painting: &Taps, size: [usize; 2]) -> Self {
        let kind = settings.style.kind;
        let target = |&(layer, share): &Share| {
            let ours = &painting[layer];
            let weight = |tap: &Tap| match (kind, settings.loss.normalisation) {
                // Sums, unlike means, grow with the style picture: F F^T is the mean times its number of pixels.
                (StyleKind::Gram, Normalisation::Sum) => (pixels(tap) / pixels(ours)) as f32,
                _ => 1.0,
            };
            let statistics = |taps: &Taps| Statistics::of(&taps[layer], kind != StyleKind::Gram);
            let parts = styles.iter().map(|taps| (statistics(taps), weight(&taps[layer]) / styles.len() as f32));
            let mixed = Statistics::mix(parts).unwrap_or_else(|| statistics(painting));
            let scaling = Scaling {
                normalisation: settings.loss.normalisation,
                energy: f64::from(ours.raw_scale).powi(2),
                pixels: pixels(ours) / (size[0] * size[1]) as f64,
            };
            Target { layer, share, measure: Measure::new(kind, &mixed, &scaling) }
        };
        Self { targets: shares.iter().map(target).collect(), gradient: settings.style.gradient }
    }

    /// `taps`: of the painting -> `[1]`.
    #[must_use]
    pub fn loss(&self, taps: &Taps, x: &Tensor<4>) -> Tensor<1> {
        let loss = |t: &Target| even(&taps[t.layer], self.gradient, |tap| t.measure.distance(tap)) * t.share;
        add(self.targets.iter().map(loss), x)
    }
}

impl Measure {
    fn new(kind: StyleKind, target: &Statistics, &Scaling { normalisation, energy, pixels }: &Scaling) -> Self {
        let channels = target.gram.dims()[0] as f64;
        let of = |matrix: &Tensor<2>, elements: f64, energy: f64| match normalisation {
            Normalisation::Relative => relative(matrix),
            Normalisation::Mean => constant(energy / elements, matrix),
            Normalisation::Sum => constant(energy, matrix),
        };
        match kind {
            StyleKind::Gram => {
                let sums = if normalisation == Normalisation::Sum { pixels.powi(2) / 36.0 } else { 1.0 };
                Self::Gram { factor: of(&target.gram, channels.powi(2), energy.powi(2) * sums), gram: target.gram.clone() }
            }
            StyleKind::Covariance => {
                let (mean, covariance) = target.centred();
                let half = if normalisation == Normalisation::Relative { 0.5 } else { 1.0 };
                let (mean_factor, factor) = (of(&mean, channels, energy), of(&covariance, channels.powi(2), energy.powi(2)));
                Self::Covariance { mean_factor: mean_factor * half, factor: factor * half, mean, covariance }
            }
            StyleKind::Wasserstein => {
                let identity = Tensor::<2>::eye(target.gram.dims()[0], &target.gram.device());
                // The norm of the roots of the diagonal is the root of its sum.
                let diagonal = (target.gram.clone() * identity).clamp_min(0.0).sqrt();
                Self::Wasserstein { gaussian: Box::new(Gaussian::new(target)), factor: of(&diagonal, channels, energy) }
            }
        }
    }

    fn distance(&self, tap: &Tap) -> Tensor<1> {
        match self {
            Self::Gram { gram, factor } => distance(Statistics::of(tap, false).gram, gram, factor),
            Self::Covariance { mean, mean_factor, covariance, factor } => {
                let (its_mean, its_covariance) = Statistics::of(tap, true).centred();
                distance(its_mean, mean, mean_factor) + distance(its_covariance, covariance, factor)
            }
            Self::Wasserstein { gaussian, factor } => gaussian.distance(&Statistics::of(tap, true)) * factor.clone(),
        }
    }
}

fn pixels(tap: &Tap) -> f64 {
    tap.features.dims()[2..].iter().product::<usize>() as f64
}
