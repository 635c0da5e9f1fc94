//! On the GPU the gradient of the weights is burn's own: training is native only, and rare.

use burn::backend::{
    TensorMetadata,
    ops::{ConvOptions, FloatTensorOps, ModuleOps},
    tensor::FloatTensor,
};
use burn_cubecl::CubeBackend;

use super::Conv3x3TrainingBackend;
use crate::conv3x3::frozen::Conv3x3Backend;

impl Conv3x3TrainingBackend for CubeBackend {
    fn conv3x3_relu_training(
        x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::conv3x3_relu(x, packed, packed_transposed, bias, 0)
    }

    fn conv3x3_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        let shape = [masked.shape()[1], x.shape()[1], 3, 3];
        // Only its shape is read.
        let like = Self::float_zeros(shape.into(), &x.device(), x.dtype.into());
        Self::conv2d_weight_backward(x, like, masked, ConvOptions::new([1, 1], [1, 1], [1, 1], 1))
    }
}
