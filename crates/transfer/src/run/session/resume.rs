//! A run put away and taken up again.

use burn::tensor::Device;
use vgg::WeightsFile;

use super::{Optimiser, Session};
use crate::{
    Error, RunSpec, Weights,
    optim::{Adam, Lbfgs},
    run::checkpoint::{self, CheckpointNumbers, OptimiserNumbers},
    run::settings_event,
};

impl Session {
    /// All that is needed to go on later or elsewhere, besides the job and the network: see [`restore`](Session::restore).
    /// Waits for the steps that are under way.
    ///
    /// # Errors
    ///
    /// When the device gives no answer, or a loss was not finite.
    pub async fn snapshot(&mut self) -> Result<Vec<u8>, Error> {
        self.settle(0).await?;
        let (optimiser, tensors) = match &self.optimiser {
            Optimiser::Adam(adam) => adam.state(),
            Optimiser::Lbfgs(lbfgs) => lbfgs.state(),
        };
        let numbers = CheckpointNumbers {
            schema: checkpoint::SCHEMA,
            settings: self.job.settings.clone(),
            scale: self.scale,
            scales: self.scales.iter().map(|scale| scale.evaluations).collect(),
            issued_here: self.issued_here,
            issued: self.issued,
            iterations: self.iterations,
            losses: self.losses.clone(),
            changes: self.changes.clone(),
            optimiser,
            average: Some(self.average()),
            timings: self.timings.clone(),
            device_bytes: self.device_bytes,
            warnings: self.warnings.clone(),
            inputs: self.inputs(),
        };
        checkpoint::write(&numbers, tensors).await
    }

    /// Goes on from a [`snapshot`](Session::snapshot) of a run of the same job; its weights and step may differ.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Session::new), and when the snapshot is damaged or of another run.
    pub fn restore(weights: &WeightsFile, job: RunSpec, device: &Device, bytes: &[u8]) -> Result<Self, Error> {
        let numbers = checkpoint::read_numbers(bytes, &job.settings)?;
        let mut session = Self::at_scale(weights, job, device, numbers.scale)?;
        checkpoint::check_inputs(&numbers.inputs, &session.inputs())?;
        let settings = &session.job.settings;
        let tensors = checkpoint::read_tensors(bytes, session.size(), device)?;
        session.optimiser = match numbers.optimiser {
            OptimiserNumbers::Adam { updates, averaged } => {
                let mut adam = Adam::from_state(updates, averaged, tensors)?;
                if numbers.average.unwrap_or(settings.average) != session.average() {
                    // Another network, with other views.
                    adam.average_anew();
                }
                session.good = Some(adam.clone());
                Optimiser::Adam(Box::new(adam))
            }
            OptimiserNumbers::Lbfgs { pairs, total, search, sufficient, first } => {
                let history = settings.optimiser.history as usize;
                let mut lbfgs = Lbfgs::from_state(history, pairs, total, (search, sufficient), first, tensors)?;
                if Weights::of(&numbers.settings) != Weights::of(settings) {
                    lbfgs.objective_changed();
                }
                Optimiser::Lbfgs(Box::new(lbfgs))
            }
        };
        for (scale, evaluations) in session.scales.iter_mut().zip(numbers.scales) {
            scale.evaluations = evaluations;
        }
        session.changes = numbers.changes;
        settings_event::note(&mut session.changes, numbers.issued, &numbers.settings, &session.job.settings)?;
        (session.issued_here, session.issued) = (numbers.issued_here, numbers.issued);
        (session.iterations, session.losses) = (numbers.iterations, numbers.losses);
        session.timings.follow(numbers.timings);
        session.device_bytes = numbers.device_bytes;
        let fresh = std::mem::replace(&mut session.warnings, numbers.warnings);
        session.warnings.extend(fresh.into_iter().filter(|warning| !session.warnings.contains(warning)).collect::<Vec<_>>());
        Ok(session)
    }
}
