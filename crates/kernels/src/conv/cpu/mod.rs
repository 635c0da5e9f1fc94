//! On the CPU: Winograd's minimal filtering (`winograd.rs`), and, next to the picture, where there are only a few channels
//! on one side, a direct convolution (`direct.rs`); the same in both directions. Bias and ReLU are applied as the output
//! is written, and the gradient is masked as it is read.
//!
//! What is computed for a pixel does not depend on how the work is shared among threads.

mod direct;
mod picture;
mod threads;
mod vector;
mod winograd;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::ConvBackend;
use picture::Input;

/// Where either side has at most this many channels the products are too few to pay for Winograd's transforms.
const FEW: usize = 4;

/// `weight`: `[O, I, 3, 3]` -> in the order in which [`convolve`] reads them, and that order's shape.
fn lay_out(weight: &[f32], [outputs, inputs]: [usize; 2]) -> (Vec<f32>, [usize; 4]) {
    if inputs.min(outputs) <= FEW { direct::lay_out(weight, outputs, inputs) } else { winograd::lay_out(weight, outputs, inputs) }
}

/// `weight`: laid out, of `[outputs, I, 3, 3]`. With a `bias` for each output, it is added and what is below 0 becomes 0.
fn convolve(input: &Input, weight: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    if input.channels.min(outputs) <= FEW {
        direct::convolve(input, weight, outputs, bias)
    } else {
        winograd::convolve(input, weight, outputs, bias)
    }
}

impl ConvBackend for Flex {
    /// See `winograd.rs` and `direct.rs` for the two orders.
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let weight = weight.to_contiguous();
        let (values, shape) = lay_out(weight.storage::<f32>(), [weight.shape()[0], weight.shape()[1]]);
        tensor(values, shape)
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let (outputs, input) = (bias.shape()[0], Input { values: x.storage(), output: None, channels, height, width });
        tensor(convolve(&input, weight.storage(), outputs, Some(bias.storage())), [1, outputs, height, width])
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
    ) -> FloatTensor<Self> {
        let (output, grad, transposed) = (output.to_contiguous(), grad.to_contiguous(), transposed.to_contiguous());
        let [_, outputs, height, width] = output.shape().dims();
        let input = Input { values: grad.storage(), output: Some(output.storage()), channels: outputs, height, width };
        tensor(convolve(&input, transposed.storage(), channels, None), [1, channels, height, width])
    }
}

fn tensor(values: Vec<f32>, shape: [usize; 4]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}
