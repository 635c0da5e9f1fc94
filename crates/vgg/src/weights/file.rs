//! A network's safetensors file: tensors under torchvision's names, and a few strings about them. Weights are f16, f32, or 8 bits: whole
//! numbers with a step for each output channel, or indices into a palette.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use safetensors::{
    Dtype, SafeTensors,
    tensor::{Metadata, TensorView},
};

use super::{convert::from_torch, palette, torch::is_torch, write::check};
use crate::{
    ARCHITECTURES, Architecture, Error, Layer, Part, Pooling,
    error::quoted,
    known::{Input, sha256},
};

/// The most augmentations that a file may ask for.
pub const AUGMENTATIONS: usize = 4;

/// The largest weight or bias that a network may compute with: f16's, in which networks can be stored. A flipped bit of an exponent gives 1e38, whose
/// products overflow.
const LARGEST: f32 = 65_504.0;
/// The largest scale, and the smallest is one over it: the published ones are within 1 and 512.
const LARGEST_SCALE: f32 = 4_294_967_296.0;

/// What a file says of itself, and what it is known to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// For people: `VGG-19 (Oxford)`, `sketch`.
    pub name: String,
    /// Lower-case hexadecimal SHA-256 of the whole file.
    pub sha256: String,
    /// Channels of each block.
    pub layout: Vec<usize>,
    /// `bgr255-mean`, `rgb-imagenet` or `rgb-mean`.
    pub input: String,
    /// Layers there are, from conv1_1 without a gap.
    pub layers: Vec<Layer>,
}

/// A network's whole file, with the shapes and types of all convolutions and its metadata checked. Values are checked when a layer is
/// loaded.
#[derive(Clone)]
pub struct WeightsFile {
    bytes: Vec<u8>,
    architecture: &'static Architecture,
    info: Info,
    input: Input,
    scales: Vec<f32>,
    pooling: Pooling,
    augmentations: usize,
    #[cfg(feature = "network")]
    pub(crate) kept: Option<crate::load::Kept>,
}

