//! One run: owns every tensor, makes one step at a time, and can stop, change its weights, or be put away between any two.

mod preview;
mod progress;
mod resume;

use std::{collections::VecDeque, rc::Rc};

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use vgg::WeightsFile;
use web_time::Instant;

use crate::{
    Error, Mask, Objective, RunSpec, SettingsEvent, Weights,
    image::resize::Size,
    optim::{Adam, Lbfgs},
    readback::Readback,
    run::images::{self, ScaleImages},
    run::report::{Losses, NetworkReport, Timings},
    run::schedule::{self, Scale},
    run::settings_event,
    settings::{OptimiserKind, Precision, Settings, SettingsError, Start},
};

pub use preview::Preview;

/// Steps that may be under way on the device at once. In a browser nothing else holds its queue back: Stop would not
/// stop, memory would grow, and the preview would fall behind.
const IN_FLIGHT: usize = 2;

/// Where a run is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Evaluations asked for so far.
    pub issued_evaluation: u32,
    /// Evaluations at all scales together.
    pub evaluations: u32,
    /// Work asked for so far, in evaluations at full size: what time goes by.
    pub work: f64,
    /// The run's budget in evaluations at full size.
    pub budget: f64,
    /// The scale under way, from 1.
    pub scale: u32,
    /// How many scales there are.
    pub scales: u32,
    /// Width of the painting at this scale, pixels.
    pub width: u32,
    /// Height of the painting at this scale, pixels.
    pub height: u32,
    /// Whether the run is over.
    pub done: bool,
    /// The newest losses that have come back, at most two evaluations old.
    pub latest: Option<Losses>,
}

/// A step on its way.
struct Pending {
    losses: Losses,
    /// The optimiser as it was when this iterate was looked at: a picture known to be good once the losses are.
    before: Adam,
    readback: Readback,
}

enum Optimiser {
    // Boxed: either is far larger than the enum's other parts.
    Adam(Box<Adam>),
    Lbfgs(Box<Lbfgs>),
}

/// One run of style transfer.
pub struct Session {
    job: RunSpec,
    network: NetworkReport,
    objective: Objective,
    optimiser: Optimiser,
    device: Device,
    /// Of the content picture, where the painting keeps it.
    opacity: Option<Rc<Mask>>,
    /// The content picture at this scale, planar, where the painting keeps its colours.
    colours: Option<Rc<[f32]>>,
    /// Settings changed so far.
    changes: Vec<SettingsEvent>,
    scales: Vec<Scale>,
    /// Index of the scale under way.
    scale: usize,
    /// Evaluations asked for at this scale, and at all.
    issued_here: u32,
    issued: u32,
    iterations: u32,
    pending: VecDeque<Pending>,
    losses: Vec<Losses>,
    /// The latest Adam state with finite losses, at first the start. L-BFGS only ever keeps iterates that are good.
    good: Option<Adam>,
    /// `colours` at the scale of `good`, which is the one before until the first losses at a new scale have come.
    good_colours: Option<Rc<[f32]>>,
    ended: bool,
    timings: Timings,
    /// The most of the device's memory that has been held at once.
    device_bytes: u64,
    warnings: Vec<String>,
}

impl Session {
    /// Resizes the pictures, loads the layers in use and computes what the painting is compared with.
    ///
    /// # Errors
    ///
    /// When the settings, the pictures or the network will not do.
    pub fn new(weights: &WeightsFile, job: RunSpec, device: &Device) -> Result<Self, Error> {
        Self::at_scale(weights, job, device, 0)
    }

