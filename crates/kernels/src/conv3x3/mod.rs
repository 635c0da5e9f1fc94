//! 3x3 convolution, stride 1, zero padding 1, with bias and ReLU, as one operation that saves only its output for the backward pass.
//!
//! ```text
//! z[o, y, x] = bias[o] + sum over i, dy, dx of weight[o, i, dy, dx] * in[i, y + dy - 1, x + dx - 1]
//! out        = max(z, 0)
//! ```
//!
//! With frozen weights (`frozen.rs`) the only gradient is that of the input. With `g` the gradient of the output,
//! `m = g where out > 0, else 0`, it is a convolution again, with the kernel flipped and the channels swapped:
//!
//! ```text
//! grad_in[i, y, x] = sum over o, dy, dx of weight[o, i, 2 - dy, 2 - dx] * m[o, y + dy - 1, x + dx - 1]
//! ```
//!
//! Both directions therefore run the same code on weights that [`ConvWeights::new`] packs once; Winograd's read the same copy. Where `out` is
//! exactly 0 the gradient is 0, as in PyTorch.
//!
//! An input that the caller has padded ([`conv3x3_relu_padded`]) gets no zeros around it: the output is smaller than it by one pixel on every
//! side, and the gradient larger than the output's by as much.
//!
//! The CPU (`cpu`) and the GPU (`gpu`) use Winograd's minimal filtering, and a direct convolution next to the image, where there are few
//! channels. `training` adds the gradients of weights and bias.

#[cfg(feature = "cpu")]
mod cpu;
mod frozen;
#[cfg(feature = "gpu")]
mod gpu;
mod training;

use burn::{backend::Dispatch, tensor::Tensor};

pub use frozen::Conv3x3Backend;
pub use training::Conv3x3TrainingBackend;

/// The most numbers of packed weights for a filter: the elements of Winograd's transformed tiles.
const MAX_PACKED: usize = 36;
/// Channels are padded to at most a multiple of this: the rows of the largest register tile.
const MAX_ROWS: usize = 16;
/// Between groups of output channels on the CPU, in numbers: a cache line. A group has at least four channels.
const GROUP_PADDING: usize = 16;
/// At most so many channels on one side are convolved directly, with weights of their own for the gradient.
const MAX_DIRECT_CHANNELS: usize = 4;
/// Tiles of a block on the CPU.
const MAX_TILES: usize = 48;

/// A layer's weights: frozen and packed for both directions, or in training.
#[derive(Clone, Debug)]
pub struct ConvWeights {
    weights: Weights,
    /// O and I.
    shape: [usize; 2],
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "a network has no more than 16")]
enum Weights {
    Frozen { packed: Tensor<4>, packed_transposed: Tensor<4>, bias: Tensor<1> },
    Training { weight: Tensor<4>, bias: Tensor<1>, packed: Tensor<4>, packed_transposed: Tensor<4> },
}

impl ConvWeights {
    /// Frozen weights. `weight`: `[O, I, 3, 3]`; `bias`: `[O]`.
    ///
    /// # Panics
    ///
    /// When the shapes do not match. Code that reads weights from a file checks them there.
    #[must_use]
    pub fn new(weight: Tensor<4>, bias: Tensor<1>) -> Self {
        let shape = checked_shape(&weight, &bias);
        let weight = weight.into_dispatch();
        let packed = <Dispatch as Conv3x3Backend>::pack_conv3x3_weights(weight.clone());
        let packed_transposed = <Dispatch as Conv3x3Backend>::pack_conv3x3_weights_transposed(weight, packed.clone());
        let [packed, packed_transposed] = [packed, packed_transposed].map(Tensor::from_dispatch);
        Self { weights: Weights::Frozen { packed, packed_transposed, bias }, shape }
    }

