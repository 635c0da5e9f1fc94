//! The Gram matrix, the row sums and their gradients against their definitions in f64.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use common::{Random, relative_l2};
#[cfg(feature = "gpu")]
use kernels::device::has_half;
use kernels::{gram, moments};

/// C, n.
const CASES: [[usize; 2]; 8] = [[1, 1], [1, 55], [3, 4], [16, 527], [20, 1533], [64, 4096], [66, 2500], [130, 17]];

/// `a`: `[rows, depth]`, `b`: `[depth, columns]`.
fn product(rows: usize, depth: usize, columns: usize, a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32) -> Vec<f64> {
    let sum = |row: usize, column: usize| (0..depth).map(|k| f64::from(a(row, k)) * f64::from(b(k, column))).sum();
    (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).map(|(row, column)| sum(row, column)).collect()
}

/// `dtype`: of the features and their gradient; `bound`: of the latter's relative error. Matrix and sums are f32.
fn check(device: &Device, dtype: FloatDType, bound: f64) {
    for (seed, [channels, pixels]) in CASES.into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        // Values that f16 represents exactly, with few enough digits for exact sums in f32.
        let mut values = |count: usize| random.multiples(count, 64);
        let (features, grad) = (values(channels * pixels), values(channels * channels));
        let f = |row: usize, column: usize| features[row * pixels + column];
        let expected = product(channels, pixels, channels, f, |k, column| f(column, k));
        let symmetric = |row: usize, k: usize| grad[row * channels + k] + grad[k * channels + row];
        let expected_grad = product(channels, channels, pixels, symmetric, f);

        let x = Tensor::<2>::from_data(TensorData::new(features.clone(), [channels, pixels]), device).autodiff().require_grad();
        let out = gram(x.clone().cast(dtype));
        let weights = Tensor::<2>::from_data(TensorData::new(grad.clone(), [channels, channels]), device).autodiff();
        let gradients = (out.clone() * weights).sum().backward();
        let found: Vec<f32> = out.into_data().try_to_vec().unwrap();
        let found_grad: Vec<f32> = x.grad(&gradients).unwrap().into_data().try_to_vec().unwrap();
        let errors = (relative_l2(&found, &expected), relative_l2(&found_grad, &expected_grad));
        assert!(errors.0 < 2e-6 && errors.1 < bound, "{channels} x {pixels}: {errors:?}");

        let more = values(channels);
        let sums: Vec<f64> = features.chunks(pixels).map(|row| row.iter().copied().map(f64::from).sum()).collect();
        let expected_grad: Vec<f64> = expected_grad.iter().enumerate().map(|(at, value)| value + f64::from(more[at / pixels])).collect();
        let (out, out_sums) = moments(x.clone().cast(dtype));
        let tensor = |values, columns| Tensor::<2>::from_data(TensorData::new(values, [channels, columns]), device).autodiff();
        let loss = (out.clone() * tensor(grad, channels)).sum() + (out_sums.clone() * tensor(more, 1)).sum();
        let gradients = loss.backward();
        let list = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().try_to_vec().unwrap() };
        let errors = [
            relative_l2(&list(out), &expected),
            // Sums of numbers of either sign may cancel.
            relative_l2(&list(out_sums), &sums) * (sums.iter().map(|v| v * v).sum::<f64>() / (channels * pixels) as f64).sqrt().min(1.0),
            relative_l2(&list(x.grad(&gradients).unwrap()), &expected_grad),
        ];
        assert!(errors[0] < 2e-6 && errors[1] < 2e-6 && errors[2] < bound, "moments of {channels} x {pixels}: {errors:?}");
    }
}

#[cfg(feature = "cpu")]
#[test]
fn flex_agrees_with_the_definition() {
    check(&Device::flex(), FloatDType::F32, 2e-6);
}

#[cfg(all(feature = "cpu", feature = "threads"))]
#[test]
fn the_thread_count_changes_no_bit() {
    let features = Random::new(9).uniform(64 * 9000);
    let with = |threads: usize| -> Vec<f32> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let x = Tensor::<2>::from_data(TensorData::new(features.clone(), [64, 9000]), &Device::flex());
        pool.install(|| {
            let x = x.autodiff().require_grad();
            let (gram, sums) = moments(x.clone());
            let gradients = (gram.clone().square().sum() + sums.clone().square().sum()).backward();
            let all = [gram.inner().flatten::<1>(0, 1), sums.inner().flatten(0, 1), x.grad(&gradients).unwrap().flatten(0, 1)];
            Tensor::cat(all.to_vec(), 0).into_data().try_to_vec().unwrap()
        })
    };
    assert_eq!(with(1), with(3));
}

/// Needs an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
#[cfg(feature = "gpu")]
#[test]
fn wgsl_agrees_with_the_definition() {
    let device = Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter");
    check(&device, FloatDType::F32, 2e-6);
    if has_half(&device) {
        check(&device, FloatDType::F16, 5e-3);
    } else {
        println!("This adapter has no f16: not checked.");
    }
}
