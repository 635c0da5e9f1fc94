//! Saving a run to a checkpoint and resuming it.

use burn::tensor::Device;
use vgg::WeightsFile;

use super::{Session, progress};
use crate::{
    Error, Registry, RunSpec, Weights,
    optim::State,
    run::{
        checkpoint::{self, CheckpointNumbers},
        schedule, settings_event,
    },
};

impl Session {
    /// All that is needed to continue later or elsewhere, besides the spec and the network: see [`restore`](Session::restore).
    /// Waits for the evaluations that are under way.
    ///
    /// # Errors
    ///
    /// When the device gives no answer, or a loss was not finite.
    pub async fn checkpoint(&mut self) -> Result<Vec<u8>, Error> {
        self.settle(0).await?;
        let State { numbers: optimizer, tensors } = self.optimizer.state();
        let settings = self.spec.settings.clone();
        let numbers = CheckpointNumbers {
            schema: checkpoint::SCHEMA,
            scale: self.scale,
            scales: self.scales.iter().map(|scale| scale.evaluations).collect(),
            issued_here: self.issued_here,
            issued: self.issued,
            iterations: self.iterations,
            moved_at: Some(self.moved_at),
            losses: self.losses.clone(),
            changes: self.changes.clone(),
            optimiser: [(settings.optimiser.kind, optimizer)].into(),
            average: Some(self.ema_decay()),
            timings: self.timings.clone(),
            device_bytes: self.device_bytes,
            warnings: self.warnings.clone(),
            inputs: progress::inputs(&self.spec),
            settings,
        };
        checkpoint::write(&numbers, tensors).await
    }

    /// Continues from a [`checkpoint`](Session::checkpoint) of a run of the same spec; its weights and learning rate may differ.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Session::new), and when the checkpoint is damaged or of another run.
    pub fn restore(weights: &WeightsFile, spec: RunSpec, device: &Device, bytes: &[u8]) -> Result<Self, Error> {
        Self::restore_with_registry(weights, spec, device, bytes, &Registry::default())
    }

    /// The same with the style losses and optimizers of `registry`.
    ///
    /// # Errors
    ///
    /// Those of [`restore`](Session::restore).
    pub fn restore_with_registry(
        weights: &WeightsFile,
        spec: RunSpec,
        device: &Device,
        bytes: &[u8],
        registry: &Registry,
    ) -> Result<Self, Error> {
        spec.validate()?;
        // What is damaged is refused before anything is computed.
        let plan = schedule::plan(spec.content.size, &spec.settings)?;
        let mut numbers = checkpoint::read_numbers(bytes, &spec.settings, &plan)?;
        checkpoint::check_inputs(&numbers.inputs, &progress::inputs(&spec))?;
        let tensors = checkpoint::read_tensors(bytes, plan[numbers.scale].size, device)?;
        let mut session = Self::at_scale(weights, spec, device, numbers.scale, registry)?;
        let settings = &session.spec.settings;
        let optimizer = numbers.optimiser.remove(&settings.optimiser.kind).unwrap_or_default();
        session.optimizer.load_state(State { numbers: optimizer, tensors }, numbers.issued)?;
        if numbers.average.unwrap_or(settings.average) != session.ema_decay() {
            // Another network, with other augmentations.
            session.optimizer.restart_ema();
        }
        if Weights::of(&numbers.settings) != Weights::of(settings) {
            session.optimizer.objective_changed();
        }
        session.good.shown = session.optimizer.shown(session.ema_decay());
        for (scale, evaluations) in session.scales.iter_mut().zip(numbers.scales) {
            scale.evaluations = evaluations;
        }
        session.changes = numbers.changes;
        settings_event::note(&mut session.changes, numbers.issued, &numbers.settings, &session.spec.settings)?;
        (session.issued_here, session.issued) = (numbers.issued_here, numbers.issued);
        (session.iterations, session.losses) = (numbers.iterations, numbers.losses);
        session.moved_at = numbers.moved_at.unwrap_or(numbers.issued);
        session.timings.follow(numbers.timings);
        session.device_bytes = numbers.device_bytes;
        let fresh = std::mem::replace(&mut session.warnings, numbers.warnings);
        session.warnings.extend(fresh.into_iter().filter(|warning| !session.warnings.contains(warning)).collect::<Vec<_>>());
        Ok(session)
    }
}
