//! The product of two matrices and its gradients against their definitions in f64.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{Random, relative_l2};
use kernels::product;

/// M, K, N.
/// The last is of several blocks on the CPU.
const CASES: [[usize; 3]; 8] = [[1, 1, 1], [5, 1, 5], [16, 48, 8], [17, 3, 4], [40, 64, 1], [64, 20, 527], [130, 66, 33], [300, 9, 1100]];

/// `[M, N]` of sums over `K`.
fn expected([m, k, n]: [usize; 3], a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32) -> Vec<f64> {
    let sum = |row: usize, column: usize| (0..k).map(|at| f64::from(a(row, at)) * f64::from(b(at, column))).sum();
    (0..m).flat_map(|row| (0..n).map(move |column| (row, column))).map(|(row, column)| sum(row, column)).collect()
}

fn check(device: &Device) {
    for (seed, [m, k, n]) in CASES.into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let mut values = |count: usize| random.uniform(count);
        let (left, right, grad) = (values(m * k), values(k * n), values(m * n));
        let (a, b, g) = (|y: usize, x: usize| left[y * k + x], |y: usize, x: usize| right[y * n + x], |y: usize, x: usize| grad[y * n + x]);
        let wanted = [expected([m, k, n], a, b), expected([m, n, k], g, |y, x| b(x, y)), expected([k, m, n], |y, x| a(x, y), g)];
        let tensor = |values: &[f32], shape: [usize; 2]| Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), device);
        let leaf = |tensor: Tensor<2>| tensor.autodiff().require_grad();
        let check = |x: Tensor<2>, y: Tensor<2>, name: &str| {
            let out = product(x.clone(), y.clone());
            let gradients = (out.clone() * Tensor::from_inner(tensor(&grad, [m, n]))).sum().backward();
            let list = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().try_to_vec().unwrap() };
            let found = [list(out), list(x.grad(&gradients).unwrap()), list(y.grad(&gradients).unwrap())];
            for (found, wanted) in found.iter().zip(&wanted) {
                let error = relative_l2(found, wanted);
                assert!(error < 2e-6, "{name} {m} x {k} by {k} x {n}: {error}");
            }
        };
        check(leaf(tensor(&left, [m, k])), leaf(tensor(&right, [k, n])), "plain");
        // A constant on the left, and an operand that lies transposed in memory.
        let flipped: Vec<f32> = (0..n).flat_map(|x| (0..k).map(move |y| (y, x))).map(|(y, x)| b(y, x)).collect();
        let y = leaf(tensor(&flipped, [n, k]));
        let out = product(tensor(&left, [m, k]).autodiff(), y.clone().transpose());
        let gradients = (out * Tensor::from_inner(tensor(&grad, [m, n]))).sum().backward();
        let found: Vec<f32> = y.grad(&gradients).unwrap().transpose().into_data().try_to_vec().unwrap();
        let error = relative_l2(&found, &wanted[2]);
        assert!(error < 2e-6, "transposed {m} x {k} by {k} x {n}: {error}");
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
