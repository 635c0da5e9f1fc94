//! One run: owns every tensor, makes one step at a time, and can stop, change its weights, or be saved between any two.

mod preview;
mod progress;
mod resume;

use std::{collections::VecDeque, rc::Rc};

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use vgg::WeightsFile;
use web_time::Instant;

use super::{
    images::{self, ScaleImages},
    report::{Losses, NetworkReport, Timings},
    schedule::{self, Scale},
    settings_event,
};
use crate::{
    Error, Mask, Objective, Readback, Registry, RunSpec, SettingsEvent, Weights,
    image::resize::Size,
    optim::{Optimizer, Outcome, Shown, StepContext, StepKind},
    settings::{Precision, Settings, SettingsError},
};

pub use preview::Preview;

/// Where a run is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Progress {
    /// Evaluations asked for so far.
    pub issued_evaluation: u32,
    /// Evaluations at all scales.
    pub evaluations: u32,
    /// Work asked for so far, in evaluations at full size: what time goes by.
    pub work: f64,
    /// The run's budget in evaluations at full size.
    pub budget: f64,
    /// The scale under way, from 1.
    pub scale: u32,
    /// How many scales there are.
    pub scales: u32,
    /// Width of the result at this scale, pixels.
    pub width: u32,
    /// Height of the result at this scale, pixels.
    pub height: u32,
    /// Whether the run is over.
    pub done: bool,
    /// The newest losses that have come back, at most two evaluations old.
    pub latest: Option<Losses>,
}

/// An evaluation whose losses are on their way from the device.
struct Pending {
    losses: Losses,
    /// What was shown before the step: known to be finite once the losses are.
    before: Shown,
    readback: Readback,
}

/// What is shown where the newest image is not finite.
#[derive(Clone)]
struct LastGood {
    shown: Shown,
    /// `colours` at its scale.
    colours: Option<Rc<[f32]>>,
}

/// One run of style transfer.
pub struct Session {
    spec: RunSpec,
    network: NetworkReport,
    objective: Objective,
    optimizer: Box<dyn Optimizer>,
    device: Device,
    /// Of the content image, where the result keeps it.
    opacity: Option<Rc<Mask>>,
    /// The content image at this scale, planar, where the result keeps its colours.
    colours: Option<Rc<[f32]>>,
    /// Settings events so far.
    changes: Vec<SettingsEvent>,
    scales: Vec<Scale>,
    /// Index of the scale under way.
    scale: usize,
    /// Evaluations asked for at this scale, and at all.
    issued_here: u32,
    issued: u32,
    iterations: u32,
    /// Evaluations when the iterate last moved.
    moved_at: u32,
    pending: VecDeque<Pending>,
    losses: Vec<Losses>,
    good: LastGood,
    ended: bool,
    timings: Timings,
    /// The most of the device's memory that has been reserved at once.
    device_bytes: u64,
    warnings: Vec<String>,
}

impl Session {
    /// Resizes the images, loads the layers in use and computes the targets.
    ///
    /// # Errors
    ///
    /// When the settings, the images or the network cannot be used.
    pub fn new(weights: &WeightsFile, spec: RunSpec, device: &Device) -> Result<Self, Error> {
        Self::with_registry(weights, spec, device, &Registry::default())
    }

    /// The same with the losses and optimizers of `registry`.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Session::new).
    pub fn with_registry(weights: &WeightsFile, spec: RunSpec, device: &Device, registry: &Registry) -> Result<Self, Error> {
        spec.validate()?;
        Self::at_scale(weights, spec, device, 0, registry)
    }

