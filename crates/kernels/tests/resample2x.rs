//! Resampling by 2 and its transpose against their definition as matrices, on images of even and odd sizes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{Random, relative_l2};
use kernels::{add_upsampled2x, downsample2x};

/// C, H, W.
const CASES: [[usize; 3]; 9] =
    [[1, 1, 1], [1, 1, 2], [2, 2, 1], [3, 2, 9], [3, 7, 3], [3, 17, 31], [2, 255, 4], [3, 64, 48], [1, 131, 130]];
const GAIN: f32 = 2.5;

/// The weights of the coarse pixels, of `n`, in the fine pixel `at`.
fn weights(at: usize, n: usize) -> [(usize, f64); 2] {
    let near = at / 2;
    let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(n - 1) };
    [(near, 0.75), (far, 0.25)]
}

fn check(device: &Device) {
    for (seed, [channels, height, width]) in CASES.into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
        let (fine, coarse) = (random.uniform(channels * height * width), random.uniform(channels * rows * columns));
        let (mut up, mut down): (Vec<f64>, _) = (fine.iter().map(|value| f64::from(*value)).collect(), vec![0.0; coarse.len()]);
        for n in 0..fine.len() {
            let (channel, y, x) = (n / (height * width), n / width % height, n % width);
            for (row, of_row) in weights(y, rows) {
                for (column, of_column) in weights(x, columns) {
                    let m = (channel * rows + row) * columns + column;
                    up[n] += f64::from(GAIN) * of_row * of_column * f64::from(coarse[m]);
                    down[m] += 0.25 * of_row * of_column * f64::from(fine[n]);
                }
            }
        }
        let fine = Tensor::<4>::from_data(TensorData::new(fine, [1, channels, height, width]), device);
        let coarse = Tensor::<4>::from_data(TensorData::new(coarse, [1, channels, rows, columns]), device);
        for (found, expected) in [(downsample2x(fine.clone()), down), (add_upsampled2x(fine, coarse, GAIN), up)] {
            let found: Vec<f32> = found.into_data().try_to_vec().unwrap();
            let distance = relative_l2(&found, &expected);
            assert!(distance < 1e-6, "{channels} x {height} x {width}: {distance}");
        }
    }
}

#[cfg(feature = "cpu")]
#[test]
fn flex_agrees_with_the_definition() {
    check(&Device::flex());
}

/// Needs an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
#[cfg(feature = "gpu")]
#[test]
fn wgsl_agrees_with_the_definition() {
    check(&Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter"));
}

#[test]
#[should_panic(expected = "half the size, rounded up")]
fn a_coarse_image_of_another_size_is_refused() {
    let zeros = |shape: [usize; 4]| Tensor::<4>::zeros(shape, &Device::default());
    let _ = add_upsampled2x(zeros([1, 3, 5, 4]), zeros([1, 3, 2, 2]), 1.0);
}
