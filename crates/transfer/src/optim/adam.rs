//! Adam (Kingma and Ba 2014, arXiv:1412.6980), and the moving average of its iterates that is shown.

use burn::tensor::Tensor;

use crate::{
    Error,
    image::resize::Size,
    run::checkpoint::{self, OptimiserNumbers, Tensors},
    run::schedule,
    settings::OptimiserSettings,
};

/// The picture, its moments and its average; nothing here ever waits for the device.
#[derive(Clone, Debug)]
pub struct Adam {
    /// `[1, 3, H, W]`: the iterate.
    pub x: Tensor<4>,
    /// Moving mean of gradients.
    pub first: Tensor<4>,
    /// Moving mean of squared gradients.
    pub second: Tensor<4>,
    /// Moving average of iterates, not yet corrected for its start.
    pub mean: Tensor<4>,
    /// Updates so far.
    pub updates: u32,
    /// Iterates in the average: updates at this scale.
    pub averaged: u32,
}

impl Adam {
    /// Starts at `x`, `[1, 3, H, W]`.
    #[must_use]
    pub fn new(x: Tensor<4>) -> Self {
        let zeros = x.zeros_like();
        Self { first: zeros.clone(), second: zeros.clone(), mean: zeros, x, updates: 0, averaged: 0 }
    }

    /// One step: `x -= step m / (sqrt(v) + epsilon)`, m and v corrected for their start, then clamped to [0, 1] if asked
    /// for; then `mean = average mean + (1 - average) x`.
    pub fn update(&mut self, gradient: &Tensor<4>, settings: &OptimiserSettings, average: f64) {
        self.updates += 1;
        let (beta1, beta2) = (settings.beta1, settings.beta2);
        self.first = self.first.clone() * beta1 + gradient.clone() * (1.0 - beta1);
        self.second = self.second.clone() * beta2 + gradient.clone().square() * (1.0 - beta2);
        let corrected = |beta: f64| 1.0 - beta.powf(f64::from(self.updates));
        let root = (self.second.clone() / corrected(beta2)).sqrt() + settings.epsilon;
        let step = self.first.clone() / root * (settings.step / corrected(beta1));
        self.x = self.x.clone() - step;
        if settings.clamp {
            self.x = self.x.clone().clamp(0.0, 1.0);
        }
        self.averaged += 1;
        self.mean = self.mean.clone() * average + self.x.clone() * (1.0 - average);
    }

    /// The average of this scale's iterates, corrected for its start: what is shown. Before the first update, the start itself.
    #[must_use]
    pub fn shown(&self, average: f64) -> Tensor<4> {
        if self.averaged == 0 || average == 0.0 {
            return self.x.clone();
        }
        self.mean.clone() / (1.0 - average.powf(f64::from(self.averaged)))
    }

    /// Begins the average anew, for another decay: the old one was made, and would be corrected, for its own.
    pub(crate) fn average_anew(&mut self) {
        (self.mean, self.averaged) = (self.mean.zeros_like(), 0);
    }

    /// Goes on at another scale, from the average, with both moments; the average begins anew.
    #[must_use]
    pub fn carried(&self, to: Size, settings: &OptimiserSettings, average: f64) -> Self {
        let x = schedule::enlarge(self.shown(average), to);
        let moment = |moment: &Tensor<4>| schedule::enlarge_moment(moment.clone(), to);
        Self {
            mean: x.zeros_like(),
            // Bicubic weights are partly negative, and overshoot beside an edge.
            x: if settings.clamp { x.clamp(0.0, 1.0) } else { x },
            first: moment(&self.first),
            second: moment(&self.second),
            updates: self.updates,
            averaged: 0,
        }
    }

    pub(crate) fn state(&self) -> (OptimiserNumbers, Tensors) {
        let named = [("x", &self.x), ("first", &self.first), ("second", &self.second), ("mean", &self.mean)];
        let tensors = named.into_iter().map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect();
        (OptimiserNumbers::Adam { updates: self.updates, averaged: self.averaged }, tensors)
    }

    pub(crate) fn from_state(updates: u32, averaged: u32, mut tensors: Tensors) -> Result<Self, Error> {
        let mut tensor = |name| checkpoint::take(&mut tensors, name);
        Ok(Self { x: tensor("x")?, first: tensor("first")?, second: tensor("second")?, mean: tensor("mean")?, updates, averaged })
    }
}
