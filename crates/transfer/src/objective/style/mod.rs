//! Style: how far the features' statistics are from the style picture's, wherever in the picture they stand.

mod matrix_root;
mod statistics;
mod wasserstein;

pub use matrix_root::roots;
pub use statistics::{Region, Statistics};

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use vgg::{Features, Layer, Network, Tile};

use self::wasserstein::Gaussian;
use super::layer_loss::{Share, constant, distance, inverse_energy, weighted_sum, with_gradient_kind};
use crate::{
    Error, Mask,
    image::resize::Size,
    settings::{Gradient, Normalisation, Settings, StyleKind},
};

/// A target's covariance C with less than this share of its Gram matrix G, in squared norms, is that of a style of one colour. Relative to so
/// little every other picture would be infinitely far away, whatever its colours. Of 27 photos and works of art the share is 0.016 or more at
/// each of the five style layers of VGG-19; of a flat blue with noise of 3 levels it is 3e-5 at conv1_1.
const FLAT: f32 = 0.01;

/// 1 over what the distance from a covariance C is relative to: `|C|^2`, unless that is less than [`FLAT`] of `|G|^2`. Then the less there is of
/// it, the less its distance counts: with `r = FLAT |G|^2 / |C|^2`, `FLAT |G|^2 sqrt(r)`, and `|G|^2` at most, as without a mean.
fn relative_covariance(covariance: &Tensor<2>, gram: &Tensor<2>) -> Tensor<1> {
    let square = |matrix: &Tensor<2>| matrix.clone().square().sum().clamp_min(1e-12);
    let (own, whole) = (square(covariance), square(gram));
    let flat = whole.clone() * FLAT;
    own.clone().max_pair(whole.min_pair(flat.clone() * (flat / own).sqrt())).recip()
}

/// What is known of a style picture; see [`crate::StyleImage`].
#[derive(Clone, Debug)]
pub struct StyleModel {
    /// Of all style layers, with means unless only Gram matrices are compared.
    pub statistics: BTreeMap<Layer, Statistics>,
    /// Its height and width.
    pub size: [usize; 2],
    /// Its share among the styles of its region; alone there, its strength.
    pub weight: f32,
    /// Where in the painting it is used.
    pub region: Option<Mask>,
}

/// What the painting's statistics are compared with.
#[derive(Clone, Debug)]
pub struct Style {
    targets: Vec<Target>,
    gradient: Gradient,
    /// Height and width of the painting.
    size: [usize; 2],
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    region: Option<Region>,
    measure: Measure,
}

/// A part of the painting and the styles, with their weights, that it is painted in.
struct RegionStyles<'a> {
    mask: Option<Mask>,
    share: f32,
    styles: Vec<(&'a StyleModel, f32)>,
}

/// A target's statistics, and what the distance from them is multiplied by.
#[derive(Clone, Debug)]
enum Measure {
    Gram { gram: Box<Tensor<2>>, factor: Tensor<1> },
    Covariance(Box<Centred>),
    Wasserstein { gaussian: Box<Gaussian>, factor: Tensor<1> },
}

