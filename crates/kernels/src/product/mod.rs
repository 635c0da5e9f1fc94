//! The product of two matrices, `C = A B`, with the gradients of both: `g B^T` and `A^T g`, where `g` is the gradient of C.
//!
//! burn's own product is as good where it is compiled before the program runs. On the GPU it is a kernel of 30 kB of WGSL for every layout and
//! alignment of the operands, each generated and compiled when it is first needed: 13 of them in the first step of the default preset on the
//! bundled network, which were two thirds of the time to its first losses. Here all share the one kernel of the convolutions.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::{
    backend::{
        Autodiff, Backend, Dispatch,
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

/// The operation of a backend for [`product`].
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait ProductBackend: Backend {
    /// `a`: `[M, K]`; `b`: `[K, N]`, f32. Returns `[M, N]`.
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// `a`: `[M, K]`; `b`: `[K, N]`, f32 -> `a b`, `[M, N]`. Differentiable in both.
///
/// # Panics
///
/// When the shapes do not match.
#[must_use]
pub fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    assert_eq!(a.dims()[1], b.dims()[0], "as many columns as the other has rows");
    Tensor::from_dispatch(<Dispatch as ProductBackend>::product(a.into_dispatch(), b.into_dispatch()))
}

/// The backward pass. Its state: both operands.
#[derive(Debug)]
struct ProductBackward;

impl<B: ProductBackend> Backward<B, 2> for ProductBackward {
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [a_node, b_node] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (a, b) = ops.state;
        if let Some(node) = a_node {
            grads.register::<B>(node.id, B::product(grad.clone(), B::float_swap_dims(b, 0, 1)));
        }
        if let Some(node) = b_node {
            grads.register::<B>(node.id, B::product(B::float_swap_dims(a, 0, 1), grad));
        }
    }
}

impl<B: ProductBackend, C: CheckpointStrategy> ProductBackend for Autodiff<B, C> {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let step = ProductBackward.prepare::<C>([a.node(), b.node()]).compute_bound().stateful();
        let (a, b) = (a.into_primitive(), b.into_primitive());
        match step {
            OpsKind::Tracked(step) => step.finish((a.clone(), b.clone()), B::product(a, b)),
            OpsKind::UnTracked(step) => step.finish(B::product(a, b)),
        }
    }
}
