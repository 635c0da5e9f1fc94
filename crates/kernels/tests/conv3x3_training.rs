//! Gradients of weights and bias against their definitions in f64, on random images of odd and small sizes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{Random, relative_l2};
use kernels::{ConvWeights, conv3x3_relu};

/// `[H, W]`, `[I, O]`
const CASES: [([usize; 2], [usize; 2]); 6] =
    [([1, 1], [3, 4]), ([1, 7], [4, 6]), ([9, 1], [5, 3]), ([17, 31], [3, 24]), ([16, 16], [16, 16]), ([51, 3], [8, 9])];

/// The gradients of weights and bias of `sum(grad * relu(z))`, given `out`, by the definition in f64.
fn expected(x: &[f32], out: &[f32], grad: &[f32], [height, width]: [usize; 2], [inputs, outputs]: [usize; 2]) -> (Vec<f64>, Vec<f64>) {
    let area = height * width;
    let (mut weight, mut bias) = (vec![0.0; outputs * inputs * 9], vec![0.0; outputs]);
    for (at, g) in grad.iter().enumerate().filter(|(at, _)| out[*at] > 0.0) {
        let (o, y, column) = (at / area, at % area / width, at % width);
        bias[o] += f64::from(*g);
        for (i, position) in (0..inputs).flat_map(|i| (0..9).map(move |position| (i, position))) {
            let (y, column) = (y + position / 3, column + position % 3);
            if (1..=height).contains(&y) && (1..=width).contains(&column) {
                weight[(o * inputs + i) * 9 + position] += f64::from(*g) * f64::from(x[(i * height + y - 1) * width + column - 1]);
            }
        }
    }
    (weight, bias)
}

#[test]
fn gradients_of_weights_bias_and_input() {
    let device = Device::default();
    for (seed, (size, channels)) in CASES.into_iter().enumerate() {
        let ([height, width], [inputs, outputs]) = (size, channels);
        let mut random = Random::new(seed as u64);
        let mut values = |count: usize| random.uniform(count);
        let (x, grad) = (values(inputs * height * width), values(outputs * height * width));
        let tensor = |values: &[f32], shape: [usize; 4]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), shape), &device);
        let weight = tensor(&values(outputs * inputs * 9), [outputs, inputs, 3, 3]);
        let bias = Tensor::<1>::from_data(TensorData::new(values(outputs), [outputs]), &device);
        let image = tensor(&x, [1, inputs, height, width]);
        let upstream = tensor(&grad, [1, outputs, height, width]);

        let frozen_x = image.clone().autodiff().require_grad();
        let weights = ConvWeights::new(weight.clone(), bias.clone());
        let frozen = conv3x3_relu(frozen_x.clone(), &weights);
        let grads = (frozen.clone() * upstream.clone()).sum().backward();
        let frozen_grad = frozen_x.grad(&grads).unwrap();

        let (weight, bias) = (weight.autodiff().require_grad(), bias.autodiff().require_grad());
        let x_in_training = image.autodiff().require_grad();
        let out = conv3x3_relu(x_in_training.clone(), &weights.training(weight.clone(), bias.clone()));
        let grads = (out.clone() * upstream).sum().backward();

        let read = |tensor: Tensor<4>| tensor.into_data().try_to_vec::<f32>().unwrap();
        let found = read(out.inner());
        assert_eq!(found, read(frozen.inner()), "{size:?} {channels:?}");
        assert_eq!(read(x_in_training.grad(&grads).unwrap()), read(frozen_grad), "{size:?} {channels:?}");
        let (expected_weight, expected_bias) = expected(&x, &found, &grad, size, channels);
        let weight_error = relative_l2(&read(weight.grad(&grads).unwrap()), &expected_weight);
        let bias_error = relative_l2(&bias.grad(&grads).unwrap().into_data().try_to_vec::<f32>().unwrap(), &expected_bias);
        assert!(weight_error < 2e-6 && bias_error < 2e-6, "{size:?} {channels:?}: {weight_error:.1e}, {bias_error:.1e}");
    }
}

/// The input may be a constant while the weights are trained.
#[test]
fn the_input_may_be_a_constant() {
    let device = Device::default();
    let (weight, bias) = (Tensor::<4>::ones([1, 1, 3, 3], &device), Tensor::<1>::zeros([1], &device));
    let weights = ConvWeights::new(weight.clone(), bias.clone());
    let (weight, bias) = (weight.autodiff().require_grad(), bias.autodiff().require_grad());
    let out = conv3x3_relu(Tensor::ones([1, 1, 2, 2], &device), &weights.training(weight.clone(), bias.clone()));
    let grads = out.sum().backward();
    // Of a 2x2 input the centre of the kernel is multiplied with four pixels, an edge with two, a corner with one.
    let found = weight.grad(&grads).unwrap().into_data().try_to_vec::<f32>().unwrap();
    assert_eq!(found, [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0]);
}
