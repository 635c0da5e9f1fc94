//! On the CPU: Winograd's minimal filtering (`winograd`), and a direct convolution (`direct`) where there are only a few channels
//! on one side, as next to the image; the same code in both directions. Bias and ReLU are applied as the output
//! is written, and the gradient is masked as it is read.
//!
//! The value of a pixel does not depend on how the work is split among threads.

mod direct;
mod feature_map;
mod winograd;

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::{MAX_DIRECT_CHANNELS, frozen::Conv3x3Backend};
use crate::simd::SimdLevel;
use feature_map::Input;

/// `weight`: `[O, I, 3, 3]` -> the weights in the layout that [`convolve`] reads, and its shape.
fn pack(simd: SimdLevel, weight: &[f32], [outputs, inputs]: [usize; 2]) -> (Vec<f32>, [usize; 4]) {
    let pack = if is_direct([inputs, outputs]) { direct::pack } else { winograd::pack };
    pack(simd, weight, outputs, inputs)
}

/// Whether a convolution between so many channels is direct: the products are too few to pay for Winograd's transforms.
fn is_direct(channels: [usize; 2]) -> bool {
    channels[0].min(channels[1]) <= MAX_DIRECT_CHANNELS
}

/// `packed`: by [`pack`] for the same instruction set, of `[outputs, I, 3, 3]`. With a `bias`, one for each output channel, it is added and ReLU
/// applied. Returns `[outputs, H, W]`.
fn convolve(simd: SimdLevel, input: &Input, packed: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    input.check();
    if is_direct([input.channels, outputs]) {
        direct::convolve(simd, input, packed, outputs, bias)
    } else {
        winograd::convolve(simd, input, packed, false, outputs, bias)
    }
}

/// The gradient: a convolution with the weights flipped and their channels swapped. `packed_transposed`: of `[I, outputs, 3, 3]`, by
/// [`pack`] as they are, or where [`is_direct`] flipped and swapped. Returns `[outputs, H, W]`.
fn convolve_transposed(simd: SimdLevel, input: &Input, packed_transposed: &[f32], outputs: usize) -> Vec<f32> {
    input.check();
    if is_direct([input.channels, outputs]) {
        direct::convolve(simd, input, packed_transposed, outputs, None)
    } else {
        winograd::convolve(simd, input, packed_transposed, true, outputs, None)
    }
}

impl Conv3x3Backend for Flex {
    /// See `winograd` and `direct` for the two layouts.
    fn pack_conv3x3_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let weight = weight.to_contiguous();
        let (values, shape) = pack(SimdLevel::best(), weight.storage::<f32>(), [weight.shape()[0], weight.shape()[1]]);
        tensor(values, shape)
    }

    fn pack_conv3x3_weights_transposed(weight: FloatTensor<Self>, packed: FloatTensor<Self>) -> FloatTensor<Self> {
        if is_direct([weight.shape()[0], weight.shape()[1]]) {
            Self::pack_conv3x3_weights(Self::float_flip(Self::float_swap_dims(weight, 0, 1), &[2, 3]))
        } else {
            packed
        }
    }

    fn conv3x3_relu(
        x: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        _packed_transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        border: usize,
    ) -> FloatTensor<Self> {
        let (x, packed, bias) = (x.to_contiguous(), packed.to_contiguous(), bias.to_contiguous());
        let [_, channels, height, width] = x.shape().dims();
        let input = Input { values: x.storage(), relu_output: None, channels, height, width, border: border as isize };
        let (outputs, [height, width]) = (bias.shape()[0], input.output_size());
        tensor(convolve(SimdLevel::best(), &input, packed.storage(), outputs, Some(bias.storage())), [1, outputs, height, width])
    }

    fn conv3x3_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        channels: usize,
        border: usize,
    ) -> FloatTensor<Self> {
        let (output, grad, packed) = (output.to_contiguous(), grad.to_contiguous(), packed_transposed.to_contiguous());
        let [_, outputs, height, width] = output.shape().dims();
        let (values, relu_output) = (grad.storage(), Some(output.storage()));
        let input = Input { values, relu_output, channels: outputs, height, width, border: -(border as isize) };
        let [height, width] = input.output_size();
        tensor(convolve_transposed(SimdLevel::best(), &input, packed.storage(), channels), [1, channels, height, width])
    }
}

fn tensor(values: Vec<f32>, shape: [usize; 4]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}

