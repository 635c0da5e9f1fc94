//! 2x2 pooling with stride 2, `[1, C, H, W]` -> `[1, C, H / 2, W / 2]`, rounded down: an odd last row or column is dropped and gets no
//! gradient.
//!
//! ```text
//! maximum: out[c, y, x] = max of in[c, 2 y + {0, 1}, 2 x + {0, 1}]
//! average: out[c, y, x] = mean of the same four
//! ```
//!
//! The maximum's gradient goes to the first of the four, in row-major order, that equals it, as in PyTorch. Only the input is saved for the
//! backward pass, and the convolution before it saves that anyway.

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

/// The operations of a backend for [`max_pool2x2`] and [`avg_pool2x2`].
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait Pool2x2Backend: Backend {
    /// `x`: `[1, C, H, W]`, H and W at least 2. Returns the maxima (`max`) or the means, `[1, C, H / 2, W / 2]`.
    fn pool2x2(x: FloatTensor<Self>, max: bool) -> FloatTensor<Self>;

    /// `x`: the input of [`pool2x2`](Pool2x2Backend::pool2x2), `[1, C, H, W]`; `grad`: the gradient of its output, `[1, C, H / 2, W / 2]`. Returns the
    /// gradient of `x`.
    fn pool2x2_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, max: bool) -> FloatTensor<Self>;
}

/// `x`: `[1, C, H, W]`, H and W at least 2 -> the maxima of each 2x2 window, `[1, C, H / 2, W / 2]`. Differentiable.
///
/// # Panics
///
/// When H or W is below 2, or the batch is not 1.
#[must_use]
pub fn max_pool2x2(x: Tensor<4>) -> Tensor<4> {
    pool2x2(x, true)
}

/// `x`: `[1, C, H, W]`, H and W at least 2 -> the means of each 2x2 window, `[1, C, H / 2, W / 2]`. Differentiable.
///
/// # Panics
///
/// As [`max_pool2x2`].
#[must_use]
pub fn avg_pool2x2(x: Tensor<4>) -> Tensor<4> {
    pool2x2(x, false)
}

fn pool2x2(x: Tensor<4>, max: bool) -> Tensor<4> {
    let [batch, _, height, width] = x.dims();
    assert_eq!(batch, 1, "the batch size is 1");
    assert!(height >= 2 && width >= 2, "a 2x2 window does not fit into {height}x{width}");
    Tensor::from_dispatch(<Dispatch as Pool2x2Backend>::pool2x2(x.into_dispatch(), max))
}

/// The backward pass. Its state: the input, and whether the pooling is by maximum.
#[derive(Debug)]
struct Pool2x2Backward;

impl<B: Pool2x2Backend> Backward<B, 1> for Pool2x2Backward {
    type State = (FloatTensor<B>, bool);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (x, max) = ops.state;
        if let Some(node) = input {
            grads.register::<B>(node.id, B::pool2x2_gradient(x, grad, max));
        }
    }
}

impl<B: Pool2x2Backend, C: CheckpointStrategy> Pool2x2Backend for Autodiff<B, C> {
    fn pool2x2(x: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        match Pool2x2Backward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let x = x.into_primitive();
                step.finish((x.clone(), max), B::pool2x2(x, max))
            }
            OpsKind::UnTracked(step) => step.finish(B::pool2x2(x.into_primitive(), max)),
        }
    }

    fn pool2x2_gradient(x: FloatTensor<Self>, grad: FloatTensor<Self>, max: bool) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward pass: no second derivatives.
        Self::from_inner(B::pool2x2_gradient(x.into_primitive(), grad.into_primitive(), max))
    }
}