/// Without its megabytes.
impl fmt::Debug for WeightsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeightsFile").field("info", &self.info).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl WeightsFile {
    /// `bytes`: the whole file; one of `torch.save` is converted, with all its convolutions.
    ///
    /// # Errors
    ///
    /// When this is not a file of a network with VGG's layout, says which tensor is missing or wrong.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, Error> {
        let bytes = if is_torch(&bytes) { from_torch(&bytes)? } else { bytes };
        let tensors = read(&bytes)?;
        let (start, header) = read_header(&bytes)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        check(&metadata, &bytes[start..])?;
        let schema = metadata.get("pastiche.schema").map(String::as_str);
        let named = match (schema, metadata.get("arch")) {
            (Some("1"), Some(name)) => Some(named(name)?),
            _ => None,
        };
        let (architecture, layers, layout) = check_layout(&tensors, named)?;
        let (name, input, scales, pooling, augmentations) = match schema {
            Some("1") => from_metadata(&metadata, architecture, &layers)?,
            Some(other) => {
                let other = quoted(other);
                return Err(Error::Metadata(format!("it has schema {other}, and this version of Pastiche knows schema 1")));
            }
            None => {
                let known = architecture.recognise(&weights(&tensors, architecture, layers[0])?).ok_or(Error::Unknown)?;
                let mut exact = tensors.iter().filter(|(_, view)| view.dtype() == Dtype::F32);
                exact.try_for_each(|(name, view)| known.check_tensor(name, view.data()))?;
                (known.name.to_owned(), known.input, known.scales.to_vec(), architecture.pooling, 1)
            }
        };
        let info = Info { name, sha256: sha256(&bytes), layout, input: input.name().to_owned(), layers };
        Ok(Self {
            architecture,
            info,
            input,
            scales,
            pooling,
            augmentations,
            bytes,
            #[cfg(feature = "network")]
            kept: None,
        })
    }

    /// The network's architecture: the one that its metadata name, or else the first that its tensors fit.
    #[must_use]
    pub fn architecture(&self) -> &'static Architecture {
        self.architecture
    }

    /// What the file is.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The file's metadata.
    ///
    /// # Errors
    ///
    /// None: the file was read before.
    pub(crate) fn metadata(&self) -> Result<HashMap<String, String>, Error> {
        Ok(read_header(&self.bytes)?.1.metadata().clone().unwrap_or_default())
    }

    /// The file itself; of one that was converted, what it was converted to.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many augmentations of the image the file asks for (metadata `views`), 1 to [`AUGMENTATIONS`]; 1: only the image itself.
    #[must_use]
    pub fn augmentations(&self) -> usize {
        self.augmentations
    }

    /// How the network pools.
    #[must_use]
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// Whether every layer's values, as a network computes with them, are finite and such as networks have: up to 65504.
    ///
    /// # Errors
    ///
    /// When a tensor holds others; says which.
    pub fn check_values(&self) -> Result<(), Error> {
        self.info.layers.iter().try_for_each(|layer| {
            let Convolution { weight, bias, .. } = self.convolution(*layer)?;
            let metric = self.metric(*layer)?.map_or_else(Vec::new, |(values, _)| values);
            for (part, values) in [(Part::Weight, &weight), (Part::Bias, &bias), (Part::Metric, &metric)] {
                // NaN, which infinite scales or steps give, fails the comparison too.
                if !values.iter().all(|value| value.abs() <= LARGEST) {
                    return Err(Error::TooLarge(self.architecture.tensor_name(*layer, part)?));
                }
            }
            Ok(())
        })
    }

    /// One layer's values as a network computes with them: for R, G, B in [0, 1] minus [`mean`](WeightsFile::mean), its
    /// input's scale multiplied back and its own divided out, both exact powers of two.
    ///
    /// # Errors
    ///
    /// When the layer is not there, or holds NaN or infinity.
    pub fn convolution(&self, layer: Layer) -> Result<Convolution, Error> {
        let tensors = read(&self.bytes)?;
        let at = self.index(layer).ok_or_else(|| self.no_such(layer))?;
        let shape = view(&tensors, &self.architecture.tensor_name(layer, Part::Weight)?)?.shape().to_vec();
        let mut weight = weights(&tensors, self.architecture, layer)?;
        if layer == Layer::CONV1_1 {
            weight = fold_input(&weight, &self.input);
        }
        let scale = self.scales[at];
        let scale_before = at.checked_sub(1).map_or(1.0, |before| self.scales[before]);
        weight.iter_mut().for_each(|w| *w *= scale_before / scale);
        let bias = floats(&tensors, &self.architecture.tensor_name(layer, Part::Bias)?)?.iter().map(|b| b / scale).collect();
        Ok(Convolution { weight, bias, shape: [shape[0], shape[1]] })
    }

    /// What is subtracted from R, G and B in [0, 1].
    #[must_use]
    pub fn mean(&self) -> [f32; 3] {
        self.input.mean()
    }

    /// What the activations of `layer` are divided by, a power of two; 1 if the network has no such layer.
    #[must_use]
    pub fn scale(&self, layer: Layer) -> f32 {
        self.index(layer).map_or(1.0, |at| self.scales[at])
    }

    /// Where `layer` is in the list of this network's layers.
    fn index(&self, layer: Layer) -> Option<usize> {
        self.info.layers.iter().position(|own| *own == layer)
    }

    pub(crate) fn no_such(&self, layer: Layer) -> Error {
        let deepest = self.info.layers[self.info.layers.len() - 1];
        Error::NoSuchLayer { network: self.info.name.clone(), layer, deepest }
    }

    /// The layer's metric R, `[K, O]`, if the file has one.
    ///
    /// # Errors
    ///
    /// When it holds NaN or infinity.
    pub fn metric(&self, layer: Layer) -> Result<Option<Matrix>, Error> {
        let tensors = read(&self.bytes)?;
        let name = self.architecture.tensor_name(layer, Part::Metric)?;
        let Ok(metric) = tensors.tensor(&name) else { return Ok(None) };
        Ok(Some((floats(&tensors, &name)?, [metric.shape()[0], metric.shape()[1]])))
    }

    /// K, the rows of the layer's metric, if the file has one: known without reading it.
    #[must_use]
    pub fn metric_rows(&self, layer: Layer) -> Option<usize> {
        let name = self.architecture.tensor_name(layer, Part::Metric).ok()?;
        read(&self.bytes).ok()?.tensor(&name).ok()?.shape().first().copied()
    }
}

