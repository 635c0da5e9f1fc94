//! The objective: `content_weight content + style_weight style + tv_weight tv`, and its gradient in the pixels.

pub mod content;
mod layer_loss;
mod losses;
pub mod style;
pub mod tiling;
mod tv;

use burn::tensor::{FloatDType, Gradients, Tensor};
use kernels::device::has_half;
use vgg::{Layer, Network, Precision, WeightsFile};

pub use self::{
    content::{ActivationLoss, Content, ContentLoss, ContentMemory, ContentTarget, LayerSize, SelfSimilarityLoss},
    layer_loss::{Share, shares},
    losses::Losses,
    style::{
        CovarianceLoss, Descriptor, Descriptors, GramLoss, LayerFeatures, LayerScale, LayerStyles, NearestNeighbourLoss, Region,
        RegionStyles, RegionTarget, Statistics, Style, StyleDescriptor, StyleFeatures, StyleInputs, StyleLoss, StyleTarget,
        WassersteinLoss, roots,
    },
    tv::{absolute as tv_absolute, power as tv_power, squared as tv_squared},
};
use crate::{
    Error, Mask,
    image::augment::{AUGMENTATIONS, Augmentation},
    settings::{Settings, Views},
};

/// The exponent of the strength: with it, equal steps of strength look about equal, as most of a style's change happens while its weight is small.
const STRENGTH_EXPONENT: i32 = 3;

/// See [`Objective::ema_decay`].
const AUGMENTED_EMA_DECAY: f64 = 0.9;

/// See [`Objective::backward`]: the scaled total for each pixel of the image, and the least total that is scaled.
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
    /// As the settings have them; the style's and the total variation's are multiplied by [strength^3](STRENGTH_EXPONENT), so that at 0
    /// the content loss is alone.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let share = settings.strength.powi(STRENGTH_EXPONENT);
        let weights = [settings.content.weight, settings.style.weight * share, settings.tv.weight * share];
        let [content, style, tv] = weights.map(|weight| weight as f32);
        Self { content, style, tv }
    }
}

/// The losses of an image and the gradient of their sum.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// `[4]`: content, style and tv unweighted, and the weighted total.
    pub losses: Tensor<1>,
    /// `[1, 3, H, W]`: gradient of the total.
    pub gradient: Tensor<4>,
}

/// A style image, at the size at which its features are taken.
#[derive(Clone, Debug)]
pub struct StyleImage {
    /// `[1, 3, h, w]`
    pub image: Tensor<4>,
    /// Its share among the styles of one region; alone in its region, its strength there.
    pub weight: f32,
    /// Which of its own pixels count, of any size; none: all.
    pub visible: Option<Mask>,
    /// Where in the result it is used, of any size; none: where the others' regions leave room.
    pub region: Option<Mask>,
}

/// The images that the result is compared with.
#[derive(Clone, Debug)]
pub struct Images {
    /// `[1, 3, H, W]`, of the result's size.
    pub content: Tensor<4>,
    /// Which of the result's pixels the styles are for, of any size; none: all.
    pub visible: Option<Mask>,
    /// At least one.
    pub styles: Vec<StyleImage>,
}

impl Images {
    /// Styles for the whole result, in equal shares.
    #[must_use]
    pub fn uniform(content: Tensor<4>, styles: &[Tensor<4>]) -> Self {
        let style = |image: &Tensor<4>| StyleImage { image: image.clone(), weight: 1.0, visible: None, region: None };
        Self { content, visible: None, styles: styles.iter().map(style).collect() }
    }

    /// The transformed images.
    fn augmented(&self, augmentation: Augmentation) -> Self {
        let mask = |mask: &Option<Mask>| mask.as_ref().map(|mask| augmentation.apply_to_mask(mask));
        let style = |style: &StyleImage| StyleImage {
            image: augmentation.apply(style.image.clone()),
            weight: style.weight,
            visible: mask(&style.visible),
            region: mask(&style.region),
        };
        Self {
            content: augmentation.apply(self.content.clone()),
            visible: mask(&self.visible),
            styles: self.styles.iter().map(style).collect(),
        }
    }
}

