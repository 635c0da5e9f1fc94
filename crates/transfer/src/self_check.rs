//! Holds this build, on this device, against values that another program computed (PyTorch, by the definitions in
//! `tests/tiny/make.py`). The tests run it natively and, through the browser bundles, in a real browser.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::{Dtype, SafeTensors};
use vgg::{Layer, Padding, Pooling, WeightsFile};

use crate::{
    Error, Evaluation, Images, Objective,
    optim::precondition,
    readback::Readback,
    settings::presets,
    settings::{self, ContentKind, Normalisation, Settings, StyleKind, TvKind, WeightedLayer},
};

/// Values and shape.
type Values = (Vec<f32>, Vec<usize>);

/// Relative error by name: of every activation, loss vector and image gradient that `golden` holds.
pub type Errors = BTreeMap<String, f64>;

/// Whether this device computes a small convolution and a Gram matrix as arithmetic says: a browser only logs a shader
/// that it rejects, and its results are whatever was there before.
///
/// # Errors
///
/// When the results are wrong, or there are none.
pub async fn self_test(device: &Device) -> Result<(), Error> {
    let (height, width) = (5, 11);
    let values: Vec<f32> = (0..height * width).map(|n| ((n * 37 % 23) as f32 - 11.0) / 7.0).collect();
    let kernel: Vec<f32> = (0..9).map(|n| ((n * 5 % 9) as f32 - 4.0) / 9.0).collect();
    let weights = kernels::ConvWeights::new(
        Tensor::from_data(TensorData::new(kernel.clone(), [1, 1, 3, 3]), device),
        Tensor::from_floats([0.25], device),
    );
    let x = Tensor::<4>::from_data(TensorData::new(values.clone(), [1, 1, height, width]), device);
    let features = kernels::conv3x3_relu(x, &weights);
    let flat: Tensor<2> = features.clone().reshape([1, height * width]);
    let found = Readback::start(Tensor::cat(vec![features.reshape([height * width]), kernels::gram(flat).reshape([1])], 0)).await?;

    let at = |y: usize, x: usize| values[(y - 1) * width + x - 1];
    let mut expected: Vec<f32> = Vec::new();
    for (y, x) in (1..=height).flat_map(|y| (1..=width).map(move |x| (y, x))) {
        let features = (0..9).map(|k| (y + k / 3 - 1, x + k % 3 - 1, kernel[k]));
        let inside = features.filter(|(y, x, _)| (1..=height).contains(y) && (1..=width).contains(x));
        expected.push((0.25 + inside.map(|(y, x, w)| w * at(y, x)).sum::<f32>()).max(0.0));
    }
    expected.push(expected.iter().map(|v| v * v).sum());
    let error = relative_l2(&found, &expected);
    if error < 1e-5 {
        Ok(())
    } else {
        Err(Error::Device(format!("its arithmetic is wrong: a relative error of {error:.1e} in a test convolution")))
    }
}

