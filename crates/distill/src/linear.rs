//! A little dense linear algebra in f64, on square matrices row by row.

/// The lower triangle L with `a = L L^T` of a symmetric positive definite matrix `[n, n]`; `None` where it is not positive
/// definite.
pub(crate) fn cholesky(a: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; n * n];
    for row in 0..n {
        for column in 0..=row {
            let done: f64 = (0..column).map(|k| lower[row * n + k] * lower[column * n + k]).sum();
            let rest = a[row * n + column] - done;
            lower[row * n + column] = if row != column {
                rest / lower[column * n + column]
            } else if rest > 0.0 {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    Some(lower)
}

/// The rows of X with `X a = b`: `b` and X `[m, n]`; `a` symmetric positive semidefinite `[n, n]`, to whose diagonal
/// `ridge` times its mean is added.
pub(crate) fn solve(a: &[f64], b: &[f64], n: usize, ridge: f64) -> Option<Vec<f64>> {
    let mean = (0..n).map(|i| a[i * n + i]).sum::<f64>() / n as f64;
    let mut a = a.to_vec();
    (0..n).for_each(|i| a[i * n + i] += ridge * mean.max(f64::MIN_POSITIVE));
    let lower = cholesky(&a, n)?;
    let mut x = b.to_vec();
    for row in x.chunks_exact_mut(n) {
        for i in 0..n {
            let done: f64 = (0..i).map(|k| lower[i * n + k] * row[k]).sum();
            row[i] = (row[i] - done) / lower[i * n + i];
        }
        for i in (0..n).rev() {
            let done: f64 = (i + 1..n).map(|k| lower[k * n + i] * row[k]).sum();
            row[i] = (row[i] - done) / lower[i * n + i];
        }
    }
    Some(x)
}

/// R, upper triangular `[n, n]`, with `R^T R = m^T m` for a map `m` `[rows, n]`: what a network's file has instead, because
/// `|R f| = |m f|` for every f.
pub(crate) fn metric(m: &[f32], n: usize) -> Option<Vec<f32>> {
    let mut a = vec![0.0f64; n * n];
    for row in m.chunks_exact(n) {
        for (i, x) in row.iter().enumerate() {
            for (j, y) in row.iter().enumerate() {
                a[i * n + j] += f64::from(*x) * f64::from(*y);
            }
        }
    }
    // A map that ignores a direction is not positive definite by a rounding error.
    let mean = (0..n).map(|i| a[i * n + i]).sum::<f64>() / n as f64;
    (0..n).for_each(|i| a[i * n + i] += 1e-9 * mean);
    let lower = cholesky(&a, n)?;
    Some((0..n * n).map(|at| lower[at % n * n + at / n] as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: [f32; 8] = [1.0, 2.0, -1.0, 0.5, 3.0, 1.0, 0.0, -2.0];

    #[test]
    fn the_metric_keeps_lengths() {
        let r = metric(&MAP, 2).unwrap();
        assert_eq!(r[2], 0.0);
        for f in [[1.0, 0.0], [0.3, -2.0], [5.0, 1.0]] {
            let length = |m: &[f32]| m.chunks_exact(2).map(|row| (row[0] * f[0] + row[1] * f[1]).powi(2)).sum::<f32>();
            assert!((length(&MAP) / length(&r) - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn solving_undoes_multiplying() {
        let a = [4.0, 1.0, 1.0, 3.0];
        let x = [1.0, -2.0, 0.5, 7.0];
        let b: Vec<f64> = x.chunks(2).flat_map(|row| [row[0] * a[0] + row[1] * a[2], row[0] * a[1] + row[1] * a[3]]).collect();
        let found = solve(&a, &b, 2, 0.0).unwrap();
        assert!(found.iter().zip(x).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!(cholesky(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
    }
}
