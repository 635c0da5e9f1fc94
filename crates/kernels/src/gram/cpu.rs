//! On the CPU: products of few rows and very many pixels, so the work is split along the pixels; of the Gram matrix, which is symmetric, little more
//! than half is multiplied. The pieces' length and the order in which they are summed do not depend on the number of threads, so neither
//! does the result.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::GramBackend;
use crate::{
    matmul::cpu::{Strided, matmul},
    parallel::{SharedMut, par_chunks_exact_mut, parallel_for},
};

/// Pixels of a piece.
const PIECE: usize = 2048;
/// Elements of a piece of the gradient, and the fewest pixels: each piece reads all of a square matrix.
const GRADIENT_PIECE: usize = 1 << 17;
const MIN_GRADIENT_PIXELS: usize = 128;
/// Rows and columns that are added to their transpose at a time.
const SQUARE: usize = 16;

impl GramBackend for Flex {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        gram_and_sums(features, 0)
    }

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, grad)
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        gram_and_sums(features, 1)
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, grad)
    }
}

/// `[C, n]` -> `F F^T`, and with `more` = 1 the row sums as one more column: `[C, C + more]`.
fn gram_and_sums(features: FloatTensor<Flex>, more: usize) -> FloatTensor<Flex> {
    let features = features.to_contiguous();
    let [channels, pixels] = features.shape().dims();
    let (values, columns, rows) = (features.storage::<f32>(), channels + more, block_rows(channels));
    let blocks = channels / rows;
    let mut partial = vec![0.0f32; pixels.div_ceil(PIECE) * channels * columns];
    let out = SharedMut::new(&mut partial);
    parallel_for(pixels.div_ceil(PIECE) * blocks, 0, |task, _| {
        // The later a block the more columns it has. The order is last, first, last but one, second, ..., so that threads which begin with half of
        // the tasks each finish at the same time.
        let (piece, order) = (task / blocks, task % blocks);
        let block = if order.is_multiple_of(2) { blocks - 1 - order / 2 } else { order / 2 };
        let start = (piece * blocks + block) * rows * columns;
        // SAFETY: the elements are initialised, and no other task uses this one's.
        let block_sum = unsafe { out.slice_mut(start..start + rows * columns) };
        partial_product(values, [channels, pixels], piece * PIECE, block * rows, block_sum);
    });
    let (sum, rest) = partial.split_at_mut(channels * columns);
    for piece in rest.chunks_exact(channels * columns) {
        sum.iter_mut().zip(piece).for_each(|(sum, value)| *sum += value);
    }
    // What the blocks left out is the transpose of what they computed.
    for row in 0..channels {
        let computed = (row / rows + 1) * rows;
        (computed..channels).for_each(|column| sum[row * columns + column] = sum[column * columns + row]);
    }
    partial.truncate(channels * columns);
    Flex::float_from_data(TensorData::new(partial, [channels, columns]), &Default::default())
}

/// Rows of a block: a quarter of all, where that is enough work for a task.
fn block_rows(channels: usize) -> usize {
    let rows = (channels / 4).max(32);
    if channels.is_multiple_of(rows) { rows } else { channels }
}

/// The contribution of one piece, the pixels from `first` on, to a block of rows from `row` on: of the product, the columns up to and including
/// the block's own, and the row sums. `out`: the block, `[rows, C or C + 1]`.
fn partial_product(features: &[f32], [channels, pixels]: [usize; 2], first: usize, row: usize, out: &mut [f32]) {
    let length = PIECE.min(pixels - first);
    let rows = block_rows(channels);
    let out_columns = out.len() / rows;
    let columns = row + rows;
    assert!(features.len() == channels * pixels && columns <= channels && channels <= out_columns, "features and block have their shapes");
    // SAFETY: [rows, length] times [length, columns] into [rows, columns] of `out`: rows of `features` have a stride of `pixels`,
    // `first + length` is at most `pixels`, and `row + rows` at most `channels`.
    unsafe {
        let piece = features.as_ptr().add(first);
        let a = Strided { data: piece.add(row * pixels), row_stride: pixels, column_stride: 1 };
        let transposed = Strided { data: piece, row_stride: 1, column_stride: pixels };
        matmul([rows, columns, length], a, transposed, Strided { data: out.as_mut_ptr(), row_stride: out_columns, column_stride: 1 });
    }
    if out_columns > channels {
        for (out, features) in out.chunks_exact_mut(out_columns).zip(features[row * pixels..].chunks_exact(pixels)) {
            out[channels] = sum(&features[first..][..length]);
        }
    }
}

