//! Memory of a run, counted before it starts.
//!
//! Every tensor of the size of the image or of a layer is counted, at the moment of an evaluation, and of the preparation of a scale, at which most
//! of them are alive. `tests/memory.rs` compares with what is taken: never more than this.

use kernels::ConvWeights;
use vgg::{Architecture, Layer, Tile, WeightsFile};

use super::{
    plan::{DeviceFacts, PlannedImage, PlannedImages},
    schedule::Scale,
};
use crate::{
    image::{
        augment::AUGMENTATIONS,
        resize::{self, Size},
    },
    objective::{
        ContentMemory, LayerSize, NearestNeighbourLoss, content,
        style::search::{CANDIDATES, QUERIES},
        tiling,
    },
    settings::{Gradient, Padding, Precision, Settings, TvKind, Views, WeightedLayer},
};

/// Bytes of a number.
const FLOAT: f64 = 4.0;
/// Bytes of an image's pixel as a tensor: three numbers.
const PIXEL: f64 = 3.0 * FLOAT;
/// Bytes of a decoded image's pixel.
const RGBA: f64 = 4.0;
/// Pixels of a piece of a Gram matrix on the CPU.
const GRAM_PIECE: f64 = 2048.0;
/// What the program itself takes.
const PROGRAM: f64 = 4e6;
/// A layer is loaded by way of its weights as they are, of their transposition and of both while they are packed; in the size of the first.
const LOADING: f64 = 2.5;
/// Over what is counted: small tensors, and rounding to an allocator's sizes.
const MARGIN: f64 = 1.08;
/// Over what is counted on a GPU: burn's memory pool reserves pages of fixed sizes, and keeps what is freed.
const POOL: f64 = 1.3;
/// What kernels on a GPU work in.
const WORKSPACE: f64 = 128e6;

/// A layer of the network.
#[derive(Clone, Copy, Debug)]
struct LayerFacts {
    layer: Layer,
    channels: usize,
    /// Channels that losses compare: rows of the metric.
    compared: usize,
    metric: bool,
    content: bool,
    style: bool,
}

/// What the memory of a run depends on, besides the size.
pub(crate) struct Memory<'a> {
    settings: &'a Settings,
    architecture: &'static Architecture,
    /// Those that are loaded.
    layers: Vec<LayerFacts>,
    layout: Vec<usize>,
    augmentations: usize,
    half: bool,
    device: DeviceFacts,
    images: &'a PlannedImages,
    /// Of the network's file.
    file: f64,
}

/// What a layer adds to a forward and backward pass, in bytes.
struct Cost {
    /// Its activation.
    own: f64,
    /// What its losses save besides, for their gradient.
    saved: f64,
    /// What is alive besides while its losses are computed.
    computing: f64,
    /// What is alive besides its activation and its gradient while its losses are differentiated.
    working: f64,
    /// The input of its convolution: the activation before, or what pooling made of it.
    input: f64,
}

impl<'a> Memory<'a> {
    pub(crate) fn new(weights: &WeightsFile, settings: &'a Settings, images: &'a PlannedImages, device: DeviceFacts) -> Self {
        let (content, style) = (&settings.content.layers, &settings.style.layers);
        let within = |list: &[WeightedLayer], layer: Layer| list.iter().any(|weighted| weighted.layer == layer);
        let deepest = content.iter().chain(style).map(|weighted| weighted.layer).max();
        let info = weights.info();
        let channels = |layer: Layer| info.layout.get(layer.block() - 1).copied().unwrap_or(0);
        let loaded = info.layers.iter().copied().filter(|layer| Some(*layer) <= deepest);
        let layers: Vec<LayerFacts> = loaded
            .map(|layer| {
                let channels = channels(layer);
                let metric = weights.metric_rows(layer);
                let compared = metric.unwrap_or(channels);
                LayerFacts {
                    layer,
                    channels,
                    compared,
                    metric: metric.is_some(),
                    content: within(content, layer),
                    style: within(style, layer),
                }
            })
            .collect();
        let blocks = layers.last().map_or(0, |last| last.layer.block());
        let augmentations = match settings.network.views {
            _ if settings.optimiser.kind.needs_fixed_objective() => 1,
            Views::One => 1,
            Views::Auto => weights.augmentations(),
            Views::Four => AUGMENTATIONS.len(),
        };
        Self {
            settings,
            architecture: weights.architecture(),
            layers,
            layout: info.layout[..blocks].to_vec(),
            augmentations,
            half: settings.network.precision == Precision::Half && device.half,
            device,
            images,
            file: weights.bytes().len() as f64,
        }
    }

