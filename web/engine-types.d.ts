// Generated from the Rust types by `./dev types`; a test of crates/browser compares. Do not edit.
// The JSON that crates/browser returns and takes as text.

/**
 * One value of an enum setting.
 */
export type Choice = {
/**
 * Its name in the JSON.
 */
value: string,
/**
 * In plain words.
 */
label: string, };

/**
 * Which image's colours the result has; see [`crate::image::colour`].
 */
export type ColourKeep = "style" | "luminance" | "linear" | "histogram";

/**
 * Which image's colours the result has.
 */
export type ColourSettings = {
/**
 * The style image's, or the content image's by one of three methods.
 */
keep: ColourKeep, };

/**
 * What of a layer's features the content loss compares.
 */
export type ContentKind = "activations" | "self-similarity";

/**
 * The content loss and the content image.
 */
export type ContentSettings = {
/**
 * Weight of the content loss in the total.
 */
weight: number,
/**
 * What is compared at each layer.
 */
kind: ContentKind,
/**
 * How the loss's gradient at each layer is scaled.
 */
gradient: Gradient,
/**
 * Whether the result has the content image's alpha channel, and transparent pixels are left out of the style.
 */
transparency: boolean,
/**
 * Layers compared, weighted against each other.
 */
layers: Array<WeightedLayer>, };

/**
 * Everything about the settings that a page needs to know.
 */
export type Description = { schema: number,
/**
 * Of this program.
 */
version: string, groups: Array<Group>,
/**
 * The page reads this key under its older name.
 */
controls: Array<SettingDescription>, presets: Array<Preset>, default_preset: string, layers: Array<string>, };

/**
 * A started engine, for the page.
 */
export type EngineInfo = { engine: 'gpu' | 'cpu',
/**
 * Name of the graphics adapter, or of the processor's instruction set.
 */
adapter: string,
/**
 * Threads that compute.
 */
threads: number, };

/**
 * What a larger run that starts from the result of this one is set to.
 */
export type Finish = {
/**
 * Longest side.
 */
size: number,
/**
 * Evaluations.
 */
evaluations: number, };

/**
 * How a loss's gradient with respect to a layer's features is scaled.
 */
export type Gradient = "plain" | "normalised";

/**
 * A group of settings on the page.
 */
export type Group = {
/**
 * What [`Setting::group`] names.
 */
id: string,
/**
 * In plain words.
 */
label: string, };

/**
 * An image without its pixels.
 */
export type ImageSpec = {
/**
 * Of its file.
 */
name: string,
/**
 * Of its file, hexadecimal; empty where it is not known.
 */
sha256?: string, width: number, height: number, };

/**
 * One image that went in.
 */
export type Input = {
/**
 * What it was used for.
 */
role: Role,
/**
 * Its file's name.
 */
name: string,
/**
 * SHA-256 of its file, hexadecimal.
 */
sha256: string, };

/**
 * How the losses are normalised.
 */
export type LossSettings = {
/**
 * What a layer's squared error is divided by.
 */
normalisation: Normalisation, };

/**
 * The losses of one iterate: unweighted, except the total. Of a run in several views: their means over the last round of them.
 */
export type Losses = {
/**
 * Which iterate these are the losses of, from 0, the start.
 */
iteration: number,
/**
 * Evaluation, from 0.
 */
evaluation: number,
/**
 * Content loss.
 */
content: number,
/**
 * Style loss.
 */
style: number,
/**
 * Total variation.
 */
tv: number,
/**
 * Sum of the three, weighted.
 */
total: number, };

/**
 * A network, for the page.
 */
export type NetworkInfo = { name: string,
/**
 * Of the file, hexadecimal.
 */
sha256: string,
/**
 * Size of the file, after a conversion to safetensors where it was in another format.
 */
bytes: number,
/**
 * Channels of each block.
 */
layout: Array<number>,
/**
 * How the input image is normalised: `bgr255-mean`, `rgb-imagenet` or `rgb-mean`.
 */
input: string,
/**
 * The layers in the file, in the order of the network.
 */
layers: Array<string>, };

