//! On the GPU the weights' gradient is burn's own: training happens natively and seldom.

use burn::backend::{
    TensorMetadata,
    ops::{ConvOptions, FloatTensorOps, ModuleOps},
    tensor::FloatTensor,
};
use burn_cubecl::CubeBackend;

use super::{ConvTrainingBackend, forward};

impl ConvTrainingBackend for CubeBackend {
    fn conv_relu_training(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        forward::<Self>(x, weight, bias).0
    }

    fn conv_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        let shape = [masked.shape()[1], x.shape()[1], 3, 3];
        // Only the shape of these is looked at.
        let like = Self::float_zeros(shape.into(), &x.device(), x.dtype.into());
        Self::conv2d_weight_backward(x, like, masked, ConvOptions::new([1, 1], [1, 1], [1, 1], 1))
    }
}
