//! The settings of a run: each is declared here, once, with its type, default, range, label and help.
//!
//! Validation, merging and the description read [`SETTINGS`], the table made from the declaration.

use vgg::Layer;

use super::choices::{
    ColourKeep, ContentKind, Gradient, Normalisation, OptimiserKind, Padding, Pooling, Precision, Recompute, Start, StyleKind, StyleResize,
    TvKind, Views,
};
use super::declare::{Range, Setting, count, linear, log, settings, table};
use super::weighted_layer::WeightedLayer;

/// The version of the settings' JSON that this program reads and writes.
pub const SCHEMA: u32 = 1;

/// A group of settings on the page.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Group {
    /// What [`Setting::group`] names.
    pub id: &'static str,
    /// In plain words.
    pub label: &'static str,
}

/// The groups that the page folds settings into.
pub const GROUPS: [Group; 8] = [
    Group { id: "canvas", label: "Canvas" },
    Group { id: "colour", label: "Colour" },
    Group { id: "scales", label: "From coarse to fine" },
    Group { id: "likeness", label: "Likeness to the photo" },
    Group { id: "style", label: "Style" },
    Group { id: "smoothness", label: "Smoothness" },
    Group { id: "search", label: "Optimiser" },
    Group { id: "network", label: "Network" },
];

/// The largest longest side of a result, in pixels.
pub const MAX_SIZE: u32 = 4096;

/// Wide enough for the recipes in use: the tutorials' largest weight is a style weight of 1e6.
const WEIGHT: Range = log(0.0, 1e6, (0.001, 10.0), 0.001);

/// Weights of layers relative to each other; the published ones span 1 to 256.
const SHARE: Range = log(0.0, 1000.0, (0.01, 100.0), 0.01);

/// The first layer of each block (Gatys et al., arXiv:1508.06576).
const STYLE_LAYERS: [Layer; 5] = [Layer::CONV1_1, Layer::CONV2_1, Layer::CONV3_1, Layer::CONV4_1, Layer::CONV5_1];

