//! The enums that settings have as their types.

pub use vgg::{Padding, Precision};

use super::declare::choices;

choices! {
    /// The optimisation method.
    pub enum OptimiserKind {
        /// Adam (Kingma and Ba, arXiv:1412.6980).
        #[default]
        Adam = "adam" => "Adam",
        /// Limited-memory BFGS (Liu and Nocedal, 1989).
        Lbfgs = "lbfgs" => "L-BFGS",
    }

    /// What a layer's squared error is divided by.
    pub enum Normalisation {
        /// The target's sum of squares: features of zeros have a loss of 1.
        #[default]
        Relative = "relative" => "Relative to the target",
        /// The factors of Gatys et al., as in the Keras example, over sums of squares.
        Sum = "sum" => "Sums, as in the Keras example",
        /// The number of elements.
        Mean = "mean" => "Means",
    }

    /// Which image's colours the result has; see [`crate::image::colour`].
    pub enum ColourKeep {
        /// The style image's.
        #[default]
        Style = "style" => "The style's",
        /// The content image's: only the luminance is optimised.
        Luminance = "luminance" => "The photo's, exactly",
        /// The content image's: the style image is given their mean and covariance first.
        Linear = "linear" => "The photo's palette",
        /// The content image's: the style image is given their whole distribution first.
        Histogram = "histogram" => "The photo's palette, closely",
    }

    /// What the optimisation starts from.
    pub enum Start {
        /// The content image.
        #[default]
        Content = "content" => "The photo",
        /// Noise in the style image's colours.
        Noise = "noise" => "Noise in the style's colours",
        /// A third image, [`RunSpec::start`](crate::RunSpec::start).
        Picture = "picture" => "A third picture",
    }

    /// How a style image is resized.
    pub enum StyleResize {
        /// To its own proportions, longest side = size times scale.
        #[default]
        Fit = "fit" => "Keep its proportions",
        /// To the result's width and height.
        Stretch = "stretch" => "Stretch to the result",
    }

    /// What of a layer's features the content loss compares.
    pub enum ContentKind {
        /// The activations themselves (Gatys et al., arXiv:1508.06576).
        #[default]
        Activations = "activations" => "Activations: the classic",
        /// How alike positions of a coarse grid are (Kolkin et al., arXiv:1904.12785).
        SelfSimilarity = "self-similarity" => "Self-similarity: shapes alone",
    }

    /// The statistics of a layer's features that the style loss compares.
    pub enum StyleKind {
        /// The Gram matrix (Gatys et al., arXiv:1508.06576).
        #[default]
        Gram = "gram" => "Gram matrix: the classic",
        /// Mean and covariance, the centred Gram matrix.
        Covariance = "covariance" => "Mean and covariance",
        /// The Gaussian with that mean and covariance, by the 2-Wasserstein distance.
        Wasserstein = "wasserstein" => "Wasserstein distance: finest",
    }

    /// How a loss's gradient with respect to a layer's features is scaled.
    pub enum Gradient {
        /// Not at all.
        #[default]
        Plain = "plain" => "None",
        /// Divided by the sum of its absolute values.
        Normalised = "normalised" => "By each layer's L1 norm",
    }

    /// The formula of the total variation loss.
    pub enum TvKind {
        /// Mean of squared differences of neighbours.
        #[default]
        Squared = "squared" => "Squared differences",
        /// Mean of absolute differences; with [`Normalisation::Sum`] their sum of values 0 to 255, as in neural-style.
        Absolute = "absolute" => "Absolute differences",
        /// Sum over (dx^2 + dy^2)^power of values 0 to 255, as in the Keras example.
        Power = "power" => "Power, as in the Keras example",
    }

    /// Pooling between blocks.
    pub enum Pooling {
        /// As the network was trained; VGG-19: [`vgg::Pooling::Max`].
        #[default]
        Auto = "auto" => "As the network was trained",
        /// [`vgg::Pooling::Max`].
        Max = "max" => "Maximum",
        /// [`vgg::Pooling::Average`].
        Average = "average" => "Average",
        /// [`vgg::Pooling::Scaled`].
        Scaled = "scaled" => "Average, as bright as the maximum",
    }

    /// How many transformed copies of the result Adam's evaluations use in turn ([`crate::image::augment::AUGMENTATIONS`]).
    pub enum Views {
        /// As many as the network's file says; VGG-19: one.
        #[default]
        Auto = "auto" => "As the network asks for",
        /// The result itself.
        One = "one" => "As it is",
        /// With its channels exchanged, turned and mirrored too.
        Four = "four" => "Four ways in turn",
    }

    extern enum Padding {
        Zero = "zero" => "Zeros: the mean colour",
        Replicate = "replicate" => "Replicate the edge",
    }

    extern enum Precision {
        Full = "full" => "32 bits",
        Half = "half" => "16 bits where there are",
    }

    /// Which of the first blocks, which hold most activations, are recomputed tile by tile for the gradient instead of being kept.
    pub enum Recompute {
        /// As the size of the result and the network require.
        #[default]
        Auto = "auto" => "As the size asks for",
        /// None.
        None = "none" => "Keep everything",
        /// The first two.
        Two = "two" => "Two blocks again: less memory",
        /// The first three.
        Three = "three" => "Three blocks again: still less",
    }
}

impl Pooling {
    /// The pooling to use in place of the network's own, if any.
    pub(crate) fn replacement(self) -> Option<vgg::Pooling> {
        match self {
            Self::Auto => None,
            Self::Max => Some(vgg::Pooling::Max),
            Self::Average => Some(vgg::Pooling::Average),
            Self::Scaled => Some(vgg::Pooling::Scaled),
        }
    }
}
