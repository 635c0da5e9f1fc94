//! Square roots of symmetric positive definite matrices, by products of matrices alone, which every device is good at.

use burn::tensor::Tensor;

/// The smallest eigenvalue, over the largest possible one, that the iteration is made for, as its root.
const SMALLEST: f64 = 1e-3;
/// From [`SMALLEST`] the scaled iteration is within 1e-5 of 1 after as many steps.
const STEPS: usize = 10;

/// `a^1/2` and `a^-1/2` of `a`, symmetric positive definite, `[K, K]`, with a condition number up to 1e6.
///
/// The coupled Newton-Schulz iteration `T = (3 I - Z Y) / 2, Y <- Y T, Z <- T Z` from `Y = a / |a|, Z = I` (Higham 2008,
/// "Functions of Matrices", equation 6.35), each step scaled so that the range `[l, 1]` of what has to become 1 is mapped
/// as far up as goes (Chen and Chow 2014, "A stable scaling of Newton-Schulz for improving the sign function computation
/// of a Hermitian matrix"): 10 steps instead of 22. An eigenvalue below the range, which rounding may even have made
/// negative, ends with a root of the inverse that is too small, and no worse.
#[must_use]
pub fn roots(a: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
    let identity = Tensor::<2>::eye(a.dims()[0], &a.device());
    let norm = a.clone().square().sum().sqrt().clamp_min(1e-30).reshape([1, 1]);
    let (mut y, mut z) = (a / norm.clone(), identity.clone());
    let mut smallest = SMALLEST;
    for _ in 0..STEPS {
        let square = 3.0 / (1.0 + smallest + smallest * smallest);
        let scale = square.sqrt();
        smallest = 0.5 * scale * smallest * (3.0 - square * smallest * smallest);
        let step = (identity.clone() * 3.0 - z.clone().matmul(y.clone()) * square) * (0.5 * scale);
        y = y.matmul(step.clone());
        z = step.matmul(z);
    }
    let root = norm.sqrt();
    (y * root.clone(), z / root)
}
