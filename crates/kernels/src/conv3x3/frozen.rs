//! The convolution with frozen weights: what a backend implements, and the gradient of the input.

use burn::backend::{
    Autodiff, AutodiffBackend, Backend, TensorMetadata,
    autodiff::{
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads::Gradients,
        ops::{Backward, Ops, OpsKind},
    },
    backend_extension,
    tensor::FloatTensor,
};

/// The operations of a backend for [`conv3x3_relu`](crate::conv3x3_relu). Packed weights have the layout that the backend's own
/// [`pack_conv3x3_weights`](Conv3x3Backend::pack_conv3x3_weights) gives.
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait Conv3x3Backend: Backend {
    /// `weight`: `[O, I, 3, 3]` -> the weights in the layout that the backend's convolution reads, transformed where it is Winograd's.
    fn pack_conv3x3_weights(weight: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `weight`: `[O, I, 3, 3]`; `packed`: of it -> what the gradient reads: `packed` itself where one layout serves both directions, else the flipped
    /// and swapped weights `[I, O, 3, 3]`, packed.
    fn pack_conv3x3_weights_transposed(weight: FloatTensor<Self>, packed: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `x`: `[1, I, H + 2 border, W + 2 border]`; `packed`: of the weights `[O, I, 3, 3]`; `packed_transposed`: by
    /// [`pack_conv3x3_weights_transposed`](Conv3x3Backend::pack_conv3x3_weights_transposed), for the gradient; `bias`: `[O]`; `border`: 0, or 1
    /// where `x` is padded already. Returns `[1, O, H, W]`, at least 0.
    fn conv3x3_relu(
        x: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        border: usize,
    ) -> FloatTensor<Self>;

    /// `output`: of [`conv3x3_relu`](Conv3x3Backend::conv3x3_relu), `[1, O, H, W]`; `grad`: its gradient, the same
    /// shape; `channels`: I. Returns the gradient of the input, `[1, I, H + 2 border, W + 2 border]`.
    fn conv3x3_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        channels: usize,
        border: usize,
    ) -> FloatTensor<Self>;
}

/// The backward pass. Its state: the output (which the next layer saves anyway), the transposed weights, I and the border.
#[derive(Debug)]
struct ConvReluBackward;

impl<B: Conv3x3Backend> Backward<B, 1> for ConvReluBackward {
    type State = (FloatTensor<B>, FloatTensor<B>, usize, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (output, packed_transposed, channels, border) = ops.state;
        if let Some(node) = input {
            grads.register::<B>(node.id, B::conv3x3_relu_input_gradient(output, grad, packed_transposed, channels, border));
        }
    }
}

impl<B: Conv3x3Backend, C: CheckpointStrategy> Conv3x3Backend for Autodiff<B, C> {
    fn pack_conv3x3_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        // Frozen: the result is a constant of the graph.
        Self::from_inner(B::pack_conv3x3_weights(weight.into_primitive()))
    }

    fn pack_conv3x3_weights_transposed(weight: FloatTensor<Self>, packed: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::from_inner(B::pack_conv3x3_weights_transposed(weight.into_primitive(), packed.into_primitive()))
    }

    fn conv3x3_relu(
        x: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        border: usize,
    ) -> FloatTensor<Self> {
        let channels = x.shape()[1];
        let (packed, transposed, bias) = (packed.into_primitive(), packed_transposed.into_primitive(), bias.into_primitive());
        match ConvReluBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let output = B::conv3x3_relu(x.into_primitive(), packed, transposed.clone(), bias, border);
                step.finish((output.clone(), transposed, channels, border), output)
            }
            OpsKind::UnTracked(step) => step.finish(B::conv3x3_relu(x.into_primitive(), packed, transposed, bias, border)),
        }
    }

    fn conv3x3_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        packed_transposed: FloatTensor<Self>,
        channels: usize,
        border: usize,
    ) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward pass: no second derivatives.
        let (output, grad, transposed) = (output.into_primitive(), grad.into_primitive(), packed_transposed.into_primitive());
        Self::from_inner(B::conv3x3_relu_input_gradient(output, grad, transposed, channels, border))
    }
}
