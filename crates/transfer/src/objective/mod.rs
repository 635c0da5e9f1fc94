//! What is minimised: `content_weight content + style_weight style + tv_weight tv`, and its gradient in the pixels.

mod content;
mod layer_loss;
mod style;
pub mod tiling;
mod tv;

pub use content::Content;
pub use layer_loss::{Share, shares};
pub(crate) use style::region;
pub use style::{Region, Statistics, Style, StyleModel, roots};
pub use tv::{absolute as tv_absolute, power as tv_power, squared as tv_squared};

use std::collections::BTreeMap;

use burn::tensor::{FloatDType, Gradients, Tensor};
use kernels::device::has_half;
use vgg::{Layer, Network, Precision, VIEWS, WeightsFile};

use crate::{
    Error, Mask,
    settings::{self, Normalisation, OptimiserKind, Padding, Pooling, Settings, StyleKind, TvKind, Views},
};

/// With this power of the strength, equal steps of it look about equal: most of what a style changes happens while its weight
/// is small.
const STRENGTH: i32 = 3;

/// See [`Objective::average`].
const SHORT: f64 = 0.9;

/// See [`Objective::back`]. A total that is less than the second is as good as none.
const SCALED: f32 = 8.0;
const LEAST: f32 = 1e-12;

/// The weights of the three losses in the total; they may change during a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of the content loss.
    pub content: f32,
    /// Of the style loss.
    pub style: f32,
    /// Of the total variation.
    pub tv: f32,
}

impl Weights {
    /// As the settings have them; `strength` s takes the style's down by [s^3](STRENGTH), and the total variation's with it, so
    /// that at 0 nothing pulls away from the photo.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let share = settings.strength.powi(STRENGTH);
        let weights = [settings.content.weight, settings.style.weight * share, settings.tv.weight * share];
        let [content, style, tv] = weights.map(|weight| weight as f32);
        Self { content, style, tv }
    }
}

/// The losses of a picture and which way is up.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// `[4]`: content, style and tv unweighted, and the weighted total.
    pub losses: Tensor<1>,
    /// `[1, 3, H, W]`: gradient of the total.
    pub gradient: Tensor<4>,
}

/// A style picture, at the size at which it is looked at.
#[derive(Clone, Debug)]
pub struct StyleImage {
    /// `[1, 3, h, w]`
    pub picture: Tensor<4>,
    /// Its share among the styles of one region; alone in its region, its strength there.
    pub weight: f32,
    /// Which of its own pixels count, of any size; none: all.
    pub visible: Option<Mask>,
    /// Where in the painting it is used, of any size; none: where the others' regions leave room.
    pub region: Option<Mask>,
}

/// What a painting is compared with.
#[derive(Clone, Debug)]
pub struct Images {
    /// `[1, 3, H, W]`, of the painting's size.
    pub content: Tensor<4>,
    /// Which of the painting's pixels the styles are for, of any size; none: all.
    pub visible: Option<Mask>,
    /// At least one.
    pub styles: Vec<StyleImage>,
}

impl Images {
    /// Styles for the whole painting, in equal shares.
    #[must_use]
    pub fn uniform(content: Tensor<4>, styles: &[Tensor<4>]) -> Self {
        let style = |picture: &Tensor<4>| StyleImage { picture: picture.clone(), weight: 1.0, visible: None, region: None };
        Self { content, visible: None, styles: styles.iter().map(style).collect() }
    }
}

/// Networks, what the painting is compared with, and the weights.
#[derive(Clone, Debug)]
pub struct Objective {
    /// At least one, of which each evaluation uses one.
    eyes: Vec<Eye>,
    layers: Vec<Layer>,
    tv: Tv,
    /// Blocks that are computed again for the gradient, and pixels of the tiles in which they are.
    recomputed: usize,
    tile: usize,
    /// Weights of the losses.
    pub weights: Weights,
}

/// A network in one of its views, and what it sees in what the painting is compared with.
#[derive(Clone, Debug)]
struct Eye {
    network: Network,
    content: Content,
    style: Style,
}

