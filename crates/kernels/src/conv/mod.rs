//! 3x3 convolution, stride 1, zero padding 1, with bias and ReLU, as one operation that keeps only its output.
//!
//! ```text
//! z[o, y, x] = bias[o] + sum over i, dy, dx of weight[o, i, dy, dx] * in[i, y + dy - 1, x + dx - 1]
//! out        = max(z, 0)
//! ```
//!
//! The weights are frozen, so the only gradient is that of the input. With `g` the gradient of the output,
//! `m = g where out > 0, else 0`, it is a convolution again, with the kernel flipped and the channels swapped:
//!
//! ```text
//! grad_in[i, y, x] = sum over o, dy, dx of weight[o, i, 2 - dy, 2 - dx] * m[o, y + dy - 1, x + dx - 1]
//! ```
//!
//! Where the picture brings its own frame of a pixel, no zeros are put around it and the output is smaller by it; the gradient, larger by it.
//!
//! Both directions therefore run the same kernel on weights that [`ConvWeights::new`] prepares once. Where `out` is
//! exactly 0 the gradient is 0, as PyTorch has it.

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

use crate::conv_training::ConvTrainingBackend;

/// What a backend computes for [`conv3x3_relu`]. Weights are in the layout that the backend's own
/// [`conv_weights`](ConvBackend::conv_weights) gives.
#[backend_extension(Autodiff, Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait ConvBackend: Backend {
    /// `weight`: `[O, I, 3, 3]` -> the same values in the order the backend's kernel reads them.
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `x`: `[1, I, H + 2 margin, W + 2 margin]`; `weight`: prepared, of `[O, I, 3, 3]`; `transposed`: prepared, of the flipped and swapped
    /// `[I, O, 3, 3]`, for the gradient; `bias`: `[O]`; `margin`: 0 or 1. Returns `[1, O, H, W]`, at least 0.
    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        margin: usize,
    ) -> FloatTensor<Self>;

    /// `output`: what [`conv_relu`](ConvBackend::conv_relu) returned, `[1, O, H, W]`; `grad`: its gradient, the same
    /// shape; `transposed`: prepared, of `[I, O, 3, 3]`; `channels`: I. Returns the input's gradient, `[1, I, H + 2 margin, W + 2 margin]`.
    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
        margin: usize,
    ) -> FloatTensor<Self>;
}

/// A layer's weights: frozen and laid out for both directions, or in training.
#[derive(Clone, Debug)]
pub struct ConvWeights {
    weights: Weights,
    shape: [usize; 2],
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a network has no more than 16")]
enum Weights {
    Frozen { weight: Tensor<4>, transposed: Tensor<4>, bias: Tensor<1> },
    Training { weight: Tensor<4>, bias: Tensor<1>, laid: Tensor<4>, transposed: Tensor<4> },
}

impl ConvWeights {
    /// Frozen weights. `weight`: `[O, I, 3, 3]`; `bias`: `[O]`.
    ///
    /// # Panics
    ///
    /// When the shapes do not belong together. Whoever reads weights from a file checks them there.
    #[must_use]
    pub fn new(weight: Tensor<4>, bias: Tensor<1>) -> Self {
        let shape = checked_shape(&weight, &bias);
        let transposed = weight.clone().swap_dims(0, 1).flip([2, 3]);
        Self { weights: Weights::Frozen { weight: lay_out(weight), transposed: lay_out(transposed), bias }, shape }
    }

    /// O, the output channels.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.shape[0]
    }

    /// The same weights, to be differentiated in: `weight`, `[O, I, 3, 3]`, and `bias`, `[O]`, are leaves of a graph with
    /// the values that these were made of. Laying weights out costs as much as a few small pictures, so the graphs of one
    /// update share it.
    ///
    /// # Panics
    ///
    /// When the shapes are not these weights' own.
    #[must_use]
    pub fn training(&self, weight: Tensor<4>, bias: Tensor<1>) -> Self {
        assert_eq!(checked_shape(&weight, &bias), self.shape, "the leaves have these weights' shape");
        let (laid, transposed) = match self.weights.clone() {
            Weights::Frozen { weight, transposed, .. } => (weight, transposed),
            Weights::Training { laid, transposed, .. } => (laid, transposed),
        };
        Self { weights: Weights::Training { weight, bias, laid, transposed }, shape: self.shape }
    }
}

