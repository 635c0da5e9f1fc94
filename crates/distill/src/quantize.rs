//! Quantisation of weights to 8 bits: half the bytes of f16, without a visible difference in results.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use vgg::{Architecture, Layer, Part, WeightsFile};

use crate::linear;

/// A tensor as a file has it: name, type, shape, bytes.
pub(crate) type Stored = (String, Dtype, Vec<usize>, Vec<u8>);

/// Steps are tried from the largest weight's down to this share of it: clipping a few weights costs less than a coarser step for all.
const SHORTEST: f32 = 0.7;
const TRIES: u8 = 13;

/// `layer`'s weights, `[O, I, 3, 3]`, as whole numbers from -127 to 127, and each output channel's step (`[O]`, f16): of those tried, the one
/// with the least squared error.
///
/// # Errors
///
/// When a weight is not finite, or too large for f16.
pub(crate) fn weights(architecture: &Architecture, layer: Layer, shape: &[usize], values: &[f32]) -> Result<[Stored; 2]> {
    ensure!(
        values.iter().all(|w| w.abs() <= f16::MAX.to_f32()),
        "the weights of {layer} are not finite: training went wrong; try a lower --rate"
    );
    let (mut whole, mut steps) = (Vec::with_capacity(values.len()), Vec::new());
    for channel in values.chunks_exact(values.len() / shape[0]) {
        let step = step(channel);
        whole.extend(channel.iter().map(|w| rounded(*w, step).to_le_bytes()[0]));
        steps.extend(f16::from_f32(step).to_le_bytes());
    }
    let (weight, step) = (architecture.tensor_name(layer, Part::Weight)?, architecture.tensor_name(layer, Part::Step)?);
    Ok([(weight, Dtype::I8, shape.to_vec(), whole), (step, Dtype::F16, vec![shape[0]], steps)])
}

/// Values in f16.
///
/// # Errors
///
/// When one is not finite there.
pub(crate) fn halves(name: String, shape: &[usize], values: &[f32]) -> Result<Stored> {
    let halves: Vec<f16> = values.iter().map(|v| f16::from_f32(*v)).collect();
    ensure!(halves.iter().all(|h| h.is_finite()), "{name} is not finite in f16: training went wrong; try a lower --rate");
    Ok((name, Dtype::F16, shape.to_vec(), halves.iter().flat_map(|h| h.to_le_bytes()).collect()))
}

/// The metric of `layer`'s map `[T, channels]`, in f16.
///
/// # Errors
///
/// When the map is not finite.
pub(crate) fn metric(architecture: &Architecture, layer: Layer, map: &[f32], channels: usize) -> Result<Stored> {
    let metric = linear::metric(map, channels).with_context(|| format!("the map of {layer} is not finite"))?;
    halves(architecture.tensor_name(layer, Part::Metric)?, &[channels, channels], &metric)
}

fn rounded(weight: f32, step: f32) -> i8 {
    // A channel of zeros has no step.
    if step > 0.0 { (weight / step).round().clamp(-127.0, 127.0) as i8 } else { 0 }
}

fn step(channel: &[f32]) -> f32 {
    let largest = channel.iter().fold(0.0f32, |largest, w| largest.max(w.abs()));
    let steps = (0..TRIES).map(|n| {
        let share = 1.0 - (1.0 - SHORTEST) * f32::from(n) / f32::from(TRIES - 1);
        // As the file stores it.
        f16::from_f32(largest * share / 127.0).to_f32()
    });
    let error = |step: f32| channel.iter().map(|w| (w - f32::from(rounded(*w, step)) * step).powi(2)).sum::<f32>();
    steps.map(|step| (step, error(step))).fold((0.0, f32::INFINITY), |best, tried| if tried.1 < best.1 { tried } else { best }).0
}

/// A file of these tensors, checked.
pub(crate) fn file(tensors: &[Stored], metadata: HashMap<String, String>) -> Result<WeightsFile> {
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(WeightsFile::parse(safetensors::serialize(views, Some(metadata))?)?)
}