    fn at_scale(weights: &WeightsFile, spec: RunSpec, device: &Device, scale: usize, registry: &Registry) -> Result<Self, Error> {
        let started = Instant::now();
        spec.settings.validate()?;
        let settings = &spec.settings;
        let scales = schedule::plan(spec.content.size, settings)?;
        let at = scales.get(scale).ok_or_else(|| Error::Checkpoint("it is of a scale that this run has not".to_owned()))?;
        if spec.styles.is_empty() {
            return Err(Error::NoStyle);
        }
        let ScaleImages { images, colours } = images::at(&spec, at, device)?;
        let x = images::start(&spec, at, &images, device)?;
        let objective = Objective::with_losses(weights, &images, settings, registry.losses(settings))?;
        let optimizer = registry.optimizer(settings.optimiser.kind)(x, &settings.optimiser);
        let shown = optimizer.shown(objective.ema_decay(settings.average));
        let info = weights.info();
        let network = NetworkReport { name: info.name.clone(), sha256: info.sha256.clone(), layout: info.layout.clone() };
        let mut warnings = images::enlarged(&spec, &scales[scales.len() - 1])?;
        if settings.network.precision == Precision::Half && !kernels::device::has_half(device) {
            warnings.push("There are no numbers of 16 bits to compute with here, so activations have 32.".to_owned());
        }
        let mut timings = Timings::default();
        timings.work(started.elapsed().as_secs_f64());
        let colours: Option<Rc<[f32]>> = colours.map(Rc::from);
        Ok(Self {
            spec,
            network,
            objective,
            optimizer,
            device: device.clone(),
            opacity: images.visible.map(Rc::new),
            colours: colours.clone(),
            changes: Vec::new(),
            scales,
            scale,
            issued_here: 0,
            issued: 0,
            iterations: 0,
            moved_at: 0,
            pending: VecDeque::new(),
            losses: Vec::new(),
            good: LastGood { shown, colours },
            ended: false,
            timings,
            device_bytes: 0,
            warnings,
        })
    }

    /// Width and height of the result at the scale under way.
    #[must_use]
    pub fn size(&self) -> Size {
        self.scales[self.scale].size
    }

    fn full_size(&self) -> Size {
        self.scales[self.scales.len() - 1].size
    }

    /// One evaluation further, at the next scale once this one has had its share. Waits for the device only as far as the optimizer has to
    /// ([`Optimizer::steps_in_flight`]). After the last, or once the run has ended, does nothing.
    ///
    /// # Errors
    ///
    /// When a loss is not finite or the device gives no answer; the run is then over and [`preview`](Session::preview)
    /// still gives the last good one.
    pub async fn step(&mut self) -> Result<Progress, Error> {
        let started = Instant::now();
        if !self.is_done() {
            if let Err(error) = self.advance().await {
                self.ended = true;
                self.pending.clear();
                return Err(error);
            }
            self.device_bytes = self.device_bytes.max(kernels::device::reserved_bytes(&self.device));
            let seconds = started.elapsed().as_secs_f64();
            self.timings.work(seconds);
            self.timings.iteration(seconds);
            if !self.losses.is_empty() {
                self.timings.first_step();
            }
        }
        Ok(self.progress())
    }

    async fn advance(&mut self) -> Result<(), Error> {
        if self.issued_here == self.scales[self.scale].evaluations && self.scale + 1 < self.scales.len() {
            self.next_scale().await?;
        }
        if !self.is_scale_issued() {
            self.apply_due_settings()?;
            self.evaluate().await?;
        }
        let keep = if self.is_scale_issued() { 0 } else { self.optimizer.steps_in_flight().saturating_sub(1) };
        self.settle(keep).await
    }

    /// Applies the settings events that the spec has for the next evaluation.
    fn apply_due_settings(&mut self) -> Result<(), Error> {
        settings_event::due(&self.spec.changes, self.issued, &self.spec.settings)?.map_or(Ok(()), |settings| self.set(settings))
    }

