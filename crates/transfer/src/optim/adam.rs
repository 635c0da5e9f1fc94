//! Adam (Kingma and Ba 2014, arXiv:1412.6980), with the moving average of its iterates that is shown.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{Ema, LocalFuture, Optimizer, Outcome, Shown, State, StepContext, StepKind, Tensors, damaged, take};
use crate::{
    Error,
    image::resize::{Size, enlarge, enlarge_moment},
    readback::Readback,
    settings::OptimiserSettings,
};

/// The image, the moments of its gradients, and its average. Never waits for the device.
#[derive(Clone, Debug)]
pub struct Adam {
    /// `[1, 3, H, W]`: the iterate.
    pub x: Tensor<4>,
    /// Moving average of gradients.
    pub exp_avg: Tensor<4>,
    /// Moving average of squared gradients.
    pub exp_avg_sq: Tensor<4>,
    /// Moving average of the iterates of this scale.
    pub ema: Ema,
    /// Updates so far.
    pub updates: u32,
}

/// The numbers of a checkpoint.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    updates: u32,
    averaged: u32,
}

/// Image, two moments and an average; image and average of what was shown before an evaluation under way, and of what was shown when the last
/// losses came.
pub(super) const IMAGES_KEPT: f64 = 4.0 + 2.0 * 2.0;
/// What an update computes on the way, or its state as numbers and as bytes.
pub(super) const IMAGES_FOR_A_STEP: f64 = 7.0;

impl Adam {
    /// Starts at `x`, `[1, 3, H, W]`.
    #[must_use]
    pub fn new(x: Tensor<4>) -> Self {
        let zeros = x.zeros_like();
        Self { exp_avg: zeros.clone(), exp_avg_sq: zeros, ema: Ema::new(&x), x, updates: 0 }
    }

    /// As [`super::NewOptimizer`].
    pub(crate) fn boxed(x: Tensor<4>, _: &OptimiserSettings) -> Box<dyn Optimizer> {
        Box::new(Self::new(x))
    }

    /// One update: `x -= learning_rate m / (sqrt(v) + epsilon)`, m and v with their bias corrected, then clamped to [0, 1] if asked for; then the
    /// moving average. The setting `step` is the learning rate.
    pub fn update(&mut self, gradient: &Tensor<4>, settings: &OptimiserSettings, ema_decay: f64) {
        self.updates += 1;
        let (beta1, beta2, learning_rate) = (settings.beta1, settings.beta2, settings.step);
        self.exp_avg = self.exp_avg.clone() * beta1 + gradient.clone() * (1.0 - beta1);
        self.exp_avg_sq = self.exp_avg_sq.clone() * beta2 + gradient.clone().square() * (1.0 - beta2);
        let correction = |beta: f64| 1.0 - beta.powf(f64::from(self.updates));
        let root = (self.exp_avg_sq.clone() / correction(beta2)).sqrt() + settings.epsilon;
        let step = self.exp_avg.clone() / root * (learning_rate / correction(beta1));
        self.x = self.x.clone() - step;
        if settings.clamp {
            self.x = self.x.clone().clamp(0.0, 1.0);
        }
        self.ema.update(&self.x, ema_decay);
    }
}

impl Optimizer for Adam {
    fn step<'a>(&'a mut self, context: StepContext<'a>) -> LocalFuture<'a, Result<Outcome, Error>> {
        Box::pin(async move {
            let evaluation = context.objective.evaluate_augmented(self.x.clone(), context.evaluation as usize)?;
            // Asked for before the update, so that the device answers before it has made it.
            let losses = Readback::start(evaluation.losses);
            self.update(&evaluation.gradient, context.settings, context.ema_decay);
            Ok(Outcome { losses, kind: StepKind::Updated, converged: false })
        })
    }

    /// In a browser nothing else limits the device's queue: a run could not be stopped, memory would grow, and the preview would come late.
    fn steps_in_flight(&self) -> usize {
        2
    }

    fn shown(&self, ema_decay: f64) -> Shown {
        Shown::average(self.x.clone(), self.ema.clone(), ema_decay)
    }

    /// From the average, with both moments; the average starts anew.
    fn rescale(&mut self, to: Size, settings: &OptimiserSettings, ema_decay: f64) {
        let x = enlarge(self.ema.value(&self.x, ema_decay), to);
        self.ema = Ema::new(&x);
        // Bicubic weights are partly negative, and overshoot beside an edge.
        self.x = if settings.clamp { x.clamp(0.0, 1.0) } else { x };
        self.exp_avg = enlarge_moment(self.exp_avg.clone(), to);
        self.exp_avg_sq = enlarge_moment(self.exp_avg_sq.clone(), to);
    }

    fn restart_ema(&mut self) {
        self.ema = Ema::new(&self.x);
    }

    fn state(&self) -> State {
        let named = [("x", &self.x), ("first", &self.exp_avg), ("second", &self.exp_avg_sq), ("mean", &self.ema.sum)];
        let tensors = named.into_iter().map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect();
        State::new(&Numbers { updates: self.updates, averaged: self.ema.count }, tensors)
    }

    fn load_state(&mut self, state: State, evaluations: u32) -> Result<(), Error> {
        let (Numbers { updates, averaged }, mut tensors): (Numbers, Tensors) = state.read()?;
        // Every evaluation is followed by an update; the average starts anew at every scale.
        if updates != evaluations || averaged > updates {
            return Err(damaged());
        }
        let mut tensor = |name| take(&mut tensors, name);
        *self = Self {
            x: tensor("x")?,
            exp_avg: tensor("first")?,
            exp_avg_sq: tensor("second")?,
            ema: Ema { sum: tensor("mean")?, count: averaged },
            updates,
        };
        if tensors.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}