    fn at_scale(weights: &WeightsFile, job: RunSpec, device: &Device, scale: usize) -> Result<Self, Error> {
        let started = Instant::now();
        job.settings.validate()?;
        let settings = &job.settings;
        let scales = schedule::plan(job.content.size, settings)?;
        let at = scales.get(scale).ok_or_else(|| Error::Checkpoint("it is of a scale that this run has not".to_owned()))?;
        if job.styles.is_empty() {
            return Err(Error::NoStyle);
        }
        let ScaleImages { pictures, colours } = images::at(&job, at, device)?;
        let x = match settings.start {
            Start::Content => pictures.content.clone(),
            Start::Noise => job.styles.first().ok_or(Error::NoStyle)?.noise(at.size, settings.seed, device)?,
            Start::Picture => job.start.as_ref().ok_or(Error::NoStartPicture)?.tensor(at.size, device)?,
        };
        let objective = Objective::new(weights, &pictures, settings)?;
        let optimiser = match settings.optimiser.kind {
            OptimiserKind::Adam => Optimiser::Adam(Box::new(Adam::new(x))),
            OptimiserKind::Lbfgs => Optimiser::Lbfgs(Box::new(Lbfgs::new(x, settings.optimiser.history as usize))),
        };
        let good = match &optimiser {
            Optimiser::Adam(adam) => Some((**adam).clone()),
            Optimiser::Lbfgs(_) => None,
        };
        let info = weights.info();
        let network = NetworkReport { name: info.name.clone(), sha256: info.sha256.clone(), layout: info.layout.clone() };
        let mut warnings = images::enlarged(&job, &scales[scales.len() - 1])?;
        if settings.network.precision == Precision::Half && !kernels::device::has_half(device) {
            warnings.push("There are no numbers of 16 bits to compute with here, so activations have 32.".to_owned());
        }
        let mut timings = Timings::default();
        timings.work(started.elapsed().as_secs_f64());
        let colours: Option<Rc<[f32]>> = colours.map(Rc::from);
        Ok(Self {
            job,
            network,
            objective,
            optimiser,
            device: device.clone(),
            opacity: pictures.visible.map(Rc::new),
            colours: colours.clone(),
            changes: Vec::new(),
            scales,
            scale,
            issued_here: 0,
            issued: 0,
            iterations: 0,
            pending: VecDeque::new(),
            losses: Vec::new(),
            good,
            good_colours: colours,
            ended: false,
            timings,
            device_bytes: 0,
            warnings,
        })
    }

    /// Width and height of the painting at the scale under way.
    #[must_use]
    pub fn size(&self) -> Size {
        self.scales[self.scale].size
    }

    fn full_size(&self) -> Size {
        self.scales[self.scales.len() - 1].size
    }

