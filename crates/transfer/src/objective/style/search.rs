//! Nearest neighbours by cosine similarity, in pieces, so that no matrix of all similarities exists.

use burn::tensor::{Int, Tensor};
use kernels::product;

/// Queries and candidates of a piece: 16 MB of similarities.
pub(crate) const QUERIES: usize = 1024;
pub(crate) const CANDIDATES: usize = 4096;

/// Less than any similarity.
const EXCLUDED: f32 = -4.0;

/// For each column of `queries`, `[K, n]`, the column of `candidates`, `[K, m]`, with the largest cosine similarity; the first of equals.
/// `excluded`: `[1, m]`, 1 for candidates that must not be taken, 0 for the others. Returns `[n]`.
pub(super) fn nearest(queries: &Tensor<2>, candidates: &Tensor<2>, excluded: &Tensor<2>) -> Tensor<1, Int> {
    let ([_, count], [_, of]) = (queries.dims(), candidates.dims());
    let candidates = normalised(candidates.clone());
    let queries = normalised(queries.clone()).swap_dims(0, 1);
    let found = pieces(count, QUERIES).map(|(start, length)| {
        let queries = queries.clone().narrow(0, start, length);
        let best = pieces(of, CANDIDATES).map(|(start, length)| {
            let similarity = product(queries.clone(), candidates.clone().narrow(1, start, length));
            let similarity = similarity + excluded.clone().narrow(1, start, length) * EXCLUDED;
            let (value, at) = similarity.max_dim_with_indices(1);
            (value, at + start as i32)
        });
        let best = best.reduce(|(value, at), (other, other_at)| {
            let closer = other.clone().greater(value.clone());
            (value.mask_where(closer.clone(), other), at.mask_where(closer, other_at))
        });
        best.map(|(_, at)| at.reshape([length]))
    });
    Tensor::cat(found.flatten().collect(), 0)
}

/// The columns, divided by their norms; of zeros, zeros.
fn normalised(columns: Tensor<2>) -> Tensor<2> {
    let norms = columns.clone().square().sum_dim(0).clamp_min(1e-12).sqrt();
    columns / norms
}

/// Start and length of consecutive pieces.
fn pieces(whole: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..whole).step_by(most).map(move |start| (start, most.min(whole - start)))
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    fn columns(channels: usize, count: usize, seed: u32) -> (Tensor<2>, Vec<f32>) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        let values: Vec<f32> = (0..channels * count).map(|_| next()).collect();
        (Tensor::from_data(TensorData::new(values.clone(), [channels, count]), &Device::flex()), values)
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test may panic")]
    fn finds_what_a_plain_loop_finds_across_pieces() {
        let (channels, n, m) = (7, QUERIES + 13, CANDIDATES + 37);
        let ((queries, q), (candidates, c)) = (columns(channels, n, 1), columns(channels, m, 2));
        for step in [usize::MAX, 3] {
            let barred: Vec<f32> = (0..m).map(|at| f32::from(u8::from(at % step == 1))).collect();
            let excluded = Tensor::from_data(TensorData::new(barred.clone(), [1, m]), &Device::flex());
            let found = nearest(&queries, &candidates, &excluded).into_data().iter::<i64>().collect::<Vec<_>>();
            assert_eq!(found.len(), n);
            let cosine = |query: usize, at: usize| {
                let (mut dot, mut norm) = (0.0f64, 0.0f64);
                for k in 0..channels {
                    let (a, b) = (f64::from(q[k * n + query]), f64::from(c[k * m + at]));
                    (dot, norm) = (dot + a * b, norm + b * b);
                }
                dot / norm.sqrt()
            };
            for query in (0..n).step_by(29) {
                let allowed = (0..m).filter(|at| barred[*at] == 0.0);
                let best = allowed.map(|at| cosine(query, at)).fold(f64::MIN, f64::max);
                let at = usize::try_from(found[query]).unwrap();
                assert!(cosine(query, at) > best - 1e-6, "query {query}");
                assert!(barred[at] == 0.0, "query {query} takes what is excluded");
            }
        }
    }
}
