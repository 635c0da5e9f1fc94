//! Every knob of a run, as one type with serde (schema 1), read from nested JSON in which every key may be left out.
//!
//! [`Settings`] holds the values; [`knobs`] is the one table of their ranges, choices and explanations, which
//! drives both the checks here and what the page reads ([`crate::settings::describe`]), so that the two cannot disagree.
//! [`merge`] puts a partial JSON over complete settings, [`resolve`] puts it over a preset.

mod choices;
pub mod describe;
mod error;
mod merge;
mod nearest;
pub mod presets;
pub mod schema;
#[cfg(test)]
mod tests;
mod validate;

pub use choices::{
    ColourKeep, Gradient, Normalisation, OptimiserKind, Padding, Pooling, Precision, Recompute, Start, StyleKind, StyleResize, TvKind,
    Views,
};
pub use error::SettingsError;
pub use merge::{merge, resolve};
pub(crate) use nearest::nearest;
pub(crate) use validate::{at, write};

use serde::{Deserialize, Serialize};

/// The version of the settings' JSON that this program reads and writes.
pub const SCHEMA: u32 = 1;

/// VGG-19's convolutions in the order of the network: every layer whose activation (after ReLU) may be used.
pub const LAYERS: [&str; 16] = vgg::Layer::NAMES;

/// Complete settings of one run. The defaults are the preset `reference`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Version of this format, always [`SCHEMA`].
    pub schema: u32,
    /// Longest side of the painting, in pixels.
    pub size: u32,
    /// Budget of the run: how often loss and gradient are computed, or the work of as many at full size.
    pub evaluations: u32,
    /// Seed of everything random (the noise of `start: "noise"`).
    pub seed: u32,
    /// From 0, the photo as it is, to 1, all of the style: see [`crate::Weights`].
    pub strength: f64,
    /// What the painting starts from.
    pub start: Start,
    /// Decay of the moving average of iterates that is shown, corrected for its start; 0 shows the iterate itself.
    pub average: f64,
    /// From coarse to fine.
    pub scales: ScalesSettings,
    /// How the picture is moved downhill.
    pub optimiser: OptimiserSettings,
    /// How the losses are normalised.
    pub loss: LossSettings,
    /// What is kept of the content picture.
    pub content: ContentSettings,
    /// What is taken from the style pictures.
    pub style: StyleSettings,
    /// Whose colours the painting has.
    pub colour: ColourSettings,
    /// Total variation, the price of noise.
    pub tv: TvSettings,
    /// How the network is run.
    pub network: NetworkSettings,
}

/// From coarse to fine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScalesSettings {
    /// Whether the painting grows from a small one; `evaluations` is then the work in evaluations at full size.
    pub on: bool,
    /// No scale's longest side is shorter than this, in pixels, except the painting's own.
    pub first: u32,
    /// Longest side of a scale over that of the one before.
    pub ratio: f64,
}

/// How the picture is moved downhill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimiserSettings {
    /// The method.
    pub kind: OptimiserKind,
    /// Adam: step length, in units of the picture's range 0 to 1.
    pub step: f64,
    /// Adam: decay of the mean of gradients.
    pub beta1: f64,
    /// Adam: decay of the mean of squared gradients.
    pub beta2: f64,
    /// Adam: added to the root of the mean of squared gradients.
    pub epsilon: f64,
    /// Whether every iterate is clamped to the range 0 to 1.
    pub clamp: bool,
    /// L-BFGS: how many pairs of steps and gradient changes are kept; 0 makes it gradient descent.
    pub history: u32,
    /// L-BFGS: evaluations after which the history is forgotten; 0 never.
    pub restart: u32,
}

/// How the losses are normalised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LossSettings {
    /// What a layer's squared error is divided by.
    pub normalisation: Normalisation,
}

/// What is kept of the content picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContentSettings {
    /// Weight of the content loss in the total.
    pub weight: f64,
    /// What becomes of its gradient at each layer.
    pub gradient: Gradient,
    /// Whether the painting is as transparent as the content picture, and the style is for what can be seen alone.
    pub transparency: bool,
    /// Layers compared, weighted against each other.
    pub layers: Vec<WeightedLayer>,
}

/// What is taken from the style pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StyleSettings {
    /// Weight of the style loss in the total.
    pub weight: f64,
    /// What is compared at each layer.
    pub kind: StyleKind,
    /// What becomes of its gradient at each layer.
    pub gradient: Gradient,
    /// Layers compared, weighted against each other.
    pub layers: Vec<WeightedLayer>,
    /// Shares of several style pictures, in their order; 1 for those that have none here.
    pub blend: Vec<f64>,
    /// How a style picture is brought to size.
    pub resize: StyleResize,
    /// Longest side of a style picture over the painting's, for [`StyleResize::Fit`].
    pub scale: f64,
}

/// Whose colours the painting has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColourSettings {
    /// The style's, or the photo's in one of three ways.
    pub keep: ColourKeep,
}

/// Total variation, the price of noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TvSettings {
    /// Weight of the total variation in the total.
    pub weight: f64,
    /// The formula.
    pub kind: TvKind,
    /// Exponent of [`TvKind::Power`].
    pub power: f64,
}

/// How the network is run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkSettings {
    /// How 2x2 pixels become one between blocks.
    pub pooling: Pooling,
    /// How many views of the picture it sees, one an evaluation.
    pub views: Views,
    /// What lies beyond the picture's edge for the first convolution.
    pub padding: Padding,
    /// Memory against time.
    pub recompute: Recompute,
    /// Memory against the last digits.
    pub precision: Precision,
}

/// One layer and its share among the layers of a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightedLayer {
    /// One of [`LAYERS`].
    pub layer: String,
    /// Share, relative to the other layers of the list.
    pub weight: f64,
}

impl WeightedLayer {
    /// Layers that all weigh the same.
    #[must_use]
    pub fn equal(layers: &[&str]) -> Vec<Self> {
        layers.iter().map(|layer| Self { layer: (*layer).to_owned(), weight: 1.0 }).collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            size: 512,
            evaluations: 300,
            seed: 0,
            strength: 1.0,
            start: Start::Content,
            average: 0.99,
            scales: ScalesSettings::default(),
            optimiser: OptimiserSettings::default(),
            loss: LossSettings::default(),
            content: ContentSettings::default(),
            style: StyleSettings::default(),
            colour: ColourSettings::default(),
            tv: TvSettings::default(),
            network: NetworkSettings::default(),
        }
    }
}

impl Default for ScalesSettings {
    fn default() -> Self {
        // Areas that about double.
        Self { on: false, first: 128, ratio: 1.4 }
    }
}

impl Default for OptimiserSettings {
    fn default() -> Self {
        Self { kind: OptimiserKind::Adam, step: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clamp: true, history: 10, restart: 0 }
    }
}

impl Default for ContentSettings {
    fn default() -> Self {
        Self { weight: 0.05, gradient: Gradient::Plain, transparency: true, layers: WeightedLayer::equal(&["conv4_2"]) }
    }
}

impl Default for StyleSettings {
    fn default() -> Self {
        Self {
            weight: 1.0,
            kind: StyleKind::Gram,
            gradient: Gradient::Plain,
            layers: WeightedLayer::equal(&["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]),
            blend: Vec::new(),
            resize: StyleResize::Fit,
            scale: 1.0,
        }
    }
}

impl Default for TvSettings {
    fn default() -> Self {
        Self { weight: 0.1, kind: TvKind::Squared, power: 1.25 }
    }
}