/// `golden`: a safetensors file with any of the pictures `image`, `content`, `style`, `talk_style` and `features_image` (`[1, 3, H, W]`, f32 in
/// [0, 1] or u8); of `[average_ | replicate_]reluN_M` of the features' image, or the image where there is none; and of `[case_]losses`
/// and `[case_]gradient` of the image, where a case is one of `mean`, `average`, `replicate`, `covariance`, `nearest`,
/// `self_similarity`, `talk`, `talk_features`. A large tensor NAME may be there as `NAME.positions` (i32, in row-major order), `NAME.sample` (the values there) and `NAME.statistics` (mean and
/// root mean square of all), which are compared as `statistics_NAME`. Three of the cases are computed in tiles as well
/// ([`crate::objective::tiling`]), and where the device has numbers of 16 bits one with those: `half_`, and of that gradient what the cosine lacks to 1. `preconditioned`: the image times L-BFGS's preconditioner of
/// gain 2.
///
/// # Errors
///
/// When the file is not such a file, or the network will not do.
pub async fn golden_errors(weights: &WeightsFile, golden: &[u8], device: &Device) -> Result<Errors, Error> {
    let golden = Golden::read(golden)?;
    let image = golden.picture("image", device)?;
    let seen = if golden.tensors.contains_key("features_image") { golden.picture("features_image", device)? } else { image.clone() };
    let mut errors = Errors::new();
    for (prefix, pooling, padding) in [
        ("relu", Pooling::Max, Padding::Zero),
        ("average_relu", Pooling::Average, Padding::Zero),
        ("replicate_relu", Pooling::Max, Padding::Replicate),
    ] {
        let key = |layer: Layer| layer.name().replace("conv", prefix);
        let layers: Vec<Layer> = Layer::all().filter(|layer| golden.expected(&key(*layer)).is_some()).collect();
        if layers.is_empty() {
            continue;
        }
        let network = weights.network(device, &layers)?.with_pooling(pooling).with_padding(padding);
        for (layer, map) in network.features(seen.clone(), &layers)?.iter() {
            let found = Readback::start(map.to_f32() * map.raw_scale).await?;
            if let Some(expected) = golden.expected(&key(layer)) {
                expected.compare(&mut errors, &key(layer), &found, relative_l2);
            }
        }
    }
    for case in ["", "mean_", "average_", "replicate_", "covariance_", "nearest_", "self_similarity_", "talk_", "talk_features_"] {
        let Some((losses, _)) = golden.tensors.get(&format!("{case}losses")) else { continue };
        let expected = (losses.as_slice(), golden.expected(&format!("{case}gradient")));
        let style = if case.starts_with("talk") { "talk_style" } else { "style" };
        let pictures = Images::uniform(golden.picture("content", device)?, &[golden.picture(style, device)?]);
        let objective = Objective::new(weights, &pictures, &settings_of(case)?)?;
        compare(&mut errors, case, objective.evaluate(image.clone())?, expected, relative_l2).await?;
        if case.is_empty() && kernels::device::has_half(device) {
            let mut settings = settings_of(case)?;
            settings.network.precision = settings::Precision::Half;
            let half = Objective::new(weights, &pictures, &settings)?;
            for (case, objective) in [("half_", half.clone()), ("half_strips_", half.tiled(2, 8 * image.dims()[3]))] {
                compare(&mut errors, case, objective.evaluate(image.clone())?, expected, angle).await?;
            }
        }
        if matches!(case, "" | "covariance_" | "nearest_") {
            // Eight rows at a time, so that even a small image has several tiles.
            let tiles = objective.tiled(2, 8 * image.dims()[3]);
            let case = format!("{case}strips_");
            compare(&mut errors, &case, tiles.evaluate(image.clone())?, expected, relative_l2).await?;
        }
    }
    if let Some(expected) = golden.expected("preconditioned") {
        expected.compare(&mut errors, "preconditioned", &Readback::start(precondition(image, 2.0)).await?, relative_l2);
    }
    Ok(errors)
}

/// Notes how far losses and, by `measure`, gradient of an evaluation are from those that are expected.
async fn compare(
    errors: &mut Errors,
    case: &str,
    found: Evaluation,
    (losses, gradient): (&[f32], Option<Expected<'_>>),
    measure: fn(&[f32], &[f32]) -> f64,
) -> Result<(), Error> {
    let found_losses = Readback::start(found.losses).await?;
    // Each loss by itself: the largest would drown the others.
    let worst = losses.iter().zip(&found_losses).map(|(e, l)| f64::from((e - l).abs() / e.abs())).fold(0.0, f64::max);
    errors.insert(format!("{case}losses"), worst);
    if let Some(expected) = gradient {
        expected.compare(errors, &format!("{case}gradient"), &Readback::start(found.gradient).await?, measure);
    }
    Ok(())
}

/// What the cosine lacks to 1.
fn angle(found: &[f32], expected: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    1.0 - dot(found, expected) / (dot(found, found) * dot(expected, expected)).sqrt()
}

fn settings_of(case: &str) -> Result<Settings, Error> {
    let mut settings = presets::find(if case.starts_with("talk") { "talk" } else { "reference" })?;
    let weigh = |settings: &mut Settings, [content, style, tv]: [f64; 3]| {
        (settings.content.weight, settings.style.weight, settings.tv.weight) = (content, style, tv);
    };
    match case {
        "mean_" => {
            settings.loss.normalisation = Normalisation::Mean;
            settings.tv.kind = TvKind::Squared;
            weigh(&mut settings, [0.5, 1.0, 100.0]);
        }
        "average_" => settings.network.pooling = settings::Pooling::Average,
        "replicate_" => settings.network.padding = settings::Padding::Replicate,
        "covariance_" => settings.style.kind = StyleKind::Covariance,
        "nearest_" => settings.style.nearest = 1.0,
        // The first has more positions than the loss's grid.
        "self_similarity_" => {
            settings.content.kind = ContentKind::SelfSimilarity;
            settings.content.layers = WeightedLayer::equal(&[Layer::CONV1_1, Layer::CONV4_2]);
            weigh(&mut settings, [1.0, 0.01, 0.1]);
        }
        "talk_features_" => weigh(&mut settings, [0.025, 1000.0, 0.0]),
        _ => {}
    }
    Ok(settings)
}

/// A file of golden values.
struct Golden {
    /// f32, and u8 as parts of 255.
    tensors: BTreeMap<String, Values>,
    /// Of samples.
    positions: BTreeMap<String, Vec<usize>>,
}

/// What a tensor should be, or a sample of it.
#[derive(Clone, Copy)]
struct Expected<'a> {
    values: &'a [f32],
    /// Where in the tensor the values are; all of them in turn if `None`.
    positions: Option<&'a [usize]>,
    /// Mean and root mean square of the whole tensor.
    statistics: Option<[f32; 2]>,
}

