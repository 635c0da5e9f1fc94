//! 2x2 pooling with stride 2 that keeps nothing but its input, which the convolution before it keeps anyway. An odd last row
//! or column is dropped, and gets no gradient.
//!
//! ```text
//! maximum: out[c, y, x] = max of in[c, 2 y + {0, 1}, 2 x + {0, 1}]
//! average: out[c, y, x] = mean of the same
//! ```
//!
//! The maximum's gradient goes to the first of the four, row by row, that equals it, as PyTorch has it.

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

/// What a backend computes for [`max_pool2x2`] and [`avg_pool2x2`].
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait PoolBackend: Backend {
    /// `x`: `[1, C, H, W]`, H and W at least 2. Returns the maxima, or the means, `[1, C, H / 2, W / 2]`.
    fn pool(x: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self>;

    /// `x`: what [`pool`](PoolBackend::pool) was given; `grad`: its result's gradient. Returns the input's, `[1, C, H, W]`.
    fn pool_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self>;
}

/// `x`: `[1, C, H, W]`, H and W at least 2 -> the maxima of 2x2 pixels, `[1, C, H / 2, W / 2]`. Differentiable.
///
/// # Panics
///
/// When `x` is smaller than a pixel of the result, or holds more than one picture.
#[must_use]
pub fn max_pool2x2(x: Tensor<4>) -> Tensor<4> {
    pool(x, true)
}

/// As [`max_pool2x2`], with means in the maxima's place.
///
/// # Panics
///
/// As [`max_pool2x2`].
#[must_use]
pub fn avg_pool2x2(x: Tensor<4>) -> Tensor<4> {
    pool(x, false)
}

fn pool(x: Tensor<4>, maximum: bool) -> Tensor<4> {
    let [pictures, _, height, width] = x.dims();
    assert_eq!(pictures, 1, "one picture at a time");
    assert!(height >= 2 && width >= 2, "there are no 2x2 pixels in {height}x{width}");
    Tensor::from_dispatch(<Dispatch as PoolBackend>::pool(x.into_dispatch(), maximum))
}

/// The backward step. Its state: the input, and which pooling it was.
#[derive(Debug)]
struct PoolBackward;

impl<B: PoolBackend> Backward<B, 1> for PoolBackward {
    type State = (FloatTensor<B>, bool);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (x, maximum) = ops.state;
        if let Some(node) = input {
            grads.register::<B>(node.id, B::pool_gradient(x, grad, maximum));
        }
    }
}

impl<B: PoolBackend, C: CheckpointStrategy> PoolBackend for Autodiff<B, C> {
    fn pool(x: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        match PoolBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let x = x.into_primitive();
                step.finish((x.clone(), maximum), B::pool(x, maximum))
            }
            OpsKind::UnTracked(step) => step.finish(B::pool(x.into_primitive(), maximum)),
        }
    }

    fn pool_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, maximum: bool) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward step: no second derivatives.
        Self::from_inner(B::pool_gradient(x.into_primitive(), grad.into_primitive(), maximum))
    }
}