/**
 * Which network it was.
 */
export type NetworkReport = {
/**
 * Its name, such as `VGG-19`.
 */
name: string,
/**
 * SHA-256 of its file, hexadecimal.
 */
sha256: string,
/**
 * Channels of its five blocks.
 */
layout: Array<number>, };

/**
 * How the network computes features.
 */
export type NetworkSettings = {
/**
 * Pooling between blocks.
 */
pooling: Pooling,
/**
 * Adam: transformed copies of the result, one for each evaluation in turn.
 */
views: Views,
/**
 * Padding of the image for the first convolution.
 */
padding: Padding,
/**
 * Number type of the activations.
 */
precision: Precision,
/**
 * Blocks whose activations are recomputed for the gradient (checkpointing).
 */
recompute: Recompute, };

/**
 * What a layer's squared error is divided by.
 */
export type Normalisation = "relative" | "sum" | "mean";

/**
 * The optimisation method.
 */
export type OptimiserKind = "adam" | "lbfgs";

/**
 * The optimiser.
 */
export type OptimiserSettings = {
/**
 * The method.
 */
kind: OptimiserKind,
/**
 * Adam: learning rate, in units of the pixels' range 0 to 1.
 */
step: number,
/**
 * Adam: decay of the moving average of gradients.
 */
beta1: number,
/**
 * Adam: decay of the moving average of squared gradients.
 */
beta2: number,
/**
 * Adam: added to the root of the moving average of squared gradients.
 */
epsilon: number,
/**
 * Adam: whether every iterate is clamped to the range 0 to 1.
 */
clamp: boolean,
/**
 * L-BFGS: how many pairs of steps and gradient differences are kept; 0 makes it gradient descent.
 */
history: number,
/**
 * L-BFGS: evaluations after which the history is cleared; 0 never.
 */
restart: number,
/**
 * L-BFGS: gain of the preconditioner from one resolution to the next coarser one; 0 for none.
 */
preconditioner: number, };

/**
 * Padding of the image for the first convolution. Further convolutions pad with zeros.
 */
export type Padding = "zero" | "replicate";

/**
 * What a run will be and take.
 */
export type Plan = {
/**
 * Width of the result, pixels.
 */
width: number,
/**
 * Height of the result, pixels.
 */
height: number,
/**
 * Coarsest first.
 */
scales: Array<PlannedScale>,
/**
 * Its work, in evaluations at full size.
 */
work: number,
/**
 * How much longer an evaluation at full size takes because the first blocks are recomputed.
 */
slowdown: number,
/**
 * Memory at the worst moment, bytes.
 */
bytes: number,
/**
 * Bytes of these that are taken before it starts: the program and the network's file, where tensors are in the program's memory.
 */
base: number,
/**
 * Whether that fits into the budget, and every tensor into the device's largest.
 */
fits: boolean,
/**
 * The largest size, longest side, that fits; where the size asked for does not, the largest below it. 0: none does.
 */
largest: number,
/**
 * What a larger run from its result would be set to.
 */
finish: Finish,
/**
 * Values of settings to try beside its own.
 */
variations: Array<Variation>, };

/**
 * A run to plan. Unknown fields are errors.
 */
export type PlanRequest = {
/**
 * Its id.
 */
preset: string,
/**
 * What differs from the preset: nested JSON as in a settings file.
 */
settings: Record<string, unknown>, images: PlannedImages,
/**
 * Bytes that there are, if less than the engine can have.
 */
budget?: number | null,
/**
 * Bytes that another run took over those that were planned for it, both without what was taken before.
 */
correction?: number | null, };

/**
 * An image of a run without its pixels.
 */
export type PlannedImage = {
/**
 * Pixels.
 */
width: number,
/**
 * Pixels.
 */
height: number,
/**
 * Whether some of its pixels are not opaque.
 */
transparent?: boolean, };

