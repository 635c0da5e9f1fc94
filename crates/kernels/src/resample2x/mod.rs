//! Resampling by 2, bilinear, and its transpose: `[1, C, H, W]` <-> `[1, C, h, w]` with `h = ceil(H / 2)`, `w = ceil(W / 2)`.
//!
//! ```text
//! along each axis, U: fine[2 j]     = 3/4 coarse[j] + 1/4 coarse[max(j - 1, 0)]
//!                     fine[2 j + 1] = 3/4 coarse[j] + 1/4 coarse[min(j + 1, n - 1)]
//! add_upsampled2x: x + gain U coarse
//! downsample2x:    U^T x / 4
//! ```
//!
//! They are exact transposes of each other, so that sums of `U U^T` over a pyramid of resolutions are symmetric and positive semidefinite: the
//! preconditioner of Bramble, Pasciak and Xu (1990). Tensors are f32. Not differentiable.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::{
    backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor},
    tensor::Tensor,
};

/// The operations of a backend for [`downsample2x`] and [`add_upsampled2x`].
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait Resample2xBackend: Backend {
    /// `x`: `[1, C, H, W]`. Returns `[1, C, ceil(H / 2), ceil(W / 2)]`.
    fn downsample2x(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `x`: `[1, C, H, W]`; `coarse`: `[1, C, ceil(H / 2), ceil(W / 2)]`. Returns `[1, C, H, W]`.
    fn add_upsampled2x(x: FloatTensor<Self>, coarse: FloatTensor<Self>, gain: f32) -> FloatTensor<Self>;
}

/// `x`: `[1, C, H, W]` -> `U^T x / 4`, `[1, C, ceil(H / 2), ceil(W / 2)]`: weighted means, but for the last row and column of odd sizes.
///
/// # Panics
///
/// When the batch is not 1.
#[must_use]
pub fn downsample2x(x: Tensor<4>) -> Tensor<4> {
    assert_eq!(x.dims()[0], 1, "the batch size is 1");
    Tensor::from_dispatch(<Dispatch as Resample2xBackend>::downsample2x(x.into_dispatch()))
}

/// `x`: `[1, C, H, W]`, `coarse`: `[1, C, ceil(H / 2), ceil(W / 2)]` -> `x + gain U coarse`, `[1, C, H, W]`.
///
/// # Panics
///
/// When the shapes do not match, or the batch is not 1.
#[must_use]
pub fn add_upsampled2x(x: Tensor<4>, coarse: Tensor<4>, gain: f32) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    assert_eq!(batch, 1, "the batch size is 1");
    assert_eq!(coarse.dims(), [1, channels, height.div_ceil(2), width.div_ceil(2)], "half the size, rounded up");
    Tensor::from_dispatch(<Dispatch as Resample2xBackend>::add_upsampled2x(x.into_dispatch(), coarse.into_dispatch(), gain))
}
