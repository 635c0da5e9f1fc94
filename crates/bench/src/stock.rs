//! The same network and loss with burn's own operations and their gradients, as somebody would write them who looks no further.

use burn::tensor::{
    Device, Tensor, TensorData,
    activation::relu,
    module::{conv2d, max_pool2d},
    ops::{ConvOptions, MaxPoolOptions},
};

use crate::workload::{self, Convolution, MEAN};

/// VGG-19 down to conv5_1.
pub(crate) struct Stock {
    layers: Vec<(Convolution, Tensor<4>, Tensor<1>)>,
}

impl Stock {
    pub(crate) fn new(device: &Device) -> Self {
        let load = |convolution: Convolution| {
            let Convolution { inputs, outputs, .. } = convolution;
            let weight = Tensor::from_data(TensorData::new(convolution.weight(), [outputs, inputs, 3, 3]), device);
            (convolution, weight, Tensor::from_data(TensorData::new(convolution.bias(), [outputs]), device))
        };
        Self { layers: workload::convolutions().map(load).collect() }
    }

    /// `x`: `[1, 3, H, W]` -> the activations of the five style layers.
    pub(crate) fn features(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        let mut x = x - MEAN;
        let mut taps = Vec::new();
        for (convolution, weight, bias) in &self.layers {
            if convolution.first && convolution.position > 0 {
                x = max_pool2d(x, MaxPoolOptions::new([2, 2]).with_stride([2, 2]));
            }
            x = relu(conv2d(x, weight.clone(), Some(bias.clone()), ConvOptions::new([1, 1], [1, 1], [1, 1], 1)));
            if convolution.first {
                taps.push(x.clone());
            }
        }
        taps
    }

    /// The Gram matrices of the five style layers.
    pub(crate) fn grams(&self, x: Tensor<4>) -> Vec<Tensor<2>> {
        self.features(x).into_iter().map(gram).collect()
    }

    /// Loss, `[1]`, and the picture's gradient.
    pub(crate) fn step(&self, x: Tensor<4>, targets: &[Tensor<2>]) -> (Tensor<1>, Option<Tensor<4>>) {
        let x = x.autodiff().require_grad();
        let distance = |(gram, target): (Tensor<2>, &Tensor<2>)| {
            let energy = target.clone().square().mean();
            // The target is a constant; of it there is no gradient.
            (gram - target.clone()).square().mean() / energy
        };
        let losses = self.grams(x.clone()).into_iter().zip(targets).map(distance);
        let loss = Tensor::cat(losses.collect(), 0).mean();
        let mut gradients = loss.backward();
        (loss.inner(), x.grad_remove(&mut gradients))
    }
}

fn gram(features: Tensor<4>) -> Tensor<2> {
    let [_, channels, height, width] = features.dims();
    let flat: Tensor<2> = features.reshape([channels, height * width]);
    flat.clone().matmul(flat.transpose()) / (height * width) as f32
}
