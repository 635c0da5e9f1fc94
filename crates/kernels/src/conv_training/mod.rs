//! The same convolution with bias and ReLU as [`conv`](crate::conv), for weights that are being trained.
//!
//! The forward pass and the input's gradient are [`ConvBackend`]'s, on weights that were laid out once for all the graphs
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

use crate::conv::ConvBackend;

/// What a backend computes, besides [`ConvBackend`], for a convolution in training.
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait ConvTrainingBackend: ConvBackend {
    /// `x`: `[1, I, H, W]`; `weight`: `[O, I, 3, 3]`, only to be differentiated in; `bias`: `[O]`; `laid` and `transposed`:
    /// the same weights prepared, as in [`ConvBackend::conv_relu`]. Returns `[1, O, H, W]`, at least 0.
    fn conv_relu_training(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        laid: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// `x`: `[1, I, H, W]`; `masked`: the output's gradient, `[1, O, H, W]`, 0 where the output is 0. Returns the
    /// weights' gradient, `[O, I, 3, 3]`.
    fn conv_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self>;
}

#[derive(Debug)]
struct ConvTrainingBackward;

impl<B: ConvTrainingBackend> Backward<B, 3> for ConvTrainingBackward {
    /// Input, output, transposed weights.
    type State = (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [x_node, weight_node, bias_node] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (x, output, transposed) = ops.state;
        let (channels, outputs) = (x.shape()[1], output.shape()[1]);
        if let Some(node) = x_node {
            grads.register::<B>(node.id, B::conv_relu_input_gradient(output.clone(), grad.clone(), transposed, channels, 0));
        }
        let active = B::float_sign(output);
        let masked = B::float_mul(grad, active);
        if let Some(node) = bias_node {
            let pixels = masked.shape()[2] * masked.shape()[3];
            let sums = B::float_sum_dim(B::float_reshape(masked.clone(), [outputs, pixels].into()), 1);
            grads.register::<B>(node.id, B::float_reshape(sums, [outputs].into()));
        }
        if let Some(node) = weight_node {
            grads.register::<B>(node.id, B::conv_weight_gradient(x, masked));
        }
    }
}

impl<B: ConvTrainingBackend, C: CheckpointStrategy> ConvTrainingBackend for Autodiff<B, C> {
    fn conv_relu_training(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        laid: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let step = ConvTrainingBackward.prepare::<C>([x.node(), weight.node(), bias.node()]).compute_bound().stateful();
        let (x, transposed) = (x.into_primitive(), transposed.into_primitive());
        let output = B::conv_relu(x.clone(), laid.into_primitive(), transposed.clone(), bias.into_primitive(), 0);
        match step {
            OpsKind::Tracked(step) => step.finish((x, output.clone(), transposed), output),
            OpsKind::UnTracked(step) => step.finish(output),
        }
    }

    fn conv_weight_gradient(x: FloatTensor<Self>, masked: FloatTensor<Self>) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward step: no second derivatives.
        Self::from_inner(B::conv_weight_gradient(x.into_primitive(), masked.into_primitive()))
    }
}
