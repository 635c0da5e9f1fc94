//! Downloading the published VGG-19 without the classifier and the layers that no preset uses.
//!
//! A safetensors file is the header's length (8 bytes, little-endian), the header (JSON with every tensor's
//! offsets), then the data, in an order of its own (`features.10` before `features.2`, and other tensors between): so
//! the ranges are read from the header. The requests themselves are the caller's.

use std::collections::BTreeMap;

use safetensors::Dtype;

use super::{
    WeightsFile,
    file::{decode, read_header},
    write::{Stored, write},
};
use crate::{Error, Part, VGG19, arch::TORCHVISION_VGG19};

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
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    range: Range,
    /// Little-endian f16, after [`Download::accept`].
    values: Option<Vec<u8>>,
}

/// A download of conv1_1 to conv5_2 of torchvision's VGG-19 (`timm/vgg19.tv_in1k`), rounded to f16.
#[derive(Clone, Debug)]
pub struct Download {
    tensors: BTreeMap<String, Tensor>,
}

impl Download {
    /// `header`: the file's first [`header_length`](crate::header_length) bytes.
    ///
    /// # Errors
    ///
    /// When the file lacks one of VGG-19's convolutions or has another shape there.
    pub fn new(header: &[u8]) -> Result<Self, Error> {
        let (length, metadata) = read_header(header)?;
        let (mut tensors, mut inputs) = (BTreeMap::new(), 3);
        for layer in VGG19.layers_in_use() {
            let outputs = VGG19.channels_of(layer);
            for (part, expected) in [(Part::Weight, vec![outputs, inputs, 3, 3]), (Part::Bias, vec![outputs])] {
                let name = VGG19.tensor_name(layer, part)?;
                let info = metadata.info(&name).ok_or_else(|| Error::Missing(name.clone()))?;
                if info.shape != expected {
                    return Err(Error::Shape { name, found: info.shape.clone(), expected: format!("{expected:?}") });
                }
                if !matches!(info.dtype, Dtype::F16 | Dtype::F32) {
                    return Err(Error::Type { name, found: format!("{:?}", info.dtype) });
                }
                let (start, end) = info.data_offsets;
                let range = Range { name: name.clone(), start: length + start, end: length + end };
                tensors.insert(name, Tensor { dtype: info.dtype, shape: expected, range, values: None });
            }
            inputs = outputs;
        }
        Ok(Self { tensors })
    }

    /// The ranges to request, in the file's own order.
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        let mut ranges: Vec<_> = self.tensors.values().map(|tensor| tensor.range.clone()).collect();
        ranges.sort_by_key(|range| range.start);
        ranges
    }

    /// Takes the bytes of one range and checks their number, that the values are finite, and the checksum where it is known.
    ///
    /// # Errors
    ///
    /// When a check fails; the bytes must then not be stored.
    pub fn accept(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let tensor = self.tensors.get_mut(name).ok_or_else(|| Error::NotAskedFor(name.to_owned()))?;
        let expected = tensor.range.end - tensor.range.start;
        if bytes.len() != expected {
            return Err(Error::Truncated { expected, found: bytes.len() });
        }
        let values = decode(name, tensor.dtype, bytes)?;
        if !values.iter().all(|v| v.is_finite()) {
            return Err(Error::NotFinite(name.to_owned()));
        }
        if tensor.dtype == Dtype::F32 {
            TORCHVISION_VGG19.check_tensor(name, bytes)?;
        }
        tensor.values = Some(values.iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect());
        Ok(())
    }

    /// A safetensors file of the accepted tensors, in f16, with our metadata, parsed once more as a check. It is named torchvision's only if
    /// every tensor whose checksum is known was f32 and had it.
    ///
    /// # Errors
    ///
    /// When a tensor is still missing.
    pub fn finish(&self) -> Result<Vec<u8>, Error> {
        let mut tensors = Vec::new();
        for (name, tensor) in &self.tensors {
            let bytes = tensor.values.clone().ok_or_else(|| Error::Missing(name.clone()))?;
            tensors.push(Stored { name: name.clone(), dtype: Dtype::F16, shape: tensor.shape.clone(), bytes });
        }
        let verified =
            self.tensors.iter().all(|(name, tensor)| tensor.dtype == Dtype::F32 || TORCHVISION_VGG19.tensor_sha256(name).is_none());
        let metadata = [
            ("pastiche.schema", "1"),
            ("name", if verified { TORCHVISION_VGG19.name } else { "VGG-19 (unverified)" }),
            ("layout", "64-128-256-512-512"),
            ("input", TORCHVISION_VGG19.input.name()),
            ("scales", "1,1,1,1,1,1,1,1,1,1,1,1,1,1"),
            ("source", "timm/vgg19.tv_in1k, conv1_1 to conv5_2 rounded to f16"),
            ("license", TORCHVISION_VGG19.license),
            ("citation", "Simonyan and Zisserman, arXiv:1409.1556"),
        ];
        let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let bytes = write(&tensors, &metadata)?;
        WeightsFile::parse(bytes.clone())?;
        Ok(bytes)
    }
}
