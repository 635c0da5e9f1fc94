//! On the GPU, in WGSL: Winograd's minimal filtering (`winograd.rs`), and a direct convolution (`direct.rs`) where there are only a few
//! channels on one side, as next to the image; each the same kernels in both directions. Bias and ReLU are
//! applied as the output is written, and the gradient is masked as it is read.

mod direct;
mod winograd;

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, tensor::CubeTensor};

use super::{MAX_DIRECT_CHANNELS, frozen::Conv3x3Backend};
use crate::gpu::is_software;

/// Which of the two convolutions this is, and what it reads besides its input and the weights.
pub(super) enum Direction {
    /// The bias `[O]`, which is added before ReLU.
    Forward { bias: CubeTensor },
    /// The output of the forward pass: where it is 0 the incoming gradient is masked.
    Gradient { relu_output: CubeTensor },
}

/// Where either side has few channels the products are too few to pay for writing and reading Winograd's transformed tiles, which have more
/// than twice as many elements as the tiles have pixels. Not on a software adapter: there Winograd takes a third of the time for 3 channels
/// to 64, and two thirds for 64 to 3.
fn is_direct(device: &CubeTensor, channels: [usize; 2]) -> bool {
    channels[0].min(channels[1]) <= MAX_DIRECT_CHANNELS && !is_software(&device.client)
}

/// `x`: `[1, I, H, W]`; `packed`: of `[outputs, I, 3, 3]`, in the direction of the gradient by `pack_conv3x3_weights_transposed`; `border`: pixels by
/// which x is larger than the output on every side. Returns `[1, outputs, H - 2 border, W - 2 border]`.
fn convolve(x: CubeTensor, packed: CubeTensor, direction: &Direction, outputs: usize, border: i32) -> CubeTensor {
    let (x, packed) = (into_contiguous(x), into_contiguous(packed));
    let convolve = if is_direct(&x, [x.shape()[1], outputs]) { direct::convolve } else { winograd::convolve };
    let output_size = |size: usize| size.saturating_add_signed(-2 * border as isize);
    let out = [outputs, output_size(x.shape()[2]), output_size(x.shape()[3])];
    convolve(&x, &packed, direction, out, border)
}

impl Conv3x3Backend for CubeBackend {
    /// See `winograd.rs` and `direct.rs` for the two layouts.
    fn pack_conv3x3_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = [weight.shape()[0], weight.shape()[1]];
        if is_direct(&weight, channels) { direct::pack(weight) } else { winograd::pack(&into_contiguous(weight)) }
    }

    fn pack_conv3x3_weights_transposed(weight: FloatTensor<Self>, packed: FloatTensor<Self>) -> FloatTensor<Self> {
        if is_direct(&weight, [weight.shape()[0], weight.shape()[1]]) {
            direct::pack(Self::float_flip(Self::float_swap_dims(weight, 0, 1), &[2, 3]))
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
        let outputs = bias.shape()[0];
        convolve(x, packed, &Direction::Forward { bias: into_contiguous(bias) }, outputs, border as i32)
    }

    fn conv3x3_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        channels: usize,
        border: usize,
    ) -> FloatTensor<Self> {
        let direction = Direction::Gradient { relu_output: into_contiguous(output) };
        convolve(grad, packed_transposed, &direction, channels, -(border as i32))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

    use burn::tensor::{Tensor, TensorData};

    use crate::{
        ConvWeights,
        common::Random,
        conv3x3_relu,
        gpu::{FORCE_HARDWARE, test_device},
        matmul::{gpu::choose, tiles::VARIANTS},
    };

    /// Output and input gradient.
    fn compute(x: &Tensor<4>, weight: &Tensor<4>, grad: &Tensor<4>) -> [Vec<f32>; 2] {
        let bias = Tensor::full([weight.dims()[0]], 0.1, &x.device());
        let x = x.clone().autodiff().require_grad();
        let out = conv3x3_relu(x.clone(), &ConvWeights::new(weight.clone(), bias));
        let gradients = (out.clone() * Tensor::from_inner(grad.clone())).sum().backward();
        [out.inner(), x.grad(&gradients).unwrap()].map(|tensor| tensor.into_data().try_to_vec().unwrap())
    }

    /// `tests/conv3x3.rs` compares the kernels for this adapter with the definition; this compares those for GPUs with them, with every tile of
    /// the product.
    #[test]
    fn kernels_for_gpus_agree_with_those_for_software_adapters() {
        let device = test_device();
        for ([height, width], [inputs, outputs]) in
            [([1, 1], [3, 4]), ([17, 31], [3, 64]), ([17, 31], [64, 3]), ([511, 3], [9, 70]), ([16, 16], [130, 66]), ([40, 33], [24, 100])]
        {
            let mut values = Random::new(1);
            let mut random =
                |shape: [usize; 4]| Tensor::<4>::from_data(TensorData::new(values.uniform(shape.iter().product()), shape), &device);
            let (x, weight) = (random([1, inputs, height, width]), random([outputs, inputs, 3, 3]));
            let grad = random([1, outputs, height, width]);
            let software = compute(&x, &weight, &grad);
            for (index, variant) in VARIANTS.iter().enumerate() {
                choose(index);
                FORCE_HARDWARE.set(true);
                let hardware = compute(&x, &weight, &grad);
                FORCE_HARDWARE.set(false);
                for (a, b) in software.iter().zip(&hardware) {
                    let distance: f32 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
                    let norm: f32 = a.iter().map(|v| v * v).sum();
                    assert!(distance <= 1e-10 * norm, "{variant:?}, {inputs} -> {outputs}, {height}x{width}: {distance} of {norm}");
                }
            }
        }
    }
}
