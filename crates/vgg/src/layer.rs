//! Convolutions by name.

use std::{fmt, str::FromStr};

/// A convolution of a VGG network with its ReLU: `conv1_1` to `conv5_4`, all of which VGG-19 has. Ordered from the input to the deepest.
/// Which of them a network has, and which tensors they are in its file, [`Architecture`](crate::Architecture) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer(u8);

impl Layer {
    /// conv1_1
    pub const CONV1_1: Self = Self(0);
    /// conv1_2
    pub const CONV1_2: Self = Self(1);
    /// conv2_1
    pub const CONV2_1: Self = Self(2);
    /// conv2_2
    pub const CONV2_2: Self = Self(3);
    /// conv3_1
    pub const CONV3_1: Self = Self(4);
    /// conv3_2
    pub const CONV3_2: Self = Self(5);
    /// conv3_3
    pub const CONV3_3: Self = Self(6);
    /// conv3_4
    pub const CONV3_4: Self = Self(7);
    /// conv4_1
    pub const CONV4_1: Self = Self(8);
    /// conv4_2
    pub const CONV4_2: Self = Self(9);
    /// conv4_3
    pub const CONV4_3: Self = Self(10);
    /// conv4_4
    pub const CONV4_4: Self = Self(11);
    /// conv5_1
    pub const CONV5_1: Self = Self(12);
    /// conv5_2
    pub const CONV5_2: Self = Self(13);
    /// conv5_3
    pub const CONV5_3: Self = Self(14);
    /// conv5_4
    pub const CONV5_4: Self = Self(15);

    /// The names of all sixteen, from the input to the deepest.
    pub const NAMES: [&'static str; 16] = [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4", "conv4_1", "conv4_2", "conv4_3", "conv4_4",
        "conv5_1", "conv5_2", "conv5_3", "conv5_4",
    ];

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
        assert_eq!([Layer::CONV1_1, Layer::CONV2_1, Layer::CONV3_1, Layer::CONV4_1, Layer::CONV5_1].map(Layer::number), [1; 5]);
        assert_eq!((layer, Layer::CONV5_2.name(), Layer::CONV5_4.name()), (Layer::CONV4_2, "conv5_2", "conv5_4"));
        let pooled: Vec<_> = Layer::all().filter(|l| l.follows_pooling()).map(Layer::name).collect();
        assert_eq!(pooled, ["conv2_1", "conv3_1", "conv4_1", "conv5_1"]);
        assert_eq!(layer.size([67, 9]), [8, 1]);
        assert!("conv3_5".parse::<Layer>().is_err());
    }
}
