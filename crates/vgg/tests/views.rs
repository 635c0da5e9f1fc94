//! A network in another view sees the turned, mirrored picture with its channels exchanged, where it belongs in the picture as it is.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor, TensorData};
use vgg::{Layer, VGG19, VIEWS, View, WeightsFile};

fn tiny() -> WeightsFile {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    WeightsFile::parse(fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap()).unwrap()
}

fn turned(x: Tensor<4>, view: View) -> Tensor<4> {
    let x = if view.turned { x.flip([2, 3]) } else { x };
    if view.transposed { x.swap_dims(2, 3) } else { x }
}

#[test]
fn views_are_what_the_picture_looks_like() {
    let (file, device) = (tiny(), Device::flex());
    let layers: Vec<Layer> = VGG19.layers_in_use().collect();
    let plain = file.network(&device, &layers).unwrap();
    let values = (0..3 * 48 * 32).map(|n| 0.5 + 0.4 * ((n % 97 + n / 97 % 13) as f32 * 0.7).sin());
    let picture = Tensor::<4>::from_data(TensorData::new(values.collect::<Vec<_>>(), [1, 3, 48, 32]), &device);
    for view in VIEWS {
        let channels = view.channels.map(|channel| picture.clone().narrow(1, channel, 1));
        let seen = plain.features(turned(Tensor::cat(channels.into(), 1), view), &layers).unwrap();
        let found = file.network_in_view(&device, &layers, view).unwrap().features(picture.clone(), &layers).unwrap();
        for (layer, map) in found.iter() {
            let (found, expected) = (turned(map.values.clone(), view), seen[layer].values.clone());
            let square = |tensor: Tensor<4>| tensor.square().sum().into_scalar::<f32>();
            let error = (square(found - expected.clone()) / square(expected)).sqrt();
            assert!(error < 1e-5, "{layer} in {view:?}: {error}");
        }
    }
    assert_eq!(VIEWS[0], View::PLAIN);
}