    /// One step of the optimizer.
    async fn evaluate(&mut self) -> Result<(), Error> {
        let ema_decay = self.ema_decay();
        let before = self.optimizer.shown(ema_decay);
        let context = StepContext {
            objective: &self.objective,
            settings: &self.spec.settings.optimiser,
            ema_decay,
            evaluation: self.issued,
            evaluation_of_scale: self.issued_here,
            is_last_of_scale: self.issued_here + 1 >= self.scales[self.scale].evaluations,
        };
        let Outcome { losses: readback, kind, converged } = self.optimizer.step(context).await?;
        let before_step = self.iterations;
        if matches!(kind, StepKind::Updated | StepKind::Accepted) {
            self.iterations += 1;
            self.moved_at = self.issued + 1;
        }
        let iteration = if kind == StepKind::Accepted { self.iterations } else { before_step };
        let losses = Losses { iteration, evaluation: self.issued, ..Losses::default() };
        self.issued += 1;
        self.issued_here += 1;
        if kind != StepKind::Rejected {
            // A rejected trial, even with a NaN, concerns the line search alone; an iterate is reported.
            self.pending.push_back(Pending { losses, before, readback });
        }
        if converged && self.scale + 1 < self.scales.len() {
            // The next scale has other directions.
            self.scales[self.scale].evaluations = self.issued_here;
        } else if converged {
            self.ended = true;
            self.warnings.push(format!("The run ended after {} evaluations: no direction led further down.", self.issued));
        }
        Ok(())
    }

    /// Carries the result, and what the optimizer has learnt, to the next scale.
    async fn next_scale(&mut self) -> Result<(), Error> {
        self.settle(0).await?;
        let (scale, ema_decay) = (self.scales[self.scale + 1], self.ema_decay());
        let settings = &self.spec.settings;
        let ScaleImages { images, colours } = images::at(&self.spec, &scale, &self.device)?;
        self.objective = self.objective.at_another_scale(&images, settings)?;
        self.colours = colours.map(Rc::from);
        self.optimizer.rescale(scale.size, &settings.optimiser, ema_decay);
        (self.scale, self.issued_here) = (self.scale + 1, 0);
        // Buffers of the old sizes are not needed again.
        self.device.memory_cleanup();
        Ok(())
    }

    /// Whether the budget is used up and every loss is back, or the run ended before.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ended || (self.scale + 1 == self.scales.len() && self.is_scale_issued() && self.pending.is_empty())
    }

    fn is_scale_issued(&self) -> bool {
        self.issued_here >= self.scales[self.scale].evaluations
    }

    /// Decay of the moving average that is shown.
    fn ema_decay(&self) -> f64 {
        self.objective.ema_decay(self.spec.settings.average)
    }

    /// Waits until at most `keep` evaluations are under way.
    async fn settle(&mut self, keep: usize) -> Result<(), Error> {
        while self.pending.len() > keep {
            let Some(pending) = self.pending.pop_front() else { break };
            let numbers = pending.readback.await?;
            let &[content, style, tv, total] = numbers.as_slice() else {
                return Err(Error::Device("it sent back the wrong number of values".to_owned()));
            };
            let [content, style, tv, total] = [content, style, tv, total].map(f64::from);
            self.record(Losses { content, style, tv, total, ..pending.losses })?;
            self.good = LastGood { shown: pending.before, colours: self.colours.clone() };
        }
        Ok(())
    }

    fn record(&mut self, losses: Losses) -> Result<(), Error> {
        if !losses.is_finite() {
            return Err(Error::NotFinite { evaluation: losses.evaluation });
        }
        self.losses.push(losses);
        Ok(())
    }

    /// After how many evaluations the image of a [`preview`](Session::preview) was reached; the start has 0.
    #[must_use]
    pub fn moved_at(&self) -> u32 {
        self.moved_at
    }

    /// New values of live settings, such as the weights of the losses, from the next step on.
    ///
    /// # Errors
    ///
    /// When they are out of range, or something else differs that cannot change during a run.
    pub fn set(&mut self, settings: Settings) -> Result<(), Error> {
        settings.validate()?;
        if let Some(path) = self.spec.settings.changed_fixed(&settings) {
            return Err(SettingsError::FixedDuringRun { path: path.to_owned() }.into());
        }
        settings_event::note(&mut self.changes, self.issued, &self.spec.settings, &settings)?;
        let weights = Weights::of(&settings);
        if weights != self.objective.weights {
            self.objective.weights = weights;
            self.optimizer.objective_changed();
        }
        self.spec.settings = settings;
        Ok(())
    }
}
