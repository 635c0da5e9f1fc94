//! Pooling and its gradient against their definitions, on images of even and odd sizes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use common::Random;
#[cfg(feature = "gpu")]
use kernels::device::has_half;
use kernels::{avg_pool2x2, max_pool2x2};

/// C, H, W.
const CASES: [[usize; 3]; 7] = [[1, 2, 2], [3, 2, 9], [4, 7, 3], [5, 17, 31], [2, 511, 3], [64, 16, 16], [3, 5, 131]];

fn check(device: &Device, dtype: FloatDType) {
    for (seed, [channels, height, width]) in CASES.into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let (out_height, out_width) = (height / 2, width / 2);
        // Some windows are all 0, and some maxima are equal.
        let (values, grad) = (random.whole(channels * height * width), random.whole(channels * out_height * out_width));
        for max in [true, false] {
            let (mut expected, mut expected_grad) = (Vec::new(), vec![0.0; values.len()]);
            for (n, grad) in grad.iter().enumerate() {
                let (c, y, x) = (n / (out_height * out_width), n / out_width % out_height, n % out_width);
                let window_indices = [0, 1, width, width + 1].map(|more| (c * height + 2 * y) * width + 2 * x + more);
                let window = window_indices.map(|at| values[at]);
                let largest = window.into_iter().fold(f32::MIN, f32::max);
                expected.push(if max { largest } else { window.iter().sum::<f32>() / 4.0 });
                for at in window_indices {
                    if !max {
                        expected_grad[at] = grad / 4.0;
                    } else if values[at] == largest {
                        expected_grad[at] = *grad;
                        break;
                    }
                }
            }
            let x = Tensor::<4>::from_data(TensorData::new(values.clone(), [1, channels, height, width]), device).autodiff().require_grad();
            let stored = x.clone().cast(dtype);
            let out = if max { max_pool2x2(stored) } else { avg_pool2x2(stored) }.cast(FloatDType::F32);
            let grad = Tensor::<4>::from_data(TensorData::new(grad.clone(), [1, channels, out_height, out_width]), device).autodiff();
            let gradients = (out.clone() * grad).sum().backward();
            let found: Vec<f32> = out.into_data().try_to_vec().unwrap();
            let found_grad: Vec<f32> = x.grad(&gradients).unwrap().into_data().try_to_vec().unwrap();
            // All numbers are whole, or quarters: nothing is rounded.
            assert_eq!(found, expected, "{channels} x {height} x {width}, max: {max}");
            assert_eq!(found_grad, expected_grad, "{channels} x {height} x {width}, max: {max}");
        }
    }
}

#[cfg(feature = "cpu")]
#[test]
fn flex_agrees_with_the_definition() {
    check(&Device::flex(), FloatDType::F32);
}

/// Needs an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
#[cfg(feature = "gpu")]
#[test]
fn wgsl_agrees_with_the_definition() {
    let device = Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter");
    check(&device, FloatDType::F32);
    if has_half(&device) {
        check(&device, FloatDType::F16);
    } else {
        println!("This adapter has no f16: not checked.");
    }
}

#[cfg(feature = "cpu")]
#[test]
fn max_pooling_keeps_nan() {
    for position in 0..4 {
        let mut values = [1.0f32; 4];
        values[position] = f32::NAN;
        let x = Tensor::<4>::from_data(TensorData::new(values.to_vec(), [1, 1, 2, 2]), &Device::flex());
        assert!(max_pool2x2(x).into_data().try_to_vec::<f32>().unwrap()[0].is_nan(), "{position}");
    }
}
