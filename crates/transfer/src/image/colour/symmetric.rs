//! Functions of symmetric matrices of 3 x 3.

pub(super) type Matrix = [[f64; 3]; 3];

pub(super) fn times(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

pub(super) fn apply(a: &Matrix, x: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| (0..3).map(|j| a[i][j] * x[j]).sum())
}

/// `f` of a symmetric matrix: applied to its eigenvalues, by Jacobi rotations (Golub and Van Loan, section 8.5).
pub(super) fn function(a: &Matrix, f: impl Fn(f64) -> f64) -> Matrix {
    let (mut a, mut vectors) = (*a, std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j)))));
    // Off-diagonal elements vanish after five rounds at most; these are ten.
    for (p, q) in [(0, 1), (0, 2), (1, 2)].into_iter().cycle().take(30) {
        let angle = 0.5 * (2.0 * a[p][q]).atan2(a[q][q] - a[p][p]);
        let (sine, cosine) = angle.sin_cos();
        let mut rotation: Matrix = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
        (rotation[p][p], rotation[q][q], rotation[p][q], rotation[q][p]) = (cosine, cosine, sine, -sine);
        let transposed = std::array::from_fn(|i| std::array::from_fn(|j| rotation[j][i]));
        a = times(&times(&transposed, &a), &rotation);
        vectors = times(&vectors, &rotation);
    }
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| vectors[i][k] * f(a[k][k]) * vectors[j][k]).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_squared_are_the_matrix() {
        for a in [[[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.0]], [[1.0, 1.0, 1.0]; 3], [[0.0; 3]; 3]] {
            let root = function(&a, |v| v.max(0.0).sqrt());
            let squared = times(&root, &root);
            assert!(squared.iter().flatten().zip(a.iter().flatten()).all(|(x, y)| (x - y).abs() < 1e-9), "{squared:?}");
        }
    }
}
