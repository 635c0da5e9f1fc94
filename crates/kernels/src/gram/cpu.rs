//! On the CPU: the product is of few rows and very many pixels, so it is cut along the pixels. Pieces are as long and are added up
//! in the same order whatever the number of threads, so the result is the same with any.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::GramBackend;
use crate::{
    product::{Strided, product},
    threads::share_out,
};

/// Pixels of a piece.
const PIECE: usize = 2048;

impl GramBackend for Flex {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        let [channels, pixels] = features.shape().dims();
        if pixels <= PIECE {
            let transposed = Self::float_swap_dims(features.clone(), 0, 1);
            return Self::float_matmul(features, transposed);
        }
        let features = features.to_contiguous();
        let values = features.storage::<f32>();
        let mut parts = vec![0.0f32; pixels.div_ceil(PIECE) * channels * channels];
        share_out(&mut parts, channels * channels, |piece, part| add_up(values, [channels, pixels], piece * PIECE, part));
        let (sum, rest) = parts.split_at_mut(channels * channels);
        for part in rest.chunks_exact(channels * channels) {
            sum.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
        }
        parts.truncate(channels * channels);
        Self::float_from_data(TensorData::new(parts, [channels, channels]), &Default::default())
    }

    fn gram_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_matmul(symmetric, features)
    }
}

/// To `part`, `[channels, channels]`: what the pixels from `first` on, at most `PIECE`, add to `F F^T`.
fn add_up(features: &[f32], [channels, pixels]: [usize; 2], first: usize, part: &mut [f32]) {
    let length = PIECE.min(pixels - first);
    assert!(features.len() == channels * pixels && part.len() == channels * channels, "features and part have their shapes");
    // SAFETY: [channels, length] times its transpose into [channels, channels]: rows of `features` are `pixels` apart, and
    // `first + length` is at most `pixels`.
    unsafe {
        let at = features.as_ptr().add(first);
        let (piece, transposed) = (Strided { at, rows: pixels, columns: 1 }, Strided { at, rows: 1, columns: pixels });
        product([channels, channels, length], piece, transposed, Strided { at: part.as_mut_ptr(), rows: channels, columns: 1 });
    }
}