    /// How many of the first blocks are recomputed for a result of this size.
    pub(crate) fn recomputed(&self, size: Size) -> usize {
        self.blocks([size.1 as usize, size.0 as usize])
    }

    /// Whether no tensor of a result of this size is larger than the device's largest.
    pub(crate) fn fits_tensors(&self, size: Size) -> bool {
        let bytes = if self.half { 0.5 } else { 1.0 } * tiling::largest_tensor_bytes(&self.layout, self.recomputed(size));
        bytes * f64::from(size.0) * f64::from(size.1) <= self.device.largest_tensor
    }

    fn blocks(&self, size: [usize; 2]) -> usize {
        tiling::recomputed(self.settings, self.architecture, &self.layout, self.half, size, self.device.largest_tensor)
    }

    /// Bytes that are taken at once at the worst moment of a run of these scales.
    pub(crate) fn peak(&self, scales: &[Scale]) -> f64 {
        let mut before = 0.0;
        let mut worst = 0.0f64;
        for scale in scales {
            let image = PIXEL * f64::from(scale.size.0) * f64::from(scale.size.1);
            let (targets, state) = (self.targets(scale.size), image * self.state_images());
            // The scale before is given up when this one is ready; what it showed last, after the first losses of this one.
            let preparation = targets + before + self.preparation(scale);
            let working = (image * self.settings.optimiser.images_for_a_step()).max(self.evaluation(scale.size));
            worst = worst.max(preparation).max(targets + state + 0.2 * before + working);
            before = targets + state;
        }
        let counted = self.fixed() + MARGIN * worst;
        if self.device.in_program { counted } else { POOL * counted + WORKSPACE }
    }

    /// Bytes that are taken before the run.
    pub(crate) fn base(&self) -> f64 {
        if self.device.in_program { PROGRAM + self.file } else { 0.0 }
    }

    /// Whatever the size: the network, the images as they were given.
    fn fixed(&self) -> f64 {
        let mut inputs = 3;
        let (mut packed, mut scratch) = (0.0, 0.0f64);
        for layer in &self.layers {
            packed += ConvWeights::packed_bytes(layer.channels, inputs) as f64;
            packed += if layer.metric { FLOAT * (layer.compared * layer.channels) as f64 } else { 0.0 };
            scratch = scratch.max(ConvWeights::scratch_bytes(layer.channels, inputs, self.device.threads) as f64);
            inputs = layer.channels;
        }
        if !self.device.in_program {
            return packed;
        }
        self.base() + packed + scratch + self.given()
    }

    /// The images as they were given, and their masks in f32 with what resizing makes of them.
    fn given(&self) -> f64 {
        let bytes = |image: &PlannedImage| RGBA * f64::from(image.width) * f64::from(image.height);
        let masks = self.images.styles.iter().filter_map(|style| style.mask.as_ref()).map(|mask| 3.0 * bytes(mask));
        let opacities = self.images.all().filter(|image| image.transparent).map(|image| 3.0 * bytes(image));
        self.images.all().map(bytes).chain(masks).chain(opacities).sum()
    }

