//! Optimizers of the image's pixels.
//!
//! An [`Optimizer`] is implemented in a file of its own, and [`of_kind`] says which one the setting `optimiser.kind` stands for.

mod adam;
mod ema;
mod lbfgs;
mod line_search;
mod preconditioner;

use std::{collections::BTreeMap, pin::Pin};

use burn::tensor::Tensor;

pub(crate) use self::preconditioner::precondition;
pub use self::{adam::Adam, ema::Ema, lbfgs::Lbfgs};
use crate::{
    Error, Objective,
    image::resize::Size,
    readback::Readback,
    settings::{OptimiserKind, OptimiserSettings},
};

/// A future that stays on its thread, as everything does that talks to a browser's device.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Makes an optimizer that starts at an image, `[1, 3, H, W]`.
pub type NewOptimizer = fn(Tensor<4>, &OptimiserSettings) -> Box<dyn Optimizer>;

/// The constructor that a choice of `optimiser.kind` stands for.
#[must_use]
pub fn of_kind(kind: OptimiserKind) -> NewOptimizer {
    match kind {
        OptimiserKind::Adam => Adam::boxed,
        OptimiserKind::Lbfgs => Lbfgs::boxed,
    }
}

/// What a step is made with.
#[derive(Clone, Copy, Debug)]
pub struct StepContext<'a> {
    /// What is minimised.
    pub objective: &'a Objective,
    /// The settings of the optimizer.
    pub settings: &'a OptimiserSettings,
    /// Decay of the moving average of iterates.
    pub ema_decay: f64,
    /// Evaluations before this one.
    pub evaluation: u32,
    /// Evaluations before this one at this scale.
    pub evaluation_of_scale: u32,
    /// Whether it is the last at this scale.
    pub is_last_of_scale: bool,
}

/// What a step did, and which image its losses belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The iterate was evaluated and did not move.
    Evaluated,
    /// The iterate was evaluated, then moved.
    Updated,
    /// A trial was evaluated and is the iterate now.
    Accepted,
    /// A trial was evaluated and not taken; its losses are not reported.
    Rejected,
}

/// What a step gave. A step makes one evaluation of the objective.
#[derive(Debug)]
pub struct Outcome {
    /// Content, style, tv and total, on their way from the device.
    pub losses: Readback,
    /// What the step did.
    pub kind: StepKind,
    /// Whether no direction decreases the objective any more.
    pub converged: bool,
}

/// The image to show: an iterate or a moving average of iterates. Cheap to keep: computed when it is asked for.
#[derive(Clone, Debug)]
pub struct Shown {
    x: Tensor<4>,
    ema: Option<(Ema, f64)>,
}

impl Shown {
    /// An iterate, `[1, 3, H, W]`.
    #[must_use]
    pub fn iterate(x: Tensor<4>) -> Self {
        Self { x, ema: None }
    }

    /// The average of iterates, of which `x` is the latest, with this decay.
    #[must_use]
    pub fn average(x: Tensor<4>, ema: Ema, decay: f64) -> Self {
        Self { x, ema: Some((ema, decay)) }
    }

    /// `[1, 3, H, W]`.
    #[must_use]
    pub fn image(&self) -> Tensor<4> {
        self.ema.as_ref().map_or_else(|| self.x.clone(), |(ema, decay)| ema.value(&self.x, *decay))
    }
}

/// All of an optimizer's state: with it, a run continues to the bit.
#[derive(Clone, Debug)]
pub struct State {
    /// Numbers, as JSON.
    pub numbers: serde_json::Value,
    /// Tensors of the image's shape, `[1, 3, H, W]`.
    pub tensors: Tensors,
}

impl State {
    /// `numbers`: what serialises to JSON; f32 keep all their bits.
    #[must_use]
    pub fn new(numbers: &impl serde::Serialize, tensors: Tensors) -> Self {
        // Numbers serialise; were they not to, reading them would say so.
        Self { numbers: serde_json::to_value(numbers).unwrap_or_default(), tensors }
    }

    /// The numbers, and the tensors.
    ///
    /// # Errors
    ///
    /// When they are of another optimizer.
    pub fn read<T: serde::de::DeserializeOwned>(self) -> Result<(T, Tensors), Error> {
        Ok((serde_json::from_value(self.numbers).map_err(|_| damaged())?, self.tensors))
    }
}

/// What [`Optimizer::load_state`] says of numbers that cannot be, or of tensors that nobody takes.
#[must_use]
pub fn damaged() -> Error {
    Error::Checkpoint("its optimizer's state is damaged".to_owned())
}

/// Tensors by name.
pub type Tensors = BTreeMap<String, Tensor<4>>;

/// Takes a tensor that must be there.
///
/// # Errors
///
/// When it is not.
pub fn take(tensors: &mut Tensors, name: &str) -> Result<Tensor<4>, Error> {
    tensors.remove(name).ok_or_else(|| Error::Checkpoint(format!("it lacks \"{name}\"")))
}

/// A method that minimises an [`Objective`] over an image.
pub trait Optimizer {
    /// One step, with one evaluation of the objective.
    fn step<'a>(&'a mut self, context: StepContext<'a>) -> LocalFuture<'a, Result<Outcome, Error>>;

    /// How many steps may be made before the losses of the first are known, at least 1.
    fn steps_in_flight(&self) -> usize;

    /// The image to show.
    fn shown(&self, ema_decay: f64) -> Shown;

    /// Continues at another scale.
    fn rescale(&mut self, to: Size, settings: &OptimiserSettings, ema_decay: f64);

    /// The objective has other weights now: forget its value and what was learnt of its curvature.
    fn objective_changed(&mut self) {}

    /// Start the moving average anew, for another decay.
    fn restart_ema(&mut self) {}

    /// For a checkpoint.
    fn state(&self) -> State;

    /// Continues from a checkpoint's state after so many `evaluations`. Its tensors are finite and of the image's size; that nothing is missing or
    /// left over and that the numbers are those of such a run, the optimizer checks.
    ///
    /// # Errors
    ///
    /// When it is not a state of this optimizer.
    fn load_state(&mut self, state: State, evaluations: u32) -> Result<(), Error>;
}

impl OptimiserSettings {
    /// Tensors of the image's size, `[1, 3, H, W]`, that the optimizer keeps from step to step.
    pub(crate) fn images_kept(&self) -> f64 {
        match self.kind {
            OptimiserKind::Adam => adam::IMAGES_KEPT,
            OptimiserKind::Lbfgs => lbfgs::images_kept(self.history),
        }
    }

    /// Those that it keeps besides on a device that answers late, where an evaluation is under way ahead of the last one's answer.
    pub(crate) fn images_ahead(&self) -> f64 {
        match self.kind {
            OptimiserKind::Adam => 0.0,
            OptimiserKind::Lbfgs => lbfgs::IMAGES_AHEAD,
        }
    }

    /// Those that are needed besides while it makes a step, or while its state is written: each of its tensors, as numbers and as bytes.
    pub(crate) fn images_for_a_step(&self) -> f64 {
        match self.kind {
            OptimiserKind::Adam => adam::IMAGES_FOR_A_STEP,
            OptimiserKind::Lbfgs => lbfgs::images_for_a_step(self.history),
        }
    }
}

impl OptimiserKind {
    /// Whether evaluations are compared with each other, so that they have to be of one objective: no augmentation, and a gradient that is the
    /// loss's.
    #[must_use]
    pub fn needs_fixed_objective(self) -> bool {
        self == Self::Lbfgs
    }
}
