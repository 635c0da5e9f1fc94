//! The bundled network keeps its promises: small, cheap, complete, and says where it comes from.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use vgg::{Layer, WeightsFile};

/// Channels of VGG-19's blocks.
const VGG19: [usize; 5] = [64, 128, 256, 512, 512];

fn bytes() -> Vec<u8> {
    fs::read(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../weights/sketch.safetensors")).unwrap()
}

/// Multiplications for a pixel of the picture, down to conv5_2; a block has a quarter of the pixels of the one before.
fn cost(layout: &[usize]) -> f64 {
    let mut inputs = 3;
    let layers = Layer::all().take_while(|layer| *layer <= Layer::DEEPEST_IN_USE);
    layers
        .map(|layer| {
            let outputs = layout[layer.block() - 1];
            let cost = (9 * inputs * outputs) as f64 / 4.0f64.powi(layer.block() as i32 - 1);
            inputs = outputs;
            cost
        })
        .sum()
}

#[test]
fn small_cheap_and_complete() {
    let bytes = bytes();
    assert!(bytes.len() <= 2_200_000, "{} bytes", bytes.len());
    let file = WeightsFile::parse(bytes).unwrap();
    assert!(cost(&file.info().layout) * 13.0 <= cost(&VGG19));
    assert_eq!((file.info().layers.last(), file.augmentations()), (Some(&Layer::DEEPEST_IN_USE), 4));
    file.check_values().unwrap();
}

/// Losses look at the features of every preset through a metric, and what comes out is of the size of VGG-19's activations.
#[test]
fn taps_have_metrics() {
    let file = WeightsFile::parse(bytes()).unwrap();
    let layers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1", "conv5_2"].map(|name| name.parse().unwrap());
    let device = Device::flex();
    // Columns of black and white.
    let picture = Tensor::<1>::from_floats(std::array::from_fn::<f32, 32, _>(|x| (x / 4 % 2) as f32), &device);
    let picture = picture.reshape([1, 1, 1, 32]).expand([1, 3, 32, 32]);
    for (layer, map) in file.network(&device, &layers).unwrap().features(picture, &layers).unwrap().iter() {
        assert!(map.metric.is_some(), "{layer}");
        let mean = map.flat().square().mean().sqrt().into_data().try_to_vec::<f32>().unwrap()[0];
        assert!((0.05..20.0).contains(&mean), "{layer}: {mean}");
    }
}

#[test]
fn says_where_it_comes_from() {
    let bytes = bytes();
    let metadata = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    for (key, part) in [
        ("name", "Sketch"),
        ("author", "Pastiche"),
        ("source", "VGG-19"),
        ("training", "--steps"),
        ("license", "CC-BY-4.0"),
        ("citation", "arXiv:1409.1556"),
    ] {
        assert!(metadata[key].contains(part), "{key}: {}", metadata[key]);
    }
}
