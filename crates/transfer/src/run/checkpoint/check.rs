//! Whether a checkpoint's numbers are those of some moment of the run that continues from it. A file that was damaged where no checksum covers
//! it, because an earlier version wrote it or a person changed it, must not make a run that ends elsewhere, or never.

use super::CheckpointNumbers;
use crate::{
    Error,
    run::{report::Losses, schedule::Scale, settings_event},
};

/// The most warnings of a run: one for each image, and a few of the run itself.
const MOST_WARNINGS: usize = 100;
/// Of a warning or an image's name, in bytes.
const LONGEST_TEXT: usize = 2000;
/// Whole numbers up to here are exact in JSON that a browser reads.
const LARGEST: u64 = 1 << 53;

/// Checks counters, losses, settings and texts against each other and against the scales that the run has.
///
/// # Errors
///
/// The first thing that cannot be.
pub(super) fn check(numbers: &CheckpointNumbers, plan: &[Scale]) -> Result<(), Error> {
    let checks = [
        ("evaluations", evaluations(numbers, plan)),
        ("losses", losses(numbers)),
        ("times", times(numbers)),
        ("texts", texts(numbers)),
        ("changes of settings", changes(numbers)),
    ];
    match checks.iter().find(|(_, fits)| !fits) {
        Some((what, _)) => Err(Error::Checkpoint(format!("its {what} do not fit together, so it is damaged"))),
        None => Ok(()),
    }
}

/// Scales that are over had at least one evaluation and, where nothing led further down, fewer than planned; those to come have as many as planned.
fn evaluations(numbers: &CheckpointNumbers, plan: &[Scale]) -> bool {
    let CheckpointNumbers { scale, ref scales, issued_here, issued, iterations, moved_at, .. } = *numbers;
    let last = plan.len().saturating_sub(1);
    if scale > last || scales.len() != plan.len() || issued_here > scales[scale] {
        return false;
    }
    let fits = scales.iter().zip(plan).enumerate().all(|(n, (evaluations, planned))| {
        // One that is under way ends early only with its last evaluation.
        let may_end_early = n < scale || (n == scale && n < last && *evaluations == issued_here);
        *evaluations == planned.evaluations || (may_end_early && (1..planned.evaluations).contains(evaluations))
    });
    let before: u64 = scales[..scale].iter().map(|evaluations| u64::from(*evaluations)).sum();
    fits && u64::from(issued) == before + u64::from(issued_here) && iterations <= issued && moved_at.unwrap_or(0) <= issued
}

/// Finite, of evaluations that were made, in their order.
fn losses(numbers: &CheckpointNumbers) -> bool {
    let in_order = |pair: &[Losses]| pair[0].evaluation < pair[1].evaluation && pair[0].iteration <= pair[1].iteration;
    numbers.losses.windows(2).all(in_order)
        && numbers.losses.iter().all(|losses| {
            losses.is_finite()
                && losses.evaluation < numbers.issued
                && losses.iteration <= numbers.iterations
                && losses.iteration <= losses.evaluation
        })
}

fn times(numbers: &CheckpointNumbers) -> bool {
    numbers.timings.are_of(numbers.issued as usize) && numbers.device_bytes <= LARGEST
}

fn texts(numbers: &CheckpointNumbers) -> bool {
    numbers.warnings.len() <= MOST_WARNINGS
        && numbers.warnings.iter().all(|warning| warning.len() <= LONGEST_TEXT)
        && numbers.inputs.iter().all(|input| input.name.len() <= LONGEST_TEXT)
}

/// Merged in their order, they give settings that a run can have.
fn changes(numbers: &CheckpointNumbers) -> bool {
    numbers.changes.windows(2).all(|pair| pair[0].evaluation < pair[1].evaluation)
        && numbers.changes.last().is_none_or(|last| last.evaluation <= numbers.issued)
        && numbers.settings.validate().is_ok()
        && settings_event::after(&numbers.changes, &numbers.settings).is_ok()
}
