//! One run: owns every tensor, makes one step at a time, and can stop, change its weights, or be put away between any two.

use std::{cmp::Ordering, collections::VecDeque};

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use vgg::WeightsFile;
use web_time::Instant;

use crate::{
    Error, Job, Objective, Pictures, Plane, Source, StylePicture, Weights,
    geometry::{self, Size},
    optimisers::{Adam, Lbfgs},
    readback::Readback,
    report::{self, Input, Losses, NetworkReport, Report, Role, ScaleReport, Timings},
    scales::{self, Scale},
    settings::{OptimiserKind, Settings, SettingsError, Start},
    snapshot::{self, Numbers, OptimiserNumbers},
};

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

/// A picture of the painting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    /// Width and height in pixels: of the scale under way.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row.
    pub rgba: Vec<u8>,
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
    job: Job,
    network: NetworkReport,
    objective: Objective,
    optimiser: Optimiser,
    device: Device,
    /// Of the content picture, where the painting keeps it.
    opacity: Option<Plane>,
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
    ended: bool,
    timings: Timings,
    warnings: Vec<String>,
}

impl Session {
    /// Resizes the pictures, loads the layers in use and computes what the painting is compared with.
    ///
    /// # Errors
    ///
    /// When the settings, the pictures or the network will not do.
    pub fn new(weights: &WeightsFile, job: Job, device: &Device) -> Result<Self, Error> {
        Self::at_scale(weights, job, device, 0)
    }