/// Values row by row, and how many rows and columns there are.
pub type Matrix = (Vec<f32>, [usize; 2]);

/// A layer's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    /// `[O, I, 3, 3]`, row by row.
    pub weight: Vec<f32>,
    /// `[O]`
    pub bias: Vec<f32>,
    /// O and I.
    pub shape: [usize; 2],
}

/// conv1_1's weights `[O, 3, 3, 3]` for R, G, B in [0, 1].
fn fold_input(weight: &[f32], input: &Input) -> Vec<f32> {
    let fold = input.fold();
    let mut folded = Vec::with_capacity(weight.len());
    for output in weight.chunks_exact(27) {
        for (channel, factor) in fold {
            folded.extend(output[channel * 9..channel * 9 + 9].iter().map(|w| w * factor));
        }
    }
    folded
}

fn read(bytes: &[u8]) -> Result<SafeTensors<'_>, Error> {
    let (length, metadata) = read_header(bytes)?;
    let expected = length + metadata.data_len();
    if bytes.len() < expected {
        return Err(Error::Truncated { expected, found: bytes.len() });
    }
    SafeTensors::deserialize(bytes).map_err(|error| unreadable(&error))
}

/// The header and its length, the 8 bytes that say so included, from at least that many of the file's first bytes.
pub(crate) fn read_header(bytes: &[u8]) -> Result<(usize, Metadata), Error> {
    let length = header_length(bytes)?;
    let header = bytes.get(8..length).ok_or(Error::Truncated { expected: length, found: bytes.len() })?;
    Ok((length, serde_json::from_slice(header).map_err(|error| unreadable(&error))?))
}

/// How many bytes to read to have the whole header: `first` are the file's first 8 bytes, or more.
///
/// # Errors
///
/// When these cannot be the first bytes of a safetensors file.
pub fn header_length(first: &[u8]) -> Result<usize, Error> {
    let Some(first) = first.first_chunk::<8>() else {
        return Err(Error::NotSafetensors("it is shorter than 8 bytes".to_owned()));
    };
    if first.trim_ascii_start().first() == Some(&b'<') {
        return Err(Error::WebPage);
    }
    match u64::from_le_bytes(*first) {
        length @ 2..=10_000_000 => Ok(8 + length as usize),
        _ => Err(Error::NotSafetensors("its first bytes are not a header's length".to_owned())),
    }
}

fn unreadable(error: &impl ToString) -> Error {
    Error::NotSafetensors(format!("its header cannot be read ({})", quoted(&error.to_string())))
}

pub(crate) fn view<'a>(tensors: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, Error> {
    tensors.tensor(name).map_err(|_| Error::Missing(name.to_owned()))
}

/// A tensor's values as f32, all finite.
pub(crate) fn floats(tensors: &SafeTensors<'_>, name: &str) -> Result<Vec<f32>, Error> {
    let view = view(tensors, name)?;
    let values = decode(name, view.dtype(), view.data())?;
    if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(Error::NotFinite(name.to_owned())) }
}

