//! Progress and report of a run.

use std::cmp::Ordering;

use super::{Progress, Session};
use crate::{
    Image, RunSpec,
    run::report::{self, Input, Losses, Report, Role, ScaleReport},
    run::schedule::Scale,
    settings::Start,
};

impl Session {
    /// What the run has done so far.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            schema: report::SCHEMA,
            engine: self.spec.engine.clone(),
            adapter: self.spec.adapter.clone(),
            threads: self.spec.threads,
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
            losses: (0..self.losses.len()).filter_map(|at| self.smoothed_losses(at)).collect(),
            settings: self.spec.settings.clone(),
            changes: self.changes.clone(),
            inputs: inputs(&self.spec),
            downloaded_bytes: self.spec.downloaded_bytes,
            device_bytes: self.device_bytes,
            warnings: self.warnings.clone(),
        }
    }

    /// The losses at `at` of the list: with several augmentations, each with its own losses, the mean over the last round of them.
    fn smoothed_losses(&self, at: usize) -> Option<Losses> {
        let round = self.losses.get((at + 1).saturating_sub(self.objective.augmentations())..=at)?;
        let mean = |of: &dyn Fn(&Losses) -> f64| round.iter().map(of).sum::<f64>() / round.len() as f64;
        let newest = self.losses.get(at)?;
        Some(Losses { content: mean(&|l| l.content), style: mean(&|l| l.style), tv: mean(&|l| l.tv), total: mean(&|l| l.total), ..*newest })
    }

    /// Where it is.
    pub(super) fn progress(&self) -> Progress {
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
            latest: self.losses.len().checked_sub(1).and_then(|last| self.smoothed_losses(last)),
        }
    }
}

/// The images that go into a run.
pub(super) fn inputs(spec: &RunSpec) -> Vec<Input> {
    let input = |role, source: &Image| Input { role, name: source.name.clone(), sha256: source.sha256.clone() };
    let start = spec.start.as_ref().filter(|_| spec.settings.start == Start::Picture);
    std::iter::once(input(Role::Content, &spec.content))
        .chain(spec.styles.iter().map(|style| input(Role::Style, style)))
        .chain(spec.masks.iter().flatten().map(|mask| input(Role::Mask, mask)))
        .chain(start.map(|start| input(Role::Start, start)))
        .collect()
}
