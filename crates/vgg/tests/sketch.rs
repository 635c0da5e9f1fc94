//! The bundled network: its size, its cost, its layers and its metadata.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use vgg::{SKETCH, VGG19, WeightsFile};

fn bytes() -> Vec<u8> {
    fs::read(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../weights/sketch.safetensors")).unwrap()
}

/// Multiplications for a pixel of the image, down to conv5_2; a block has a quarter of the pixels of the one before.
fn cost(layout: &[usize]) -> f64 {
    let mut inputs = 3;
    VGG19
        .layers_in_use()
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
    assert!(cost(&file.info().layout) * 13.0 <= cost(&VGG19.channels));
    assert_eq!(*file.architecture(), SKETCH);
    assert_eq!((file.info().layers.last(), file.augmentations()), (Some(&SKETCH.deepest_in_use), 4));
    file.check_values().unwrap();
}

/// The layers of every preset have metrics, which bring the features to the magnitude of VGG-19's.
#[test]
fn layers_of_presets_have_metrics() {
    let file = WeightsFile::parse(bytes()).unwrap();
    let layers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1", "conv5_2"].map(|name| name.parse().unwrap());
    let device = Device::flex();
    // Columns of black and white.
    let image = Tensor::<1>::from_floats(std::array::from_fn::<f32, 32, _>(|x| (x / 4 % 2) as f32), &device);
    let image = image.reshape([1, 1, 1, 32]).expand([1, 3, 32, 32]);
    for (layer, map) in file.network(&device, &layers).unwrap().features(image, &layers).unwrap().iter() {
        assert!(map.metric.is_some(), "{layer}");
        let mean = map.flat().square().mean().sqrt().into_data().try_to_vec::<f32>().unwrap()[0];
        assert!((0.05..20.0).contains(&mean), "{layer}: {mean}");
    }
}

#[test]
fn metadata_names_author_and_source() {
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
