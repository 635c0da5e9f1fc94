//! Matches the mean and covariance of a style image's colours to the content image's.

use super::{Colours, change, moments, symmetric};

/// Added to the eigenvalues of the covariances. Keeps `S^-1/2` finite where S is singular, as of a grey image; the value of Gatys et
/// al.'s own program.
const EPSILON: f64 = 1e-5;

/// `x' = A (x - from) + to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Map {
    matrix: [[f64; 3]; 3],
    from: [f64; 3],
    to: [f64; 3],
}

impl Map {
    /// `A = C^1/2 S^-1/2` with the covariances C of the content's colours and S of the style's (Gatys et al. 2016,
    /// arXiv:1606.05897, section 4.1, "image analogies"). Other matrices with `A S A^T = C` change
    /// colours less; this one is common.
    #[must_use]
    pub fn between(style: &Colours, content: &Colours) -> Self {
        let ((from, style), (to, content)) = (moments(style), moments(content));
        // Rounding may leave an eigenvalue of 0 slightly negative.
        let lifted = |v: f64| v.max(0.0) + EPSILON;
        let root = symmetric::function(&content, |v| lifted(v).sqrt());
        let inverse = symmetric::function(&style, |v| lifted(v).sqrt().recip());
        Self { matrix: symmetric::times(&root, &inverse), from, to }
    }

    /// Changes a planar image `[3, H, W]`, clamped to [0, 1].
    pub fn apply(&self, planar: &mut [f32]) {
        change(planar, |colour| {
            let moved = symmetric::apply(&self.matrix, std::array::from_fn(|i| colour[i] - self.from[i]));
            std::array::from_fn(|i| moved[i] + self.to[i])
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{colours, tests::planar};
    use super::*;

    #[test]
    fn mean_and_covariance_become_the_contents() {
        let (mut style, content) = (planar(2, 3000), planar(1, 2000));
        Map::between(&colours(&style, None), &colours(&content, None)).apply(&mut style);
        let ((mean, covariance), (wanted_mean, wanted)) = (moments(&colours(&style, None)), moments(&colours(&content, None)));
        assert!(mean.iter().zip(wanted_mean).all(|(a, b)| (a - b).abs() < 2e-3), "{mean:?} {wanted_mean:?}");
        // Except for the effects of the epsilon and the clamp.
        assert!(covariance.iter().flatten().zip(wanted.iter().flatten()).all(|(a, b)| (a - b).abs() < 5e-4), "{covariance:?} {wanted:?}");
    }

    #[test]
    fn an_image_matched_to_itself_is_unchanged() {
        let before = planar(2, 500);
        let mut after = before.clone();
        Map::between(&colours(&before, None), &colours(&before, None)).apply(&mut after);
        assert!(after.iter().zip(&before).all(|(a, b)| (a - b).abs() < 1e-5));
    }
}
