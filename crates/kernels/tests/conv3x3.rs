//! The convolution and its gradient against their definitions in f64, on random images of odd and small sizes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use common::{Random, relative_l2};
#[cfg(feature = "gpu")]
use kernels::device::has_half;
use kernels::{ConvWeights, conv3x3_relu, conv3x3_relu_padded};

/// `[H, W]`, `[I, O]`
const CASES: [([usize; 2], [usize; 2]); 16] = [
    ([1, 1], [3, 4]),
    ([1, 1], [6, 5]),
    ([1, 7], [4, 6]),
    ([9, 1], [5, 3]),
    ([17, 31], [3, 64]),
    ([7, 397], [3, 17]),
    ([16, 16], [16, 16]),
    ([5, 8], [33, 7]),
    ([51, 3], [8, 8]),
    ([2, 65], [6, 12]),
    ([511, 3], [5, 9]),
    ([1, 511], [8, 6]),
    ([30, 200], [7, 8]),
    ([17, 31], [24, 24]),
    ([16, 16], [130, 66]),
    ([5, 6], [512, 70]),
];

struct Case {
    size: [usize; 2],
    channels: [usize; 2],
    x: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    grad: Vec<f32>,
}

impl Case {
    fn random(seed: u64, size: [usize; 2], channels: [usize; 2]) -> Self {
        let mut random = Random::new(seed);
        let ([h, w], [i, o]) = (size, channels);
        let (weight, bias) = (random.uniform(o * i * 9), random.uniform(o));
        // Values that f16 represents exactly: otherwise other activations than the definition's would be 0, and other gradients with them.
        Self { size, channels, x: random.multiples(i * h * w, 512), weight, bias, grad: random.multiples(o * h * w, 512) }
    }

    /// Calls `f(output index, input index, weight index)` for every product of the definition.
    fn products(&self, mut f: impl FnMut(usize, usize, usize)) {
        let ([height, width], [inputs, outputs]) = (self.size, self.channels);
        for o in 0..outputs {
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                for i in 0..inputs {
                    for (dy, dx) in (0..3).flat_map(|dy| (0..3).map(move |dx| (dy, dx))) {
                        if (1..=height).contains(&(y + dy)) && (1..=width).contains(&(x + dx)) {
                            let input = (i * height + y + dy - 1) * width + x + dx - 1;
                            f((o * height + y) * width + x, input, (o * inputs + i) * 9 + dy * 3 + dx);
                        }
                    }
                }
            }
        }
    }

    /// Output and input gradient, by the definition in f64.
    fn expected(&self) -> (Vec<f64>, Vec<f64>) {
        let area = self.size[0] * self.size[1];
        let mut z: Vec<f64> = (0..self.channels[1] * area).map(|n| f64::from(self.bias[n / area])).collect();
        self.products(|out, input, w| z[out] += f64::from(self.x[input]) * f64::from(self.weight[w]));
        let mut grad = vec![0.0; self.x.len()];
        self.products(|out, input, w| {
            if z[out] > 0.0 {
                grad[input] += f64::from(self.grad[out]) * f64::from(self.weight[w]);
            }
        });
        (z.iter().map(|z| z.max(0.0)).collect(), grad)
    }

    fn computed(&self, device: &Device, dtype: FloatDType) -> (Vec<f32>, Vec<f32>) {
        let ([h, w], [i, o]) = (self.size, self.channels);
        let tensor = |values: &[f32], shape: [usize; 4]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), device);
        let bias = Tensor::<1>::from_data(TensorData::new(self.bias.clone(), [o]), device);
        let weights = ConvWeights::new(tensor(&self.weight, [o, i, 3, 3]), bias);
        let x = tensor(&self.x, [1, i, h, w]).autodiff().require_grad();
        let out = conv3x3_relu(x.clone().cast(dtype), &weights).cast(FloatDType::F32);
        let grads = (out.clone() * tensor(&self.grad, [1, o, h, w])).sum().backward();
        let grad = x.grad(&grads).expect("the input is tracked");
        (out.into_data().try_to_vec().unwrap(), grad.into_data().try_to_vec().unwrap())
    }
}