    /// What the result is compared with, for every augmentation.
    fn targets(&self, (width, height): Size) -> f64 {
        let size = [height as usize, width as usize];
        let regions = self.regions();
        let hypercolumns = regions.len() as f64 * self.hypercolumn() * pixels(Layer::CONV3_1.size(size));
        let target = |layer: &LayerFacts| {
            let pixels = pixels(layer.layer.size(size));
            let content = if layer.content { FLOAT * self.content(layer, size).target } else { 0.0 };
            // A handful of square matrices, the largest of them while roots are taken.
            let matrices = 6.0 * FLOAT * (layer.compared as f64).powi(2);
            let style = if layer.style { regions.len() as f64 * matrices + 2.0 * FLOAT * pixels * regions.masked() as f64 } else { 0.0 };
            content + style
        };
        self.augmentations as f64 * (hypercolumns + self.layers.iter().map(target).sum::<f64>())
    }

    /// Bytes of all style layers' features at a position, where [nearest neighbours](crate::objective::NearestNeighbourLoss) are compared.
    fn hypercolumn(&self) -> f64 {
        if self.settings.style.nearest == 0.0 {
            return 0.0;
        }
        FLOAT * self.layers.iter().filter(|facts| facts.style).map(|facts| facts.compared as f64).sum::<f64>()
    }

    /// What the search for nearest neighbours works in: the positions of a region's style images and of the content image, joined, centred and
    /// normalised, and similarities. `candidates`: those positions.
    fn search(&self, content: [usize; 2], candidates: f64) -> f64 {
        let hypercolumn = self.hypercolumn();
        if hypercolumn == 0.0 {
            return 0.0;
        }
        let queries = pixels(Layer::CONV3_1.size(content));
        hypercolumn * 4.0 * (candidates + queries) + 3.0 * FLOAT * queries.min(QUERIES as f64) * candidates.min(CANDIDATES as f64)
    }

    /// Images that are kept from step to step: the optimizer's, and the content image, whose colours the result may keep.
    fn state_images(&self) -> f64 {
        let ahead = if self.device.in_program { 0.0 } else { self.settings.optimiser.images_ahead() };
        self.settings.optimiser.images_kept() + ahead + 1.0
    }

    /// What is needed besides while the images of a scale are resized and their features taken.
    fn preparation(&self, scale: &Scale) -> f64 {
        let (width, height) = scale.size;
        let image = PIXEL * f64::from(width) * f64::from(height);
        let content =
            resizing(self.images.content.size(), scale.size) + self.features([height as usize, width as usize], &|facts| facts.content);
        let mut styles = 0.0f64;
        let (mut kept, mut everywhere, mut searched) = (0.0, 0.0, 0.0f64);
        let content_size = [height as usize, width as usize];
        let mut described = self.hypercolumn() * pixels(Layer::CONV3_1.size(content_size));
        for style in &self.images.styles {
            let Ok((width, height)) = resize::style_size(style.image.width, style.image.height, scale.size, scale.longest, self.settings)
            else {
                continue;
            };
            let size = [height as usize, width as usize];
            kept += PIXEL * pixels(size);
            let candidates = NearestNeighbourLoss::candidates(size) as f64;
            described += self.hypercolumn() * candidates;
            everywhere += if style.mask.is_some() { 0.0 } else { candidates };
            searched = searched.max(candidates);
            styles = styles.max(resizing(style.image.size(), (width, height)) + self.features(size, &|facts| facts.style));
        }
        let mut inputs = 3;
        let mut loading = 0.0f64;
        for layer in &self.layers {
            loading = loading.max(LOADING * FLOAT * (9 * layer.channels * inputs) as f64);
            inputs = layer.channels;
        }
        // The start, the content image and its augmentation.
        let search = self.search(content_size, searched.max(everywhere));
        4.0 * image + kept + described + content.max(styles).max(loading).max(search)
    }

    /// The features of an image of `size` without a gradient, at the layers asked for, and the image itself once more.
    fn features(&self, size: [usize; 2], asked: &dyn Fn(&LayerFacts) -> bool) -> f64 {
        let blocks = self.blocks(size);
        let tile = self.tile(size, blocks);
        let (mut kept, mut worst, mut before) = (0.0, 0.0f64, PIXEL * pixels(size));
        for facts in &self.layers {
            let whole = facts.layer.block() > blocks;
            let own = self.activation(facts, if whole { size } else { tile });
            worst = worst.max(kept + before + 2.0 * own);
            // What is kept is not counted again as the next layer's input.
            before = if asked(facts) { 0.0 } else { own };
            kept += own - before;
        }
        3.0 * PIXEL * pixels(size) + worst + self.pooled(size, blocks) * 2.0
    }