/// Writes the network of `from` to `to` with its weights in 8 bits, and notes that in the metadata.
///
/// # Errors
///
/// When `from` is not a network, is quantised already, or `to` cannot be written.
pub(crate) fn rewrite(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let network = WeightsFile::parse(bytes.clone()).with_context(|| format!("{} cannot be used", from.display()))?;
    let architecture = network.architecture();
    let (_, header) = SafeTensors::read_metadata(&bytes)?;
    let mut metadata = header.metadata().clone().unwrap_or_default();
    metadata.entry("training".to_owned()).or_default().push_str(NOTE);
    let layers = network.info().layers.iter().map(|layer| Ok((architecture.tensor_name(*layer, Part::Weight)?, *layer)));
    let layers = layers.collect::<Result<HashMap<String, Layer>>>()?;
    let mut tensors = Vec::new();
    for (name, view) in SafeTensors::deserialize(&bytes)?.iter() {
        let Some(layer) = layers.get(name) else {
            tensors.push((name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec()));
            continue;
        };
        let values: Vec<f32> = match view.dtype() {
            Dtype::F16 => view.data().as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::F32 => view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            _ => bail!("{} has its weights in 8 bits already", from.display()),
        };
        tensors.extend(weights(architecture, *layer, view.shape(), &values)?);
    }
    let file = file(&tensors, metadata)?;
    fs::write(to, file.bytes()).with_context(|| format!("cannot write {}", to.display()))?;
    println!("{}: {} bytes, {} before", to.display(), file.bytes().len(), bytes.len());
    Ok(())
}

/// Appended to the metadata `training`.
pub(crate) const NOTE: &str = ", weights rounded to 8 bits";

#[cfg(test)]
mod tests {
    use vgg::VGG19;

    use super::*;

    #[test]
    fn weights_are_within_half_a_step_unless_clipped() {
        let layer: Layer = "conv1_1".parse().unwrap();
        let values: Vec<f32> = (0..54).map(|n| if n < 27 { (n as f32 * 0.7).sin() * 0.2 } else { 0.0 }).collect();
        let [(name, dtype, shape, whole), (step_name, _, _, steps)] = weights(&VGG19, layer, &[2, 3, 3, 3], &values).unwrap();
        assert_eq!((name.as_str(), dtype, shape), ("features.0.weight", Dtype::I8, vec![2, 3, 3, 3]));
        assert_eq!(step_name, "features.0.step");
        let steps: Vec<f32> = steps.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect();
        assert!(steps[0] > 0.7 * 0.2 / 127.0 && steps[0] <= 0.2005 / 127.0 && steps[1] == 0.0, "{steps:?}");
        let error: f32 = whole[..27].iter().zip(&values).map(|(w, v)| (f32::from(w.cast_signed()) * steps[0] - v).powi(2)).sum();
        let energy: f32 = values.iter().map(|v| v * v).sum();
        // Uniform errors of half a step at most have a variance of a twelfth of its square.
        assert!(error / energy < 27.0 * steps[0].powi(2) / 6.0 / energy, "{error}");
        assert!(whole[27..].iter().all(|w| *w == 0));
        assert!(weights(&VGG19, layer, &[1, 3, 3, 3], &[f32::NAN; 27]).is_err());
    }

    /// The committed tiny network, of f32: its values stay within a hundredth, the file says what was done, and nothing is quantised twice.
    #[test]
    fn a_network_is_rewritten_once() {
        let from = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let to = std::env::temp_dir().join(format!("pastiche-quantize-{}.safetensors", std::process::id()));
        rewrite(&from, &to).unwrap();
        let bytes = fs::read(&to).unwrap();
        assert!(SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap()["training"].ends_with(NOTE));
        let [before, after] = [fs::read(&from).unwrap(), bytes].map(|bytes| WeightsFile::parse(bytes).unwrap());
        for layer in &before.info().layers {
            let (before, after) = (before.convolution(*layer).unwrap(), after.convolution(*layer).unwrap());
            assert_eq!(before.bias, after.bias);
            let distance: f32 = before.weight.iter().zip(&after.weight).map(|(a, b)| (a - b).powi(2)).sum();
            let energy: f32 = before.weight.iter().map(|w| w * w).sum();
            assert!(distance > 0.0 && distance < 1e-4 * energy, "{layer}: {distance} of {energy}");
        }
        assert!(rewrite(&to, &to).unwrap_err().to_string().contains("already"));
        fs::remove_file(to).unwrap();
    }
}
