//! The exponential moving average of iterates.

use burn::tensor::Tensor;

/// `average <- decay average + (1 - decay) x`, from 0, with the bias of the start corrected (as Adam's moments, Kingma and Ba 2014, section 3).
#[derive(Clone, Debug)]
pub struct Ema {
    /// `[1, 3, H, W]`: the average before the correction.
    pub(super) sum: Tensor<4>,
    /// Iterates in it.
    pub(super) count: u32,
}

impl Ema {
    /// Of no iterates, of the shape of `x`.
    #[must_use]
    pub fn new(x: &Tensor<4>) -> Self {
        Self { sum: x.zeros_like(), count: 0 }
    }

    /// With one more iterate.
    pub fn update(&mut self, x: &Tensor<4>, decay: f64) {
        self.count += 1;
        self.sum = self.sum.clone() * decay + x.clone() * (1.0 - decay);
    }

    /// The corrected average; of no iterates, or with no decay, `x`.
    #[must_use]
    pub fn value(&self, x: &Tensor<4>, decay: f64) -> Tensor<4> {
        if self.count == 0 || decay == 0.0 {
            return x.clone();
        }
        self.sum.clone() / (1.0 - decay.powf(f64::from(self.count)))
    }
}
