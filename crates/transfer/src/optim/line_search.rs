//! A line search by bracketing and bisection for the weak Wolfe conditions (Lewis and Overton 2013, "Nonsmooth optimization via quasi-Newton
//! methods", algorithm 2.6), which holds where ReLU and max pooling leave the objective with kinks. Only numbers; the caller evaluates.

use serde::{Deserialize, Serialize};

/// Sufficient decrease (Armijo).
const C1: f64 = 1e-4;
/// Curvature.
const C2: f64 = 0.9;
/// Trials along one direction before it is given up.
const TRIALS: u32 = 12;

/// The bracket along one direction. Steps are f32, so that JSON gives them back to the bit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bracket {
    /// The next trial's step.
    pub(super) step: f32,
    /// The longest step that was too short, 0 at first.
    pub(super) low: f32,
    /// The shortest step that was too long, once there was one.
    pub(super) high: Option<f32>,
    /// Trials so far.
    pub(super) trials: u32,
}

/// Value and slope along the direction, at its start or at a trial.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) slope: f64,
}

/// What a trial is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Both conditions hold.
    Accepted,
    /// It decreases the value enough, and the slope is still steep: it could go further.
    TooShort,
    /// It does not decrease the value enough.
    TooLong,
}

impl Bracket {
    /// Before the first trial, at `step`.
    pub(super) fn new(step: f32) -> Self {
        Self { step, low: 0.0, high: None, trials: 0 }
    }

    /// Whether a search can have this bracket: its step between the ends, and trials left.
    pub(super) fn can_be(&self) -> bool {
        self.step.is_finite()
            && self.step > 0.0
            && (0.0..=self.step).contains(&self.low)
            && self.high.is_none_or(|high| high.is_finite() && self.step <= high)
            && self.trials < TRIALS
    }

    /// The trial at the present step.
    pub(super) fn judge(&self, start: Point, trial: Point) -> Verdict {
        let decreased =
            trial.value.is_finite() && trial.slope.is_finite() && trial.value <= start.value + C1 * f64::from(self.step) * start.slope;
        match (decreased, trial.slope < C2 * start.slope) {
            (true, true) => Verdict::TooShort,
            (true, false) => Verdict::Accepted,
            (false, _) => Verdict::TooLong,
        }
    }

    /// Whether the present trial is the last.
    pub(super) fn is_last(&self) -> bool {
        self.trials + 1 >= TRIALS
    }

    /// The bracket for the next trial; none when there have been enough.
    pub(super) fn narrowed(mut self, start: Point, trial: Point, verdict: Verdict) -> Option<Self> {
        let step = self.step;
        self.trials += 1;
        if self.trials >= TRIALS {
            return None;
        }
        if verdict == Verdict::TooShort {
            self.low = step;
            self.step = self.high.map_or(2.0 * step, |high| 0.5 * (step + high));
        } else {
            self.high = Some(step);
            self.step = if self.low > 0.0 || !trial.value.is_finite() {
                0.5 * (self.low + step)
            } else {
                // The minimum of the parabola through value and slope at the start and the value at the trial.
                let long = f64::from(step);
                let minimum = -start.slope * long.powi(2) / (2.0 * (trial.value - start.value - start.slope * long));
                (minimum as f32).clamp(0.1 * step, 0.5 * step)
            };
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a parabola with its minimum at 1 the search ends near it, from far too short a step and from far too long a one.
    #[test]
    fn a_parabola_is_searched_to_both_conditions() {
        let at = |step: f64| Point { value: (step - 1.0).powi(2), slope: 2.0 * (step - 1.0) };
        let start = at(0.0);
        for first in [1e-3, 1e3] {
            let mut bracket = Bracket::new(first);
            let found = loop {
                let trial = at(f64::from(bracket.step));
                match bracket.judge(start, trial) {
                    Verdict::Accepted => break trial,
                    verdict => bracket = bracket.narrowed(start, trial, verdict).unwrap(),
                }
            };
            assert!(found.value < start.value && found.slope >= C2 * start.slope, "from {first}: {found:?}");
        }
    }

    #[test]
    fn values_that_are_not_numbers_are_too_long_and_the_trials_end() {
        let (start, nan) = (Point { value: 1.0, slope: -1.0 }, Point { value: f64::NAN, slope: f64::NAN });
        let mut bracket = Some(Bracket::new(1.0));
        let mut trials = 0;
        while let Some(now) = bracket {
            assert_eq!(now.judge(start, nan), Verdict::TooLong);
            assert_eq!(now.is_last(), trials + 1 == TRIALS);
            bracket = now.narrowed(start, nan, Verdict::TooLong);
            trials += 1;
        }
        assert_eq!(trials, TRIALS);
    }
}
