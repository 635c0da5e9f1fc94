//! Style: how far the features' statistics are from the style picture's, wherever in the picture they stand.

use burn::tensor::Tensor;
use vgg::{Layer, Tap, Taps};

use super::{Region, Share, Statistics, add, constant, distance, even, relative, wasserstein::Gaussian};
use crate::{
    Error, Plane,
    geometry::Size,
    settings::{Gradient, Normalisation, Settings, StyleKind},
};

/// What is known of a style picture; see [`crate::StylePicture`].
#[derive(Clone, Debug)]
pub struct StyleTaps {
    /// With all style layers.
    pub taps: Taps,
    /// Its share among the styles of its region; alone there, its strength.
    pub weight: f32,
    /// Which of its own pixels count.
    pub visible: Option<Plane>,
    /// Where in the painting it is used.
    pub region: Option<Plane>,
}

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
    region: Option<Region>,
    measure: Measure,
}

/// A part of the painting and the styles, with their weights, that it is painted in.
struct Place<'a> {
    plane: Option<Plane>,
    share: f32,
    styles: Vec<(&'a StyleTaps, f32)>,
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
    /// is pulled as strongly as by one style alone. `painting`: taps of any picture of the painting's size; `visible`: which of
    /// its pixels the styles are for; `size`: its height and width.
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
    ///
    /// # Errors
    ///
    /// When masks or weights leave no style any place.
    pub fn new(
        styles: &[StyleTaps],
        shares: &[Share],
        settings: &Settings,
        painting: &Taps,
        visible: Option<&Plane>,
        size: [usize; 2],
    ) -> Result<Self, Error> {
        let kind = settings.style.kind;
        let mut targets = Vec::new();
        for place in places(styles, visible, (size[1] as u32, size[0] as u32))? {
            for &(layer, share) in shares {
                let ours = &painting[layer];
                let statistics = |(style, weight): &(&StyleTaps, f32)| {
                    let tap = &style.taps[layer];
                    let more = match (kind, settings.loss.normalisation) {
                        // Sums, unlike means, grow with the style picture: F F^T is the mean times its number of pixels.
                        (StyleKind::Gram, Normalisation::Sum) => (pixels(tap) / pixels(ours)) as f32,
                        _ => 1.0,
                    };
                    Ok::<_, Error>((
                        Statistics::of(tap, region(style.visible.as_ref(), tap)?.as_ref(), kind != StyleKind::Gram),
                        weight * more,
                    ))
                };
                let parts = place.styles.iter().map(statistics).collect::<Result<Vec<_>, _>>()?;
                let mixed = Statistics::mix(parts.into_iter()).ok_or(Error::NoStyle)?;
                let scaling = Scaling {
                    normalisation: settings.loss.normalisation,
                    energy: f64::from(ours.raw_scale).powi(2),
                    pixels: pixels(ours) / (size[0] * size[1]) as f64,
                };
                targets.push(Target {
                    layer,
                    share: share * place.share,
                    region: region(place.plane.as_ref(), ours)?,
                    measure: Measure::new(kind, &mixed, &scaling),
                });
            }
        }
        Ok(Self { targets, gradient: settings.style.gradient })
    }

    /// `taps`: of the painting -> `[1]`.
    #[must_use]
    pub fn loss(&self, taps: &Taps, x: &Tensor<4>) -> Tensor<1> {
        let loss = |t: &Target| even(&taps[t.layer], self.gradient, |tap| t.measure.distance(tap, t.region.as_ref())) * t.share;
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
                Self::Gram { factor: of(&target.gram, channels.powi(2), energy.powi(2) * sums), gram: Box::new(target.gram.clone()) }
            }
            StyleKind::Covariance => {
                let (mean, covariance) = target.centred();
                let half = if normalisation == Normalisation::Relative { 0.5 } else { 1.0 };
                let (mean_factor, factor) = (of(&mean, channels, energy), of(&covariance, channels.powi(2), energy.powi(2)));
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

    fn distance(&self, tap: &Tap, region: Option<&Region>) -> Tensor<1> {
        match self {
            Self::Gram { gram, factor } => distance(Statistics::of(tap, region, false).gram, gram, factor),
            Self::Covariance(target) => {
                let (mean, covariance) = Statistics::of(tap, region, true).centred();
                distance(mean, &target.mean, &target.mean_factor) + distance(covariance, &target.covariance, &target.factor)
            }
            Self::Wasserstein { gaussian, factor } => gaussian.distance(&Statistics::of(tap, region, true)) * factor.clone(),
        }
    }
}

fn pixels(tap: &Tap) -> f64 {
    tap.features.dims()[2..].iter().product::<usize>() as f64
}

/// A plane at a layer's size.
fn region(plane: Option<&Plane>, tap: &Tap) -> Result<Option<Region>, Error> {
    let [_, _, height, width] = tap.features.dims();
    let at = |plane: &Plane| Ok(Region::new(&plane.resized((width as u32, height as u32))?, &tap.features.device()));
    plane.map(at).transpose()
}

/// Which styles are for which part of the painting; parts without area and styles without weight are left out.
fn places<'a>(styles: &'a [StyleTaps], visible: Option<&Plane>, size: Size) -> Result<Vec<Place<'a>>, Error> {
    let visible = visible.map(|plane| plane.resized(size)).transpose()?;
    let seen = |plane: Plane| visible.as_ref().map_or_else(|| plane.clone(), |visible| plane.and(visible));
    let whole = visible.as_ref().map_or(1.0, Plane::mean).max(1e-6);
    let (mut planes, mut places) = (Vec::new(), Vec::new());
    for style in styles {
        if let Some(region) = &style.region {
            let plane = region.resized(size)?;
            planes.push(plane.clone());
            let plane = seen(plane);
            places.push(Place { share: style.weight * plane.mean() / whole, plane: Some(plane), styles: vec![(style, 1.0)] });
        }
    }
    let everywhere: Vec<&StyleTaps> = styles.iter().filter(|style| style.region.is_none()).collect();
    let sum: f32 = everywhere.iter().map(|style| style.weight).sum();
    if sum > 0.0 {
        let plane = Plane::rest(planes.iter()).map(seen).or_else(|| visible.clone());
        let share = plane.as_ref().map_or(1.0, |plane| plane.mean() / whole);
        places.push(Place { plane, share, styles: everywhere.into_iter().map(|style| (style, style.weight / sum)).collect() });
    }
    places.retain(|place| place.share > 1e-6);
    if places.is_empty() { Err(Error::NoPlace) } else { Ok(places) }
}