    /// What is needed besides for the losses and their gradient.
    fn evaluation(&self, (width, height): Size) -> f64 {
        let upright = [height as usize, width as usize];
        // Some augmentations are transposed, whose tiles have other sizes.
        let transposed = [width as usize, height as usize];
        let own = self.evaluation_of(upright);
        if self.augmentations > 1 { own.max(self.evaluation_of(transposed)) } else { own }
    }

    fn evaluation_of(&self, size: [usize; 2]) -> f64 {
        let image = PIXEL * pixels(size);
        let blocks = self.blocks(size);
        // The gradient; the iterate's augmentation and the gradient there, and both in memory's order.
        let augmentation = if self.augmentations > 1 { 4.0 } else { 0.0 };
        let images = image * (1.0 + augmentation);
        // Saved for the gradient in each region: the hypercolumns, as they are and scaled; then products, and their gradients.
        let hypercolumns = (2 * self.regions().len() + 4) as f64 * self.hypercolumn() * pixels(Layer::CONV3_1.size(size));
        let losses = image * self.images_of_variation() + hypercolumns;
        // At the end, when the activations are no longer needed.
        let variation = image * (3.0 + self.images_of_variation());
        if blocks == 0 {
            let padding = if self.settings.network.padding == Padding::Replicate { 2.0 * image } else { 0.0 };
            return images + variation.max(losses + padding + self.pass(&self.layers, size, image));
        }
        let first = self.layers.iter().take_while(|facts| facts.layer.block() <= blocks).count();
        let (tiled, later) = self.layers.split_at(first);
        let pooled = self.pooled(size, blocks);
        let tile = self.tile(size, blocks);
        // The later blocks, with their input and its gradient; then the tiles one by one, with that gradient, and the whole image's, to which
        // a tile's is added.
        let later = losses + 2.0 * pooled + self.pass(later, size, pooled);
        let rows = PIXEL * pixels(tile);
        let tiles = pooled + 3.0 * self.pooled(tile, blocks) + self.pass(tiled, tile, rows) + 4.0 * rows + 2.0 * image;
        images + variation.max(later).max(tiles)
    }

    /// Images that total variation saves for its gradient.
    fn images_of_variation(&self) -> f64 {
        match self.settings.tv.kind {
            TvKind::Squared | TvKind::Absolute => 3.0,
            TvKind::Power => 5.0,
        }
    }

    /// A forward and a backward pass through `layers` for an image of `size`; `input`: bytes of what goes in.
    fn pass(&self, layers: &[LayerFacts], size: [usize; 2], input: f64) -> f64 {
        let mut before = input;
        let costs: Vec<Cost> = layers
            .iter()
            .map(|facts| {
                let cost = self.cost(facts, size, before);
                before = cost.own;
                cost
            })
            .collect();
        let mut alive: f64 = costs.iter().map(|cost| cost.own + cost.saved).sum();
        let mut worst = alive + costs.iter().map(|cost| cost.computing).fold(0.0, f64::max);
        for cost in costs.iter().rev() {
            // The gradient of its output so far, what its losses add, and the sum.
            worst = worst.max(alive + cost.own + cost.working).max(alive + cost.own + cost.input);
            alive -= cost.own + cost.saved;
        }
        worst
    }