impl Golden {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| vgg::Error::NotSafetensors(error.to_string()))?;
        let (mut tensors, mut positions) = (BTreeMap::new(), BTreeMap::new());
        for (name, view) in file.iter() {
            let values: Vec<f32> = match view.dtype() {
                Dtype::F32 => view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
                Dtype::U8 => view.data().iter().map(|byte| f32::from(*byte) / 255.0).collect(),
                Dtype::I32 => {
                    // One that lies outside every tensor is noticed when it is looked up.
                    let places = view.data().as_chunks().0.iter().map(|b| usize::try_from(i32::from_le_bytes(*b)).unwrap_or(usize::MAX));
                    positions.insert(name.to_owned(), places.collect());
                    continue;
                }
                _ => continue,
            };
            tensors.insert(name.to_owned(), (values, view.shape().to_vec()));
        }
        Ok(Self { tensors, positions })
    }

    fn expected(&self, name: &str) -> Option<Expected<'_>> {
        let values = |name: &str| self.tensors.get(name).map(|(values, _)| values.as_slice());
        if let Some(values) = values(name) {
            return Some(Expected { values, positions: None, statistics: None });
        }
        Some(Expected {
            values: values(&format!("{name}.sample"))?,
            positions: Some(self.positions.get(&format!("{name}.positions"))?),
            statistics: values(&format!("{name}.statistics")).and_then(|both| both.try_into().ok()),
        })
    }

    fn picture(&self, name: &str, device: &Device) -> Result<Tensor<4>, Error> {
        let (values, shape) = self.tensors.get(name).ok_or_else(|| vgg::Error::Missing(name.to_owned()))?;
        let [height, width] = [shape[shape.len() - 2], shape[shape.len() - 1]];
        Ok(Tensor::from_data(TensorData::new(values.clone(), [1, 3, height, width]), device))
    }
}

impl Expected<'_> {
    /// Notes how far `found`, the whole tensor, is from this, by `measure`, and how far its statistics are, relative to the root mean square.
    fn compare(self, errors: &mut Errors, name: &str, found: &[f32], measure: fn(&[f32], &[f32]) -> f64) {
        // A value that is not there is as wrong as can be.
        let at = |position: &usize| found.get(*position).copied().unwrap_or(f32::NAN);
        let sample = self.positions.map(|positions| positions.iter().map(at).collect::<Vec<_>>());
        errors.insert(name.to_owned(), measure(sample.as_deref().unwrap_or(found), self.values));
        if let Some(expected) = self.statistics {
            let sum = |of: fn(f64) -> f64| found.iter().map(|v| of(f64::from(*v))).sum::<f64>() / found.len() as f64;
            let [mean, square] = [sum(|v| v), sum(|v| v * v).sqrt()];
            let [expected_mean, expected_square] = expected.map(f64::from);
            let distance = (mean - expected_mean).abs().max((square - expected_square).abs());
            errors.insert(format!("statistics_{name}"), distance / expected_square);
        }
    }
}

fn relative_l2(found: &[f32], expected: &[f32]) -> f64 {
    let square = |v: f32| f64::from(v).powi(2);
    let distance: f64 = found.iter().zip(expected).map(|(a, b)| square(a - b)).sum();
    (distance / expected.iter().copied().map(square).sum::<f64>()).sqrt()
}
