//! The arithmetic that burn does not do fast, as burn backend extensions.
//!
//! An operation is a folder: `mod.rs` says what it computes, the shapes of its tensors and owns the gradient; `cpu.rs`
//! (burn's Flex backend, feature `cpu`) and `gpu.rs` (WGSL on burn's CubeCL backend, feature `gpu`) compute it.
//!
//! - [`conv`]: 3x3 convolution with bias and ReLU in one operation, the layer that VGG is made of.
//! - [`conv_training`]: the same with gradients of weights and bias, for training a network.
//! - [`device`]: memory and time, as the device itself counts them.
//! - [`gram`]: the Gram matrix of a layer's features, and with it their sums.
//! - [`pool`]: 2x2 pooling, by maximum or mean.
//!
//! Tensors are `[N, C, H, W]`, contiguous, with `N = 1`: style transfer looks at one picture at a time. They are f32; on a GPU that has f16
//! ([`device::has_half`]) activations and their gradients may be that, computed with in f32 all the same, and Gram matrices are f32.

pub mod conv;
pub mod conv_training;
pub mod device;
#[cfg(feature = "gpu")]
mod gpu;
pub mod gram;
pub mod pool;
#[cfg(feature = "cpu")]
mod product;
#[cfg(feature = "cpu")]
mod threads;
#[cfg(feature = "cpu")]
mod vector;

pub use conv::{ConvWeights, conv3x3_relu, conv3x3_relu_framed};
pub use gram::{gram, moments};
pub use pool::{avg_pool2x2, max_pool2x2};
