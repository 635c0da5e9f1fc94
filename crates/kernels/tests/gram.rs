//! The Gram matrix and its gradient against their definitions in f64.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use burn::tensor::{Device, Tensor, TensorData};
use kernels::gram;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// C, n.
const CASES: [[usize; 2]; 8] = [[1, 1], [1, 55], [3, 4], [16, 527], [20, 1533], [64, 4096], [66, 2500], [130, 17]];

fn relative_l2(found: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let distance: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).powi(2)).sum();
    (distance / expected.iter().map(|b| b * b).sum::<f64>().max(1e-30)).sqrt()
}

/// `a`: `[rows, depth]`, `b`: `[depth, columns]`.
fn product(rows: usize, depth: usize, columns: usize, a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32) -> Vec<f64> {
    let sum = |row: usize, column: usize| (0..depth).map(|k| f64::from(a(row, k)) * f64::from(b(k, column))).sum();
    (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).map(|(row, column)| sum(row, column)).collect()
}

fn check(device: &Device) {
    for (seed, [channels, pixels]) in CASES.into_iter().enumerate() {
        let mut random = Pcg64::seed_from_u64(seed as u64);
        let mut values = |count: usize| (0..count).map(|_| random.random_range(-1.0..1.0)).collect::<Vec<f32>>();
        let (features, grad) = (values(channels * pixels), values(channels * channels));
        let f = |row: usize, column: usize| features[row * pixels + column];
        let expected = product(channels, pixels, channels, f, |k, column| f(column, k));
        let symmetric = |row: usize, k: usize| grad[row * channels + k] + grad[k * channels + row];
        let expected_grad = product(channels, channels, pixels, symmetric, f);

        let x = Tensor::<2>::from_data(TensorData::new(features.clone(), [channels, pixels]), device).autodiff().require_grad();
        let out = gram(x.clone());
        let weights = Tensor::<2>::from_data(TensorData::new(grad.clone(), [channels, channels]), device).autodiff();
        let gradients = (out.clone() * weights).sum().backward();
        let found: Vec<f32> = out.into_data().try_to_vec().unwrap();
        let found_grad: Vec<f32> = x.grad(&gradients).unwrap().into_data().try_to_vec().unwrap();
        let errors = (relative_l2(&found, &expected), relative_l2(&found_grad, &expected_grad));
        assert!(errors.0 < 2e-6 && errors.1 < 2e-6, "{channels} x {pixels}: {errors:?}");
    }
}

#[cfg(feature = "cpu")]
#[test]
fn flex_agrees_with_the_definition() {
    check(&Device::flex());
}

#[cfg(all(feature = "cpu", feature = "threads"))]
#[test]
fn threads_change_nothing() {
    let mut random = Pcg64::seed_from_u64(9);
    let features: Vec<f32> = (0..24 * 9000).map(|_| random.random_range(-1.0..1.0)).collect();
    let with = |threads: usize| -> Vec<f32> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let x = Tensor::<2>::from_data(TensorData::new(features.clone(), [24, 9000]), &Device::flex());
        pool.install(|| gram(x).into_data().try_to_vec().unwrap())
    };
    assert_eq!(with(1), with(3));
}

/// Needs an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
#[cfg(feature = "gpu")]
#[test]
fn wgsl_agrees_with_the_definition() {
    check(&Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter"));
}