/**
 * The images of a run, without their pixels.
 */
export type PlannedImages = {
/**
 * The content image.
 */
content: PlannedImage,
/**
 * The style images; none where it is not known yet.
 */
styles: Array<PlannedStyle>,
/**
 * The image to start from.
 */
start?: PlannedImage | null, };

/**
 * A scale of a planned run.
 */
export type PlannedScale = {
/**
 * Width of the result there, pixels.
 */
width: number,
/**
 * Height of the result there, pixels.
 */
height: number,
/**
 * Evaluations there.
 */
evaluations: number,
/**
 * Its share of the run's work; all shares add up to 1.
 */
share: number, };

/**
 * A style image and its mask, without their pixels.
 */
export type PlannedStyle = {
/**
 * The image.
 */
image: PlannedImage,
/**
 * Where it is used, if not everywhere.
 */
mask?: PlannedImage | null, };

/**
 * Pooling between blocks.
 */
export type Pooling = "auto" | "max" | "average" | "scaled";

/**
 * Number type in which activations and their gradients are stored.
 */
export type Precision = "full" | "half";

/**
 * A preset. Serialised as the page reads them.
 */
export type Preset = {
/**
 * Its name in settings files and on command lines.
 */
id: string,
/**
 * Its name on the page.
 */
label: string,
/**
 * Its effect, in two words.
 */
gives: string,
/**
 * Its purpose, in one sentence.
 */
description: string,
/**
 * Complete settings.
 */
settings: Settings, };

/**
 * Where a run is after a step.
 */
export type Progress = {
/**
 * Evaluations asked for so far.
 */
issued_evaluation: number,
/**
 * Evaluations at all scales.
 */
evaluations: number,
/**
 * Work asked for so far, in evaluations at full size: what time goes by.
 */
work: number,
/**
 * The run's budget in evaluations at full size.
 */
budget: number,
/**
 * The scale under way, from 1.
 */
scale: number,
/**
 * How many scales there are.
 */
scales: number,
/**
 * Width of the result at this scale, pixels.
 */
width: number,
/**
 * Height of the result at this scale, pixels.
 */
height: number,
/**
 * Whether the run is over.
 */
done: boolean,
/**
 * The newest losses that have come back, at most two evaluations old.
 */
latest: Losses | null, };

/**
 * An inclusive range, and how a slider covers it.
 */
export type Range = {
/**
 * Smallest allowed value.
 */
min: number,
/**
 * Largest allowed value.
 */
max: number,
/**
 * Lower end of the part in which useful values lie, which a slider spans; a text field takes the rest.
 */
usual_min: number,
/**
 * Upper end of that part.
 */
usual_max: number,
/**
 * Finest useful step.
 */
step: number,
/**
 * The slider's scale.
 */
scale: Scale, };

/**
 * Which of the first blocks, which hold most activations, are recomputed tile by tile for the gradient instead of being kept.
 */
export type Recompute = "auto" | "none" | "two" | "three";

/**
 * What a run did. Serialises to the report that the page offers and `./dev paint --report` writes.
 */
