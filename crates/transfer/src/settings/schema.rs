//! The one table of knobs: what each is called, what it does, and which values it takes.
//!
//! [`super::Settings::validate`], [`super::merge`] and [`crate::settings::describe`] all read this table. Every number of
//! [`super::Settings`] stands here (a test says so), except `schema`.

/// One setting as the page shows it and as its values are checked.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Dotted path in the settings, e.g. `style.weight`.
    pub path: &'static str,
    /// Id of the group in [`GROUPS`] that it is shown in.
    pub group: &'static str,
    /// Short name in plain words.
    pub label: &'static str,
    /// One or two sentences on what it does.
    pub help: &'static str,
    /// Which values it takes.
    pub kind: Kind,
    /// Whether it is always shown rather than folded away.
    pub primary: bool,
    /// Whether it may change during a run.
    pub live: bool,
}

/// Which values a knob takes. Bounds are inclusive.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any number of the range.
    Number(Range),
    /// A whole number of the range.
    Integer(Range),
    /// One of these values, each with its label.
    Choice(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Boolean,
    /// A list of layers, each once, with weights of the range.
    Layers(Range),
    /// A list of weights of the range, one for each style picture; may be shorter.
    Weights(Range),
}

/// An inclusive range and how a slider should walk it.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// The part of the range in which useful values lie, for a slider; a text field takes the rest.
    pub usual: (f64, f64),
    /// Finest useful step.
    pub step: f64,
    /// Whether equal ratios, rather than equal differences, look equal.
    pub log: bool,
}

/// The groups that the page folds knobs into: id and label.
pub const GROUPS: [(&str, &str); 8] = [
    ("canvas", "Canvas"),
    ("colour", "Colour"),
    ("scales", "From coarse to fine"),
    ("likeness", "Likeness to the photo"),
    ("style", "Manner of the painting"),
    ("smoothness", "Smoothness"),
    ("search", "How it searches"),
    ("network", "How it sees"),
];

const fn linear(min: f64, max: f64, step: f64) -> Range {
    Range { min, max, usual: (min, max), step, log: false }
}

const fn log(min: f64, max: f64, usual: (f64, f64), step: f64) -> Range {
    Range { min, max, usual, step, log: true }
}

/// Wide enough for the recipes in use: the tutorials' largest weight is a style weight of 1e6.
const WEIGHT: Range = log(0.0, 1e6, (0.001, 10.0), 0.001);

/// Shares among layers; the published ones span 1 to 256.
const SHARE: Range = log(0.0, 1000.0, (0.01, 100.0), 0.01);

const GRADIENT: Kind = Choice(&[("plain", "As far as it is"), ("normalised", "As its weight says")]);

const fn knob(path: &'static str, group: &'static str, kind: Kind, label: &'static str, help: &'static str) -> Knob {
    Knob { path, group, label, help, kind, primary: false, live: false }
}

const fn primary(knob: Knob) -> Knob {
    Knob { primary: true, ..knob }
}

const fn live(knob: Knob) -> Knob {
    Knob { live: true, ..knob }
}

use Kind::{Boolean, Choice, Integer, Layers, Number, Weights};

