//! Fetching VGG-19 from its public home without fetching the half that is not needed.
//!
//! A safetensors file opens with the header's length (8 bytes, little-endian), the header (JSON with every tensor's
//! offsets), then the data, in an order of its own (`features.10` before `features.2`, and other tensors between): so
//! the ranges are read from the header. Whoever fetches is somewhere else; here is what to ask for, and checks on it.

use std::collections::BTreeMap;

use safetensors::Dtype;

use super::{
    WeightsFile,
    file::{decode, read_header},
    known::{check_torchvision, torchvision_sha256},
    write::{Stored, write},
};
use crate::{Error, Layer};

/// Bytes `start..end` of the remote file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The tensor's name.
    pub name: String,
    /// Offset of its first byte in the file.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
}

#[derive(Clone, Debug)]
struct Part {
    dtype: Dtype,
    shape: Vec<usize>,
    range: Range,
    /// Little-endian f16, once accepted.
    values: Option<Vec<u8>>,
}

/// A download of conv1_1 to conv5_2 of torchvision's VGG-19 (`timm/vgg19.tv_in1k`), to be kept as f16.
#[derive(Clone, Debug)]
pub struct Download {
    parts: BTreeMap<String, Part>,
}

impl Download {
    /// `header`: the file's first [`header_length`](crate::header_length) bytes.
    ///
    /// # Errors
    ///
    /// When the file lacks one of VGG-19's convolutions or has another shape there.
    pub fn new(header: &[u8]) -> Result<Self, Error> {
        let (length, metadata) = read_header(header)?;
        let mut parts = BTreeMap::new();
        for layer in Layer::all().filter(|layer| *layer <= Layer::DEEPEST_IN_USE) {
            for (name, expected) in [(layer.weight_name(), weight_shape(layer)), (layer.bias_name(), vec![channels(layer)])] {
                let info = metadata.info(&name).ok_or_else(|| Error::Missing(name.clone()))?;
                if info.shape != expected {
                    return Err(Error::Shape { name, found: info.shape.clone(), expected: format!("{expected:?}") });
                }
                if !matches!(info.dtype, Dtype::F16 | Dtype::F32) {
                    return Err(Error::Type { name, found: format!("{:?}", info.dtype) });
                }
                let (start, end) = info.data_offsets;
                let range = Range { name: name.clone(), start: length + start, end: length + end };
                parts.insert(name, Part { dtype: info.dtype, shape: expected, range, values: None });
            }
        }
        Ok(Self { parts })
    }

    /// What to fetch, in the file's own order.
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        let mut ranges: Vec<_> = self.parts.values().map(|part| part.range.clone()).collect();
        ranges.sort_by_key(|range| range.start);
        ranges
    }

    /// Takes the bytes of one range, if they are what they should be: as many, finite, and with the known checksum.
    ///
    /// # Errors
    ///
    /// When they are not; they must then not be kept.
    pub fn accept(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let part = self.parts.get_mut(name).ok_or_else(|| Error::NotAskedFor(name.to_owned()))?;
        let expected = part.range.end - part.range.start;
        if bytes.len() != expected {
            return Err(Error::Truncated { expected, found: bytes.len() });
        }
        let values = decode(name, part.dtype, bytes)?;
        if !values.iter().all(|v| v.is_finite()) {
            return Err(Error::NotFinite(name.to_owned()));
        }
        if part.dtype == Dtype::F32 {
            check_torchvision(name, bytes)?;
        }
        part.values = Some(values.iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect());
        Ok(())
    }

    /// A safetensors file of all that was accepted, in f16, with our metadata; parsed once more to be sure. It is called torchvision's only if
    /// every tensor whose checksum is known came in f32 and had it.
    ///
    /// # Errors
    ///
    /// When a tensor is still missing.
    pub fn finish(&self) -> Result<Vec<u8>, Error> {
        let mut tensors = Vec::new();
        for (name, part) in &self.parts {
            let bytes = part.values.clone().ok_or_else(|| Error::Missing(name.clone()))?;
            tensors.push(Stored { name: name.clone(), dtype: Dtype::F16, shape: part.shape.clone(), bytes });
        }
        let verified = self.parts.iter().all(|(name, part)| part.dtype == Dtype::F32 || torchvision_sha256(name).is_none());
        let metadata = [
            ("pastiche.schema", "1"),
            ("name", if verified { "VGG-19 (torchvision)" } else { "VGG-19 (unverified)" }),
            ("layout", "64-128-256-512-512"),
            ("input", "rgb-imagenet"),
            ("scales", "1,1,1,1,1,1,1,1,1,1,1,1,1,1"),
            ("source", "timm/vgg19.tv_in1k, conv1_1 to conv5_2 rounded to f16"),
            ("license", "BSD-3-Clause"),
            ("citation", "Simonyan and Zisserman, arXiv:1409.1556"),
        ];
        let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let bytes = write(&tensors, &metadata)?;
        WeightsFile::parse(bytes.clone())?;
        Ok(bytes)
    }
}

fn channels(layer: Layer) -> usize {
    [64, 128, 256, 512, 512][layer.block() - 1]
}

fn weight_shape(layer: Layer) -> Vec<usize> {
    let inputs = match Layer::all().take_while(|above| *above < layer).last() {
        Some(above) => channels(above),
        None => 3,
    };
    vec![channels(layer), inputs, 3, 3]
}
