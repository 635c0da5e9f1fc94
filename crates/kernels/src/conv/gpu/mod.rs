//! On the GPU, in WGSL: Winograd's minimal filtering (`winograd.rs`), and, next to the picture, where there are only a few
//! channels on one side, a direct convolution (`direct.rs`); each the same kernels in both directions. Bias and ReLU are
//! applied as the output is written, and the gradient is masked as it is read.

mod direct;
mod winograd;

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, tensor::CubeTensor};

use super::ConvBackend;
use crate::gpu::is_software;

/// What a convolution reads besides the picture and the weights.
pub(super) enum Other {
    /// Added to the output, which then has no negative numbers.
    Bias(CubeTensor),
    /// What the layer put out: where it is 0 the gradient that comes in is 0.
    Output(CubeTensor),
}

/// Where either side has at most this many channels the products are too few to pay for writing and reading Winograd's
/// frequencies, which are more than twice as many as the pixels. A processor does not mind: there Winograd takes a third of
/// the time for 3 channels to 64, and two thirds for 64 to 3.
const FEW: usize = 4;

fn is_direct(device: &CubeTensor, channels: [usize; 2]) -> bool {
    channels[0].min(channels[1]) <= FEW && !is_software(&device.client)
}

/// `x`: `[1, I, H, W]`; `weight`: laid out, of `[outputs, I, 3, 3]`; `margin`: pixels by which x reaches further than the result, on every
/// side. Returns `[1, outputs, H - 2 margin, W - 2 margin]`.
fn convolve(x: CubeTensor, weight: CubeTensor, other: &Other, outputs: usize, margin: i32) -> CubeTensor {
    let (x, weight) = (into_contiguous(x), into_contiguous(weight));
    let convolve = if is_direct(&x, [x.shape()[1], outputs]) { direct::convolve } else { winograd::convolve };
    let inner = |size: usize| size.saturating_add_signed(-2 * margin as isize);
    let out = [outputs, inner(x.shape()[2]), inner(x.shape()[3])];
    convolve(&x, &weight, other, out, margin)
}

impl ConvBackend for CubeBackend {
    /// See `winograd.rs` and `direct.rs` for the two orders.
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = [weight.shape()[0], weight.shape()[1]];
        if is_direct(&weight, channels) { direct::lay_out(weight) } else { winograd::lay_out(&into_contiguous(weight)) }
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        margin: usize,
    ) -> FloatTensor<Self> {
        let outputs = bias.shape()[0];
        convolve(x, weight, &Other::Bias(into_contiguous(bias)), outputs, margin as i32)
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
        margin: usize,
    ) -> FloatTensor<Self> {
        convolve(grad, transposed, &Other::Output(into_contiguous(output)), channels, -(margin as i32))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

    use burn::tensor::{Device, Tensor, TensorData};

    use crate::{ConvWeights, conv3x3_relu, gpu::PRETEND};

    /// Output and input gradient.
    fn compute(x: &Tensor<4>, weight: &Tensor<4>, grad: &Tensor<4>) -> [Vec<f32>; 2] {
        let bias = Tensor::full([weight.dims()[0]], 0.1, &x.device());
        let x = x.clone().autodiff().require_grad();
        let out = conv3x3_relu(x.clone(), &ConvWeights::new(weight.clone(), bias));
        let gradients = (out.clone() * Tensor::from_inner(grad.clone())).sum().backward();
        [out.inner(), x.grad(&gradients).unwrap()].map(|tensor| tensor.into_data().try_to_vec().unwrap())
    }

    /// `tests/conv.rs` holds what this adapter is given against the definition; here what the other kind is given, against that.
    #[test]
    fn what_a_gpu_runs_agrees_with_what_software_runs() {
        let device = Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter");
        for ([height, width], [inputs, outputs]) in
            [([1, 1], [3, 4]), ([17, 31], [3, 64]), ([17, 31], [64, 3]), ([511, 3], [9, 70]), ([16, 16], [130, 66]), ([40, 33], [24, 100])]
        {
            let mut state = 1u32;
            let mut random = |shape: [usize; 4]| {
                let values = (0..shape.iter().product()).map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) as f32 / (1 << 23) as f32 - 1.0
                });
                Tensor::<4>::from_data(TensorData::new(values.collect::<Vec<f32>>(), shape), &device)
            };
            let (x, weight) = (random([1, inputs, height, width]), random([outputs, inputs, 3, 3]));
            let grad = random([1, outputs, height, width]);
            let software = compute(&x, &weight, &grad);
            PRETEND.set(true);
            let hardware = compute(&x, &weight, &grad);
            PRETEND.set(false);
            for (a, b) in software.iter().zip(&hardware) {
                let distance: f32 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
                let norm: f32 = a.iter().map(|v| v * v).sum();
                assert!(distance <= 1e-10 * norm, "{inputs} -> {outputs}, {height}x{width}: {distance} of {norm}");
            }
        }
    }
}
