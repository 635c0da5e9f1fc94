//! On the GPU: our batched product (`gpu/product`). For the Gram matrix the long dimension is cut into pieces, each a product
//! of the batch, whose sum is the result: `C * C` numbers alone would leave most of a GPU idle while a few of its threads
//! count to hundreds of thousands.

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, tensor::CubeTensor};

use super::GramBackend;
use crate::gpu::{ROWS, columns, product};

/// Columns of F in a piece, unless there would be more than [`PIECES`].
const LENGTH: usize = 1024;
const PIECES: usize = 256;

/// `tensor` with zeros behind a dimension, up to `size`.
fn filled_up(tensor: CubeTensor, dimension: usize, size: usize) -> CubeTensor {
    let mut shape = tensor.shape();
    if shape[dimension] == size {
        return tensor;
    }
    shape[dimension] = size - shape[dimension];
    let zeros = CubeBackend::float_zeros(shape, &tensor.device(), tensor.dtype.into());
    CubeBackend::float_cat(vec![tensor, zeros], dimension)
}

/// `tensor` in another order of dimensions, and moved in memory.
fn reordered(tensor: CubeTensor, shape: [usize; 4], order: [usize; 4]) -> CubeTensor {
    into_contiguous(CubeBackend::float_permute(CubeBackend::float_reshape(tensor, shape.into()), &order))
}

impl GramBackend for CubeBackend {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        let [channels, pixels] = features.shape().dims();
        let pieces = (pixels / LENGTH).clamp(1, PIECES);
        let length = pixels.div_ceil(pieces);
        let (rows, across) = (channels.next_multiple_of(ROWS), columns(channels));
        let features = filled_up(features, 1, pieces * length);
        let a = reordered(filled_up(features.clone(), 0, rows), [rows / ROWS, ROWS, pieces, length], [2, 0, 3, 1]);
        let b = reordered(filled_up(features, 0, across), [1, across, pieces, length], [2, 0, 3, 1]);
        let b = Self::float_reshape(b, [pieces, length, across].into());
        let sum = Self::float_reshape(Self::float_sum_dim(product(&a, &b), 0), [rows, across].into());
        cut(sum, [channels, channels])
    }

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let [channels, pixels] = features.shape().dims();
        let symmetric = Self::float_add(grad.clone(), Self::float_swap_dims(grad, 0, 1));
        let (rows, across) = (channels.next_multiple_of(ROWS), columns(pixels));
        let a = reordered(filled_up(symmetric, 0, rows), [1, rows / ROWS, ROWS, channels], [0, 1, 3, 2]);
        let b = into_contiguous(filled_up(features, 1, across));
        let product = product(&a, &Self::float_reshape(b, [1, channels, across].into()));
        cut(Self::float_reshape(product, [rows, across].into()), [channels, pixels])
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        let sums = Self::float_sum_dim(features.clone(), 1);
        Self::float_cat(vec![Self::gram(features), sums], 1)
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = grad.shape()[0];
        let columns = |from: usize, to: usize| Self::float_slice(grad.clone(), &[(0..channels).into(), (from..to).into()]);
        Self::float_add(Self::gram_gradient(features, columns(0, channels)), columns(channels, channels + 1))
    }
}

/// The first rows and columns.
fn cut(tensor: CubeTensor, [rows, columns]: [usize; 2]) -> CubeTensor {
    if tensor.shape().dims() == [rows, columns] {
        return tensor;
    }
    CubeBackend::float_slice(tensor, &[(0..rows).into(), (0..columns).into()])
}