    fn at_scale(weights: &WeightsFile, job: Job, device: &Device, scale: usize) -> Result<Self, Error> {
        let started = Instant::now();
        job.settings.validate()?;
        let settings = &job.settings;
        let scales = scales::plan(job.content.size, settings)?;
        let at = scales.get(scale).ok_or_else(|| Error::Snapshot("it is of a scale that this run has not".to_owned()))?;
        if job.styles.is_empty() {
            return Err(Error::NoStyle);
        }
        let pictures = pictures(&job, at, device)?;
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
        let warnings = enlarged(&job, &scales[scales.len() - 1])?;
        let mut timings = Timings::default();
        timings.work(started.elapsed().as_secs_f64());
        Ok(Self {
            job,
            network,
            objective,
            optimiser,
            device: device.clone(),
            opacity: pictures.visible,
            scales,
            scale,
            issued_here: 0,
            issued: 0,
            iterations: 0,
            pending: VecDeque::new(),
            losses: Vec::new(),
            good,
            ended: false,
            timings,
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
        match self.optimiser {
            Optimiser::Adam(_) => self.step_adam().await,
            Optimiser::Lbfgs(_) => self.step_lbfgs().await,
        }
    }

    /// Carries the painting, and what Adam knows of the gradients, up to the next scale.
    async fn next_scale(&mut self) -> Result<(), Error> {
        self.settle(0).await?;
        let scale = self.scales[self.scale + 1];
        let settings = &self.job.settings;
        self.objective = self.objective.at_another_scale(&pictures(&self.job, &scale, &self.device)?, settings)?;
        match &mut self.optimiser {
            Optimiser::Adam(adam) => **adam = adam.carried(scale.size, &settings.optimiser, settings.average),
            Optimiser::Lbfgs(lbfgs) => {
                let x = scales::enlarge(lbfgs.x.clone(), scale.size);
                **lbfgs = Lbfgs::new(x, settings.optimiser.history as usize);
            }
        }
        (self.scale, self.issued_here) = (self.scale + 1, 0);
        // Buffers of the old sizes will not be asked for again.
        self.device.memory_cleanup();
        Ok(())
    }

    fn progress(&self) -> Progress {
        let full = self.full_size();
        let done = |n: usize, scale: &Scale| match n.cmp(&self.scale) {
            Ordering::Less => scale.evaluations,
            Ordering::Equal => self.issued_here,
            Ordering::Greater => 0,
        };
        let sum = |evaluations: &dyn Fn(usize, &Scale) -> u32| {
            self.scales.iter().enumerate().map(|(n, scale)| f64::from(evaluations(n, scale)) * scale.cost(full)).sum::<f64>()
        };
        let (width, height) = self.size();
        Progress {
            issued_evaluation: self.issued,
            evaluations: self.scales.iter().map(|scale| scale.evaluations).sum(),
            work: sum(&done),
            budget: sum(&|_, scale| scale.evaluations),
            scale: self.scale as u32 + 1,
            scales: self.scales.len() as u32,
            width,
            height,
            done: self.is_done(),
            latest: self.losses.last().copied(),
        }
    }

    /// Whether the budget is used up and every loss is back, or the run ended before.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ended || (self.scale + 1 == self.scales.len() && self.is_scale_issued() && self.pending.is_empty())
    }

    fn is_scale_issued(&self) -> bool {
        self.issued_here >= self.scales[self.scale].evaluations
    }

    async fn step_adam(&mut self) -> Result<(), Error> {
        let fresh = !self.is_scale_issued();
        let Optimiser::Adam(adam) = &mut self.optimiser else { return Ok(()) };
        let settings = &self.job.settings;
        if fresh {
            let evaluation = self.objective.evaluate(adam.x.clone())?;
            let losses = Losses { iteration: self.issued, evaluation: self.issued, ..Losses::default() };
            let before = (**adam).clone();
            self.pending.push_back(Pending { losses, before, readback: Readback::start(evaluation.losses) });
            adam.update(&evaluation.gradient, &settings.optimiser, settings.average);
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
        }
        Ok(())
    }

    async fn step_lbfgs(&mut self) -> Result<(), Error> {
        let Optimiser::Lbfgs(lbfgs) = &mut self.optimiser else { return Ok(()) };
        let restart = self.job.settings.optimiser.restart;
        if restart > 0 && self.issued_here > 0 && self.issued_here.is_multiple_of(restart) {
            lbfgs.forget();
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

    /// The picture to show: Adam's moving average of iterates, L-BFGS's best iterate.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn picture(&self) -> Result<Painted, Error> {
        let average = self.job.settings.average;
        let newest = match &self.optimiser {
            Optimiser::Adam(adam) => adam.shown(average),
            Optimiser::Lbfgs(lbfgs) => lbfgs.x.clone(),
        };
        let (mut size, mut values) = (self.size(), Readback::start(newest).await?);
        if let (false, Some(good)) = (values.iter().all(|v| v.is_finite()), &self.good) {
            // Of the scale before, if this one has not seen a good loss yet.
            let [_, _, height, width] = good.x.dims();
            (size, values) = ((width as u32, height as u32), Readback::start(good.shown(average)).await?);
        }
        let mut rgba = geometry::rgba(&values, size)?;
        if let Some(opacity) = &self.opacity {
            for (pixel, opacity) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(opacity.resized(size)?.values()) {
                pixel[3] = (opacity * 255.0).round() as u8;
            }
        }
        Ok(Painted { size, rgba })
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

    /// All that is needed to go on later or elsewhere, besides the job and the network: see [`restore`](Session::restore).
    /// Waits for the steps that are under way.
    ///
    /// # Errors
    ///
    /// When the device gives no answer, or a loss was not finite.
    pub async fn snapshot(&mut self) -> Result<Vec<u8>, Error> {
        self.settle(0).await?;
        let (optimiser, tensors) = match &self.optimiser {
            Optimiser::Adam(adam) => adam.put_away(),
            Optimiser::Lbfgs(lbfgs) => lbfgs.put_away(),
        };
        let numbers = Numbers {
            schema: snapshot::SCHEMA,
            settings: self.job.settings.clone(),
            scale: self.scale,
            scales: self.scales.iter().map(|scale| scale.evaluations).collect(),
            issued_here: self.issued_here,
            issued: self.issued,
            iterations: self.iterations,
            losses: self.losses.clone(),
            optimiser,
        };
        snapshot::write(&numbers, tensors).await
    }

    /// Goes on from a [`snapshot`](Session::snapshot) of a run of the same job; its weights and step may differ.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Session::new), and when the snapshot is damaged or of another run.
    pub fn restore(weights: &WeightsFile, job: Job, device: &Device, bytes: &[u8]) -> Result<Self, Error> {
        let numbers = snapshot::read_numbers(bytes, &job.settings)?;
        let mut session = Self::at_scale(weights, job, device, numbers.scale)?;
        let settings = &session.job.settings;
        let tensors = snapshot::read_tensors(bytes, session.size(), device)?;
        session.optimiser = match numbers.optimiser {
            OptimiserNumbers::Adam { updates, averaged } => {
                let adam = Adam::take_out(updates, averaged, tensors)?;
                session.good = Some(adam.clone());
                Optimiser::Adam(Box::new(adam))
            }
            OptimiserNumbers::Lbfgs { pairs, total, search, first } => {
                let history = settings.optimiser.history as usize;
                let mut lbfgs = Lbfgs::take_out(history, pairs, total, search, first, tensors)?;
                if Weights::of(&numbers.settings) != Weights::of(settings) {
                    lbfgs.objective_changed();
                }
                Optimiser::Lbfgs(Box::new(lbfgs))
            }
        };
        for (scale, evaluations) in session.scales.iter_mut().zip(numbers.scales) {
            scale.evaluations = evaluations;
        }
        (session.issued_here, session.issued) = (numbers.issued_here, numbers.issued);
        (session.iterations, session.losses) = (numbers.iterations, numbers.losses);
        Ok(session)
    }

    /// What the run has done so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let input = |role, source: &Source| Input { role, name: source.name.clone(), sha256: source.sha256.clone() };
        let start = self.job.start.as_ref().filter(|_| self.job.settings.start == Start::Picture);
        Report {
            schema: report::SCHEMA,
            engine: self.job.engine.clone(),
            adapter: self.job.adapter.clone(),
            threads: self.job.threads,
            network: self.network.clone(),
            width: self.full_size().0,
            height: self.full_size().1,
            scale: self.scale as u32 + 1,
            scales: self
                .scales
                .iter()
                .map(|&Scale { size: (width, height), evaluations, .. }| ScaleReport { width, height, evaluations })
                .collect(),
            iterations: self.iterations,
            evaluations: self.issued,
            seconds_to_first_step: self.timings.seconds_to_first_step(),
            seconds: self.timings.seconds(),
            ms_per_iteration_median: self.timings.ms_per_iteration_median(),
            losses: self.losses.clone(),
            settings: self.job.settings.clone(),
            inputs: std::iter::once(input(Role::Content, &self.job.content))
                .chain(self.job.styles.iter().map(|style| input(Role::Style, style)))
                .chain(self.job.masks.iter().flatten().map(|mask| input(Role::Mask, mask)))
                .chain(start.map(|start| input(Role::Start, start)))
                .collect(),
            downloaded_bytes: self.job.downloaded_bytes,
            warnings: self.warnings.clone(),
        }
    }
}

/// The content and style pictures of a scale.
pub(crate) fn pictures(job: &Job, scale: &Scale, device: &Device) -> Result<Pictures, Error> {
    let settings = &job.settings;
    let style = |(n, style): (usize, &Source)| {
        let (width, height) = style.size;
        let to = geometry::style_size(width, height, scale.size, scale.longest, settings)?;
        Ok(StylePicture {
            picture: style.tensor(to, device)?,
            weight: settings.style.blend.get(n).map_or(1.0, |weight| *weight as f32),
            visible: Plane::opacity(style)?,
            region: job.masks.get(n).and_then(Option::as_ref).map(Plane::mask).transpose()?,
        })
    };
    Ok(Pictures {
        content: job.content.tensor(scale.size, device)?,
        visible: if settings.content.transparency { Plane::opacity(&job.content)? } else { None },
        styles: job.styles.iter().enumerate().map(style).collect::<Result<_, Error>>()?,
    })
}

/// What the person should know of pictures that are too small for the last scale.
fn enlarged(job: &Job, last: &Scale) -> Result<Vec<String>, Error> {
    let mut warnings: Vec<String> = geometry::enlarged("The content picture", job.content.size, last.size).into_iter().collect();
    for style in &job.styles {
        let (width, height) = style.size;
        let to = geometry::style_size(width, height, last.size, last.longest, &job.settings)?;
        warnings.extend(geometry::enlarged("The style picture", style.size, to));
    }
    Ok(warnings)
}