/// A mean and a covariance to be compared with, and the factors of the two distances.
#[derive(Clone, Debug)]
struct Centred {
    mean: Tensor<2>,
    mean_factor: Tensor<1>,
    covariance: Tensor<2>,
    factor: Tensor<1>,
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
    /// `styles`: every style picture. Each with a region of its own is a loss there; all others together are one, where those
    /// leave room, and are blended by averaging their means and Gram matrices. Regions count by their area, so that a pixel
    /// is pulled as strongly as by one style alone. `visible`: which of the painting's pixels the styles are for; `size`: its height
    /// and width.
    ///
    /// G is the Gram matrix `F F^T / (h w)`, m the mean of F, C the covariance `G - m m^T`; x the painting, s the style:
    ///
    /// - `gram` (Gatys et al. 2015, equations 3 to 5): `|G(x) - G(s)|^2`
    ///   - `relative`: over `|G(s)|^2`
    ///   - `mean`: over the number of elements
    ///   - `sum`: `sum((F F^T(x) - F F^T(s))^2) / (4 * 3^2 * (H W)^2)`, H and W of the painting, as the Keras example
    /// - `covariance`: `|m(x) - m(s)|^2` and `|C(x) - C(s)|^2`
    ///   - `relative`: each over the target's own (of the covariance as [`relative_covariance`] says), and the mean of the two; `mean`:
    ///     each over the number of elements
    /// - `wasserstein`: the squared 2-Wasserstein distance of the Gaussians with m and C
    ///   - `relative`: over `tr G(s)`, which is the distance of nothing at all; `mean`: over the number of channels
    ///
    /// # Errors
    ///
    /// When masks or weights leave no style any place.
    pub fn new(
        styles: &[StyleModel],
        shares: &[Share],
        settings: &Settings,
        network: &Network,
        visible: Option<&Mask>,
        size: [usize; 2],
    ) -> Result<Self, Error> {
        let kind = settings.style.kind;
        let mut targets = Vec::new();
        for place in regions(styles, visible, (size[1] as u32, size[0] as u32))? {
            for &(layer, share) in shares {
                let pixels = |size: [usize; 2]| layer.size(size).iter().product::<usize>() as f64;
                let statistics = |(style, weight): &(&StyleModel, f32)| {
                    let more = match (kind, settings.loss.normalisation) {
                        // Sums, unlike means, grow with the style picture: F F^T is the mean times its number of pixels.
                        (StyleKind::Gram, Normalisation::Sum) => (pixels(style.size) / pixels(size)) as f32,
                        _ => 1.0,
                    };
                    Some((style.statistics.get(&layer)?.clone(), weight * more))
                };
                let parts = place.styles.iter().map(statistics).collect::<Option<Vec<_>>>().ok_or(Error::NoStyle)?;
                let mixed = Statistics::mix(parts.into_iter()).ok_or(Error::NoStyle)?;
                let scaling = Scaling {
                    normalisation: settings.loss.normalisation,
                    energy: f64::from(network.raw_scale(layer)).powi(2),
                    pixels: pixels(size) / (size[0] * size[1]) as f64,
                };
                targets.push(Target {
                    layer,
                    share: share * place.share,
                    region: region(place.mask.as_ref(), layer.size(size), &mixed.gram.device())?,
                    measure: Measure::new(kind, &mixed, &scaling),
                });
            }
        }
        Ok(Self { targets, gradient: settings.style.gradient, size })
    }

    /// What a tile of the painting adds to the statistics that are compared, one for each target; none where its layer is not among `features`.
    pub(crate) fn part(&self, features: &Features, tile: &Tile) -> Vec<Option<Statistics>> {
        let part = |target: &Target| {
            let Target { layer, region, measure, .. } = target;
            Some(Statistics::of_strip(features.get(*layer)?, *layer, tile, self.size, region.as_ref(), measure.has_mean()))
        };
        self.targets.iter().map(part).collect()
    }

    /// `features`: of the painting; `known`: the painting's statistics, one for each target, where they were put together from
    /// tiles; empty if none were -> `[1]`.
    #[must_use]
    pub fn loss(&self, features: &Features, known: &[Option<Statistics>], x: &Tensor<4>) -> Tensor<1> {
        let loss = |(n, t): (usize, &Target)| {
            let loss = match known.get(n).and_then(Option::as_ref) {
                Some(statistics) => t.measure.distance(statistics),
                None => with_gradient_kind(&features[t.layer], self.gradient, |map| {
                    t.measure.distance(&Statistics::of(map, t.region.as_ref(), t.measure.has_mean()))
                }),
            };
            loss * t.share
        };
        weighted_sum(self.targets.iter().enumerate().map(loss), x)
    }
}

