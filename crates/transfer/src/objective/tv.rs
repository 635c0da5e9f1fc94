//! Total variation: differences of neighbouring pixels. Its loss suppresses noise.

use burn::tensor::Tensor;

use crate::settings::{Normalisation, Settings, TvKind};

/// The formula that the settings ask for; `sum`: for values in 0..255 in place of means for values in [0, 1].
#[derive(Clone, Copy, Debug)]
pub(super) enum Formula {
    Squared,
    Absolute { sum: bool },
    Power { power: f32, sum: bool },
}

impl Formula {
    pub(super) fn of(settings: &Settings) -> Self {
        let sum = settings.loss.normalisation == Normalisation::Sum;
        match settings.tv.kind {
            TvKind::Squared => Self::Squared,
            TvKind::Absolute => Self::Absolute { sum },
            TvKind::Power => Self::Power { power: settings.tv.power as f32, sum },
        }
    }

    /// `x`: `[1, 3, H, W]` -> `[1]`.
    pub(super) fn loss(self, x: Tensor<4>) -> Tensor<1> {
        match self {
            Self::Squared => squared(x),
            Self::Absolute { sum } => absolute(x, sum),
            Self::Power { power: exponent, sum } => power(x, exponent, sum),
        }
    }
}

/// `x`: `[1, 3, H, W]` -> `mean((x[h, w+1] - x[h, w])^2) + mean((x[h+1, w] - x[h, w])^2)`, `[1]`.
#[must_use]
pub fn squared(x: Tensor<4>) -> Tensor<1> {
    let [across, down] = differences(x);
    across.square().mean() + down.square().mean()
}

/// `x`: `[1, 3, H, W]` -> `|x[h, w+1] - x[h, w]|` and `|x[h+1, w] - x[h, w]|`: with `sum`, their sum for values in 0..255, as
/// neural-style has it; else the sum of their means for values in [0, 1]. Leaves edges sharper than squares do. `[1]`.
#[must_use]
pub fn absolute(x: Tensor<4>, sum: bool) -> Tensor<1> {
    let [across, down] = differences(x).map(Tensor::abs);
    if sum { (across.sum() + down.sum()) * 255.0 } else { across.mean() + down.mean() }
}

/// Each pixel's right neighbour less itself, and its lower neighbour.
fn differences(x: Tensor<4>) -> [Tensor<4>; 2] {
    let [_, _, height, width] = x.dims();
    let across = x.clone().narrow(3, 1, width - 1) - x.clone().narrow(3, 0, width - 1);
    let down = x.clone().narrow(2, 1, height - 1) - x.narrow(2, 0, height - 1);
    [across, down]
}

/// `x`: `[1, 3, H, W]` -> over the first H-1 rows and W-1 columns, `((x[h,w] - x[h+1,w])^2 + (x[h,w] - x[h,w+1])^2)^power`:
/// with `sum`, their sum for values in 0..255, as the Keras example has it; else their mean for values in [0, 1]. `[1]`.
#[must_use]
pub fn power(x: Tensor<4>, power: f32, sum: bool) -> Tensor<1> {
    let [_, _, height, width] = x.dims();
    let x = if sum { x * 255.0 } else { x };
    let corner = x.clone().narrow(2, 0, height - 1).narrow(3, 0, width - 1);
    let below = x.clone().narrow(2, 1, height - 1).narrow(3, 0, width - 1);
    let right = x.narrow(2, 0, height - 1).narrow(3, 1, width - 1);
    let squares = (corner.clone() - below).square() + (corner - right).square();
    // A hair above zero, where a GPU's pow and the gradient of powers below 1 are not defined.
    let powers = (squares + 1e-12).powf_scalar(power);
    if sum { powers.sum() } else { powers.mean() }
}
