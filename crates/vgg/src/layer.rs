//! Convolutions by name.

use std::{fmt, str::FromStr};

/// A convolution of a VGG network with its ReLU: `conv1_1` to `conv5_4`, all of which VGG-19 has. Ordered from the input to the deepest.
/// Which of them a network has, and which tensors they are in its file, [`Architecture`](crate::Architecture) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer(u8);

impl Layer {
    /// The names of all sixteen, from the input to the deepest.
    pub const NAMES: [&'static str; 16] = [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4", "conv4_1", "conv4_2", "conv4_3", "conv4_4",
        "conv5_1", "conv5_2", "conv5_3", "conv5_4",
    ];

    pub(crate) const CONV1_1: Self = Self(0);
    pub(crate) const CONV5_2: Self = Self(13);

    /// All sixteen, from the input to the deepest.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + Clone {
        (0..16).map(Self)
    }

    /// Its place in [`NAMES`](Layer::NAMES). In an architecture with fewer convolutions it has another.
    pub(crate) fn position(self) -> usize {
        usize::from(self.0)
    }

    /// 1 to 5; a 2x2 pooling stands between blocks.
    #[must_use]
    pub fn block(self) -> usize {
        usize::from(self.name().as_bytes()[4] - b'0')
    }

    /// 1 to 4: which of its block's convolutions this is.
    #[must_use]
    pub fn number(self) -> usize {
        usize::from(self.name().as_bytes()[6] - b'0')
    }

    /// Height and width of this layer for an image of `size`.
    #[must_use]
    pub fn size(self, size: [usize; 2]) -> [usize; 2] {
        size.map(|side| side >> (self.block() - 1))
    }

    /// Whether a pooling stands before this layer: the first of blocks 2 to 5, in every architecture.
    #[must_use]
    pub fn follows_pooling(self) -> bool {
        self.block() > 1 && self.number() == 1
    }

    /// `conv4_2`
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self.position()]
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A layer's name that VGG-19 does not have.
#[derive(Debug, thiserror::Error)]
#[error(
    "VGG-19 has no layer called \"{0}\". Its layers are conv1_1, conv1_2, conv2_1, conv2_2, conv3_1 to conv3_4, conv4_1 to conv4_4 and conv5_1 to conv5_4."
)]
pub struct UnknownLayer(pub String);

impl FromStr for Layer {
    type Err = UnknownLayer;

    fn from_str(name: &str) -> Result<Self, UnknownLayer> {
        Self::all().find(|layer| layer.name() == name).ok_or_else(|| UnknownLayer(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_blocks_and_poolings() {
        let layer: Layer = "conv4_2".parse().unwrap();
        assert_eq!((layer.block(), layer.number(), layer.position()), (4, 2, 9));
        assert_eq!((Layer::CONV1_1.name(), Layer::CONV5_2.name()), ("conv1_1", "conv5_2"));
        let pooled: Vec<_> = Layer::all().filter(|l| l.follows_pooling()).map(Layer::name).collect();
        assert_eq!(pooled, ["conv2_1", "conv3_1", "conv4_1", "conv5_1"]);
        assert_eq!(layer.size([67, 9]), [8, 1]);
        assert!("conv3_5".parse::<Layer>().is_err());
    }
}