impl Measure {
    fn new(kind: StyleKind, target: &Statistics, &Scaling { normalisation, energy, pixels }: &Scaling) -> Self {
        let channels = target.gram.dims()[0] as f64;
        let of = |matrix: &Tensor<2>, elements: f64, energy: f64| match normalisation {
            Normalisation::Relative => inverse_energy(matrix),
            Normalisation::Mean => constant(energy / elements, matrix),
            Normalisation::Sum => constant(energy, matrix),
        };
        match kind {
            StyleKind::Gram => {
                let sums = if normalisation == Normalisation::Sum { pixels.powi(2) / 36.0 } else { 1.0 };
                Self::Gram { factor: of(&target.gram, channels.powi(2), energy.powi(2) * sums), gram: Box::new(target.gram.clone()) }
            }
            StyleKind::Covariance => {
                let (mean, covariance) = target.centred();
                let half = if normalisation == Normalisation::Relative { 0.5 } else { 1.0 };
                let mean_factor = of(&mean, channels, energy);
                let factor = match normalisation {
                    Normalisation::Relative => relative_covariance(&covariance, &target.gram),
                    _ => of(&covariance, channels.powi(2), energy.powi(2)),
                };
                Self::Covariance(Box::new(Centred { mean_factor: mean_factor * half, factor: factor * half, mean, covariance }))
            }
            StyleKind::Wasserstein => {
                let identity = Tensor::<2>::eye(target.gram.dims()[0], &target.gram.device());
                // The norm of the roots of the diagonal is the root of its sum.
                let diagonal = (target.gram.clone() * identity).clamp_min(0.0).sqrt();
                Self::Wasserstein { gaussian: Box::new(Gaussian::new(target)), factor: of(&diagonal, channels, energy) }
            }
        }
    }

    /// Whether means are looked at as well.
    fn has_mean(&self) -> bool {
        !matches!(self, Self::Gram { .. })
    }

    fn distance(&self, statistics: &Statistics) -> Tensor<1> {
        match self {
            Self::Gram { gram, factor } => distance(statistics.gram.clone(), gram, factor),
            Self::Covariance(target) => {
                let (mean, covariance) = statistics.centred();
                distance(mean, &target.mean, &target.mean_factor) + distance(covariance, &target.covariance, &target.factor)
            }
            Self::Wasserstein { gaussian, factor } => gaussian.distance(statistics) * factor.clone(),
        }
    }
}

/// A mask at a layer's size.
pub(crate) fn region(mask: Option<&Mask>, [height, width]: [usize; 2], device: &Device) -> Result<Option<Region>, Error> {
    let at = |mask: &Mask| Ok(Region::new(&mask.resized((width as u32, height as u32))?, device));
    mask.map(at).transpose()
}

/// Which styles are for which part of the painting; parts without area and styles without weight are left out.
fn regions<'a>(styles: &'a [StyleModel], visible: Option<&Mask>, size: Size) -> Result<Vec<RegionStyles<'a>>, Error> {
    let visible = visible.map(|mask| mask.resized(size)).transpose()?;
    let seen = |mask: Mask| visible.as_ref().map_or_else(|| mask.clone(), |visible| mask.product(visible));
    let whole = visible.as_ref().map_or(1.0, Mask::mean).max(1e-6);
    let (mut masks_, mut regions) = (Vec::new(), Vec::new());
    for style in styles {
        if let Some(region) = &style.region {
            let mask = region.resized(size)?;
            masks_.push(mask.clone());
            let mask = seen(mask);
            regions.push(RegionStyles { share: style.weight * mask.mean() / whole, mask: Some(mask), styles: vec![(style, 1.0)] });
        }
    }
    let everywhere: Vec<&StyleModel> = styles.iter().filter(|style| style.region.is_none()).collect();
    let sum: f32 = everywhere.iter().map(|style| style.weight).sum();
    if sum > 0.0 {
        let mask = Mask::complement(masks_.iter()).map(seen).or_else(|| visible.clone());
        let share = mask.as_ref().map_or(1.0, |mask| mask.mean() / whole);
        regions.push(RegionStyles { mask, share, styles: everywhere.into_iter().map(|style| (style, style.weight / sum)).collect() });
    }
    regions.retain(|place| place.share > 1e-6);
    if regions.is_empty() { Err(Error::NoPlace) } else { Ok(regions) }
}