settings! {
    /// Complete settings of one run. The defaults are the preset `reference`.
    pub struct Settings {
        /// Version of this format, always [`SCHEMA`].
        schema: u32 = SCHEMA,
        /// Interpolates between the photo, 0, and the full style, 1: see [`crate::Weights`].
        strength: f64 = 1.0 => {
            range: linear(0.0, 1.0, 0.05), group: "style", flags: [primary, live],
            label: "Strength",
            help: "How far the result goes from the photo towards the style. At 0 the photo stays as it is.",
        },
        /// Longest side of the result, in pixels.
        size: u32 = 512 => {
            range: log(16.0, MAX_SIZE as f64, (128.0, 1024.0), 1.0), group: "canvas",
            label: "Size",
            help: "Longest side of the result, in pixels. Twice the size takes four times as long and four times the memory.",
        },
        /// Budget of the run: evaluations of loss and gradient, or with [`ScalesSettings::on`] the work of as many at full size.
        evaluations: u32 = 300 => {
            range: log(1.0, 100_000.0, (20.0, 2000.0), 1.0), group: "canvas",
            label: "Steps",
            help: "How often the result is compared with the photo and the style and improved.",
        },
        /// What the optimisation starts from.
        start: Start => {
            group: "canvas",
            label: "Start from",
            help: "What is on the canvas before the first step. Noise strays further from the photo.",
        },
        /// Seed of the random numbers ([`Start::Noise`]).
        seed: u32 = 0 => {
            range: linear(0.0, 4_294_967_295.0, 1.0), group: "canvas",
            label: "Seed",
            help: "Chooses the noise to start from. The same seed gives the same result again.",
        },
        /// Coarse to fine: the sizes of the run.
        scales: ScalesSettings {
            /// Whether the run starts at a small size; `evaluations` is then the work in evaluations at full size.
            on: bool = false => {
                group: "scales",
                label: "Coarse to fine",
                help: "Starts at a small size and enlarges the result from scale to scale. Strokes become larger and more coherent; the work stays the same.",
            },
            /// Least longest side of a scale, in pixels, unless the result is smaller.
            first: u32 = 128 => {
                range: log(16.0, 4096.0, (64.0, 512.0), 1.0), group: "scales",
                label: "First size",
                help: "Longest side of the first, smallest scale, in pixels, or a little more.",
            },
            /// Longest side of a scale over that of the one before; with the default areas about double.
            ratio: f64 = 1.4 => {
                range: log(1.1, 8.0, (1.2, 2.0), 0.01), group: "scales",
                label: "Scale factor",
                help: "How much larger each scale is than the one before. A smaller factor makes more scales.",
            },
        },
        /// The content loss and the content image.
        content: ContentSettings {
            /// Weight of the content loss in the total.
            weight: f64 = 0.05 => {
                range: WEIGHT, group: "likeness", flags: [live],
                label: "Content weight",
                help: "How much the result must still show what the photo shows.",
            },
            /// What is compared at each layer.
            kind: ContentKind => {
                group: "likeness",
                label: "Content loss",
                help: "How two pictures' content is compared. Self-similarity compares how alike a picture's places are to one another: shapes stay, while colours and textures are free.",
            },
            /// How the loss's gradient at each layer is scaled.
            gradient: Gradient => {
                group: "likeness",
                label: "Gradient normalisation",
                help: "Whether each content layer's gradient is divided by its L1 norm, so that its weight alone says how strong it is. Adam only.",
            },
            /// Whether the result has the content image's alpha channel, and transparent pixels are left out of the style.
            transparency: bool = true => {
                group: "likeness",
                label: "Keep transparency",
                help: "Where the photo is transparent, the result is too, and the style applies to the rest alone.",
            },
            /// Layers compared, weighted against each other.
            layers: Vec<WeightedLayer> = WeightedLayer::equal(&[Layer::CONV4_2]) => {
                range: SHARE, group: "likeness",
                label: "Content layers",
                help: "Where in the network the result is compared with the photo. Early layers keep every detail, late ones only what stands where.",
            },
        },
        /// The style loss and the style images.
        style: StyleSettings {
            /// Weight of the style loss in the total.
            weight: f64 = 1.0 => {
                range: WEIGHT, group: "style", flags: [live],
                label: "Style weight",
                help: "How much the result must look painted like the style picture, at full strength.",
            },
            /// The statistics compared at each layer.
            kind: StyleKind => {
                group: "style",
                label: "Style loss",
                help: "How the style of two pictures is compared. The Wasserstein distance keeps colours and textures closest, and takes longer.",
            },
            /// Share of [nearest neighbours](crate::objective::NearestNeighbourLoss) in the style loss; `kind` has the rest.
            nearest: f64 = 0.0 => {
                range: linear(0.0, 1.0, 0.05), group: "style",
                label: "Nearest neighbours",
                help: "How much each place is compared with the place of the style picture that is most like it, not with the picture as a whole. Keeps edges and objects; takes fewer colours.",
            },
            /// How the loss's gradient at each layer is scaled.
            gradient: Gradient => {
                group: "style",
                label: "Gradient normalisation",
                help: "Whether each style layer's gradient is divided by its L1 norm, so that its weight alone says how strong it is. Adam only.",
            },
            /// Layers compared, weighted against each other.
            layers: Vec<WeightedLayer> = WeightedLayer::equal(&STYLE_LAYERS) => {
                range: SHARE, group: "style",
                label: "Style layers",
                help: "Where in the network the style is measured. Early layers carry colour and grain, late ones strokes and shapes.",
            },
            /// Weights of several style images, in their order; 1 for those beyond the end of the list.
            blend: Vec<f64> => {
                range: SHARE, group: "style",
                label: "Blend",
                help: "How much of each style picture, in their order, if there are several. Under a mask it is that style's strength there.",
            },
            /// How a style image is resized.
            resize: StyleResize => {
                group: "style",
                label: "Style picture",
                help: "How the style picture is brought to size. Stretching ignores the stroke size.",
            },
            /// Longest side of a style image over the result's, for [`StyleResize::Fit`].
            scale: f64 = 1.0 => {
                range: log(0.1, 4.0, (0.25, 2.0), 0.05), group: "style", flags: [primary],
                label: "Style scale",
                help: "Size of the style picture relative to the result. Larger gives larger strokes and shapes.",
            },
        },
        /// Which image's colours the result has.
        colour: ColourSettings {
            /// The style image's, or the content image's by one of three methods.
            keep: ColourKeep => {
                group: "colour", flags: [primary],
                label: "Colours",
                help: "Exactly: only light and dark are painted. Palette: the style picture is given the photo's colours before it is compared.",
            },
        },
        /// The total variation loss.
        tv: TvSettings {
            /// Weight of the total variation loss in the total.
            weight: f64 = 0.1 => {
                range: WEIGHT, group: "smoothness", flags: [live],
                label: "Smoothness",
                help: "How much speckle costs. Too little leaves a screen-door pattern, too much washes detail away.",
            },
            /// The formula.
            kind: TvKind => {
                group: "smoothness",
                label: "Formula",
                help: "How speckle is measured between neighbouring pixels.",
            },
            /// Exponent of [`TvKind::Power`].
            power: f64 = 1.25 => {
                range: linear(1.0, 2.0, 0.05), group: "smoothness",
                label: "Power",
                help: "Exponent of the power formula. Larger punishes strong edges more than faint noise.",
            },
        },
        /// The optimiser.
        optimiser: OptimiserSettings {
            /// The method.
            kind: OptimiserKind => {
                group: "search",
                label: "Optimiser",
                help: "The method that improves the result. Adam is steady; L-BFGS looks back on its last steps and often gets further with as many.",
            },
            /// Adam: learning rate, in units of the pixels' range 0 to 1.
            step: f64 = 0.02 => {
                range: log(1e-5, 10.0, (0.002, 0.2), 0.001), group: "search", flags: [live],
                label: "Learning rate",
                help: "How far Adam moves a pixel in one step, where black is 0 and white is 1. L-BFGS finds its own.",
            },
            /// Adam: decay of the moving average of gradients.
            beta1: f64 = 0.9 => {
                range: linear(0.0, 0.9999, 0.01), group: "search",
                label: "Beta 1",
                help: "Adam: decay of the moving average of gradients, its momentum.",
            },
            /// Adam: decay of the moving average of squared gradients.
            beta2: f64 = 0.99 => {
                range: linear(0.0, 0.99999, 0.001), group: "search",
                label: "Beta 2",
                help: "Adam: decay of the moving average of squared gradients.",
            },
            /// Adam: added to the root of the moving average of squared gradients.
            epsilon: f64 = 1e-8 => {
                range: log(1e-12, 1.0, (1e-8, 0.1), 1e-12), group: "search",
                label: "Epsilon",
                help: "Adam: a larger value hardly moves pixels with small gradients, which can lift a grey haze.",
            },
            /// Adam: whether every iterate is clamped to the range 0 to 1.
            clamp: bool = true => {
                group: "search",
                label: "Clamp",
                help: "Adam: cuts colours off at black and white after every step.",
            },
            /// L-BFGS: how many pairs of steps and gradient differences are kept; 0 makes it gradient descent.
            history: u32 = 10 => {
                range: linear(0.0, 100.0, 1.0), group: "search",
                label: "History",
                help: "L-BFGS: how many past steps it learns from. Each costs the memory of two pictures. With 0 it is plain gradient descent.",
            },
            /// L-BFGS: evaluations after which the history is cleared; 0 never.
            restart: u32 = 0 => {
                range: linear(0.0, 100_000.0, 1.0), group: "search",
                label: "Restart after",
                help: "L-BFGS: steps after which it forgets its history, as the Keras example does after 20. 0 never.",
            },
            /// L-BFGS: gain of the preconditioner from one resolution to the next coarser one; 0 for none.
            preconditioner: f64 = 0.0 => {
                range: linear(0.0, 8.0, 0.5), group: "search",
                label: "Preconditioner",
                help: "L-BFGS: begins with coarse structure, so that surfaces stay calm and objects whole: a step counts so many times more at half the resolution. 0 turns it off; 4 is that of the inverse Laplacian.",
            },
        },
        /// Adam: decay of the exponential moving average of iterates, corrected for its start, that is shown; 0 shows the iterate itself.
        average: f64 = 0.99 => {
            range: linear(0.0, 0.9999, 0.01), group: "search",
            label: "Moving average",
            help: "Adam: shows an exponential moving average (EMA) of the steps, which is calmer than the last step alone. 0 shows the last step.",
        },
        /// How the losses are normalised.
        loss: LossSettings {
            /// What a layer's squared error is divided by.
            normalisation: Normalisation => {
                group: "search",
                label: "Loss normalisation",
                help: "What differences are measured in. Relative makes weights mean the same for every picture and network.",
            },
        },
        /// How the network computes features.
        network: NetworkSettings {
            /// Pooling between blocks.
            pooling: Pooling => {
                group: "network",
                label: "Pooling",
                help: "How the network shrinks its feature maps. Averages are often smoother.",
            },
            /// Adam: transformed copies of the result, one for each evaluation in turn.
            views: Views => {
                group: "network",
                label: "Augmentation",
                help: "Adam: whether steps compare the result turned, mirrored and in exchanged colours too. A small network's own errors then show less.",
            },
            /// Padding of the image for the first convolution.
            padding: Padding => {
                group: "network",
                label: "Padding",
                help: "What lies outside the picture for the network. Repeating the edge can calm the result's border.",
            },
            /// Number type of the activations.
            precision: Precision => {
                group: "network",
                label: "Precision",
                help: "16 bits hold the network's feature maps in half the memory, on a graphics adapter that has such numbers. The processor has 32.",
            },
            /// Blocks whose activations are recomputed for the gradient (checkpointing).
            recompute: Recompute => {
                group: "network",
                label: "Recompute activations",
                help: "The feature maps of the first blocks can be kept for the gradient, or computed again in strips: slower, and larger sizes fit.",
            },
        },
    }
}

/// Every setting, in the order in which they are shown.
pub static SETTINGS: &[Setting] = &table::<{ count(Settings::ENTRIES) }>(Settings::ENTRIES);

/// The setting with this dotted path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.path == path)
}

/// Keys of the sections of the nested JSON, such as `style`: what stands before the dot in the paths.
pub(super) fn sections() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().filter_map(|setting| setting.path.split_once('.').map(|(section, _)| section))
}
