//! On the CPU the convolution itself is burn's Flex backend's (im2col and a blocked matrix product with SIMD); bias,
//! ReLU and the gradient's mask are done in place on its buffers.

use burn::backend::{
    Flex, TensorMetadata,
    ops::{ConvOptions, ModuleOps},
    tensor::FloatTensor,
};

use super::ConvBackend;

fn same_size() -> ConvOptions<2> {
    ConvOptions::new([1, 1], [1, 1], [1, 1], 1)
}

impl ConvBackend for Flex {
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        weight.to_contiguous()
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let mut out = Self::conv2d(x, weight, Some(bias), same_size()).to_contiguous();
        // `f32::max` would turn a NaN into 0 and hide it.
        for z in out.storage_mut::<f32>() {
            if *z < 0.0 {
                *z = 0.0;
            }
        }
        out
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
    ) -> FloatTensor<Self> {
        let (output, mut masked) = (output.to_contiguous(), grad.to_contiguous());
        for (g, out) in masked.storage_mut::<f32>().iter_mut().zip(output.storage::<f32>()) {
            if *out <= 0.0 {
                *g = 0.0;
            }
        }
        debug_assert_eq!(transposed.shape()[0], channels);
        Self::conv2d(masked, transposed, None, same_size())
    }
}