export type Report = {
/**
 * Version of this format, always [`SCHEMA`].
 */
schema: number,
/**
 * `gpu` or `cpu`.
 */
engine: string,
/**
 * Name of the graphics adapter, or of the processor's instruction set.
 */
adapter: string,
/**
 * Threads that computed.
 */
threads: number,
/**
 * The network.
 */
network: NetworkReport,
/**
 * Width of the result, pixels.
 */
width: number,
/**
 * Height of the result, pixels.
 */
height: number,
/**
 * The scale under way or finished last, from 1.
 */
scale: number,
/**
 * Every scale of the run, coarsest first; the last is the result's own size.
 */
scales: Array<ScaleReport>,
/**
 * Updates of the image. L-BFGS makes fewer than evaluations: the start and rejected trials are none.
 */
iterations: number,
/**
 * Finished evaluations of loss and gradient.
 */
evaluations: number,
/**
 * From the start of the run to the end of its first step, seconds.
 */
seconds_to_first_step: number,
/**
 * From the start of the run to its end or until now, pauses left out, seconds.
 */
seconds: number,
/**
 * Median time of an iteration, milliseconds; 0 before the first.
 */
ms_per_iteration_median: number,
/**
 * Losses of the iterates, oldest first.
 */
losses: Array<Losses>,
/**
 * The settings of the run, as they are now.
 */
settings: Settings,
/**
 * Settings that changed during the run, and at evaluation 0 their first values: merged into `settings` in turn, they give
 * the settings of every evaluation. Empty if none changed.
 */
changes: Array<SettingsEvent>,
/**
 * The images that went in.
 */
inputs: Array<Input>,
/**
 * Bytes fetched from elsewhere for this run, such as a network's weights.
 */
downloaded_bytes: number,
/**
 * The most memory of the graphics device that was held at once, bytes; 0 where the processor computes.
 */
device_bytes: number,
/**
 * What the person should know, in sentences.
 */
warnings: Array<string>, };

/**
 * What an image was used for.
 */
export type Role = "content" | "style" | "mask" | "start";

/**
 * All of a run that JSON describes. Unknown fields are errors.
 */
export type RunSpec = {
/**
 * Complete.
 */
settings: Settings, content: ImageSpec,
/**
 * At least one.
 */
styles: Array<StyleSpec>, start?: ImageSpec | null,
/**
 * Changes of settings to make during the run.
 */
changes?: Array<SettingsEvent>,
/**
 * Bytes fetched for this run, for the report.
 */
downloaded_bytes?: number,
/**
 * The engine that the page chose. Not used: the report names the one that runs.
 */
engine?: string,
/**
 * The adapter that the page knows. Not used: the report names the one that runs.
 */
adapter?: string, };

/**
 * The scale of a slider.
 */
export type Scale = "linear" | "log";

/**
 * One scale of a run.
 */
export type ScaleReport = {
/**
 * Width of the result there, pixels.
 */
width: number,
/**
 * Height of the result there, pixels.
 */
height: number,
/**
 * Evaluations planned there.
 */
evaluations: number, };

/**
 * Coarse to fine: the sizes of the run.
 */
export type ScalesSettings = {
/**
 * Whether the run starts at a small size; `evaluations` is then the work in evaluations at full size.
 */
on: boolean,
/**
 * Least longest side of a scale, in pixels, unless the result is smaller.
 */
first: number,
/**
 * Longest side of a scale over that of the one before; with the default areas about double.
 */
ratio: number, };

export type SettingDescription = { default: number | string | boolean | Array<WeightedLayer> | Array<number>,
/**
 * Dotted path in the settings, e.g. `style.weight`.
 */
path: string,
/**
 * Id of the group of [`GROUPS`](super::schema::GROUPS) that it is shown in.
 */
group: string,
/**
 * Short name in plain words.
 */
label: string,
/**
 * One or two sentences on what it does.
 */
help: string,
/**
 * Whether it is always shown rather than folded away.
 */
primary: boolean,
/**
 * Whether it may change during a run.
 */
live: boolean, } & ({ "kind": "number" } & Range | { "kind": "integer" } & Range | { "kind": "choice",
/**
 * In the order in which they are shown.
 */
choices: Array<Choice>, } | { "kind": "boolean" } | { "kind": "layers" } & Range | { "kind": "weights" } & Range);

/**
 * Complete settings of one run. The defaults are the preset `reference`.
 */