/// Every knob, in the order in which they are shown.
pub static KNOBS: &[Knob] = &[
    primary(live(knob(
        "strength",
        "style",
        Number(linear(0.0, 1.0, 0.05)),
        "Strength",
        "How far the painting goes from the photo towards the style. At 0 the photo stays as it is.",
    ))),
    primary(knob(
        "style.scale",
        "style",
        Number(log(0.1, 4.0, (0.25, 2.0), 0.05)),
        "Brush",
        "Size of the style picture beside the painting. Larger gives larger strokes and shapes.",
    )),
    primary(knob(
        "colour.keep",
        "colour",
        Choice(&[
            ("style", "The painting's"),
            ("luminance", "The photo's, exactly"),
            ("linear", "The photo's palette"),
            ("histogram", "The photo's palette, closely"),
        ]),
        "Colours",
        "Exactly: only light and dark are painted. Palette: the style picture is given the photo's colours before it is looked at.",
    )),
    knob(
        "size",
        "canvas",
        Integer(log(16.0, 4096.0, (128.0, 1024.0), 1.0)),
        "Size",
        "Longest side of the painting, in pixels. Twice the size takes four times as long and four times the memory.",
    ),
    knob(
        "evaluations",
        "canvas",
        Integer(log(1.0, 100_000.0, (20.0, 2000.0), 1.0)),
        "Steps",
        "How often the painting is compared with its models and improved before it is finished.",
    ),
    knob(
        "start",
        "canvas",
        Choice(&[("content", "The photo"), ("noise", "Noise in the style's colours"), ("picture", "A third picture")]),
        "Start from",
        "What is on the canvas before the first step. Noise strays further from the photo.",
    ),
    knob(
        "seed",
        "canvas",
        Integer(linear(0.0, 4_294_967_295.0, 1.0)),
        "Seed",
        "Chooses the noise to start from. The same seed gives the same painting again.",
    ),
    knob(
        "scales.on",
        "scales",
        Boolean,
        "Begin small",
        "Paints a small picture first and enlarges it in stages. Strokes become larger and hang together; the work stays the same.",
    ),
    knob(
        "scales.first",
        "scales",
        Integer(log(16.0, 4096.0, (64.0, 512.0), 1.0)),
        "First size",
        "Longest side of the first, smallest stage, in pixels, or a little more.",
    ),
    knob(
        "scales.ratio",
        "scales",
        Number(log(1.1, 8.0, (1.2, 2.0), 0.01)),
        "Growth",
        "How much larger each stage is than the one before. Smaller steps make more stages.",
    ),
    live(knob(
        "content.weight",
        "likeness",
        Number(WEIGHT),
        "Keep the photo",
        "How much the painting must still show what the photo shows.",
    )),
    knob(
        "content.gradient",
        "likeness",
        GRADIENT,
        "Pull of the layers",
        "Whether every content layer pulls as strongly as its weight says, however far the painting is from the photo. Adam only.",
    ),
    knob(
        "content.transparency",
        "likeness",
        Boolean,
        "Keep transparency",
        "Where the photo is transparent, the painting is too, and the style is taken for the rest alone.",
    ),
    knob(
        "content.layers",
        "likeness",
        Layers(SHARE),
        "Content layers",
        "Where in the network the painting is compared with the photo. Early layers keep every detail, late ones only what stands where.",
    ),
    live(knob(
        "style.weight",
        "style",
        Number(WEIGHT),
        "Style weight",
        "How much the painting must look as if it were painted like the style picture, at full strength.",
    )),
    knob(
        "style.kind",
        "style",
        Choice(&[
            ("gram", "Gram matrix: the classic"),
            ("covariance", "Mean and covariance"),
            ("wasserstein", "Wasserstein distance: finest"),
        ]),
        "Measure",
        "How the manner of two pictures is compared. The Wasserstein distance keeps colours and textures closest, and takes longer.",
    ),
    knob(
        "style.gradient",
        "style",
        GRADIENT,
        "Pull of the layers",
        "Whether every style layer pulls as strongly as its weight says, however far the painting is from the style. Adam only.",
    ),
    knob(
        "style.layers",
        "style",
        Layers(SHARE),
        "Style layers",
        "Where in the network the manner is measured. Early layers carry colour and grain, late ones strokes and shapes.",
    ),
    knob(
        "style.blend",
        "style",
        Weights(SHARE),
        "Blend",
        "How much of each style picture, in their order, if there are several. Under a mask it is that style's strength there.",
    ),
    knob(
        "style.resize",
        "style",
        Choice(&[("fit", "Keep its proportions"), ("stretch", "Stretch to the painting")]),
        "Style picture",
        "How the style picture is brought to size. Stretching ignores the stroke size.",
    ),
    live(knob(
        "tv.weight",
        "smoothness",
        Number(WEIGHT),
        "Smoothness",
        "How much speckle costs. Too little leaves a screen-door pattern, too much washes detail away.",
    )),
    knob(
        "tv.kind",
        "smoothness",
        Choice(&[("squared", "Squared differences"), ("absolute", "Absolute differences"), ("power", "Power, as in the Keras example")]),
        "Formula",
        "How speckle is measured between neighbouring pixels.",
    ),
    knob(
        "tv.power",
        "smoothness",
        Number(linear(1.0, 2.0, 0.05)),
        "Power",
        "Exponent of the power formula. Larger punishes strong edges more than faint noise.",
    ),
    knob(
        "optimiser.kind",
        "search",
        Choice(&[("adam", "Adam"), ("lbfgs", "L-BFGS")]),
        "Optimiser",
        "The method that improves the painting. Adam is steady; L-BFGS looks back on its last steps and often gets further with as many.",
    ),
    live(knob(
        "optimiser.step",
        "search",
        Number(log(1e-5, 10.0, (0.002, 0.2), 0.001)),
        "Step length",
        "How far Adam moves a pixel in one step, where black is 0 and white is 1. L-BFGS finds its own.",
    )),
    knob(
        "optimiser.beta1",
        "search",
        Number(linear(0.0, 0.9999, 0.01)),
        "Momentum",
        "Adam: how much of the last direction is kept in the next.",
    ),
    knob(
        "optimiser.beta2",
        "search",
        Number(linear(0.0, 0.99999, 0.001)),
        "Memory of gradients",
        "Adam: how slowly it forgets how strongly each pixel was pulled.",
    ),
    knob(
        "optimiser.epsilon",
        "search",
        Number(log(1e-12, 1.0, (1e-8, 0.1), 1e-12)),
        "Epsilon",
        "Adam: larger leaves pixels alone that are hardly pulled, which can lift a grey haze.",
    ),
    knob("optimiser.clamp", "search", Boolean, "Stay within range", "Cuts colours off at black and white after every step."),
    knob(
        "optimiser.history",
        "search",
        Integer(linear(0.0, 100.0, 1.0)),
        "History",
        "L-BFGS: how many past steps it learns from. Each costs the memory of two pictures. With 0 it is plain gradient descent.",
    ),
    knob(
        "optimiser.restart",
        "search",
        Integer(linear(0.0, 100_000.0, 1.0)),
        "Restart after",
        "L-BFGS: steps after which it forgets its history, as the Keras example does after 20. 0 never.",
    ),
    knob(
        "average",
        "search",
        Number(linear(0.0, 0.9999, 0.01)),
        "Averaging",
        "Shows a moving average of the last steps, which is calmer than the last step alone. 0 shows the last step.",
    ),
    knob(
        "loss.normalisation",
        "search",
        Choice(&[("relative", "Relative to the target"), ("sum", "Sums, as in the Keras example"), ("mean", "Means")]),
        "Loss scale",
        "What differences are measured in. Relative makes weights mean the same for every picture and network.",
    ),
    knob(
        "network.pooling",
        "network",
        Choice(&[
            ("auto", "As the network was trained"),
            ("max", "Maximum"),
            ("average", "Average"),
            ("scaled", "Average, as bright as the maximum"),
        ]),
        "Pooling",
        "How the network shrinks what it sees. Averages often paint smoother.",
    ),
    knob(
        "network.views",
        "network",
        Choice(&[("auto", "As the network asks for"), ("one", "As it is"), ("four", "Four ways in turn")]),
        "Views",
        "Adam: whether steps look at the painting turned, mirrored and in exchanged colours too. A small network's own errors then show less.",
    ),
    knob(
        "network.padding",
        "network",
        Choice(&[("zero", "Plain colour"), ("replicate", "The edge again")]),
        "Beyond the edge",
        "What the network sees outside the picture. Repeating the edge can calm the painting's border.",
    ),
    knob(
        "network.precision",
        "network",
        Choice(&[("full", "32 bits"), ("half", "16 bits where there are")]),
        "Precision",
        "16 bits hold what the network sees in half the memory, on a graphics adapter that has such numbers. The processor has 32.",
    ),
    knob(
        "network.recompute",
        "network",
        Choice(&[
            ("auto", "As the size asks for"),
            ("none", "Keep everything"),
            ("two", "Two blocks again: less memory"),
            ("three", "Three blocks again: still less"),
        ]),
        "Memory",
        "What the network saw in its first blocks can be kept for the gradient, or seen again in strips: slower, and larger sizes fit.",
    ),
];

/// The knob with this dotted path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Knob> {
    KNOBS.iter().find(|knob| knob.path == path)
}

/// Ids of the groups of the nested JSON, such as `style`: what stands before the dot in the paths.
pub(super) fn sections() -> impl Iterator<Item = &'static str> {
    KNOBS.iter().filter_map(|knob| knob.path.split_once('.').map(|(section, _)| section))
}

impl Range {
    /// In words: `0 to 4`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} to {}", number(self.min), number(self.max))
    }
}

/// A number as a person writes it: `1000000`, `0.05`, `1e-12`.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 { format!("{value:e}") } else { format!("{value}") }
}
