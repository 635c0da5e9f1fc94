//! On the GPU: the product kernel of the convolutions, with `a` in groups of rows and both zero-padded to what it takes.

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous};

use super::ProductBackend;
use crate::{
    gpu::{crop, pad_with_zeros, permuted},
    matmul::gpu::{ROW_GROUP, matmul, padded_columns},
};

impl ProductBackend for CubeBackend {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let ([rows, depth], [_, columns]) = (a.shape().dims(), b.shape().dims());
        let (padded_rows, padded) = (rows.next_multiple_of(ROW_GROUP), padded_columns(columns));
        let a = permuted(pad_with_zeros(a, 0, padded_rows), [1, padded_rows / ROW_GROUP, ROW_GROUP, depth], [0, 1, 3, 2]);
        let b = into_contiguous(pad_with_zeros(b, 1, padded));
        let product = matmul(&a, &Self::float_reshape(b, [1, depth, padded].into()));
        crop(Self::float_reshape(product, [padded_rows, padded].into()), [rows, columns])
    }
}