#[cfg(test)]
mod tests {
    use super::{Input, SimdLevel, convolve, convolve_transposed, is_direct, pack};
    use crate::{common::Random, conv3x3::ConvWeights};

    #[test]
    fn packed_weights_take_no_more_than_is_said() {
        for [outputs, inputs] in [[3, 64], [64, 3], [24, 24], [100, 7], [512, 256]] {
            let floats = |[outputs, inputs]: [usize; 2], simd| pack(simd, &vec![0.0; outputs * inputs * 9], [outputs, inputs]).0.len();
            for simd in SimdLevel::available() {
                let transposed = if is_direct([outputs, inputs]) { floats([inputs, outputs], simd) } else { 0 };
                let taken = 4 * (floats([outputs, inputs], simd) + transposed + outputs);
                let said = ConvWeights::packed_bytes(outputs, inputs);
                assert!(taken <= said, "[{outputs}, {inputs}] at {simd:?}: {taken}, not {said}");
            }
        }
    }

    /// `tests/conv3x3.rs` compares the best level with the definition; this compares all others with the best.
    #[test]
    fn all_simd_levels_agree() {
        for ([channels, outputs], [height, width]) in [([3, 17], [7, 397]), ([17, 3], [5, 66]), ([24, 9], [9, 211]), ([70, 65], [16, 17])] {
            let mut random = Random::new(1);
            let mut values = |count: usize| random.uniform(count);
            let (x, active) = (values(channels * height * width), values(channels * height * width));
            let (weight, bias) = (values(outputs * channels * 9), values(outputs));
            let compute = |simd, relu_output, bias| {
                let weight = pack(simd, &weight, [outputs, channels]).0;
                convolve(simd, &Input { values: &x, relu_output, channels, height, width, border: 0 }, &weight, outputs, bias)
            };
            for (relu_output, bias) in [(None, Some(bias.as_slice())), (Some(active.as_slice()), None)] {
                let expected = compute(SimdLevel::best(), relu_output, bias);
                let norm: f32 = expected.iter().map(|v| v * v).sum();
                for simd in SimdLevel::available() {
                    let found = compute(simd, relu_output, bias);
                    let distance: f32 = found.iter().zip(&expected).map(|(a, b)| (a - b).powi(2)).sum();
                    assert!((distance / norm).sqrt() < 1e-5, "{simd:?}: {channels} -> {outputs}, {height}x{width}");
                }
            }
        }
    }

    /// The gradient reads the weights that the forward pass reads: as if they were flipped, swapped and packed anew, to the bit.
    #[test]
    fn transposed_weights_are_those_of_flipped_and_swapped_filters() {
        for ([channels, outputs], [height, width]) in [([5, 17], [7, 39]), ([17, 5], [5, 66]), ([24, 9], [9, 211]), ([70, 65], [16, 17])] {
            let mut random = Random::new(2);
            let (x, weight) = (random.uniform(channels * height * width), random.uniform(channels * outputs * 9));
            let mut flipped = vec![0.0; weight.len()];
            for (at, value) in weight.iter().enumerate() {
                let (from, to, position) = (at / 9 / outputs, at / 9 % outputs, at % 9);
                flipped[(to * channels + from) * 9 + 8 - position] = *value;
            }
            let input = Input { values: &x, relu_output: None, channels, height, width, border: 0 };
            for simd in SimdLevel::available() {
                let found = convolve_transposed(simd, &input, &pack(simd, &weight, [channels, outputs]).0, outputs);
                let expected = convolve(simd, &input, &pack(simd, &flipped, [outputs, channels]).0, outputs, None);
                assert_eq!(found, expected, "{simd:?}: {channels} -> {outputs}, {height}x{width}");
            }
        }
    }

    #[cfg(feature = "threads")]
    #[test]
    fn the_thread_count_changes_no_bit() {
        for ([channels, outputs], [height, width]) in [([3, 16], [33, 40]), ([8, 16], [40, 90]), ([8, 8], [32, 32]), ([16, 300], [12, 20])]
        {
            let mut random = Random::new(1);
            let (x, weight) = (random.uniform(channels * height * width), random.uniform(outputs * channels * 9));
            let weight = pack(SimdLevel::best(), &weight, [outputs, channels]).0;
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let input = Input { values: &x, relu_output: None, channels, height, width, border: 0 };
                pool.install(|| convolve(SimdLevel::best(), &input, &weight, outputs, None))
            };
            assert_eq!(with(1), with(3), "{channels} -> {outputs}");
        }
    }
}
