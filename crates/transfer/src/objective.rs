//! What is minimised: `content_weight content + style_weight style + tv_weight tv`, and its gradient in the pixels.

use burn::tensor::Tensor;
use vgg::{Layer, Network, WeightsFile};

use crate::{
    Error, Plane,
    losses::{Content, Style, StyleTaps, shares, tv_absolute, tv_power, tv_squared},
    settings::{Normalisation, Padding, Pooling, Settings, TvKind},
};

/// With this power of the strength, equal steps of it look about equal: most of what a style changes happens while its weight
/// is small.
const STRENGTH: i32 = 3;

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
pub struct StylePicture {
    /// `[1, 3, h, w]`
    pub picture: Tensor<4>,
    /// Its share among the styles of one region; alone in its region, its strength there.
    pub weight: f32,
    /// Which of its own pixels count, of any size; none: all.
    pub visible: Option<Plane>,
    /// Where in the painting it is used, of any size; none: where the others' regions leave room.
    pub region: Option<Plane>,
}

/// What a painting is compared with.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// `[1, 3, H, W]`, of the painting's size.
    pub content: Tensor<4>,
    /// Which of the painting's pixels the styles are for, of any size; none: all.
    pub visible: Option<Plane>,
    /// At least one.
    pub styles: Vec<StylePicture>,
}

impl Pictures {
    /// Styles for the whole painting, in equal shares.
    #[must_use]
    pub fn plain(content: Tensor<4>, styles: &[Tensor<4>]) -> Self {
        let style = |picture: &Tensor<4>| StylePicture { picture: picture.clone(), weight: 1.0, visible: None, region: None };
        Self { content, visible: None, styles: styles.iter().map(style).collect() }
    }
}

/// A network, what the painting is compared with, and the weights.
#[derive(Clone, Debug)]
pub struct Objective {
    network: Network,
    layers: Vec<Layer>,
    content: Content,
    style: Style,
    tv: Tv,
    /// Weights of the losses.
    pub weights: Weights,
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
    pub fn new(weights: &WeightsFile, pictures: &Pictures, settings: &Settings) -> Result<Self, Error> {
        let network = configure(weights.network(&pictures.content.device(), &layers_in_use(settings)?)?, settings);
        Self::with(network, pictures, settings)
    }

    /// The same network, losses and weights for pictures of another size.
    ///
    /// # Errors
    ///
    /// When no place is left for any style.
    pub fn at_another_scale(&self, pictures: &Pictures, settings: &Settings) -> Result<Self, Error> {
        Self::with(self.network.clone(), pictures, settings)
    }

    fn with(network: Network, pictures: &Pictures, settings: &Settings) -> Result<Self, Error> {
        let (content_shares, style_shares) = (shares(&settings.content.layers)?, shares(&settings.style.layers)?);
        let style_layers: Vec<Layer> = style_shares.iter().map(|(layer, _)| *layer).collect();
        let layers = layers_in_use(settings)?;
        let [_, _, height, width] = pictures.content.dims();
        let sum = settings.loss.normalisation == Normalisation::Sum;
        let content_taps = network.features(pictures.content.clone(), &layers)?;
        let look = |style: &StylePicture| {
            let taps = network.features(style.picture.clone(), &style_layers)?;
            Ok::<_, Error>(StyleTaps { taps, weight: style.weight, visible: style.visible.clone(), region: style.region.clone() })
        };
        let styles = pictures.styles.iter().map(look).collect::<Result<Vec<_>, _>>()?;
        let tv = match settings.tv.kind {
            TvKind::Squared => Tv::Squared,
            TvKind::Absolute => Tv::Absolute { sum },
            TvKind::Power => Tv::Power { power: settings.tv.power as f32, sum },
        };
        Ok(Self {
            content: Content::new(&content_taps, &content_shares, settings),
            style: Style::new(&styles, &style_shares, settings, &content_taps, pictures.visible.as_ref(), [height, width])?,
            network,
            layers,
            tv,
            weights: Weights::of(settings),
        })
    }

    /// `x`: `[1, 3, H, W]`, outside autodiff.
    ///
    /// # Errors
    ///
    /// When the network lacks a layer, which [`new`](Objective::new) has ruled out.
    pub fn evaluate(&self, x: Tensor<4>) -> Result<Evaluation, Error> {
        let x = x.autodiff().require_grad();
        let taps = self.network.features(x.clone(), &self.layers)?;
        let content = self.content.loss(&taps, &x);
        let style = self.style.loss(&taps, &x);
        let tv = match self.tv {
            Tv::Squared => tv_squared(x.clone()),
            Tv::Absolute { sum } => tv_absolute(x.clone(), sum),
            Tv::Power { power, sum } => tv_power(x.clone(), power, sum),
        };
        let Weights { content: content_weight, style: style_weight, tv: tv_weight } = self.weights;
        let total = content.clone() * content_weight + style.clone() * style_weight + tv.clone() * tv_weight;
        let mut gradients = total.backward();
        let gradient = x.grad_remove(&mut gradients).ok_or_else(|| Error::Device("no gradient reached the picture".to_owned()))?;
        let losses = Tensor::cat([content, style, tv, total].map(Tensor::inner).into(), 0);
        Ok(Evaluation { losses, gradient })
    }
}

fn layers_in_use(settings: &Settings) -> Result<Vec<Layer>, vgg::UnknownLayer> {
    settings.style.layers.iter().chain(&settings.content.layers).map(|weighted| weighted.layer.parse()).collect()
}

pub(crate) fn configure(network: Network, settings: &Settings) -> Network {
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
