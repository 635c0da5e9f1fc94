//! The Gram matrix of a layer's features, `G = F F^T`, with F `[C, n]` (n = H W) and G `[C, C]`.
//!
//! With `g` the gradient of G, that of F is `(g + g^T) F`: one product, where differentiating a matrix product takes two. [`moments`] gives the
//! row sums too, `[G, F 1]`, whose gradient s is added in the same pass: `(g + g^T) F + s 1^T`.

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

/// The operations of a backend for [`gram`] and [`moments`].
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait GramBackend: Backend {
    /// `features`: `[C, n]`. Returns `F F^T`, `[C, C]`.
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `features`: `[C, n]`; `grad`: the gradient of the Gram matrix, `[C, C]`. Returns the gradient of the features, `[C, n]`.
    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `features`: `[C, n]`. Returns `F F^T` with the sums of F's rows as one more column, `[C, C + 1]`.
    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `features`: `[C, n]`; `grad`: the gradient of the output of [`moments`](GramBackend::moments), `[C, C + 1]`. Returns the
    /// gradient of the features, `[C, n]`.
    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// `features`: `[C, n]` -> `F F^T`, `[C, C]`, not normalised. Differentiable.
#[must_use]
pub fn gram(features: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as GramBackend>::gram(features.into_dispatch()))
}

/// `features`: `[C, n]` -> `F F^T`, `[C, C]`, and the sums of F's rows, `[C, 1]`, neither normalised. Differentiable.
#[must_use]
pub fn moments(features: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
    let channels = features.dims()[0];
    let both = Tensor::<2>::from_dispatch(<Dispatch as GramBackend>::moments(features.into_dispatch()));
    (both.clone().narrow(1, 0, channels), both.narrow(1, channels, 1))
}

/// The backward pass of [`gram`]. Its state: the features.
#[derive(Debug)]
struct GramBackward;

/// The backward pass of [`moments`]. Its state: the features.
#[derive(Debug)]
struct MomentsBackward;

impl<B: GramBackend> Backward<B, 1> for GramBackward {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        if let Some(node) = input {
            grads.register::<B>(node.id, B::gram_gradient(ops.state, grad));
        }
    }
}

impl<B: GramBackend> Backward<B, 1> for MomentsBackward {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        if let Some(node) = input {
            grads.register::<B>(node.id, B::moments_gradient(ops.state, grad));
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

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward pass: no second derivatives.
        Self::from_inner(B::gram_gradient(features.into_primitive(), grad.into_primitive()))
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        match MomentsBackward.prepare::<C>([features.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let features = features.into_primitive();
                step.finish(features.clone(), B::moments(features))
            }
            OpsKind::UnTracked(step) => step.finish(B::moments(features.into_primitive())),
        }
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        // As above.
        Self::from_inner(B::moments_gradient(features.into_primitive(), grad.into_primitive()))
    }
}
