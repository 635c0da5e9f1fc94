//! On the GPU: our batched product (`gpu/product`). For the Gram matrix the long dimension is cut into pieces, each a product
//! of the batch, whose sum is the result: `C * C` numbers alone would leave most of a GPU idle while a few of its threads
//! count to hundreds of thousands.

use std::ops::Range;

use burn::{
    backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::DType,
};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, tensor::CubeTensor};

use super::GramBackend;
use crate::gpu::{ROWS, WORKSPACE, columns, product};

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

/// `tensor` as another type of number.
fn cast(tensor: CubeTensor, dtype: DType) -> CubeTensor {
    if tensor.dtype == dtype { tensor } else { CubeBackend::float_cast(tensor, dtype.into()) }
}

impl GramBackend for CubeBackend {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sum_of(features, &whole)
    }

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let [channels, pixels] = features.shape().dims();
        let symmetric = Self::float_add(grad.clone(), Self::float_swap_dims(grad, 0, 1));
        let rows = channels.next_multiple_of(ROWS);
        let a = reordered(filled_up(symmetric, 0, rows), [1, rows / ROWS, ROWS, channels], [0, 1, 3, 2]);
        let of = |features: CubeTensor| {
            let pixels = features.shape()[1];
            let across = columns(pixels);
            let b = into_contiguous(filled_up(features, 1, across));
            let product = product(&a, &Self::float_reshape(b, [1, channels, across].into()));
            cut(Self::float_reshape(product, [rows, across].into()), [channels, pixels])
        };
        let parts = parts(&features);
        if parts.len() == 1 {
            return cast(of(cast(features.clone(), DType::F32)), features.dtype);
        }
        let mut out = Self::float_zeros([channels, pixels].into(), &features.device(), features.dtype.into());
        for part in parts {
            let place = [(0..channels).into(), part.into()];
            let found = of(cast(Self::float_slice(features.clone(), &place), DType::F32));
            out = Self::float_slice_assign(out, &place, cast(found, features.dtype));
        }
        out
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sum_of(features, &|part| {
            let sums = Self::float_sum_dim(part.clone(), 1);
            Self::float_cat(vec![whole(part), sums], 1)
        })
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = grad.shape()[0];
        let columns = |from: usize, to: usize| Self::float_slice(grad.clone(), &[(0..channels).into(), (from..to).into()]);
        let dtype = features.dtype;
        Self::float_add(Self::gram_gradient(features, columns(0, channels)), cast(columns(channels, channels + 1), dtype))
    }
}

/// Pixels to be computed with at a time. Copies of features that are f32 take the place of activations that are gone; those of features that are
/// not would come on top.
fn parts(features: &CubeTensor) -> Vec<Range<usize>> {
    let [channels, pixels] = features.shape().dims();
    // As f32, and in two other orders.
    let most = (WORKSPACE / (3 * size_of::<f32>() * channels)).max(LENGTH);
    let count = if features.dtype == DType::F32 { 1 } else { pixels.div_ceil(most) };
    let length = pixels.div_ceil(count);
    (0..count).map(|part| part * length..pixels.min((part + 1) * length)).collect()
}

/// The sum of what `of` makes of some pixels' features at a time, in f32.
fn sum_of(features: CubeTensor, of: &dyn Fn(CubeTensor) -> CubeTensor) -> CubeTensor {
    let channels = features.shape()[0];
    let parts = parts(&features);
    let part = |part: Range<usize>| CubeBackend::float_slice(features.clone(), &[(0..channels).into(), part.into()]);
    let [first, more @ ..] = parts.as_slice() else { return of(cast(features, DType::F32)) };
    let first = if more.is_empty() { features.clone() } else { part(first.clone()) };
    let sum = of(cast(first, DType::F32));
    more.iter().fold(sum, |sum, more| CubeBackend::float_add(sum, of(cast(part(more.clone()), DType::F32))))
}

/// The Gram matrix of features that are copied at once.
fn whole(features: CubeTensor) -> CubeTensor {
    let [channels, pixels] = features.shape().dims();
    let pieces = (pixels / LENGTH).clamp(1, PIECES);
    let length = pixels.div_ceil(pieces);
    let (rows, across) = (channels.next_multiple_of(ROWS), columns(channels));
    let features = filled_up(features, 1, pieces * length);
    let a = reordered(filled_up(features.clone(), 0, rows), [rows / ROWS, ROWS, pieces, length], [2, 0, 3, 1]);
    let b = reordered(filled_up(features, 0, across), [1, across, pieces, length], [2, 0, 3, 1]);
    let b = CubeBackend::float_reshape(b, [pieces, length, across].into());
    let sum = CubeBackend::float_reshape(CubeBackend::float_sum_dim(product(&a, &b), 0), [rows, across].into());
    cut(sum, [channels, channels])
}

/// The first rows and columns.
fn cut(tensor: CubeTensor, [rows, columns]: [usize; 2]) -> CubeTensor {
    if tensor.shape().dims() == [rows, columns] {
        return tensor;
    }
    CubeBackend::float_slice(tensor, &[(0..rows).into(), (0..columns).into()])
}