#[derive(Clone, Copy, Debug)]
enum Tv {
    Squared,
    Absolute { sum: bool },
    Power { power: f32, sum: bool },
}

impl Objective {
    /// Loads the layers in use and looks at the pictures.
    ///
    /// # Errors
    ///
    /// When the network lacks a layer or is damaged, or no place is left for any style.
    pub fn new(weights: &WeightsFile, pictures: &Images, settings: &Settings) -> Result<Self, Error> {
        let device = pictures.content.device();
        let half = settings.network.precision == settings::Precision::Half && has_half(&device);
        let precision = if half { Precision::Half } else { Precision::Full };
        let layers = layers_in_use(settings)?;
        let networks = VIEWS.iter().take(views(weights, settings)).map(|view| {
            let network = weights.network_in_view(&device, &layers, *view)?;
            Ok(with_settings(network, settings).with_precision(precision))
        });
        Self::with(networks.collect::<Result<_, Error>>()?, pictures, settings)
    }

    /// The same networks, losses and weights for pictures of another size.
    ///
    /// # Errors
    ///
    /// When no place is left for any style.
    pub fn at_another_scale(&self, pictures: &Images, settings: &Settings) -> Result<Self, Error> {
        Self::with(self.eyes.iter().map(|eye| eye.network.clone()).collect(), pictures, settings)
    }

    fn with(networks: Vec<Network>, pictures: &Images, settings: &Settings) -> Result<Self, Error> {
        let (content_shares, style_shares) = (shares(&settings.content.layers)?, shares(&settings.style.layers)?);
        let style_layers: Vec<Layer> = style_shares.iter().map(|(layer, _)| *layer).collect();
        let layers = layers_in_use(settings)?;
        let [_, _, height, width] = pictures.content.dims();
        let sum = settings.loss.normalisation == Normalisation::Sum;
        let recomputed = tiling::blocks(settings, &networks[0], [height, width], &pictures.content.device())?;
        let open = |network: Network| -> Result<Eye, Error> {
            let content_taps = tiling::look(&network, &pictures.content, recomputed, &layers, |_, _| {})?;
            let models = pictures.styles.iter().map(|style| model(&network, style, &style_layers, settings));
            let styles = models.collect::<Result<Vec<_>, _>>()?;
            Ok(Eye {
                content: Content::new(&content_taps, &content_shares, settings),
                style: Style::new(&styles, &style_shares, settings, &network, pictures.visible.as_ref(), [height, width])?,
                network,
            })
        };
        let eyes = networks.into_iter().map(open).collect::<Result<_, _>>()?;
        let tv = match settings.tv.kind {
            TvKind::Squared => Tv::Squared,
            TvKind::Absolute => Tv::Absolute { sum },
            TvKind::Power => Tv::Power { power: settings.tv.power as f32, sum },
        };
        Ok(Self { eyes, layers, tv, recomputed, tile: tiling::AREA, weights: Weights::of(settings) })
    }

    /// With the first `blocks` computed again in tiles of about `area` pixels, whatever the settings say: what checks hold against the
    /// whole. All layers with a content loss, and all with a normalised gradient, must lie behind these blocks; 0 keeps everything.
    #[must_use]
    pub fn tiled(mut self, blocks: usize, area: usize) -> Self {
        (self.recomputed, self.tile) = (blocks, area);
        self
    }

    /// How many views it has.
    #[must_use]
    pub fn views(&self) -> usize {
        self.eyes.len()
    }

    /// Decay of the average of iterates to show, given the one that was asked for: in several views, of which each pulls its own way,
    /// the painting wanders, and a long average would be a blur.
    #[must_use]
    pub fn average(&self, asked: f64) -> f64 {
        if self.views() > 1 { asked.min(SHORT) } else { asked }
    }

    /// `x`: `[1, 3, H, W]`, outside autodiff.
    ///
    /// # Errors
    ///
    /// When the network lacks a layer, which [`new`](Objective::new) has ruled out.
    pub fn evaluate(&self, x: Tensor<4>) -> Result<Evaluation, Error> {
        self.evaluate_in_turn(x, 0)
    }