/// A layer's weights: floating-point numbers; or whole ones of 8 bits, of which those of an output channel are multiples of one step; or
/// indices into a palette.
fn weights(tensors: &SafeTensors<'_>, architecture: &Architecture, layer: Layer) -> Result<Vec<f32>, Error> {
    let name = architecture.tensor_name(layer, Part::Weight)?;
    let weight = view(tensors, &name)?;
    match weight.dtype() {
        Dtype::U8 => Ok(palette::values(weight.data(), &palette::palette(tensors, architecture, layer)?)),
        Dtype::I8 => {
            let outputs = weight.shape()[0];
            let steps = steps(tensors, &architecture.tensor_name(layer, Part::Step)?, outputs)?;
            let channels = weight.data().chunks_exact(weight.data().len() / outputs).zip(steps);
            Ok(channels.flat_map(|(channel, step)| channel.iter().map(move |w| f32::from(w.cast_signed()) * step)).collect())
        }
        _ => floats(tensors, &name),
    }
}

/// What the whole numbers of each output channel are multiplied by; `name`: that tensor's.
fn steps(tensors: &SafeTensors<'_>, name: &str, outputs: usize) -> Result<Vec<f32>, Error> {
    let found = view(tensors, name)?.shape().to_vec();
    if found != [outputs] {
        return Err(Error::Shape { name: name.to_owned(), found, expected: format!("[{outputs}]") });
    }
    floats(tensors, name)
}

/// Little-endian f16 or f32.
pub(crate) fn decode(name: &str, dtype: Dtype, bytes: &[u8]) -> Result<Vec<f32>, Error> {
    match dtype {
        Dtype::F16 => Ok(bytes.as_chunks().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect()),
        Dtype::F32 => Ok(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        other => Err(Error::Type { name: name.to_owned(), found: format!("{other:?}") }),
    }
}

/// The architecture that a file's metadata name.
fn named(name: &str) -> Result<&'static Architecture, Error> {
    Architecture::named(name).ok_or_else(|| {
        let names = ARCHITECTURES.map(|architecture| architecture.name).join(", ");
        Error::Metadata(format!("\"arch\" should be one of {names}, and is {}", quoted(name)))
    })
}

/// N of every `features.N.weight`.
pub(crate) fn convolution_indices<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<usize> {
    names.filter_map(|name| name.strip_prefix("features.")?.strip_suffix(".weight")?.parse().ok()).collect()
}

