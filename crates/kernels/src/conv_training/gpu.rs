//! On the GPU the weights' gradient is burn's own: training happens natively and seldom.

use burn::backend::{
    TensorMetadata,
    ops::{ConvOptions, FloatTensorOps, ModuleOps},
    tensor::FloatTensor,
};
use burn_cubecl::CubeBackend;

use super::ConvTrainingBackend;
use crate::conv::ConvBackend;

impl ConvTrainingBackend for CubeBackend {
    fn conv_relu_training(
        x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        laid: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::conv_relu(x, laid, transposed, bias, 0)
    }

    fn conv_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        let shape = [masked.shape()[1], x.shape()[1], 3, 3];
        // Only the shape of these is looked at.
        let like = Self::float_zeros(shape.into(), &x.device(), x.dtype.into());
        Self::conv2d_weight_backward(x, like, masked, ConvOptions::new([1, 1], [1, 1], [1, 1], 1))
    }
}
