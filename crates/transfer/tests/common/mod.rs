//! The committed tiny network, and images for it.

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor, TensorData};
use vgg::WeightsFile;

pub(crate) fn bytes() -> Vec<u8> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap()
}

pub(crate) fn tiny() -> WeightsFile {
    WeightsFile::parse(bytes()).unwrap()
}

/// Waves with an edge, `[1, 3, height, width]`.
pub(crate) fn picture(kind: usize, [height, width]: [usize; 2]) -> Tensor<4> {
    let value = |c: usize, y: usize, x: usize| {
        let wave = ((x * (c + kind) + y * (3 + kind - c)) as f32 / 9.0).sin();
        0.5 + 0.3 * wave + if x > width / 2 { 0.15 } else { 0.0 }
    };
    let pixels = (0..3).flat_map(|c| (0..height).flat_map(move |y| (0..width).map(move |x| value(c, y, x))));
    Tensor::from_data(TensorData::new(pixels.collect::<Vec<f32>>(), [1, 3, height, width]), &Device::flex())
}

/// A mask with a gradient that no rotation or transposition leaves as it is.
#[allow(dead_code, reason = "not every test file uses it")]
pub(crate) fn gradient_mask((width, height): (u32, u32)) -> transfer::Mask {
    let value = |n: u32| (n * 230 / (width * height) + 20) as u8;
    let rgba = (0..width * height).flat_map(|n| [value(n), value(n), value(n), 255]).collect();
    transfer::Mask::from_luminance(&transfer::Image { size: (width, height), rgba, ..Default::default() }).unwrap()
}