/// O and I.
fn checked_shape(weight: &Tensor<4>, bias: &Tensor<1>) -> [usize; 2] {
    let [outputs, inputs, height, width] = weight.dims();
    assert_eq!([height, width], [3, 3], "a 3x3 convolution's weights are [O, I, 3, 3]");
    assert_eq!(bias.dims(), [outputs], "one bias for every output channel");
    [outputs, inputs]
}

fn lay_out(weight: Tensor<4>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as ConvBackend>::conv_weights(weight.into_dispatch()))
}

/// `x`: `[1, I, H, W]`, H and W at least 1 -> `relu(conv(x) + bias)`, `[1, O, H, W]`. Differentiable in `x`, and in weights
/// that are in training.
///
/// # Panics
///
/// When `x` has not the input channels of `weights`, or holds more than one picture.
#[must_use]
pub fn conv3x3_relu(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    convolve(x, weights, 0)
}

/// The same for a picture with a frame of its own: `x`, `[1, I, H + 2, W + 2]` -> `[1, O, H, W]`.
///
/// # Panics
///
/// As [`conv3x3_relu`], and with weights in training.
#[must_use]
pub fn conv3x3_relu_framed(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    convolve(x, weights, 1)
}

fn convolve(x: Tensor<4>, weights: &ConvWeights, margin: usize) -> Tensor<4> {
    let [pictures, channels, _, _] = x.dims();
    assert_eq!(pictures, 1, "one picture at a time");
    assert_eq!(channels, weights.shape[1], "the convolution takes {} channels", weights.shape[1]);
    match weights.weights.clone() {
        Weights::Frozen { weight, transposed, bias } => Tensor::from_dispatch(<Dispatch as ConvBackend>::conv_relu(
            x.into_dispatch(),
            weight.into_dispatch(),
            transposed.into_dispatch(),
            bias.into_dispatch(),
            margin,
        )),
        Weights::Training { weight, bias, laid, transposed } => {
            assert_eq!(margin, 0, "a network is trained with zeros around the picture");
            Tensor::from_dispatch(<Dispatch as ConvTrainingBackend>::conv_relu_training(
                x.into_dispatch(),
                weight.into_dispatch(),
                bias.into_dispatch(),
                laid.into_dispatch(),
                transposed.into_dispatch(),
            ))
        }
    }
}

/// The backward step. Its state: the output (which the next layer keeps anyway), the transposed weights, I and the margin.
#[derive(Debug)]
struct ConvReluBackward;

impl<B: ConvBackend> Backward<B, 1> for ConvReluBackward {
    type State = (FloatTensor<B>, FloatTensor<B>, usize, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let grad = grads.consume::<B>(&ops.node);
        let (output, transposed, channels, margin) = ops.state;
        if let Some(node) = input {
            grads.register::<B>(node.id, B::conv_relu_input_gradient(output, grad, transposed, channels, margin));
        }
    }
}

impl<B: ConvBackend, C: CheckpointStrategy> ConvBackend for Autodiff<B, C> {
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        // Frozen: what comes out is a constant.
        Self::from_inner(B::conv_weights(weight.into_primitive()))
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        margin: usize,
    ) -> FloatTensor<Self> {
        let channels = burn::backend::TensorMetadata::shape(&x)[1];
        let (weight, transposed, bias) = (weight.into_primitive(), transposed.into_primitive(), bias.into_primitive());
        match ConvReluBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let output = B::conv_relu(x.into_primitive(), weight, transposed.clone(), bias, margin);
                step.finish((output.clone(), transposed, channels, margin), output)
            }
            OpsKind::UnTracked(step) => step.finish(B::conv_relu(x.into_primitive(), weight, transposed, bias, margin)),
        }
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
        margin: usize,
    ) -> FloatTensor<Self> {
        // Only the inner backend's is ever called, by the backward step: no second derivatives.
        let (output, grad, transposed) = (output.into_primitive(), grad.into_primitive(), transposed.into_primitive());
        Self::from_inner(B::conv_relu_input_gradient(output, grad, transposed, channels, margin))
    }
}
