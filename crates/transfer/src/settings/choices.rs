//! The settings that are one of a few words.

use serde::{Deserialize, Serialize};

/// The optimisation method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimiserKind {
    /// Adam (Kingma and Ba, arXiv:1412.6980).
    #[default]
    Adam,
    /// Limited-memory BFGS (Liu and Nocedal, 1989).
    Lbfgs,
}

/// What a layer's squared error is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalisation {
    /// By the target's own energy: 1 is "as far as nothing at all".
    #[default]
    Relative,
    /// The classic recipe's sums (Gatys et al., as in the Keras example).
    Sum,
    /// By the number of elements alone.
    Mean,
}

/// Whose colours the painting has; see [`crate::image::colour`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourKeep {
    /// The style's.
    #[default]
    Style,
    /// The photo's: light and dark alone are painted.
    Luminance,
    /// The photo's: the style picture takes the mean and covariance of its colours first.
    Linear,
    /// The photo's: the style picture takes all of its distribution of colours first.
    Histogram,
}

/// What the painting starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// The content picture.
    #[default]
    Content,
    /// Noise in the style picture's colours.
    Noise,
    /// A third picture.
    Picture,
}

/// How a style picture is brought to size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StyleResize {
    /// Its own proportions, longest side = size times scale.
    #[default]
    Fit,
    /// Exactly the painting's width and height.
    Stretch,
}

/// What of a layer's features the style is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StyleKind {
    /// The Gram matrix (Gatys et al., arXiv:1508.06576).
    #[default]
    Gram,
    /// Mean and covariance, the centred Gram matrix.
    Covariance,
    /// The Gaussian with that mean and covariance, by the 2-Wasserstein distance.
    Wasserstein,
}

/// What becomes of a loss's gradient in a layer's features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gradient {
    /// Nothing.
    #[default]
    Plain,
    /// It is divided by the sum of its absolute values.
    Normalised,
}

/// The formula of the total variation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TvKind {
    /// Mean of squared differences of neighbours.
    #[default]
    Squared,
    /// Mean of absolute differences; with [`Normalisation::Sum`] their sum of values 0 to 255, as in neural-style.
    Absolute,
    /// Sum over (dx^2 + dy^2)^power of values 0 to 255, as in the Keras example.
    Power,
}

/// How 2x2 pixels become one between blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// As the network was trained; VGG-19: max.
    #[default]
    Auto,
    /// The largest of the four.
    Max,
    /// The mean of the four.
    Average,
    /// The mean of the four, as large as the largest is on average ([`vgg::AVERAGE_GAINS`]).
    Scaled,
}

/// How many augmentations of the image Adam's steps use, in turn ([`crate::image::augment::AUGMENTATIONS`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Views {
    /// As many as the network's file asks for; VGG-19: one.
    #[default]
    Auto,
    /// The picture as it is.
    One,
    /// Turned and mirrored with its channels exchanged too.
    Four,
}

/// What lies beyond the picture's edge for the first convolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// Zeros (the network's mean colour).
    #[default]
    Zero,
    /// The edge's own pixels again.
    Replicate,
}

/// How the network's activations lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// In 32 bits.
    #[default]
    Full,
    /// In 16 bits, where the graphics adapter has such numbers.
    Half,
}

/// Whether the activations of the first blocks, most of a picture's, are kept for the gradient or computed again for it, in tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recompute {
    /// As many blocks as a picture of this size asks for with this network.
    #[default]
    Auto,
    /// All are kept.
    None,
    /// Those of the first two blocks are computed again.
    Two,
    /// Those of the first three.
    Three,
}