/// The network, what the result is compared with, and the weights.
#[derive(Clone, Debug)]
pub struct Objective {
    network: Network,
    losses: Losses,
    /// One for each augmentation, at least one; an evaluation uses one.
    targets: Vec<Targets>,
    layers: Vec<Layer>,
    tv: tv::Formula,
    /// Blocks that are computed again for the gradient, and pixels of the tiles in which they are.
    recomputed: usize,
    tile_pixels: usize,
    /// Weights of the losses.
    pub weights: Weights,
}

/// What the result is compared with in one augmentation.
#[derive(Clone, Debug)]
struct Targets {
    augmentation: Augmentation,
    content: Content,
    style: Style,
}

impl Objective {
    /// Loads the layers in use and computes the targets.
    ///
    /// # Errors
    ///
    /// When the network lacks a layer or is damaged, or no region is left for any style.
    pub fn new(weights: &WeightsFile, images: &Images, settings: &Settings) -> Result<Self, Error> {
        Self::with_losses(weights, images, settings, Losses::of(settings))
    }

    /// The same with other losses than those that the settings stand for.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Objective::new).
    pub fn with_losses(weights: &WeightsFile, images: &Images, settings: &Settings, losses: Losses) -> Result<Self, Error> {
        let network = weights.network(&images.content.device(), &layers_in_use(settings))?;
        Self::with_network(network, weights.augmentations(), images, settings, losses)
    }

    /// The same with a network of which at least the layers in use are loaded. `asked`: augmentations that its file asks for.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Objective::new).
    pub(crate) fn with_network(
        network: Network,
        asked: usize,
        images: &Images,
        settings: &Settings,
        losses: Losses,
    ) -> Result<Self, Error> {
        let half = settings.network.precision == Precision::Half && has_half(&images.content.device());
        let precision = if half { Precision::Half } else { Precision::Full };
        let network = with_settings(network, settings).with_precision(precision);
        let augmentations = match settings.network.views {
            // A line search compares one evaluation with the next.
            _ if settings.optimiser.kind.needs_fixed_objective() => 1,
            Views::One => 1,
            Views::Auto => asked,
            Views::Four => AUGMENTATIONS.len(),
        };
        Self::with(network, losses, &AUGMENTATIONS[..augmentations.min(AUGMENTATIONS.len())], images, settings)
    }

    /// The same network, losses and weights for images of another size.
    ///
    /// # Errors
    ///
    /// When no region is left for any style.
    pub fn at_another_scale(&self, images: &Images, settings: &Settings) -> Result<Self, Error> {
        let augmentations: Vec<Augmentation> = self.targets.iter().map(|targets| targets.augmentation).collect();
        Self::with(self.network.clone(), self.losses.clone(), &augmentations, images, settings)
    }

    fn with(network: Network, losses: Losses, augmentations: &[Augmentation], images: &Images, settings: &Settings) -> Result<Self, Error> {
        let (content_shares, style_shares) = (shares(&settings.content.layers), shares(&settings.style.layers));
        let style_layers: Vec<Layer> = style_shares.iter().map(|(layer, _)| *layer).collect();
        let layers = layers_in_use(settings);
        let [_, _, height, width] = images.content.dims();
        let recomputed = tiling::blocks(settings, &network, [height, width], &images.content.device());
        let targets = |augmentation: &Augmentation| -> Result<Targets, Error> {
            let images = images.augmented(*augmentation);
            let [_, _, height, width] = images.content.dims();
            let (content_features, content) = style::describe_content(&losses.style, &network, &images.content, recomputed, &layers)?;
            let style = losses.style.iter().zip(&content).map(|((loss, share), content)| {
                let describe = |style: &StyleImage| StyleFeatures::new(&**loss, &network, style, &style_layers, settings);
                let styles = images.styles.iter().map(describe).collect::<Result<Vec<_>, _>>()?;
                let inputs = StyleInputs {
                    styles: &styles,
                    content,
                    shares: &style_shares,
                    settings,
                    network: &network,
                    visible: images.visible.as_ref(),
                    size: [height, width],
                };
                Ok((Style::new(&**loss, inputs)?, *share))
            });
            let style = Style::sum(style.collect::<Result<_, Error>>()?)?;
            Ok(Targets {
                augmentation: *augmentation,
                content: Content::new(&*losses.content, &content_features, &content_shares, settings),
                style,
            })
        };
        let targets = augmentations.iter().map(targets).collect::<Result<_, _>>()?;
        let tv = tv::Formula::of(settings);
        Ok(Self { network, losses, targets, layers, tv, recomputed, tile_pixels: tiling::AREA, weights: Weights::of(settings) })
    }

