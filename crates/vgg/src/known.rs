//! How a published file of weights is recognised, and what it wants its input to be.

use sha2::{Digest, Sha256};

use crate::Error;

/// Input convention of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Input {
    /// Oxford's and Keras': B, G, R in 0..255 minus the mean of the training images.
    Bgr255Mean,
    /// torchvision's: R, G, B in [0, 1], minus ImageNet's mean, over its standard deviation.
    RgbImagenet,
    /// R, G, B in [0, 1] minus this mean.
    RgbMean([f32; 3]),
}

impl Input {
    /// Mean of R, G, B in [0, 1], subtracted from the image.
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

/// Published weights of an architecture.
#[derive(Debug, PartialEq)]
pub(crate) struct Known {
    /// `VGG-19 (Oxford)`
    pub(crate) name: &'static str,
    pub(crate) input: Input,
    /// What each layer's activations are divided by, powers of two, from conv1_1.
    pub(crate) scales: &'static [f32],
    /// SPDX identifier.
    pub(crate) license: &'static str,
    pub(crate) evidence: Evidence,
    /// SHA-256 of the package's file that `weights::convert` reads, if these weights are in one.
    pub(crate) package_sha256: Option<&'static str>,
}

/// What weights are recognised by.
#[derive(Debug, PartialEq)]
pub(crate) enum Evidence {
    /// conv1_1's kernel of output channel 0 and input channel 0, to the precision of f16.
    FirstKernel([f32; 9]),
    /// SHA-256 of tensors as little-endian f32, by name; that of conv1_1's weight is among them.
    Tensors(&'static [(&'static str, &'static str)]),
}

impl Known {
    /// Whether conv1_1's weight, `[O, 3, 3, 3]` row by row, is this one's.
    pub(crate) fn has_first_layer(&self, conv1_1: &[f32]) -> bool {
        match &self.evidence {
            Evidence::FirstKernel(kernel) => conv1_1.len() >= kernel.len() && conv1_1.iter().zip(kernel).all(|(a, b)| (a - b).abs() < 5e-4),
            Evidence::Tensors(_) => {
                let bytes: Vec<u8> = conv1_1.iter().flat_map(|v| v.to_le_bytes()).collect();
                self.tensor_sha256("features.0.weight") == Some(sha256(&bytes).as_str())
            }
        }
    }

    /// The known checksum of the tensor of this name.
    pub(crate) fn tensor_sha256(&self, name: &str) -> Option<&'static str> {
        match self.evidence {
            Evidence::FirstKernel(_) => None,
            Evidence::Tensors(sums) => sums.iter().find(|(known, _)| *known == name).map(|(_, sum)| *sum),
        }
    }

    /// Whether a tensor is what is known of it; `bytes`: little-endian f32.
    ///
    /// # Errors
    ///
    /// When its checksum is known and differs.
    pub(crate) fn check_tensor(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        match self.tensor_sha256(name) {
            Some(known) if known != sha256(bytes) => Err(Error::Checksum(name.to_owned())),
            _ => Ok(()),
        }
    }
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
