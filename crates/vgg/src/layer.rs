//! The sixteen convolutions by name.

use std::{fmt, str::FromStr};

/// A convolution of VGG-19 with its ReLU: `conv1_1` to `conv5_4`. Ordered from the picture downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer(u8);

/// Name, and the N of torchvision's `features.N`.
const LAYERS: [(&str, u8); 16] = [
    ("conv1_1", 0),
    ("conv1_2", 2),
    ("conv2_1", 5),
    ("conv2_2", 7),
    ("conv3_1", 10),
    ("conv3_2", 12),
    ("conv3_3", 14),
    ("conv3_4", 16),
    ("conv4_1", 19),
    ("conv4_2", 21),
    ("conv4_3", 23),
    ("conv4_4", 25),
    ("conv5_1", 28),
    ("conv5_2", 30),
    ("conv5_3", 32),
    ("conv5_4", 34),
];

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

    /// The names of all sixteen, from the picture downwards.
    pub const NAMES: [&'static str; 16] = {
        let mut names = [""; 16];
        let mut at = 0;
        while at < names.len() {
            names[at] = LAYERS[at].0;
            at += 1;
        }
        names
    };

    /// conv5_2: no preset looks deeper, so a download stops here.
    pub const DEEPEST_IN_USE: Self = Self::CONV5_2;

    /// All sixteen, from the picture downwards.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..16).map(Self)
    }

    /// 0 for conv1_1 to 15 for conv5_4.
    #[must_use]
    pub fn position(self) -> usize {
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

    /// The last layer of a block, 1 to 5.
    #[must_use]
    pub fn last_of(block: usize) -> Self {
        Self([1, 3, 7, 11, 15][block.clamp(1, 5) - 1])
    }

    /// Height and width of this layer for a picture of `size`.
    #[must_use]
    pub fn size(self, size: [usize; 2]) -> [usize; 2] {
        size.map(|side| side >> (self.block() - 1))
    }

    /// Whether a pooling stands before this layer: the first of blocks 2 to 5.
    #[must_use]
    pub fn follows_pooling(self) -> bool {
        self.0 > 0 && self.name().ends_with("_1")
    }

    /// `conv4_2`
    #[must_use]
    pub fn name(self) -> &'static str {
        LAYERS[self.position()].0
    }

    /// `features.21.weight`, torchvision's name of the `[O, I, 3, 3]` tensor.
    #[must_use]
    pub fn weight_name(self) -> String {
        format!("features.{}.weight", LAYERS[self.position()].1)
    }

    /// `features.21.bias`, torchvision's name of the `[O]` tensor.
    #[must_use]
    pub fn bias_name(self) -> String {
        format!("features.{}.bias", LAYERS[self.position()].1)
    }

    /// `features.21.step`, our name of the `[O]` tensor that whole numbers in the weight's place are multiplied by, an output channel each.
    #[must_use]
    pub fn step_name(self) -> String {
        format!("features.{}.step", LAYERS[self.position()].1)
    }

    /// `features.21.palette`, our name of the `[256]` tensor that indices in the weight's place point into.
    #[must_use]
    pub fn palette_name(self) -> String {
        format!("features.{}.palette", LAYERS[self.position()].1)
    }

    /// The names of all tensors that a file may have of this layer.
    pub(crate) fn tensor_names(self) -> [String; 5] {
        [self.weight_name(), self.bias_name(), self.step_name(), self.palette_name(), self.metric_name()]
    }

    /// `features.21.metric`, our name of a tap's optional `[K, O]` metric.
    #[must_use]
    pub fn metric_name(self) -> String {
        format!("features.{}.metric", LAYERS[self.position()].1)
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
        assert_eq!((layer.block(), layer.position(), layer.weight_name().as_str()), (4, 9, "features.21.weight"));
        assert_eq!([Layer::CONV1_1, Layer::CONV2_1, Layer::CONV3_1, Layer::CONV4_1, Layer::CONV5_1].map(Layer::number), [1; 5]);
        assert_eq!((layer, Layer::DEEPEST_IN_USE.name(), Layer::CONV5_4.name()), (Layer::CONV4_2, "conv5_2", "conv5_4"));
        let pooled: Vec<_> = Layer::all().filter(|l| l.follows_pooling()).map(Layer::name).collect();
        assert_eq!(pooled, ["conv2_1", "conv3_1", "conv4_1", "conv5_1"]);
        assert_eq!([1, 2, 3, 4, 5].map(|block| Layer::last_of(block).name()), ["conv1_2", "conv2_2", "conv3_4", "conv4_4", "conv5_4"]);
        assert_eq!(layer.size([67, 9]), [8, 1]);
        assert!("conv3_5".parse::<Layer>().is_err());
    }
}
