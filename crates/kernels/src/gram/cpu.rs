//! On the CPU: products of few rows and very many pixels, so the work is cut along the pixels; of the Gram matrix, which is its own
//! transpose, hardly more than a half is multiplied. Pieces are as long and are added up in the same order whatever the number of threads, so
//! the result is the same with any.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::GramBackend;
use crate::{
    product::{Strided, product},
    threads::{Shared, share, share_out},
};

/// Pixels of a piece.
const PIECE: usize = 2048;
/// Numbers of a piece of the gradient, and the fewest pixels: a piece costs a look at all of a square matrix.
const GRADIENT: usize = 1 << 17;
const FEWEST: usize = 128;
/// Rows and columns that are put together with their transpose at a time.
const SQUARE: usize = 16;

impl GramBackend for Flex {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sums(features, 0)
    }

    fn gram_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, grad)
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sums(features, 1)
    }

    fn moments_gradient(features: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, grad)
    }
}

/// `[C, n]` -> `F F^T`, and with `more` = 1 the rows' sums behind it: `[C, C + more]`.
fn sums(features: FloatTensor<Flex>, more: usize) -> FloatTensor<Flex> {
    let features = features.to_contiguous();
    let [channels, pixels] = features.shape().dims();
    let (values, across, rows) = (features.storage::<f32>(), channels + more, rows(channels));
    let blocks = channels / rows;
    let mut parts = vec![0.0f32; pixels.div_ceil(PIECE) * channels * across];
    let to = Shared::new(&mut parts);
    share(pixels.div_ceil(PIECE) * blocks, 0, |task, _| {
        // The later a block the more columns it has, so the last comes first, then the first: threads that begin with a half each are done together.
        let (piece, turn) = (task / blocks, task % blocks);
        let block = if turn.is_multiple_of(2) { blocks - 1 - turn / 2 } else { turn / 2 };
        // SAFETY: `parts` has room for as many, and no other task has this one's.
        let part = unsafe { std::slice::from_raw_parts_mut(to.at((piece * blocks + block) * rows * across), rows * across) };
        add_up(values, [channels, pixels], piece * PIECE, block * rows, part);
    });
    let (sum, rest) = parts.split_at_mut(channels * across);
    for part in rest.chunks_exact(channels * across) {
        sum.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
    for row in 0..channels {
        let known = (row / rows + 1) * rows;
        (known..channels).for_each(|column| sum[row * across + column] = sum[column * across + row]);
    }
    parts.truncate(channels * across);
    Flex::float_from_data(TensorData::new(parts, [channels, across]), &Default::default())
}

/// Rows of a block: a quarter of all, where that is a fair piece of work.
fn rows(channels: usize) -> usize {
    let rows = (channels / 4).max(32);
    if channels.is_multiple_of(rows) { rows } else { channels }
}

/// To `part`, whole rows of `[C, C or C + 1]`: what the pixels from `first` on, at most `PIECE`, add to them up to the block's own
/// columns, and to the rows' sums.
fn add_up(features: &[f32], [channels, pixels]: [usize; 2], first: usize, row: usize, part: &mut [f32]) {
    let length = PIECE.min(pixels - first);
    let rows = rows(channels);
    let across = part.len() / rows;
    let columns = row + rows;
    assert!(features.len() == channels * pixels && columns <= channels && channels <= across, "features and part have their shapes");
    // SAFETY: [rows, length] times [length, columns] into [rows, columns] of `part`: rows of `features` are `pixels` apart,
    // `first + length` is at most `pixels`, and `row + rows` at most `channels`.
    unsafe {
        let at = features.as_ptr().add(first);
        let piece = Strided { at: at.add(row * pixels), rows: pixels, columns: 1 };
        let transposed = Strided { at, rows: 1, columns: pixels };
        product([rows, columns, length], piece, transposed, Strided { at: part.as_mut_ptr(), rows: across, columns: 1 });
    }
    if across > channels {
        for (part, features) in part.chunks_exact_mut(across).zip(features[row * pixels..].chunks_exact(pixels)) {
            part[channels] = sum(&features[first..][..length]);
        }
    }
}

/// In eight sums, which a vector holds, and which round less than one.
fn sum(values: &[f32]) -> f32 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        sums.iter_mut().zip(eight).for_each(|(sum, value)| *sum += value);
    }
    sums.iter().chain(rest).sum()
}

/// `(g + g^T) F`, g being the first columns of `grad`, and where it has one more, that added to every column.
fn gradient(features: FloatTensor<Flex>, grad: FloatTensor<Flex>) -> FloatTensor<Flex> {
    let (features, grad) = (features.to_contiguous(), grad.to_contiguous());
    let [channels, pixels] = features.shape().dims();
    let (values, grad, across) = (features.storage::<f32>(), grad.storage::<f32>(), grad.shape()[1]);
    let matrix = symmetric(grad, [channels, across]);
    assert!(values.len() == channels * pixels && channels <= across, "features and gradient have their shapes");
    let length = (GRADIENT / channels).max(FEWEST);
    let pieces = pixels.div_ceil(length);
    // With few pixels the rows are shared out too.
    let parts = if pieces < 4 && channels.is_multiple_of(4 * SQUARE) { 4 } else { 1 };
    let rows = channels / parts;
    let mut out = Vec::new();
    let to = Shared::room(&mut out, channels * pixels);
    share(pieces * parts, 0, |task, _| {
        let (first, row) = (task / parts * length, task % parts * rows);
        let length = length.min(pixels - first);
        // SAFETY: [rows, channels] times [channels, length] into [rows, length]; rows of `features` and of `out` are `pixels` apart,
        // `first + length` is at most `pixels` and `row + rows` at most `channels`. No other task has these.
        unsafe {
            let square = Strided { at: matrix.as_ptr().add(row * channels), rows: channels, columns: 1 };
            let columns = Strided { at: values.as_ptr().add(first), rows: pixels, columns: 1 };
            let to = Strided { at: to.at(row * pixels + first), rows: pixels, columns: 1 };
            product([rows, length, channels], square, columns, to);
        }
        if across > channels {
            for (n, grad) in grad[row * across..][..rows * across].chunks_exact(across).enumerate() {
                // SAFETY: as above, and the product has been written.
                let values = unsafe { std::slice::from_raw_parts_mut(to.at((row + n) * pixels + first), length) };
                values.iter_mut().for_each(|value| *value += grad[channels]);
            }
        }
    });
    // SAFETY: the tasks are all rows of all pixels.
    unsafe { out.set_len(channels * pixels) };
    Flex::float_from_data(TensorData::new(out, [channels, pixels]), &Default::default())
}

/// `g + g^T`, g being the first columns of `grad`, in squares that the caches hold.
fn symmetric(grad: &[f32], [channels, across]: [usize; 2]) -> Vec<f32> {
    assert_eq!(grad.len(), channels * across, "the gradient has its shape");
    let mut sum = vec![0.0f32; channels * channels];
    let rows = if channels.is_multiple_of(SQUARE) { SQUARE } else { channels };
    share_out(&mut sum, rows * channels, |part, sum| {
        for first in (0..channels).step_by(SQUARE) {
            for (n, sum) in sum.chunks_exact_mut(channels).enumerate() {
                let row = part * rows + n;
                for column in first..channels.min(first + SQUARE) {
                    sum[column] = grad[row * across + column] + grad[column * across + row];
                }
            }
        }
    });
    sum
}
