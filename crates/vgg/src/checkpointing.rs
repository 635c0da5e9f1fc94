//! Gradient checkpointing of the first blocks, in tiles: a band of rows of the image at a time.
//!
//! The first blocks hold most of an image's activations and few of its multiplications. Where memory is short they are computed again for the
//! gradient instead of being kept (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, arXiv:1604.06174). A band of rows of
//! their output depends on few rows around it (its halo), so that never more than one tile's activations exist.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::{Architecture, Error, FeatureMap, Features, Layer, Network};

/// A band of rows of an image, with the halo that the convolutions of the first blocks need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    blocks: usize,
    /// Rows of the image that belong to this tile and no other.
    output: Range<usize>,
    /// The same with the halo.
    input: Range<usize>,
}

impl Tile {
    /// An image of `height` rows in tiles of `rows`, rounded up to a multiple of `2^blocks`, for the first `blocks`, 1 to 4, of a network. The
    /// last tile takes the remainder as well.
    #[must_use]
    pub fn split(architecture: &Architecture, height: usize, rows: usize, blocks: usize) -> Vec<Self> {
        let rows = rows.max(1).next_multiple_of(1 << blocks);
        // A convolution of block b reaches 2^(b - 1) rows of the image.
        let convolutions = architecture.layers().filter(|layer| layer.block() <= blocks);
        let halo: usize = convolutions.map(|layer| 1 << (layer.block() - 1)).sum();
        let halo = halo.next_multiple_of(1 << (blocks - 1));
        let count = (height / rows).max(1);
        let tile = |n: usize| {
            let output = n * rows..if n + 1 == count { height } else { (n + 1) * rows };
            Self { blocks, input: output.start.saturating_sub(halo)..(output.end + halo).min(height), output }
        };
        (0..count).map(tile).collect()
    }

    /// Rows of the image that the tile reads: its own and the halo.
    #[must_use]
    pub fn input_rows(&self) -> Range<usize> {
        self.input.clone()
    }

    /// The tile's own rows of `layer`, counted from the whole layer's first.
    #[must_use]
    pub fn rows(&self, layer: Layer) -> Range<usize> {
        self.after_poolings(layer.block() - 1)
    }

    /// The tile's own rows of the pooled output of its last block, counted likewise.
    #[must_use]
    pub fn pooled_rows(&self) -> Range<usize> {
        self.after_poolings(self.blocks)
    }

    fn after_poolings(&self, poolings: usize) -> Range<usize> {
        self.output.start >> poolings..self.output.end >> poolings
    }

    /// `values` of the input rows at `layer` -> of the tile's own rows.
    fn crop(&self, layer: Layer, values: &Tensor<4>) -> Tensor<4> {
        let (rows, above) = (self.rows(layer), self.input.start >> (layer.block() - 1));
        if rows.len() == values.dims()[2] { values.clone() } else { values.clone().narrow(2, rows.start - above, rows.len()) }
    }
}

impl Network {
    /// `rgb`: the input rows of an image, `[1, 3, rows, W]` -> the activations of those of `layers` that lie in the tile's blocks, and the pooled
    /// output of its last block, both of the tile's own rows. All tiles' rows concatenated are what [`features`](Network::features) gives, to
    /// rounding.
    ///
    /// # Errors
    ///
    /// When the blocks are not loaded.
    pub fn tile_features(&self, tile: &Tile, rgb: Tensor<4>, layers: &[Layer]) -> Result<(Features, Tensor<4>), Error> {
        let last = self.architecture().last_of(tile.blocks);
        let mut features = Features::default();
        let x = self.forward(self.subtract_mean(rgb), 1, last, |map, layer| {
            if layers.contains(&layer) {
                features.insert(layer, FeatureMap { values: tile.crop(layer, &map.values), ..map });
            }
        })?;
        Ok((features, self.pool(tile.crop(last, &x), tile.blocks - 1)))
    }

    /// `pooled`: the pooled output of block `blocks` of a whole image -> the activations of `layers`, all of later blocks.
    ///
    /// # Errors
    ///
    /// When a layer was not loaded.
    pub fn features_after(&self, blocks: usize, pooled: Tensor<4>, layers: &[Layer]) -> Result<Features, Error> {
        self.features_from(pooled, blocks + 1, layers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{VGG11, VGG16, VGG19};

    #[test]
    fn tiles_cover_every_row_once_at_every_layer() {
        for (height, rows, blocks) in [(16, 4, 2), (17, 4, 2), (67, 8, 2), (45, 6, 1), (131, 40, 3), (9, 64, 2), (64, 1, 4)] {
            let tiles = Tile::split(&VGG19, height, rows, blocks);
            for poolings in 0..=blocks {
                let mut next = 0;
                for tile in &tiles {
                    let rows = tile.after_poolings(poolings);
                    assert!(rows.start == next && !rows.is_empty(), "{tile:?}");
                    assert!(tile.input.start <= tile.output.start && tile.input.end >= tile.output.end);
                    assert!(tile.input.start.is_multiple_of(1 << (blocks - 1)));
                    next = rows.end;
                }
                assert_eq!(next, height >> poolings);
            }
        }
        // conv1_1 and conv1_2 reach a row each, conv2_1 and conv2_2 two.
        assert_eq!(Tile::split(&VGG19, 64, 16, 2)[1], Tile { blocks: 2, output: 16..32, input: 10..38 });
        // VGG-11 has one convolution in each of these blocks; VGG-16 three in the third, which reach four rows each.
        assert_eq!(Tile::split(&VGG11, 64, 16, 2)[1], Tile { blocks: 2, output: 16..32, input: 12..36 });
        assert_eq!(Tile::split(&VGG16, 128, 32, 3)[1], Tile { blocks: 3, output: 32..64, input: 12..84 });
    }
}