/// `dtype`: of activations and their gradients; `bound`: of the relative error, given the input's and the output's channels.
fn check(device: &Device, dtype: FloatDType, bound: impl Fn([usize; 2]) -> f64) {
    for (seed, (size, channels)) in CASES.into_iter().enumerate() {
        let case = Case::random(seed as u64, size, channels);
        let (expected, expected_grad) = case.expected();
        let (out, grad) = case.computed(device, dtype);
        let bound = bound(channels);
        let errors = (relative_l2(&out, &expected), relative_l2(&grad, &expected_grad));
        assert!(errors.0 < bound && errors.1 < bound, "{size:?}, {channels:?}: {errors:?}");
    }
}

/// A padded input gives the interior of what the same input gives with zero padding, and its gradient.
fn check_padded(device: &Device) {
    for (size, channels) in [([3, 3], [3, 4]), ([19, 33], [3, 64]), ([9, 399], [3, 17]), ([7, 10], [33, 7]), ([18, 18], [24, 24])] {
        let case = Case::random(7, size, channels);
        let ([h, w], [i, o]) = (size, channels);
        let tensor = |values: &[f32], shape: [usize; 4]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), device);
        let bias = Tensor::<1>::from_data(TensorData::new(case.bias.clone(), [o]), device);
        let weights = ConvWeights::new(tensor(&case.weight, [o, i, 3, 3]), bias);
        let compute = |padded: bool| {
            let x = tensor(&case.x, [1, i, h, w]).autodiff().require_grad();
            let out = if padded {
                conv3x3_relu_padded(x.clone(), &weights)
            } else {
                conv3x3_relu(x.clone(), &weights).narrow(2, 1, h - 2).narrow(3, 1, w - 2)
            };
            let grad = tensor(&case.grad[..o * (h - 2) * (w - 2)], [1, o, h - 2, w - 2]);
            let gradients = (out.clone() * Tensor::from_inner(grad)).sum().backward();
            let list = |tensor: Tensor<4>| -> Vec<f32> { tensor.into_data().try_to_vec().unwrap() };
            (list(out.inner()), list(x.grad(&gradients).unwrap()))
        };
        let (found, expected) = (compute(true), compute(false));
        let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect::<Vec<_>>();
        let errors = (relative_l2(&found.0, &wide(expected.0)), relative_l2(&found.1, &wide(expected.1)));
        assert!(errors.0 < 1e-5 && errors.1 < 1e-5, "{size:?}, {channels:?}: {errors:?}");
    }
}

/// Few channels are convolved directly, more with Winograd's minimal filtering, which rounds more.
#[cfg(feature = "cpu")]
#[test]
fn flex_agrees_with_the_definition() {
    check(&Device::flex(), FloatDType::F32, |[inputs, outputs]| if inputs.min(outputs) <= 4 { 2e-6 } else { 1e-5 });
    check_padded(&Device::flex());
}

/// Needs an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
#[cfg(feature = "gpu")]
#[test]
fn wgsl_agrees_with_the_definition() {
    let device = Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter");
    check(&device, FloatDType::F32, |[inputs, outputs]| if inputs.min(outputs) <= 4 { 2e-6 } else { 1e-5 });
    check_padded(&device);
    if has_half(&device) {
        check(&device, FloatDType::F16, |_| 5e-3);
    } else {
        println!("This adapter has no f16: not checked.");
    }
}

#[cfg(feature = "cpu")]
#[test]
fn relu_keeps_nan() {
    let device = Device::flex();
    let weights = ConvWeights::new(Tensor::ones([1, 1, 3, 3], &device), Tensor::zeros([1], &device));
    let x = Tensor::<4>::full([1, 1, 2, 2], f32::NAN, &device);
    let out: Vec<f32> = conv3x3_relu(x, &weights).into_data().try_to_vec().unwrap();
    assert!(out.iter().all(|v| v.is_nan()));
}