export type Settings = {
/**
 * Version of this format, always [`SCHEMA`].
 */
schema: number,
/**
 * Interpolates between the photo, 0, and the full style, 1: see [`crate::Weights`].
 */
strength: number,
/**
 * Longest side of the result, in pixels.
 */
size: number,
/**
 * Budget of the run: evaluations of loss and gradient, or with [`ScalesSettings::on`] the work of as many at full size.
 */
evaluations: number,
/**
 * What the optimisation starts from.
 */
start: Start,
/**
 * Seed of the random numbers ([`Start::Noise`]).
 */
seed: number,
/**
 * Coarse to fine: the sizes of the run.
 */
scales: ScalesSettings,
/**
 * The content loss and the content image.
 */
content: ContentSettings,
/**
 * The style loss and the style images.
 */
style: StyleSettings,
/**
 * Which image's colours the result has.
 */
colour: ColourSettings,
/**
 * The total variation loss.
 */
tv: TvSettings,
/**
 * The optimiser.
 */
optimiser: OptimiserSettings,
/**
 * Adam: decay of the exponential moving average of iterates, corrected for its start, that is shown; 0 shows the iterate itself.
 */
average: number,
/**
 * How the losses are normalised.
 */
loss: LossSettings,
/**
 * How the network computes features.
 */
network: NetworkSettings, };

/**
 * Settings changed before an evaluation.
 */
export type SettingsEvent = {
/**
 * The first evaluation with the new values, from 0.
 */
evaluation: number,
/**
 * The new values: nested JSON as in a settings file, of the changed settings only.
 */
settings: Record<string, unknown>, };

/**
 * What the optimisation starts from.
 */
export type Start = "content" | "noise" | "picture";

/**
 * The statistics of a layer's features that the style loss compares.
 */
export type StyleKind = "gram" | "covariance" | "wasserstein";

/**
 * How a style image is resized.
 */
export type StyleResize = "fit" | "stretch";

/**
 * The style loss and the style images.
 */
export type StyleSettings = {
/**
 * Weight of the style loss in the total.
 */
weight: number,
/**
 * The statistics compared at each layer.
 */
kind: StyleKind,
/**
 * Share of [nearest neighbours](crate::objective::NearestNeighbourLoss) in the style loss; `kind` has the rest.
 */
nearest: number,
/**
 * How the loss's gradient at each layer is scaled.
 */
gradient: Gradient,
/**
 * Layers compared, weighted against each other.
 */
layers: Array<WeightedLayer>,
/**
 * Weights of several style images, in their order; 1 for those beyond the end of the list.
 */
blend: Array<number>,
/**
 * How a style image is resized.
 */
resize: StyleResize,
/**
 * Longest side of a style image over the result's, for [`StyleResize::Fit`].
 */
scale: number, };

/**
 * A style image and its mask, without their pixels.
 */
export type StyleSpec = {
/**
 * Of its file.
 */
name: string,
/**
 * Of its file, hexadecimal; empty where it is not known.
 */
sha256?: string, width: number, height: number, mask?: ImageSpec | null, };

/**
 * Where a tensor is in the remote file.
 */
export type TensorRange = { name: string,
/**
 * Its first byte.
 */
start: number,
/**
 * The byte after its last.
 */
end: number, };

/**
 * The formula of the total variation loss.
 */
export type TvKind = "squared" | "absolute" | "power";

/**
 * The total variation loss.
 */
export type TvSettings = {
/**
 * Weight of the total variation loss in the total.
 */
weight: number,
/**
 * The formula.
 */
kind: TvKind,
/**
 * Exponent of [`TvKind::Power`].
 */
power: number, };

/**
 * Runs that differ in one setting.
 */
export type Variation = {
/**
 * What is varied.
 */
id: 'strength' | 'photo' | 'stroke' | 'seeds',
/**
 * Dotted path of the setting.
 */
path: string,
/**
 * Its values, each once.
 */
values: Array<number>, };

/**
 * How many transformed copies of the result Adam's evaluations use in turn ([`crate::image::augment::AUGMENTATIONS`]).
 */
export type Views = "auto" | "one" | "four";

/**
 * One layer and its weight among the layers of a loss.
 */
export type WeightedLayer = {
/**
 * The layer; in the JSON its name, one of [`LAYERS`].
 */
layer: string,
/**
 * Relative to the other layers of the list.
 */
weight: number, };
