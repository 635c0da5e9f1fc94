//! The convolution with weights that are being trained.
//!
//! The forward pass and the gradient of the input are [`Conv3x3Backend`]'s, on weights that were packed once for all the graphs
//! of an update. With `m = g where out > 0, else 0` the other two gradients are
//!
//! ```text
//! grad_weight[o, i, dy, dx] = sum over y, x of m[o, y, x] * in[i, y + dy - 1, x + dx - 1]
//! grad_bias[o]              = sum over y, x of m[o, y, x]
//! ```

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::backend::{
    Autodiff, AutodiffBackend, TensorMetadata,
    autodiff::{
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads::Gradients,
        ops::{Backward, Ops, OpsKind},
    },
    backend_extension,
    tensor::FloatTensor,
};

use super::frozen::Conv3x3Backend;

/// The operations of a backend, besides [`Conv3x3Backend`], for a convolution in training.
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait Conv3x3TrainingBackend: Conv3x3Backend {
    /// `x`: `[1, I, H, W]`; `weight`: `[O, I, 3, 3]`, a node of the autodiff graph whose values are not read; `bias`: `[O]`; `packed` and
    /// `packed_transposed`: the same weights, as in [`Conv3x3Backend::conv3x3_relu`]. Returns `[1, O, H, W]`, at least 0.
    fn conv3x3_relu_training(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// `x`: `[1, I, H, W]`; `masked`: the output's gradient, `[1, O, H, W]`, 0 where the output is 0. Returns the
    /// gradient of the weights, `[O, I, 3, 3]`.
    fn conv3x3_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// The backward pass.
#[derive(Debug)]
struct Conv3x3TrainingBackward;

impl<B: Conv3x3TrainingBackend> Backward<B, 3> for Conv3x3TrainingBackward {
    /// Input, output, packed transposed weights.
    type State = (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [x_node, weight_node, bias_node] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (x, output, packed_transposed) = ops.state;
        let (channels, outputs) = (x.shape()[1], output.shape()[1]);
        if let Some(node) = x_node {
            grads.register::<B>(node.id, B::conv3x3_relu_input_gradient(output.clone(), grad.clone(), packed_transposed, channels, 0));
        }
        let active = B::float_sign(output);
        let masked = B::float_mul(grad, active);
        if let Some(node) = bias_node {
            let pixels = masked.shape()[2] * masked.shape()[3];
            let sums = B::float_sum_dim(B::float_reshape(masked.clone(), [outputs, pixels].into()), 1);
            grads.register::<B>(node.id, B::float_reshape(sums, [outputs].into()));
        }
        if let Some(node) = weight_node {
            grads.register::<B>(node.id, B::conv3x3_weight_gradient(x, masked));
        }
    }
}

impl<B: Conv3x3TrainingBackend, C: CheckpointStrategy> Conv3x3TrainingBackend for Autodiff<B, C> {
    fn conv3x3_relu_training(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let step = Conv3x3TrainingBackward.prepare::<C>([x.node(), weight.node(), bias.node()]).compute_bound().stateful();
        let (x, packed_transposed) = (x.into_primitive(), packed_transposed.into_primitive());
        let output = B::conv3x3_relu(x.clone(), packed.into_primitive(), packed_transposed.clone(), bias.into_primitive(), 0);
        match step {
            OpsKind::Tracked(step) => step.finish((x, output.clone(), packed_transposed), output),
            OpsKind::UnTracked(step) => step.finish(output),
        }
    }

    fn conv3x3_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward pass: no second derivatives.
        Self::from_inner(B::conv3x3_weight_gradient(x.into_primitive(), masked.into_primitive()))
    }
}
