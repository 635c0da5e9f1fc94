//! The Gram matrix of a layer's features, `G = F F^T`: a matrix product of a few rows and very many columns.
//!
//! With `g` the gradient of G, that of F is `(g + g^T) F`: one product, where the derivative of a product of two would be two.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::{
    backend::{
        Autodiff, AutodiffBackend, Backend, Dispatch,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        tensor::FloatTensor,
    },
    tensor::Tensor,
};

/// What a backend computes for [`gram`].
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait GramBackend: Backend {
    /// `features`: `[C, n]`. Returns `F F^T`, `[C, C]`.
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `features`: `[C, n]`; `symmetric`: `[C, C]`, its own transpose. Returns their product, `[C, n]`.
    fn gram_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// `features`: `[C, n]` -> `F F^T`, `[C, C]`, not divided by anything. Differentiable.
#[must_use]
pub fn gram(features: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as GramBackend>::gram(features.into_dispatch()))
}

/// The backward step. Its state: the features.
#[derive(Debug)]
struct GramBackward;

impl<B: GramBackend> Backward<B, 1> for GramBackward {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        if let Some(node) = input {
            let symmetric = B::float_add(grad.clone(), B::float_swap_dims(grad, 0, 1));
            grads.register::<B>(node.id, B::gram_gradient(ops.state, symmetric));
        }
    }
}

impl<B: GramBackend, C: CheckpointStrategy> GramBackend for Autodiff<B, C> {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        match GramBackward.prepare::<C>([features.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let features = features.into_primitive();
                step.finish(features.clone(), B::gram(features))
            }
            OpsKind::UnTracked(step) => step.finish(B::gram(features.into_primitive())),
        }
    }

    fn gram_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward step: no second derivatives.
        Self::from_inner(B::gram_gradient(features.into_primitive(), symmetric.into_primitive()))
    }
}
