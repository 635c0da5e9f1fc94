//! The operations of style transfer that burn does not do fast enough, as burn backend extensions: convolution with ReLU, pooling, Gram
//! matrices and matrix products, each with its gradient, and resampling by 2.
//!
//! # Tensor layouts
//!
//! Feature maps are `[N, C, H, W]`, contiguous, with `N = 1`: style transfer optimises one image at a time. Weights are `[O, I, 3, 3]`, and
//! features whose Gram matrix is taken `[C, H W]`. Tensors are f32; on a GPU with f16 ([`device::has_half`]) feature maps and their
//! gradients may be f16, with arithmetic in f32 all the same, and Gram matrices are f32.
//!
//! # Public surface
//!
//! - [`conv3x3_relu`] and [`conv3x3_relu_padded`], on [`ConvWeights`]: 3x3 convolution with bias and ReLU in one operation, with frozen weights
//!   or in training.
//! - [`max_pool2x2`] and [`avg_pool2x2`]: 2x2 pooling with stride 2.
//! - [`gram()`] and [`moments`]: the Gram matrix of a layer's features, and with it their sums.
//! - [`product()`]: the product of two matrices.
//! - [`downsample2x`] and [`add_upsampled2x`]: bilinear resampling by 2 and its transpose.
//! - [`tuning`]: which tile the GPU's matrix product has.
//! - [`device`]: memory, limits and timestamps of a device.
//!
//! # Structure
//!
//! An operation is a folder: `mod.rs` defines what it computes, the shapes of its tensors, and its gradient; `cpu`
//! (burn's Flex backend, feature `cpu`) and `gpu` (WGSL on burn's CubeCL backend, feature `gpu`) implement it. They share `matmul`; on the CPU
//! `simd` (vectors for several instruction sets) and `parallel` (loops over threads), on the GPU `gpu` (launching WGSL).

#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
pub mod conv3x3;
pub mod device;
#[cfg(feature = "gpu")]
mod gpu;
pub mod gram;
mod matmul;
#[cfg(feature = "cpu")]
mod parallel;
pub mod pool2x2;
pub mod product;
pub mod resample2x;
#[cfg(feature = "cpu")]
mod simd;
pub mod tuning;

pub use conv3x3::{ConvWeights, conv3x3_relu, conv3x3_relu_padded};
pub use gram::{gram, moments};
pub use pool2x2::{avg_pool2x2, max_pool2x2};
pub use product::product;
pub use resample2x::{add_upsampled2x, downsample2x};
