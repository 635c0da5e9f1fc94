//! Which of the first blocks are computed again for the gradient, in tiles, instead of being kept ([`vgg::Tile`]).

use burn::tensor::{Device, Tensor};
use kernels::device::largest_tensor;
use vgg::{Architecture, Error, Features, Layer, Network, Precision, Tile};

use crate::settings::{Gradient, Recompute, Settings, WeightedLayer};

/// Blocks that may be recomputed, and the most bytes of activations that are kept before the next choice is taken. Two blocks
/// hold two thirds of VGG-19's activations, and to compute them again takes an eighth of a step's multiplications; with three it is
/// seven eighths and three tenths.
pub const CHOICES: [(usize, f64); 3] = [(0, (1u64 << 30) as f64), (2, (1u64 << 31) as f64), (3, f64::INFINITY)];

/// Pixels of a tile, so that its activations are as many as a small image's; and its least rows, so that its halo is small beside it.
pub const AREA: usize = 1 << 18;
const LEAST_ROWS: usize = 64;

/// Bytes of activations to a pixel of the image that are kept for the gradient when the first `blocks` are recomputed, down to
/// conv5_1. `layout`: channels of the five blocks.
#[must_use]
pub fn kept_bytes(architecture: &Architecture, layout: &[usize], blocks: usize) -> f64 {
    let bytes = |channels: usize, poolings: usize| 4.0 * channels as f64 / 4f64.powi(poolings as i32);
    let [one, two, three, four, _] = architecture.convolutions;
    let convolutions = [one, two, three, four, 1];
    let block = |(at, channels): (usize, &usize)| bytes(*channels, at) * convolutions.get(at).copied().unwrap_or(0) as f64;
    let pooled = (blocks.max(1)..layout.len()).map(|block| bytes(layout[block - 1], block));
    layout.iter().enumerate().skip(blocks).map(block).chain(pooled).sum()
}

/// Bytes to a pixel of the image of the largest tensor that is not a tile's, when the first `blocks` are recomputed.
#[must_use]
pub fn largest_tensor_bytes(layout: &[usize], blocks: usize) -> f64 {
    let activations = layout.iter().enumerate().skip(blocks).map(|(at, channels)| 4.0 * *channels as f64 / 4f64.powi(at as i32));
    // The image itself has three channels.
    activations.fold(12.0, f64::max)
}

/// How much longer an evaluation takes when the first `blocks` are recomputed: measured with VGG-19 on the CPU, at 640 x 480 and 1024 x 768.
#[must_use]
pub fn slowdown(blocks: usize) -> f64 {
    match blocks {
        0 => 1.0,
        1 | 2 => 1.15,
        _ => 1.4,
    }
}

/// How many blocks to recompute for an image of `size`, height and width.
pub(crate) fn blocks(settings: &Settings, network: &Network, size: [usize; 2], device: &Device) -> usize {
    let half = network.precision() == Precision::Half;
    recomputed(settings, network.architecture(), &network.layout(), half, size, largest_tensor(device) as f64)
}

/// The same from what is known before anything is loaded. `layout`: channels of the blocks that will be; `half`: whether activations are f16;
/// `largest`: bytes of the device's largest tensor.
pub(crate) fn recomputed(
    settings: &Settings,
    architecture: &Architecture,
    layout: &[usize],
    half: bool,
    size: [usize; 2],
    largest: f64,
) -> usize {
    let pixels = (size[0] * size[1]) as f64;
    let wanted = match settings.network.recompute {
        Recompute::Auto => {
            let pixels = if half { 0.5 * pixels } else { pixels };
            let fits = |(blocks, room): &&(usize, f64)| {
                kept_bytes(architecture, layout, *blocks) * pixels <= *room && largest_tensor_bytes(layout, *blocks) * pixels <= largest
            };
            CHOICES.iter().find(fits).map_or(CHOICES[CHOICES.len() - 1].0, |(blocks, _)| *blocks)
        }
        Recompute::None => 0,
        Recompute::Two => 2,
        Recompute::Three => 3,
    };
    // Descriptors of the style add up over tiles; a content loss and the sum that normalises a gradient need the whole layer.
    let layers = |list: &[WeightedLayer]| list.iter().map(|weighted| weighted.layer).collect::<Vec<Layer>>();
    let (content, style) = (layers(&settings.content.layers), layers(&settings.style.layers));
    let whole = if settings.style.gradient == Gradient::Plain { content.iter().min() } else { content.iter().chain(&style).min() };
    let deepest = content.iter().chain(&style).max();
    let bound = whole.into_iter().chain(deepest).map(|layer| layer.block() - 1).min().unwrap_or(0);
    wanted.min(bound)
}

/// The tiles of an image of `size`, height and width, of about `area` pixels each.
pub(crate) fn tiles(architecture: &Architecture, [height, width]: [usize; 2], blocks: usize, area: usize) -> Vec<Tile> {
    Tile::split(architecture, height, (area / width).max(area.min(AREA) * LEAST_ROWS / AREA), blocks)
}

/// The rows of an image that a tile reads.
pub(crate) fn rows(image: &Tensor<4>, tile: &Tile) -> Tensor<4> {
    let input = tile.input_rows();
    image.clone().narrow(2, input.start, input.len())
}

/// The activations of those of `layers` that are of blocks after the first `blocks`, for `image`, `[1, 3, H, W]`; with those of the others, if
/// there are any such blocks, `visit` is called tile by tile. Without a gradient.
pub(crate) fn features(
    network: &Network,
    image: &Tensor<4>,
    blocks: usize,
    layers: &[Layer],
    visit: impl FnMut(&Tile, &Features),
) -> Result<Features, Error> {
    if blocks == 0 {
        return network.features(image.clone(), layers);
    }
    let [_, _, height, width] = image.dims();
    let later: Vec<Layer> = layers.iter().copied().filter(|layer| layer.block() > blocks).collect();
    let pooled = pooled(network, image, &tiles(network.architecture(), [height, width], blocks, AREA), layers, visit)?;
    network.features_after(blocks, pooled, &later)
}

/// The pooled output of the tiles' last block, concatenated.
pub(crate) fn pooled(
    network: &Network,
    image: &Tensor<4>,
    tiles: &[Tile],
    layers: &[Layer],
    mut visit: impl FnMut(&Tile, &Features),
) -> Result<Tensor<4>, Error> {
    let pooled = tiles.iter().map(|tile| {
        let (features, pooled) = network.tile_features(tile, rows(image, tile), layers)?;
        visit(tile, &features);
        Ok(pooled)
    });
    Ok(Tensor::cat(pooled.collect::<Result<Vec<_>, Error>>()?, 2))
}