/// As eight interleaved sums, which vectorise and round less than one.
fn sum(values: &[f32]) -> f32 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        sums.iter_mut().zip(eight).for_each(|(sum, value)| *sum += value);
    }
    sums.iter().chain(rest).sum()
}

/// `(g + g^T) F`, with g the first C columns of `grad`; where `grad` has one more column, that is added to every column.
fn gradient(features: FloatTensor<Flex>, grad: FloatTensor<Flex>) -> FloatTensor<Flex> {
    let (features, grad) = (features.to_contiguous(), grad.to_contiguous());
    let [channels, pixels] = features.shape().dims();
    let (values, grad, columns) = (features.storage::<f32>(), grad.storage::<f32>(), grad.shape()[1]);
    let matrix = add_transpose(grad, [channels, columns]);
    assert!(values.len() == channels * pixels && channels <= columns, "features and gradient have their shapes");
    let length = (GRADIENT_PIECE / channels).max(MIN_GRADIENT_PIXELS);
    let pieces = pixels.div_ceil(length);
    // With few pixels the rows are split too.
    let row_blocks = if pieces < 4 && channels.is_multiple_of(4 * SQUARE) { 4 } else { 1 };
    let rows = channels / row_blocks;
    let mut out = Vec::with_capacity(channels * pixels);
    let shared = SharedMut::uninit(&mut out.spare_capacity_mut()[..channels * pixels]);
    parallel_for(pieces * row_blocks, 0, |task, _| {
        let (first, row) = (task / row_blocks * length, task % row_blocks * rows);
        let length = length.min(pixels - first);
        // SAFETY: [rows, channels] times [channels, length] into [rows, length]; rows of `features` and of `out` have a stride of `pixels`,
        // `first + length` is at most `pixels` and `row + rows` at most `channels`. No other task uses these elements of `out`.
        unsafe {
            let a = Strided { data: matrix.as_ptr().add(row * channels), row_stride: channels, column_stride: 1 };
            let b = Strided { data: values.as_ptr().add(first), row_stride: pixels, column_stride: 1 };
            let out = Strided { data: shared.at(row * pixels + first), row_stride: pixels, column_stride: 1 };
            matmul([rows, length, channels], a, b, out);
        }
        if columns > channels {
            for (n, grad) in grad[row * columns..][..rows * columns].chunks_exact(columns).enumerate() {
                let start = (row + n) * pixels + first;
                // SAFETY: the product has been written to these elements, which no other task uses.
                let values = unsafe { shared.slice_mut(start..start + length) };
                values.iter_mut().for_each(|value| *value += grad[channels]);
            }
        }
    });
    // SAFETY: the tasks write all rows of all pixels.
    unsafe { out.set_len(channels * pixels) };
    Flex::float_from_data(TensorData::new(out, [channels, pixels]), &Default::default())
}

/// `g + g^T`, with g the first C columns of `grad`, in squares that fit into the cache.
fn add_transpose(grad: &[f32], [channels, columns]: [usize; 2]) -> Vec<f32> {
    assert_eq!(grad.len(), channels * columns, "the gradient has its shape");
    let mut sum = vec![0.0f32; channels * channels];
    let rows = if channels.is_multiple_of(SQUARE) { SQUARE } else { channels };
    par_chunks_exact_mut(&mut sum, rows * channels, |block, sum| {
        for first in (0..channels).step_by(SQUARE) {
            for (n, sum) in sum.chunks_exact_mut(channels).enumerate() {
                let row = block * rows + n;
                for column in first..channels.min(first + SQUARE) {
                    sum[column] = grad[row * columns + column] + grad[column * columns + row];
                }
            }
        }
    });
    sum
}
