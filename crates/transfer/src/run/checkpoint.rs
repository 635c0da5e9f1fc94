//! A checkpoint of a run: a safetensors file of the optimizer's tensors (f32) and, as JSON in its metadata, the few numbers; beside these a checksum
//! of both.

mod check;

use std::collections::{BTreeMap, HashMap};

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Readback, SettingsEvent,
    image::resize::Size,
    optim::Tensors,
    run::{
        report::{Input, Losses, Timings},
        schedule::Scale,
    },
    settings::{OptimiserKind, Settings},
};

/// The metadata's key, and the version in it.
const KEY: &str = "pastiche.snapshot";
pub(crate) const SCHEMA: u32 = 2;
/// The metadata's key of the checksum, which earlier checkpoints lack: CRC-32 (ISO 3309), eight hexadecimal digits. Not a cryptographic one: it is
/// against damage, and SHA-256 of the 300 MB that L-BFGS keeps at 1024 x 1024 would take seconds in a browser.
const CHECKSUM: &str = "pastiche.crc32";

/// Everything about a run that is not a tensor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckpointNumbers {
    pub(crate) schema: u32,
    pub(crate) settings: Settings,
    /// Index of the scale, evaluations planned at every scale, and asked for at this one.
    pub(crate) scale: usize,
    pub(crate) scales: Vec<u32>,
    pub(crate) issued_here: u32,
    pub(crate) issued: u32,
    pub(crate) iterations: u32,
    /// Earlier checkpoints have none: as if the last evaluation had moved the iterate.
    #[serde(default)]
    pub(crate) moved_at: Option<u32>,
    pub(crate) losses: Vec<Losses>,
    #[serde(default)]
    pub(crate) changes: Vec<SettingsEvent>,
    /// The optimizer's kind and its numbers: one entry.
    pub(crate) optimiser: BTreeMap<OptimiserKind, serde_json::Value>,
    /// Decay of the average that was shown; earlier checkpoints mean the settings'.
    #[serde(default)]
    pub(crate) average: Option<f64>,
    /// What the report says of the run so far, and of its images; earlier checkpoints say nothing.
    #[serde(default)]
    pub(crate) timings: Timings,
    #[serde(default)]
    pub(crate) device_bytes: u64,
    #[serde(default)]
    pub(crate) warnings: Vec<String>,
    #[serde(default)]
    pub(crate) inputs: Vec<Input>,
}

/// The file's bytes.
pub(crate) async fn write(numbers: &CheckpointNumbers, tensors: Tensors) -> Result<Vec<u8>, Error> {
    let mut values = BTreeMap::new();
    for (name, tensor) in tensors {
        let shape = tensor.dims().to_vec();
        let bytes: Vec<u8> = Readback::start(tensor).await?.iter().flat_map(|v| v.to_le_bytes()).collect();
        values.insert(name, (bytes, shape));
    }
    let wrong = |reason: String| Error::Checkpoint(format!("it could not be written ({reason})"));
    let json = serde_json::to_string(numbers).map_err(|error| wrong(error.to_string()))?;
    let views = values
        .iter()
        .map(|(name, (bytes, shape))| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| wrong(error.to_string()))?;
    let sum = checksum(&json, views.iter().map(|(name, view)| (*name, view)));
    let metadata = HashMap::from([(KEY.to_owned(), json), (CHECKSUM.to_owned(), sum)]);
    safetensors::serialize(views, Some(metadata)).map_err(|error| wrong(error.to_string()))
}

fn damaged() -> Error {
    Error::Checkpoint("it is damaged, or not a checkpoint of Pastiche's".to_owned())
}

/// Of the JSON, and of every tensor's name, shape and bytes; `tensors`: sorted by name.
fn checksum<'a>(json: &str, tensors: impl Iterator<Item = (&'a str, &'a TensorView<'a>)>) -> String {
    let mut sum = crc32fast::Hasher::new();
    let mut add = |bytes: &[u8]| {
        // With the length before it, what ends one part cannot begin the next.
        sum.update(&(bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    add(json.as_bytes());
    for (name, view) in tensors {
        add(name.as_bytes());
        add(&view.shape().iter().flat_map(|side| (*side as u64).to_le_bytes()).collect::<Vec<_>>());
        add(view.data());
    }
    format!("{:08x}", sum.finalize())
}

/// The numbers that were written, checked against the run that continues with them: its settings, and the scales that these give it.
pub(crate) fn read_numbers(bytes: &[u8], settings: &Settings, plan: &[Scale]) -> Result<CheckpointNumbers, Error> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|_| damaged())?;
    let metadata = header.metadata().as_ref().ok_or_else(damaged)?;
    let json = metadata.get(KEY).ok_or_else(damaged)?;
    if let Some(sum) = metadata.get(CHECKSUM) {
        let file = SafeTensors::deserialize(bytes).map_err(|_| damaged())?;
        let tensors: BTreeMap<_, _> = file.iter().collect();
        if *sum != checksum(json, tensors.iter().map(|(name, view)| (*name, view))) {
            return Err(damaged());
        }
    }
    // Before the rest, which another schema may have otherwise.
    let Schema { schema } = serde_json::from_str(json).map_err(|_| damaged())?;
    if schema != SCHEMA {
        return Err(Error::Checkpoint(format!("it has schema {schema}, and this version of Pastiche knows {SCHEMA}")));
    }
    let numbers: CheckpointNumbers = serde_json::from_str(json).map_err(|_| damaged())?;
    if let Some(path) = numbers.settings.changed_fixed(settings) {
        return Err(Error::Checkpoint(format!("its run had another \"{path}\"")));
    }
    if numbers.optimiser.len() != 1 || !numbers.optimiser.contains_key(&settings.optimiser.kind) {
        return Err(Error::Checkpoint("its run had another optimiser".to_owned()));
    }
    check::check(&numbers, plan)?;
    Ok(numbers)
}

#[derive(Deserialize)]
struct Schema {
    schema: u32,
}

/// Whether a run's images are those of the run that continues from its checkpoint: as many in each role, and with the same checksums where both
/// have one.
pub(crate) fn check_inputs(before: &[Input], now: &[Input]) -> Result<(), Error> {
    if before.is_empty() {
        return Ok(());
    }
    let same = |(before, now): (&Input, &Input)| {
        before.role == now.role && (before.sha256.is_empty() || now.sha256.is_empty() || before.sha256 == now.sha256)
    };
    if before.len() != now.len() {
        return Err(Error::Checkpoint(format!("its run had {} pictures, and this one has {}", before.len(), now.len())));
    }
    match before.iter().zip(now).find(|pair| !same(*pair)) {
        Some((before, _)) => Err(Error::Checkpoint(format!("its run had another picture, \"{}\"", before.name))),
        None => Ok(()),
    }
}

/// The tensors that were written, at a scale of this size, all of them finite.
pub(crate) fn read_tensors(bytes: &[u8], (width, height): Size, device: &Device) -> Result<Tensors, Error> {
    let shape = [1, 3, height as usize, width as usize];
    let file = SafeTensors::deserialize(bytes).map_err(|_| damaged())?;
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        if view.shape() != shape || view.dtype() != Dtype::F32 {
            return Err(Error::Checkpoint(format!("its pictures are not {width} x {height} pixels")));
        }
        let values: Vec<f32> = view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::Checkpoint(format!("\"{name}\" holds values that are not numbers, so it is damaged")));
        }
        tensors.insert(name.to_owned(), Tensor::from_data(TensorData::new(values, shape), device));
    }
    Ok(tensors)
}
