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
const GRADIENT: usize = 1 << 16;
const FEWEST: usize = 128;

impl GramBackend for Flex {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sums(features, 0)
    }

    fn gram_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, symmetric, None)
    }

    fn moments(features: FloatTensor<Self>) -> FloatTensor<Self> {
        sums(features, 1)
    }

    fn moments_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>, sum: FloatTensor<Self>) -> FloatTensor<Self> {
        gradient(features, symmetric, Some(sum))
    }
}

/// `[C, n]` -> `F F^T`, and with `more` = 1 the rows' sums behind it: `[C, C + more]`.
fn sums(features: FloatTensor<Flex>, more: usize) -> FloatTensor<Flex> {
    let features = features.to_contiguous();
    let [channels, pixels] = features.shape().dims();
    let (values, across, rows) = (features.storage::<f32>(), channels + more, rows(channels));
    let blocks = channels / rows;
    let mut parts = vec![0.0f32; pixels.div_ceil(PIECE) * channels * across];
    share_out(&mut parts, rows * across, |task, part| {
        let (piece, block) = (task / blocks, task % blocks);
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

/// `symmetric F`, and with `sum`, `[C, 1]`, that added to every column.
fn gradient(features: FloatTensor<Flex>, symmetric: FloatTensor<Flex>, sum: Option<FloatTensor<Flex>>) -> FloatTensor<Flex> {
    let (features, symmetric, sum) = (features.to_contiguous(), symmetric.to_contiguous(), sum.map(|sum| sum.to_contiguous()));
    let [channels, pixels] = features.shape().dims();
    let (values, matrix, sum) = (features.storage::<f32>(), symmetric.storage::<f32>(), sum.as_ref().map(|sum| sum.storage::<f32>()));
    assert!(values.len() == channels * pixels && matrix.len() == channels * channels, "features and matrix have their shapes");
    let length = (GRADIENT / channels).max(FEWEST);
    let mut out = vec![0.0f32; channels * pixels];
    let to = Shared::new(&mut out);
    share(pixels.div_ceil(length), 0, |piece, _| {
        let first = piece * length;
        let length = length.min(pixels - first);
        // SAFETY: [channels, channels] times [channels, length] into as much; rows of `features` and of `out` are `pixels` apart, and
        // `first + length` is at most `pixels`. No other piece has these columns.
        unsafe {
            let square = Strided { at: matrix.as_ptr(), rows: channels, columns: 1 };
            let columns = Strided { at: values.as_ptr().add(first), rows: pixels, columns: 1 };
            product([channels, length, channels], square, columns, Strided { at: to.at(first), rows: pixels, columns: 1 });
        }
        for (row, more) in sum.iter().flat_map(|sum| sum.iter().enumerate()) {
            // SAFETY: as above.
            let row = unsafe { std::slice::from_raw_parts_mut(to.at(row * pixels + first), length) };
            row.iter_mut().for_each(|value| *value += more);
        }
    });
    Flex::float_from_data(TensorData::new(out, [channels, pixels]), &Default::default())
}