    /// With the first `blocks` computed again in tiles of about `pixels`, whatever the settings say: for checks against the untiled objective.
    /// All layers with a content loss, and all with a normalised gradient, must be of later blocks; 0 keeps everything.
    #[must_use]
    pub fn tiled(mut self, blocks: usize, pixels: usize) -> Self {
        (self.recomputed, self.tile_pixels) = (blocks, pixels);
        self
    }

    /// How many augmentations it has.
    #[must_use]
    pub fn augmentations(&self) -> usize {
        self.targets.len()
    }

    /// Decay of the moving average of iterates to show, given the one that was asked for: with several augmentations, each with its own gradient,
    /// the iterates wander, and a long average would be blurred.
    #[must_use]
    pub fn ema_decay(&self, asked: f64) -> f64 {
        if self.augmentations() > 1 { asked.min(AUGMENTED_EMA_DECAY) } else { asked }
    }

    /// `x`: `[1, 3, H, W]`, outside autodiff; in the first augmentation, the identity.
    ///
    /// # Errors
    ///
    /// When the network lacks a layer, which [`new`](Objective::new) has ruled out.
    pub fn evaluate(&self, x: Tensor<4>) -> Result<Evaluation, Error> {
        self.evaluate_augmented(x, 0)
    }

    /// The same in the `n`-th augmentation, beginning again after the last.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](Objective::evaluate).
    pub fn evaluate_augmented(&self, x: Tensor<4>, n: usize) -> Result<Evaluation, Error> {
        let targets = &self.targets[n % self.augmentations()];
        let augmented = targets.augmentation.apply(x.clone());
        if self.recomputed > 0 {
            return self.evaluate_tiled(targets, &x, &augmented);
        }
        let identity = targets.augmentation == Augmentation::IDENTITY;
        let x = x.autodiff().require_grad();
        let augmented = if identity { x.clone() } else { augmented.autodiff().require_grad() };
        let features = self.network.features(augmented.clone(), &self.layers)?;
        let [content, style, tv] =
            [targets.content.loss(&features, &augmented), targets.style.loss(&features, &[], &augmented), self.tv.loss(x.clone())];
        drop(features);
        let total = self.total([&content, &style, &tv]);
        let (mut gradients, scale) = self.backward(&total, &x);
        let mut gradient = x.grad_remove(&mut gradients).ok_or_else(no_gradient)?;
        if !identity {
            gradient = gradient + targets.augmentation.invert(augmented.grad_remove(&mut gradients).ok_or_else(no_gradient)?);
        }
        let losses = Tensor::cat([content, style, tv, total].map(Tensor::inner).into(), 0);
        Ok(Evaluation { losses, gradient: unscaled(gradient, scale) })
    }

