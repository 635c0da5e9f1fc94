//! On the GPU: the batched matrix multiplication of `matmul/gpu.rs`. For the Gram matrix the long dimension is split into pieces, each a
//! product of the batch, and the products are summed (split-K): `C * C` outputs alone would leave most of a GPU idle while a few of its
//! threads sum hundreds of thousands of terms.

use std::ops::Range;

use burn::{
    backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::DType,
};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, tensor::CubeTensor};

use super::GramBackend;
use crate::{
    gpu::{WORKSPACE_BYTES, crop, pad_with_zeros, permuted},
    matmul::gpu::{ROW_GROUP, matmul, padded_columns},
};

/// Columns of F in a piece of the split, unless there would be more than [`MAX_PIECES`].
const PIECE: usize = 1024;
const MAX_PIECES: usize = 256;

/// `tensor` converted to `dtype`.
fn cast(tensor: CubeTensor, dtype: DType) -> CubeTensor {
    if tensor.dtype == dtype { tensor } else { CubeBackend::float_cast(tensor, dtype.into()) }
}

impl GramBackend for CubeBackend {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sum_over_chunks(features, &gram_of_chunk)
    }

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let [channels, pixels] = features.shape().dims();
        let symmetric = Self::float_add(grad.clone(), Self::float_swap_dims(grad, 0, 1));
        let rows = channels.next_multiple_of(ROW_GROUP);
        let a = permuted(pad_with_zeros(symmetric, 0, rows), [1, rows / ROW_GROUP, ROW_GROUP, channels], [0, 1, 3, 2]);
        let multiply = |features: CubeTensor| {
            let pixels = features.shape()[1];
            let padded = padded_columns(pixels);
            let b = into_contiguous(pad_with_zeros(features, 1, padded));
            let product = matmul(&a, &Self::float_reshape(b, [1, channels, padded].into()));
            crop(Self::float_reshape(product, [rows, padded].into()), [channels, pixels])
        };
        let chunks = chunks(&features);
        if chunks.len() == 1 {
            return cast(multiply(cast(features.clone(), DType::F32)), features.dtype);
        }
        let mut out = Self::float_zeros([channels, pixels].into(), &features.device(), features.dtype.into());
        for chunk in chunks {
            let slice = [(0..channels).into(), chunk.into()];
            let gradient = multiply(cast(Self::float_slice(features.clone(), &slice), DType::F32));
            out = Self::float_slice_assign(out, &slice, cast(gradient, features.dtype));
        }
        out
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sum_over_chunks(features, &|chunk| {
            let sums = Self::float_sum_dim(chunk.clone(), 1);
            Self::float_cat(vec![gram_of_chunk(chunk), sums], 1)
        })
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = grad.shape()[0];
        let columns = |from: usize, to: usize| Self::float_slice(grad.clone(), &[(0..channels).into(), (from..to).into()]);
        let dtype = features.dtype;
        Self::float_add(Self::gram_gradient(features, columns(0, channels)), cast(columns(channels, channels + 1), dtype))
    }
}

/// Ranges of pixels to process at a time. Copies of f32 features reuse memory of activations that have been freed; the f32 copies of f16
/// features come on top and are limited to the workspace.
fn chunks(features: &CubeTensor) -> Vec<Range<usize>> {
    let [channels, pixels] = features.shape().dims();
    // As f32, and in two permutations.
    let longest = (WORKSPACE_BYTES / (3 * size_of::<f32>() * channels)).max(PIECE);
    let count = if features.dtype == DType::F32 { 1 } else { pixels.div_ceil(longest) };
    let length = pixels.div_ceil(count);
    (0..count).map(|chunk| chunk * length..pixels.min((chunk + 1) * length)).collect()
}

/// The sum of `compute` of each chunk's features as f32.
fn sum_over_chunks(features: CubeTensor, compute: &dyn Fn(CubeTensor) -> CubeTensor) -> CubeTensor {
    let channels = features.shape()[0];
    let chunks = chunks(&features);
    let slice = |chunk: Range<usize>| CubeBackend::float_slice(features.clone(), &[(0..channels).into(), chunk.into()]);
    let [first, more @ ..] = chunks.as_slice() else { return compute(cast(features, DType::F32)) };
    let first = if more.is_empty() { features.clone() } else { slice(first.clone()) };
    let sum = compute(cast(first, DType::F32));
    more.iter().fold(sum, |sum, chunk| CubeBackend::float_add(sum, compute(cast(slice(chunk.clone()), DType::F32))))
}

/// The Gram matrix of one chunk's features.
fn gram_of_chunk(features: CubeTensor) -> CubeTensor {
    let [channels, pixels] = features.shape().dims();
    let pieces = (pixels / PIECE).clamp(1, MAX_PIECES);
    let length = pixels.div_ceil(pieces);
    let (rows, padded) = (channels.next_multiple_of(ROW_GROUP), padded_columns(channels));
    let features = pad_with_zeros(features, 1, pieces * length);
    let a = permuted(pad_with_zeros(features.clone(), 0, rows), [rows / ROW_GROUP, ROW_GROUP, pieces, length], [2, 0, 3, 1]);
    let b = permuted(pad_with_zeros(features, 0, padded), [1, padded, pieces, length], [2, 0, 3, 1]);
    let b = CubeBackend::float_reshape(b, [pieces, length, padded].into());
    let sum = CubeBackend::float_reshape(CubeBackend::float_sum_dim(matmul(&a, &b), 0), [rows, padded].into());
    crop(sum, [channels, channels])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

    use burn::tensor::{Tensor, TensorData};

    use crate::{
        device::largest_tensor,
        gpu::{FORCE_HARDWARE, test_device},
        gram,
        matmul::gpu::ROW_GROUP,
    };

    /// The gradient for an image of 2048 x 2048 has more workgroups than WebGPU allows in a dimension. Needs an adapter, as `tests/gram.rs`.
    #[test]
    fn the_gradient_of_an_image_with_more_workgroups_than_a_dimension_has() {
        let (device, pixels) = (test_device(), 2048 * 2048);
        if largest_tensor(&device) < (ROW_GROUP * pixels * size_of::<f32>()) as u64 {
            println!("This adapter has no buffers of that size: not checked.");
            return;
        }
        let features: Vec<f32> = (0..pixels).map(|n| (n % 1021) as f32).collect();
        let x = Tensor::<2>::from_data(TensorData::new(features.clone(), [1, pixels]), &device).autodiff().require_grad();
        FORCE_HARDWARE.set(true);
        let gradients = gram(x.clone()).sum().backward();
        FORCE_HARDWARE.set(false);
        let found: Vec<f32> = x.grad(&gradients).unwrap().into_data().try_to_vec().unwrap();
        assert!(found.iter().zip(&features).all(|(found, value)| *found == 2.0 * value));
    }
}
