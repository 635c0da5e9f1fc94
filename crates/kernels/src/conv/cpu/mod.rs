//! On the CPU: Winograd's minimal filtering (`winograd`), and, next to the picture, where there are only a few channels
//! on one side, a direct convolution (`direct`); the same in both directions. Bias and ReLU are applied as the output
//! is written, and the gradient is masked as it is read.
//!
//! What is computed for a pixel does not depend on how the work is shared among threads.

mod direct;
mod picture;
mod winograd;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::ConvBackend;
use crate::vector::Machine;
use picture::Input;

/// Where either side has at most this many channels the products are too few to pay for Winograd's transforms.
const FEW: usize = 4;

/// `weight`: `[O, I, 3, 3]` -> in the order in which [`convolve`] reads them, and that order's shape.
fn lay_out(machine: Machine, weight: &[f32], [outputs, inputs]: [usize; 2]) -> (Vec<f32>, [usize; 4]) {
    let lay_out = if inputs.min(outputs) <= FEW { direct::lay_out } else { winograd::lay_out };
    lay_out(machine, weight, outputs, inputs)
}

/// `weight`: laid out for the same machine, of `[outputs, I, 3, 3]`. With a `bias` for each output, it is added and what is below 0 becomes 0.
fn convolve(machine: Machine, input: &Input, weight: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    let convolve = if input.channels.min(outputs) <= FEW { direct::convolve } else { winograd::convolve };
    convolve(machine, input, weight, outputs, bias)
}

impl ConvBackend for Flex {
    /// See `winograd` and `direct` for the two orders.
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let weight = weight.to_contiguous();
        let (values, shape) = lay_out(Machine::best(), weight.storage::<f32>(), [weight.shape()[0], weight.shape()[1]]);
        tensor(values, shape)
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        margin: usize,
    ) -> FloatTensor<Self> {
        let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let input = Input { values: x.storage(), output: None, channels, height, width, margin: margin as isize };
        let (outputs, [height, width]) = (bias.shape()[0], input.inner());
        tensor(convolve(Machine::best(), &input, weight.storage(), outputs, Some(bias.storage())), [1, outputs, height, width])
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
        margin: usize,
    ) -> FloatTensor<Self> {
        let (output, grad, transposed) = (output.to_contiguous(), grad.to_contiguous(), transposed.to_contiguous());
        let [_, outputs, height, width] = output.shape().dims();
        let input =
            Input { values: grad.storage(), output: Some(output.storage()), channels: outputs, height, width, margin: -(margin as isize) };
        let [height, width] = input.inner();
        tensor(convolve(Machine::best(), &input, transposed.storage(), channels, None), [1, channels, height, width])
    }
}

fn tensor(values: Vec<f32>, shape: [usize; 4]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}

#[cfg(test)]
mod tests {
    use super::{Input, Machine, convolve, lay_out};

    /// Numbers in [-1, 1) that look random.
    fn values(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// The best is held against the definition in `tests/conv.rs`; here all others against the best.
    #[test]
    fn all_machines_agree() {
        for ([channels, outputs], [height, width]) in [([3, 17], [7, 397]), ([17, 3], [5, 66]), ([24, 9], [9, 211]), ([70, 65], [16, 17])] {
            let (x, active) = (values(channels * height * width, 1), values(channels * height * width, 2));
            let (weight, bias) = (values(outputs * channels * 9, 3), values(outputs, 4));
            let compute = |machine, output, bias| {
                let weight = lay_out(machine, &weight, [outputs, channels]).0;
                convolve(machine, &Input { values: &x, output, channels, height, width, margin: 0 }, &weight, outputs, bias)
            };
            for (output, bias) in [(None, Some(bias.as_slice())), (Some(active.as_slice()), None)] {
                let expected = compute(Machine::best(), output, bias);
                let norm: f32 = expected.iter().map(|v| v * v).sum();
                for machine in Machine::all() {
                    let found = compute(machine, output, bias);
                    let distance: f32 = found.iter().zip(&expected).map(|(a, b)| (a - b).powi(2)).sum();
                    assert!((distance / norm).sqrt() < 1e-5, "{machine:?}: {channels} -> {outputs}, {height}x{width}");
                }
            }
        }
    }

    #[cfg(feature = "threads")]
    #[test]
    fn threads_change_nothing() {
        for ([channels, outputs], [height, width]) in [([3, 16], [33, 40]), ([8, 16], [40, 90]), ([8, 8], [32, 32]), ([16, 300], [12, 20])]
        {
            let (x, weight) = (values(channels * height * width, 1), values(outputs * channels * 9, 2));
            let weight = lay_out(Machine::best(), &weight, [outputs, channels]).0;
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let input = Input { values: &x, output: None, channels, height, width, margin: 0 };
                pool.install(|| convolve(Machine::best(), &input, &weight, outputs, None))
            };
            assert_eq!(with(1), with(3), "{channels} -> {outputs}");
        }
    }
}