    /// The same in the `turn`-th view, beginning again after the last.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](Objective::evaluate).
    pub fn evaluate_in_turn(&self, x: Tensor<4>, turn: usize) -> Result<Evaluation, Error> {
        let eye = &self.eyes[turn % self.views()];
        if self.recomputed > 0 {
            return self.evaluate_tiled(eye, &x);
        }
        let x = x.autodiff().require_grad();
        let features = eye.network.features(x.clone(), &self.layers)?;
        let [content, style, tv] = [eye.content.loss(&features, &x), eye.style.loss(&features, &[], &x), self.tv(x.clone())];
        let total = self.total([&content, &style, &tv]);
        let (mut gradients, scale) = self.back(&total, &x);
        let gradient = x.grad_remove(&mut gradients).ok_or_else(no_gradient)?;
        let losses = Tensor::cat([content, style, tv, total].map(Tensor::inner).into(), 0);
        Ok(Evaluation { losses, gradient: unscaled(gradient, scale) })
    }

    /// The same, with the first blocks computed twice, in tiles: before the losses for what lies behind, and after them for the
    /// gradient, by the chain rule at the seam: what the blocks behind see, and the tiles' share of the statistics.
    fn evaluate_tiled(&self, eye: &Eye, x: &Tensor<4>) -> Result<Evaluation, Error> {
        let [_, _, height, width] = x.dims();
        let tiles = tiling::tiles(eye.network.architecture(), [height, width], self.recomputed, self.tile);
        let mut statistics = Vec::new();
        let see = |tile: &_, features: &_| tiling::add(&mut statistics, eye.style.part(features, tile));
        let seam = tiling::pooled(&eye.network, x, &tiles, &self.layers, see)?.autodiff().require_grad();
        let statistics: Vec<Option<Statistics>> = statistics.into_iter().map(|sum| sum.map(Statistics::leaf)).collect();

        let behind: Vec<Layer> = self.layers.iter().copied().filter(|layer| layer.block() > self.recomputed).collect();
        let features = eye.network.features_after(self.recomputed, seam.clone(), &behind)?;
        let leaf = x.clone().autodiff().require_grad();
        let [content, style, tv] =
            [eye.content.loss(&features, &leaf), eye.style.loss(&features, &statistics, &leaf), self.tv(leaf.clone())];
        drop(features);
        let total = self.total([&content, &style, &tv]);
        let (mut gradients, scale) = self.back(&total, x);
        let mut gradient = leaf.grad_remove(&mut gradients).ok_or_else(no_gradient)?;
        let of_seam = seam.grad_remove(&mut gradients).ok_or_else(no_gradient)?;
        let of_statistics: Vec<Option<Statistics>> =
            statistics.iter().map(|sum| sum.as_ref().and_then(|sum| sum.gradient(&mut gradients))).collect();

        for tile in &tiles {
            let rows = tiling::rows(x, tile).autodiff().require_grad();
            let (features, pooled) = eye.network.tile_features(tile, rows.clone(), &self.layers)?;
            let own = tile.pooled_rows();
            let across = (pooled * Tensor::from_inner(of_seam.clone().narrow(2, own.start, own.len()))).sum().cast(FloatDType::F32);
            let parts = eye.style.part(&features, tile);
            drop(features);
            let linear = parts.iter().zip(&of_statistics).filter_map(|(part, of)| Some(part.as_ref()?.along(of.as_ref()?)));
            let linear = linear.fold(across, |sum, more| sum + more);
            let found = rows.grad_remove(&mut linear.backward()).ok_or_else(no_gradient)?;
            let seen = [0..1, 0..3, tile.input_rows(), 0..width];
            let sum = gradient.clone().slice(seen.clone()) + found;
            gradient = gradient.slice_assign(seen, sum);
        }
        let losses = Tensor::cat([content, style, tv, total].map(Tensor::inner).into(), 0);
        Ok(Evaluation { losses, gradient: unscaled(gradient, scale) })
    }

