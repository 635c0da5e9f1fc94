//! The first blocks of the network on a few rows of the picture at a time. They hold most of a picture's activations and
//! few of its multiplications, so where memory is short they are better computed again for the gradient than kept ("gradient
//! checkpointing": Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, arXiv:1604.06174); and as a strip of them
//! depends on few rows around it alone, neither is there ever more of them than of a strip.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::{Error, Layer, Network, Tap, Taps};

/// Rows of a picture that the first blocks of a network see at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    blocks: usize,
    own: Range<usize>,
    seen: Range<usize>,
}

impl Strip {
    /// A picture of `height` rows in strips of `rows`, rounded up to what pooling allows, of the first `blocks`, 1 to 4; the last
    /// strip has what is left as well. Neighbours see some rows of each other: as far as convolutions of these blocks reach.
    #[must_use]
    pub fn of(height: usize, rows: usize, blocks: usize) -> Vec<Self> {
        let rows = rows.max(1).next_multiple_of(1 << blocks);
        // A convolution of block b reaches as far as 2^(b - 1) rows of the picture.
        let convolutions = Layer::all().filter(|layer| layer.block() <= blocks);
        let reach: usize = convolutions.map(|layer| 1 << (layer.block() - 1)).sum();
        let reach = reach.next_multiple_of(1 << (blocks - 1));
        let count = (height / rows).max(1);
        let strip = |n: usize| {
            let own = n * rows..if n + 1 == count { height } else { (n + 1) * rows };
            Self { blocks, seen: own.start.saturating_sub(reach)..(own.end + reach).min(height), own }
        };
        (0..count).map(strip).collect()
    }

    /// Rows of the picture that are looked at, those around the strip included.
    #[must_use]
    pub fn seen(&self) -> Range<usize> {
        self.seen.clone()
    }

    /// The strip's own rows of `layer`, counted from the whole layer's first.
    #[must_use]
    pub fn rows(&self, layer: Layer) -> Range<usize> {
        self.at(layer.block() - 1)
    }

    /// The strip's own rows of what comes out of its last block's pooling, likewise.
    #[must_use]
    pub fn pooled(&self) -> Range<usize> {
        self.at(self.blocks)
    }

    /// After so many poolings.
    fn at(&self, poolings: usize) -> Range<usize> {
        self.own.start >> poolings..self.own.end >> poolings
    }

    /// `features` of the seen rows at `layer` -> of its own alone.
    fn cut(&self, layer: Layer, features: &Tensor<4>) -> Tensor<4> {
        let (rows, above) = (self.rows(layer), self.seen.start >> (layer.block() - 1));
        if rows.len() == features.dims()[2] { features.clone() } else { features.clone().narrow(2, rows.start - above, rows.len()) }
    }
}

impl Network {
    /// `rgb`: the seen rows of a picture, `[1, 3, seen, W]` -> the activations of `layers`, those that lie in the strip's blocks, and what
    /// pooling makes of the last block; of the strip's own rows. All strips' rows together are what
    /// [`features`](Network::features) gives, to rounding.
    ///
    /// # Errors
    ///
    /// When the blocks are not loaded.
    pub fn strip(&self, strip: &Strip, rgb: Tensor<4>, layers: &[Layer]) -> Result<(Taps, Tensor<4>), Error> {
        let last = Layer::last_of(strip.blocks);
        let mut taps = Taps::default();
        let x = self.pass(self.centred(rgb), 0, last, |tap, layer| {
            if layers.contains(&layer) {
                taps.insert(layer, Tap { features: strip.cut(layer, &tap.features), ..tap });
            }
        })?;
        Ok((taps, self.pool(strip.cut(last, &x), strip.blocks - 1)))
    }

    /// `pooled`: what pooling makes of block `blocks` of a whole picture -> the activations of `layers`, all behind that block.
    ///
    /// # Errors
    ///
    /// When a layer was not loaded.
    pub fn features_behind(&self, blocks: usize, pooled: Tensor<4>, layers: &[Layer]) -> Result<Taps, Error> {
        self.taps(pooled, Layer::last_of(blocks).position() + 1, layers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_share_out_every_row_once_at_every_layer() {
        for (height, rows, blocks) in [(16, 4, 2), (17, 4, 2), (67, 8, 2), (45, 6, 1), (131, 40, 3), (9, 64, 2), (64, 1, 4)] {
            let strips = Strip::of(height, rows, blocks);
            for poolings in 0..=blocks {
                let mut next = 0;
                for strip in &strips {
                    let rows = strip.at(poolings);
                    assert!(rows.start == next && !rows.is_empty(), "{strip:?}");
                    assert!(strip.seen.start <= strip.own.start && strip.seen.end >= strip.own.end);
                    assert!(strip.seen.start.is_multiple_of(1 << (blocks - 1)));
                    next = rows.end;
                }
                assert_eq!(next, height >> poolings);
            }
        }
        // conv1_1 and conv1_2 reach a row each, conv2_1 and conv2_2 two.
        assert_eq!(Strip::of(64, 16, 2)[1], Strip { blocks: 2, own: 16..32, seen: 10..38 });
    }
}