    /// O, the output channels.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.shape[0]
    }

    /// Bytes that frozen weights `[O, I, 3, 3]` take at most, packed for both directions, whatever the device.
    #[must_use]
    pub fn packed_bytes(outputs: usize, inputs: usize) -> usize {
        let [padded_outputs, padded_inputs] = [outputs, inputs].map(|channels| channels.next_multiple_of(MAX_ROWS));
        // A GPU packs few channels directly or, in software, for Winograd.
        let transposed = if inputs.min(outputs) <= MAX_DIRECT_CHANNELS { padded_inputs * outputs } else { 0 };
        size_of::<f32>() * (MAX_PACKED * (padded_outputs * (padded_inputs + GROUP_PADDING / 4) + transposed) + outputs)
    }

    /// Bytes at most that the CPU keeps for a convolution of this shape to work in, on so many threads.
    #[must_use]
    pub fn scratch_bytes(outputs: usize, inputs: usize, threads: usize) -> usize {
        // Either direction: transformed tiles of the one, products of the other.
        let own = outputs.next_multiple_of(MAX_ROWS) + inputs.next_multiple_of(MAX_ROWS) + 2;
        // Blocks that the threads work on together, fewer than two for each thread.
        let shared = if threads > 1 { 2 * (outputs.max(inputs) + 1) * (MAX_TILES + MAX_ROWS) } else { 0 };
        size_of::<f32>() * MAX_PACKED * threads * (own * MAX_TILES + shared)
    }

    /// The same weights, with gradients: `weight`, `[O, I, 3, 3]`, and `bias`, `[O]`, are leaves of an autodiff graph with
    /// the values that `self` was made from. Packing weights costs as much as convolving a few small images, so the graphs of one
    /// update share it.
    ///
    /// # Panics
    ///
    /// When the shapes are not those of `self`.
    #[must_use]
    pub fn training(&self, weight: Tensor<4>, bias: Tensor<1>) -> Self {
        assert_eq!(checked_shape(&weight, &bias), self.shape, "the leaves have these weights' shape");
        let (packed, packed_transposed) = match self.weights.clone() {
            Weights::Frozen { packed, packed_transposed, .. } | Weights::Training { packed, packed_transposed, .. } => {
                (packed, packed_transposed)
            }
        };
        Self { weights: Weights::Training { weight, bias, packed, packed_transposed }, shape: self.shape }
    }
}

/// O and I.
fn checked_shape(weight: &Tensor<4>, bias: &Tensor<1>) -> [usize; 2] {
    let [outputs, inputs, height, width] = weight.dims();
    assert_eq!([height, width], [3, 3], "a 3x3 convolution's weights are [O, I, 3, 3]");
    assert_eq!(bias.dims(), [outputs], "there is one bias for each output channel");
    [outputs, inputs]
}

/// `x`: `[1, I, H, W]`, H and W at least 1 -> `relu(conv(x) + bias)`, `[1, O, H, W]`, with zero padding. Differentiable in `x`, and in weights
/// that are in training.
///
/// # Panics
///
/// When `x` does not have the input channels of `weights`, or its batch is not 1.
#[must_use]
pub fn conv3x3_relu(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    convolve(x, weights, 0)
}

/// The same for an input that the caller has padded: `x`, `[1, I, H + 2, W + 2]` -> `[1, O, H, W]`, without zero padding.
///
/// # Panics
///
/// As [`conv3x3_relu`], and with weights in training.
#[must_use]
pub fn conv3x3_relu_padded(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    convolve(x, weights, 1)
}

fn convolve(x: Tensor<4>, weights: &ConvWeights, border: usize) -> Tensor<4> {
    let [batch, channels, _, _] = x.dims();
    assert_eq!(batch, 1, "the batch size is 1");
    assert_eq!(channels, weights.shape[1], "the convolution takes {} channels", weights.shape[1]);
    match weights.weights.clone() {
        Weights::Frozen { packed, packed_transposed, bias } => Tensor::from_dispatch(<Dispatch as Conv3x3Backend>::conv3x3_relu(
            x.into_dispatch(),
            packed.into_dispatch(),
            packed_transposed.into_dispatch(),
            bias.into_dispatch(),
            border,
        )),
        Weights::Training { weight, bias, packed, packed_transposed } => {
            assert_eq!(border, 0, "in training the convolution pads with zeros");
            Tensor::from_dispatch(<Dispatch as Conv3x3TrainingBackend>::conv3x3_relu_training(
                x.into_dispatch(),
                weight.into_dispatch(),
                bias.into_dispatch(),
                packed.into_dispatch(),
                packed_transposed.into_dispatch(),
            ))
        }
    }
}