    /// One evaluation further, at the next scale once this one has had its share. Adam asks for the next without waiting for the last, with at most two under way; L-BFGS
    /// waits for one small answer. After the last, or once the run has ended, does nothing.
    ///
    /// # Errors
    ///
    /// When a loss is not finite or the device gives no answer; the run is then over and [`picture`](Session::picture)
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
        self.follow()?;
        match self.optimiser {
            Optimiser::Adam(_) => self.step_adam().await,
            Optimiser::Lbfgs(_) => self.step_lbfgs().await,
        }
    }

    /// Makes the changes of settings that the job has before the next evaluation.
    fn follow(&mut self) -> Result<(), Error> {
        let due = if self.is_scale_issued() { None } else { settings_event::due(&self.job.changes, self.issued, &self.job.settings)? };
        due.map_or(Ok(()), |settings| self.set(settings))
    }

    /// Carries the painting, and what Adam knows of the gradients, up to the next scale.
    async fn next_scale(&mut self) -> Result<(), Error> {
        self.settle(0).await?;
        let (scale, average) = (self.scales[self.scale + 1], self.average());
        let settings = &self.job.settings;
        let models = images::at(&self.job, &scale, &self.device)?;
        self.objective = self.objective.at_another_scale(&models.pictures, settings)?;
        self.colours = models.colours.map(Rc::from);
        match &mut self.optimiser {
            Optimiser::Adam(adam) => **adam = adam.carried(scale.size, &settings.optimiser, average),
            Optimiser::Lbfgs(lbfgs) => {
                let x = schedule::enlarge(lbfgs.x.clone(), scale.size);
                **lbfgs = Lbfgs::new(x, settings.optimiser.history as usize);
            }
        }
        (self.scale, self.issued_here) = (self.scale + 1, 0);
        // Buffers of the old sizes will not be asked for again.
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

    /// Decay of the average that is shown.
    fn average(&self) -> f64 {
        self.objective.average(self.job.settings.average)
    }

    async fn step_adam(&mut self) -> Result<(), Error> {
        let (fresh, average) = (!self.is_scale_issued(), self.average());
        let Optimiser::Adam(adam) = &mut self.optimiser else { return Ok(()) };
        let settings = &self.job.settings;
        if fresh {
            let evaluation = self.objective.evaluate_in_turn(adam.x.clone(), self.issued as usize)?;
            let losses = Losses { iteration: self.issued, evaluation: self.issued, ..Losses::default() };
            let before = (**adam).clone();
            self.pending.push_back(Pending { losses, before, readback: Readback::start(evaluation.losses) });
            adam.update(&evaluation.gradient, &settings.optimiser, average);
            self.issued += 1;
            self.issued_here += 1;
            self.iterations = self.issued;
        }
        let keep = if self.is_scale_issued() { 0 } else { IN_FLIGHT - 1 };
        self.settle(keep).await
    }

    /// Waits until at most `keep` steps are under way.
    async fn settle(&mut self, keep: usize) -> Result<(), Error> {
        while self.pending.len() > keep {
            let Some(pending) = self.pending.pop_front() else { break };
            let numbers = pending.readback.await?;
            let &[content, style, tv, total] = numbers.as_slice() else {
                return Err(Error::Device("it sent back the wrong number of values".to_owned()));
            };
            let [content, style, tv, total] = [content, style, tv, total].map(f64::from);
            self.record(Losses { content, style, tv, total, ..pending.losses })?;
            self.good = Some(pending.before);
            self.good_colours = self.colours.clone();
        }
        Ok(())
    }

    async fn step_lbfgs(&mut self) -> Result<(), Error> {
        let Optimiser::Lbfgs(lbfgs) = &mut self.optimiser else { return Ok(()) };
        let restart = self.job.settings.optimiser.restart;
        if restart > 0 && self.issued_here > 0 && self.issued_here.is_multiple_of(restart) {
            lbfgs.clear_history();
        }
        let outcome = lbfgs.evaluate(&self.objective).await?;
        let [content, style, tv, total] = outcome.losses;
        let losses = Losses { iteration: self.iterations, evaluation: self.issued, content, style, tv, total };
        self.issued += 1;
        self.issued_here += 1;
        if outcome.accepted {
            // A trial that fails, even with a NaN, is the line search's business; an iterate is everybody's.
            self.record(losses)?;
            self.iterations += 1;
        }
        if outcome.converged && self.scale + 1 < self.scales.len() {
            // The next scale has a way down.
            self.scales[self.scale].evaluations = self.issued_here;
        } else if outcome.converged {
            self.ended = true;
            self.warnings.push(format!("The run ended after {} evaluations: no direction led further down.", self.issued));
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

    /// Updates of the picture so far: which iterate [`picture`](Session::picture) shows.
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iterations
    }

    /// New weights of the losses, or Adam's step, from the next step on.
    ///
    /// # Errors
    ///
    /// When they are out of range, or something else differs that cannot change during a run.
    pub fn set(&mut self, settings: Settings) -> Result<(), Error> {
        settings.validate()?;
        if let Some(path) = self.job.settings.changed_fixed(&settings) {
            return Err(SettingsError::FixedDuringRun { path: path.to_owned() }.into());
        }
        settings_event::note(&mut self.changes, self.issued, &self.job.settings, &settings)?;
        let weights = Weights::of(&settings);
        if weights != self.objective.weights {
            self.objective.weights = weights;
            if let Optimiser::Lbfgs(lbfgs) = &mut self.optimiser {
                lbfgs.objective_changed();
            }
        }
        self.job.settings = settings;
        Ok(())
    }
}
