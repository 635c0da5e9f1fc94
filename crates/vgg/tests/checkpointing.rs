//! The first blocks in tiles, against the whole image at once, on the committed tiny network.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor, TensorData};
use vgg::{Layer, Network, Padding, Pooling, Tile, VGG19, WeightsFile};

fn tiny(layers: &[Layer]) -> Network {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let bytes = fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap();
    WeightsFile::parse(bytes).unwrap().network(&Device::flex(), layers).unwrap()
}

fn waves(height: usize, width: usize) -> Tensor<4> {
    let values = (0..3 * height * width).map(|n| 0.5 + 0.4 * ((n % 97 + n / 97 % 13) as f32 * 0.7).sin());
    Tensor::from_data(TensorData::new(values.collect::<Vec<_>>(), [1, 3, height, width]), &Device::flex())
}

fn distance(a: &Tensor<4>, b: &Tensor<4>) -> f32 {
    assert_eq!(a.dims(), b.dims());
    let square = |tensor: Tensor<4>| tensor.square().sum().into_scalar::<f32>();
    (square(a.clone() - b.clone()) / square(b.clone()).max(1e-12)).sqrt()
}

#[test]
fn tiles_concatenated_are_the_whole() {
    let layers: Vec<Layer> = VGG19.layers_in_use().collect();
    let deepest = [layers[layers.len() - 1]];
    for (pooling, padding) in [(Pooling::Max, Padding::Zero), (Pooling::Average, Padding::Replicate), (Pooling::Scaled, Padding::Zero)] {
        let network = tiny(&layers).with_pooling(pooling).with_padding(padding);
        for ([height, width], rows, blocks) in [([64, 40], 16, 2), ([67, 33], 8, 2), ([45, 17], 4, 1), ([99, 21], 24, 3), ([32, 32], 64, 2)]
        {
            let image = waves(height, width);
            let whole = network.features(image.clone(), &layers).unwrap();
            let tiles: Vec<_> = Tile::split(network.architecture(), height, rows, blocks)
                .iter()
                .map(|tile| {
                    network.tile_features(tile, image.clone().narrow(2, tile.input_rows().start, tile.input_rows().len()), &layers).unwrap()
                })
                .collect();
            for layer in layers.iter().filter(|layer| layer.block() <= blocks) {
                let concatenated = Tensor::cat(tiles.iter().map(|(features, _)| features[*layer].values.clone()).collect(), 2);
                let error = distance(&concatenated, &whole[*layer].values);
                assert!(error < 1e-5, "{layer} of {height}x{width} in {}: {error}", tiles.len());
            }
            let pooled = Tensor::cat(tiles.iter().map(|(_, pooled)| pooled.clone()).collect(), 2);
            let after = network.features_after(blocks, pooled, &deepest).unwrap();
            let error = distance(&after[deepest[0]].values, &whole[deepest[0]].values);
            assert!(error < 1e-5, "conv5_2 of {height}x{width}: {error}");
        }
    }
}