    /// The gradients of the total, and what it was multiplied by before, `[1]`, if it was: most gradients of f16 would be less than its
    /// smallest numbers. With a total of [`SCALED`] to a pixel of the picture those of all layers are about 0.1 to 10 where they come in,
    /// whatever the losses are measured in.
    fn back(&self, total: &Tensor<1>, x: &Tensor<4>) -> (Gradients, Option<Tensor<1>>) {
        if self.eyes[0].network.precision() == Precision::Full {
            return (total.backward(), None);
        }
        let [_, _, height, width] = x.dims();
        let scale = total.clone().inner().abs().clamp_min(LEAST).recip() * (SCALED * (height * width) as f32);
        ((total.clone() * Tensor::from_inner(scale.clone())).backward(), Some(scale))
    }

    fn tv(&self, x: Tensor<4>) -> Tensor<1> {
        match self.tv {
            Tv::Squared => tv_squared(x),
            Tv::Absolute { sum } => tv_absolute(x, sum),
            Tv::Power { power, sum } => tv_power(x, power, sum),
        }
    }

    fn total(&self, [content, style, tv]: [&Tensor<1>; 3]) -> Tensor<1> {
        let Weights { content: content_weight, style: style_weight, tv: tv_weight } = self.weights;
        content.clone() * content_weight + style.clone() * style_weight + tv.clone() * tv_weight
    }
}

fn unscaled(gradient: Tensor<4>, scale: Option<Tensor<1>>) -> Tensor<4> {
    match scale {
        Some(scale) => gradient / scale.reshape([1, 1, 1, 1]),
        None => gradient,
    }
}

fn no_gradient() -> Error {
    Error::Device("no gradient reached the picture".to_owned())
}

/// Looks at a style picture.
fn model(network: &Network, style: &StyleImage, layers: &[Layer], settings: &Settings) -> Result<StyleModel, Error> {
    let [_, _, height, width] = style.picture.dims();
    let size = [height, width];
    let regions = layers.iter().map(|layer| Ok((*layer, region(style.visible.as_ref(), layer.size(size), &style.picture.device())?)));
    let regions = regions.collect::<Result<BTreeMap<_, _>, Error>>()?;
    let with_mean = settings.style.kind != StyleKind::Gram;
    let mut statistics = BTreeMap::<Layer, Statistics>::new();
    let blocks = tiling::blocks(settings, network, size, &style.picture.device())?;
    let features = tiling::look(network, &style.picture, blocks, layers, |tile, features| {
        for (layer, map) in features.iter() {
            let part = Statistics::of_strip(map, layer, tile, size, regions.get(&layer).and_then(Option::as_ref), with_mean);
            let sum = match statistics.remove(&layer) {
                Some(sum) => sum.plus(part),
                None => part,
            };
            statistics.insert(layer, sum);
        }
    })?;
    for (layer, map) in features.iter() {
        statistics.insert(layer, Statistics::of(map, regions.get(&layer).and_then(Option::as_ref), with_mean));
    }
    Ok(StyleModel { statistics, size, weight: style.weight, region: style.region.clone() })
}

fn layers_in_use(settings: &Settings) -> Result<Vec<Layer>, vgg::UnknownLayer> {
    settings.style.layers.iter().chain(&settings.content.layers).map(|weighted| weighted.layer.parse()).collect()
}

/// How many views an objective looks through: L-BFGS, which compares one evaluation with the next, has one.
fn views(weights: &WeightsFile, settings: &Settings) -> usize {
    match (settings.optimiser.kind, settings.network.views) {
        (OptimiserKind::Lbfgs, _) | (_, Views::One) => 1,
        (OptimiserKind::Adam, Views::Auto) => weights.views(),
        (OptimiserKind::Adam, Views::Four) => VIEWS.len(),
    }
}

pub(crate) fn with_settings(network: Network, settings: &Settings) -> Network {
    let network = match settings.network.pooling {
        Pooling::Auto => network,
        Pooling::Max => network.with_pooling(vgg::Pooling::Max),
        Pooling::Average => network.with_pooling(vgg::Pooling::Average),
        Pooling::Scaled => network.with_pooling(vgg::Pooling::Scaled),
    };
    network.with_padding(match settings.network.padding {
        Padding::Zero => vgg::Padding::Zero,
        Padding::Replicate => vgg::Padding::Replicate,
    })
}