    /// `before`: bytes of the activation before.
    fn cost(&self, facts: &LayerFacts, size: [usize; 2], before: f64) -> Cost {
        let pixels = pixels(facts.layer.size(size));
        let own = self.activation(facts, size);
        // In f32 whatever the precision of the activations.
        let full = FLOAT * facts.channels as f64 * pixels;
        let (mut saved, mut computing, mut working) = (0.0, 0.0, 0.0);
        if facts.style {
            // A matrix for each piece of its pixels.
            computing += FLOAT * (facts.channels * (facts.channels + 1)) as f64 * (pixels / GRAM_PIECE).ceil();
            // Weighted features, for each region.
            let masked = self.regions().masked() as f64;
            saved += masked * full;
            computing += masked.min(1.0) * full;
            working += 2.0 * full + masked.min(1.0) * 2.0 * full;
            if self.settings.style.gradient == Gradient::Normalised {
                saved += self.regions().len() as f64 * full;
                working += 2.0 * full;
            }
        }
        if facts.style && self.settings.style.nearest > 0.0 {
            // What resampling makes on the way: halved maps of earlier layers, interpolated columns of later ones. This is the most.
            let grid = Layer::CONV3_1.size(size);
            let between = FLOAT * facts.channels as f64 * (grid[1] * facts.layer.size(size)[0]) as f64;
            saved += self.regions().len() as f64 * between;
            working += 2.0 * between;
        }
        if facts.content {
            let content = self.content(facts, size);
            saved += FLOAT * content.saved;
            working += FLOAT * content.working;
            if self.settings.content.gradient == Gradient::Normalised {
                saved += full;
                working += 2.0 * full;
            }
        }
        Cost { own, saved, computing, working, input: before }
    }

    /// What the content loss takes at a layer of an image of `size`.
    fn content(&self, facts: &LayerFacts, size: [usize; 2]) -> ContentMemory {
        let size = LayerSize { channels: facts.channels, compared: facts.compared, size: facts.layer.size(size) };
        content::of_kind(self.settings.content.kind).memory(size)
    }

    fn activation(&self, facts: &LayerFacts, size: [usize; 2]) -> f64 {
        let bytes = if self.half { 0.5 * FLOAT } else { FLOAT };
        bytes * facts.channels as f64 * pixels(facts.layer.size(size))
    }

    /// The pooled output of the last recomputed block.
    fn pooled(&self, size: [usize; 2], blocks: usize) -> f64 {
        let bytes = if self.half { 0.5 * FLOAT } else { FLOAT };
        let channels = blocks.checked_sub(1).and_then(|at| self.layout.get(at)).copied().unwrap_or(0);
        bytes * channels as f64 * pixels(size.map(|side| side >> blocks))
    }

    /// Height and width of the largest tile of an image with its halo.
    fn tile(&self, [height, width]: [usize; 2], blocks: usize) -> [usize; 2] {
        if blocks == 0 {
            return [height, width];
        }
        let tiles = tiling::tiles(self.architecture, [height, width], blocks, tiling::AREA);
        [tiles.iter().map(|tile: &Tile| tile.input_rows().len()).max().unwrap_or(height), width]
    }

    fn regions(&self) -> Regions {
        let masks = self.images.styles.iter().filter(|style| style.mask.is_some()).count();
        let everywhere = usize::from(masks < self.images.styles.len());
        let transparent = self.settings.content.transparency && self.images.content.transparent;
        Regions { masks, everywhere, masked: masks > 0 || transparent }
    }
}

/// Regions of the result with a style loss of their own.
struct Regions {
    masks: usize,
    /// 1 where styles without a mask share the rest.
    everywhere: usize,
    /// Whether pixels have weights at all.
    masked: bool,
}

impl Regions {
    fn len(&self) -> usize {
        (self.masks + self.everywhere).max(1)
    }

    /// How many have weights for their pixels.
    fn masked(&self) -> usize {
        if self.masked { self.len() } else { 0 }
    }
}

/// What resizing an image takes: between its two passes it has the old height and the new width; then there are bytes and numbers of the new size.
fn resizing((width, height): Size, to: Size) -> f64 {
    let between = RGBA * f64::from(to.0) * f64::from(height);
    let copy = RGBA * f64::from(width) * f64::from(height);
    let done = (RGBA + 3.0 + 2.0 * PIXEL) * f64::from(to.0) * f64::from(to.1);
    copy + between + done
}

fn pixels([height, width]: [usize; 2]) -> f64 {
    height as f64 * width as f64
}