    /// The same, with the first blocks computed twice, in tiles: before the losses for the later blocks, and after them for the gradient, by the
    /// chain rule where the two meet: the later blocks' input, and the tiles' contributions to the style's descriptors.
    fn evaluate_tiled(&self, targets: &Targets, x: &Tensor<4>, augmented: &Tensor<4>) -> Result<Evaluation, Error> {
        let [_, _, height, width] = augmented.dims();
        let tiles = tiling::tiles(self.network.architecture(), [height, width], self.recomputed, self.tile_pixels);
        let mut sums = Vec::new();
        let visit = |tile: &_, features: &_| style::add(&mut sums, targets.style.accumulate(features, tile));
        let pooled = tiling::pooled(&self.network, augmented, &tiles, &self.layers, visit)?.autodiff().require_grad();
        let sums: Vec<Option<Descriptor>> = sums.into_iter().map(|sum| sum.map(style::leaves)).collect();

        let later: Vec<Layer> = self.layers.iter().copied().filter(|layer| layer.block() > self.recomputed).collect();
        let features = self.network.features_after(self.recomputed, pooled.clone(), &later)?;
        let leaf = x.clone().autodiff().require_grad();
        let [content, style, tv] =
            [targets.content.loss(&features, &leaf), targets.style.loss(&features, &sums, &leaf), self.tv.loss(leaf.clone())];
        drop(features);
        let total = self.total([&content, &style, &tv]);
        let (mut gradients, scale) = self.backward(&total, x);
        // All of the gradient is gathered where the tiles are: in the augmented image.
        let mut gradient = targets.augmentation.apply(leaf.grad_remove(&mut gradients).ok_or_else(no_gradient)?);
        let of_pooled = pooled.grad_remove(&mut gradients).ok_or_else(no_gradient)?;
        let of_sums: Vec<_> = sums.iter().map(|sum| sum.as_ref().map(|sum| style::gradients(sum, &mut gradients))).collect();

        for tile in &tiles {
            let rows = tiling::rows(augmented, tile).autodiff().require_grad();
            let (features, pooled) = self.network.tile_features(tile, rows.clone(), &self.layers)?;
            let own = tile.pooled_rows();
            let across = (pooled * Tensor::from_inner(of_pooled.clone().narrow(2, own.start, own.len()))).sum().cast(FloatDType::F32);
            let parts = targets.style.accumulate(&features, tile);
            drop(features);
            let linear = parts.iter().zip(&of_sums).filter_map(|(part, of)| style::inner_product(part.as_ref()?, of.as_ref()?));
            let linear = linear.fold(across, |sum, more| sum + more);
            let found = rows.grad_remove(&mut linear.backward()).ok_or_else(no_gradient)?;
            let input = [0..1, 0..3, tile.input_rows(), 0..width];
            let sum = gradient.clone().slice(input.clone()) + found;
            gradient = gradient.slice_assign(input, sum);
        }
        let gradient = targets.augmentation.invert(gradient);
        let losses = Tensor::cat([content, style, tv, total].map(Tensor::inner).into(), 0);
        Ok(Evaluation { losses, gradient: unscaled(gradient, scale) })
    }

    /// The gradients of the total, and what it was multiplied by before, `[1]`, if it was: with activations in f16 most gradients would be less
    /// than the smallest f16 (loss scaling, Micikevicius et al. 2018, arXiv:1710.03740). With a total of [`SCALED`] for each pixel of the image
    /// those of all layers are about 0.1 to 10, whatever the losses are measured in.
    fn backward(&self, total: &Tensor<1>, x: &Tensor<4>) -> (Gradients, Option<Tensor<1>>) {
        if self.network.precision() == Precision::Full {
            return (total.backward(), None);
        }
        let [_, _, height, width] = x.dims();
        let scale = total.clone().inner().abs().clamp_min(LEAST).recip() * (SCALED * (height * width) as f32);
        ((total.clone() * Tensor::from_inner(scale.clone())).backward(), Some(scale))
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
    Error::Device("no gradient reached the image".to_owned())
}

fn layers_in_use(settings: &Settings) -> Vec<Layer> {
    settings.style.layers.iter().chain(&settings.content.layers).map(|weighted| weighted.layer).collect()
}

/// The network with the pooling and the padding that the settings ask for.
pub(crate) fn with_settings(network: Network, settings: &Settings) -> Network {
    let network = network.with_padding(settings.network.padding);
    match settings.network.pooling.replacement() {
        Some(pooling) => network.with_pooling(pooling),
        None => network,
    }
}