type Layout = (&'static Architecture, Vec<Layer>, Vec<usize>);

/// The architecture, its layers in the file, from conv1_1 without a gap, and the channels of each block. `named`: the architecture that the
/// file's metadata name.
fn check_layout(tensors: &SafeTensors<'_>, named: Option<&'static Architecture>) -> Result<Layout, Error> {
    let found = convolution_indices(tensors.names().into_iter());
    let fitting = Architecture::of_indices(&found, named)?;
    // As far as the file goes, those that fit have the same tensors.
    let (mut layers, mut layout, mut inputs) = (Vec::new(), Vec::<usize>::new(), 3);
    for layer in fitting[0].layers() {
        let name_of = |part| fitting[0].tensor_name(layer, part);
        let [name, bias_name, metric_name] = [name_of(Part::Weight)?, name_of(Part::Bias)?, name_of(Part::Metric)?];
        let Ok(weight) = tensors.tensor(&name) else { break };
        let shape = weight.shape();
        let wrong = |expected: String| Error::Shape { name: name.clone(), found: shape.to_vec(), expected };
        let &[outputs, i, 3, 3] = shape else {
            return Err(wrong(format!("[{}, {inputs}, 3, 3]", layout.last().map_or("O".to_owned(), ToString::to_string))));
        };
        if i != inputs || outputs == 0 {
            return Err(wrong(format!("[{outputs}, {inputs}, 3, 3]")));
        }
        if layout.len() < layer.block() {
            layout.push(outputs);
        } else if layout[layer.block() - 1] != outputs {
            return Err(wrong(format!("[{}, {inputs}, 3, 3]", layout[layer.block() - 1])));
        }
        match weight.dtype() {
            Dtype::F16 | Dtype::F32 => {}
            Dtype::I8 => drop(steps(tensors, &name_of(Part::Step)?, outputs)?),
            Dtype::U8 => drop(palette::palette(tensors, fitting[0], layer)?),
            other => return Err(Error::Type { name, found: format!("{other:?}") }),
        }
        let bias = view(tensors, &bias_name)?;
        if bias.shape() != [outputs] {
            return Err(Error::Shape { name: bias_name, found: bias.shape().to_vec(), expected: format!("[{outputs}]") });
        }
        if let Ok(metric) = tensors.tensor(&metric_name)
            && !matches!(metric.shape(), [rows, columns] if *rows > 0 && *columns == outputs)
        {
            return Err(Error::Shape { name: metric_name, found: metric.shape().to_vec(), expected: format!("[K, {outputs}]") });
        }
        layers.push(layer);
        inputs = outputs;
    }
    let architecture = fitting.iter().find(|row| row.channels.starts_with(&layout)).copied().unwrap_or(fitting[0]);
    Ok((architecture, layers, layout))
}

fn from_metadata(
    metadata: &HashMap<String, String>,
    architecture: &Architecture,
    layers: &[Layer],
) -> Result<(String, Input, Vec<f32>, Pooling, usize), Error> {
    let list = |key: &str| -> Result<Option<Vec<f32>>, Error> {
        metadata
            .get(key)
            .map(|text| text.split(',').map(|n| n.trim().parse::<f32>()).collect::<Result<Vec<_>, _>>())
            .transpose()
            .map_err(|_| Error::Metadata(format!("\"{key}\" should be numbers with commas between them")))
    };
    let input = match metadata.get("input").map(String::as_str) {
        Some("bgr255-mean") => Input::Bgr255Mean,
        Some("rgb-imagenet") => Input::RgbImagenet,
        Some("rgb-mean") => match list("mean")?.and_then(|mean| <[f32; 3]>::try_from(mean).ok()) {
            Some(mean) if mean.iter().all(|value| (0.0..=1.0).contains(value)) => Input::RgbMean(mean),
            _ => return Err(Error::Metadata("the input rgb-mean needs \"mean\", three numbers from 0 to 1".to_owned())),
        },
        other => {
            let found = quoted(other.unwrap_or("nothing"));
            return Err(Error::Metadata(format!("\"input\" should be bgr255-mean, rgb-imagenet or rgb-mean, and is {found}")));
        }
    };
    let scales = list("scales")?.unwrap_or_else(|| Architecture::default_scales(layers, &input));
    let is_scale = |scale: &f32| (1.0 / LARGEST_SCALE..=LARGEST_SCALE).contains(scale) && scale.log2().fract() == 0.0;
    if scales.len() < layers.len() || !scales.iter().all(is_scale) {
        return Err(Error::Metadata(format!("\"scales\" should be {} powers of two, one a layer", layers.len())));
    }
    let pooling = match metadata.get("pool").map(String::as_str) {
        None => architecture.pooling,
        Some("max") => Pooling::Max,
        Some("avg" | "average") => Pooling::Average,
        Some(other) => return Err(Error::Metadata(format!("\"pool\" should be max or avg, and is {}", quoted(other)))),
    };
    let augmentations = match metadata.get("views").map(|text| text.parse::<usize>()) {
        None => 1,
        Some(Ok(count)) if (1..=AUGMENTATIONS).contains(&count) => count,
        Some(_) => return Err(Error::Metadata(format!("\"views\" should be a whole number from 1 to {}", AUGMENTATIONS))),
    };
    Ok((metadata.get("name").map_or_else(|| "unnamed network".to_owned(), |name| quoted(name)), input, scales, pooling, augmentations))
}
