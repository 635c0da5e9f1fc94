//! Limited-memory BFGS (Nocedal 1980; Liu and Nocedal 1989) with the line search of [`super::line_search`].
//!
//! Every vector stays on the device, the two-loop recursion's inner products too. An evaluation reads back one small buffer: the losses and two
//! inner products. The next evaluation need not wait for it: while the answer is on its way, the first trial along the next direction is
//! evaluated as it will be if this trial is accepted (`Ahead`). If it is not, that evaluation is dropped; the run is the same to the bit.

mod history;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{
    LocalFuture, Optimizer, Outcome, Shown, State, StepContext, StepKind, Tensors, damaged,
    line_search::{Bracket, Point, Verdict},
    take,
};
use crate::{
    Error, Objective,
    image::resize::{Size, enlarge},
    readback::Readback,
    settings::OptimiserSettings,
};
use history::{History, Pair, dot};

/// The search along one direction.
#[derive(Clone, Debug)]
struct Search {
    direction: Tensor<4>,
    bracket: Bracket,
    /// The lowest trial that met the Armijo condition but could go further: taken if no later trial meets both conditions.
    sufficient: Option<Box<Trial>>,
}

/// An evaluation at a point along a direction, its numbers on their way: content, style, tv and total, the slope before and there.
#[derive(Debug)]
struct Issued {
    x: Tensor<4>,
    gradient: Tensor<4>,
    numbers: Readback,
}

/// What follows if the trial under way is accepted: the history with it, and the first trial along the next direction.
#[derive(Debug)]
struct Ahead {
    history: History,
    search: Search,
    issued: Issued,
}

/// A point along a direction, and what an evaluation gave there.
#[derive(Clone, Debug)]
struct Trial {
    x: Tensor<4>,
    gradient: Tensor<4>,
    numbers: TrialNumbers,
}

/// A trial's content, style, tv and total, its step, and whether the slope rose to it. In f32, as the device gave them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrialNumbers {
    losses: [f32; 4],
    step: f32,
    curved_up: bool,
}

/// Value and gradient at the iterate.
#[derive(Clone, Debug)]
struct Iterate {
    total: f64,
    gradient: Tensor<4>,
}

/// The numbers of a checkpoint. Those with defaults are missing in checkpoints of earlier versions.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    pairs: usize,
    total: Option<f32>,
    search: Option<Bracket>,
    #[serde(default)]
    sufficient: Option<TrialNumbers>,
    #[serde(default = "one")]
    first: f32,
}

impl Numbers {
    /// Whether they are those of a search with so many pairs at most: finite, a direction only where there is an iterate, a kept trial only along a
    /// direction.
    fn can_be(&self, history: usize) -> bool {
        let trial = |trial: &TrialNumbers| trial.losses.iter().all(|loss| loss.is_finite()) && trial.step.is_finite() && trial.step > 0.0;
        self.pairs <= history
            && self.first.is_finite()
            && self.first > 0.0
            && self.total.map_or(self.search.is_none() && self.pairs == 0, f32::is_finite)
            && self.search.as_ref().is_none_or(Bracket::can_be)
            && self.sufficient.as_ref().is_none_or(|numbers| self.search.is_some() && trial(numbers))
    }
}

fn one() -> f32 {
    1.0
}

/// What an evaluation gave.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Evaluated {
    /// Content, style, tv, total, of the image that was evaluated.
    losses: [f32; 4],
    /// What the step did.
    kind: StepKind,
    /// Whether no direction decreases the objective any more.
    converged: bool,
}

/// The image and what is known of the objective around it.
#[derive(Debug)]
pub struct Lbfgs {
    /// `[1, 3, H, W]`: the iterate, which is the best so far.
    pub x: Tensor<4>,
    history: History,
    iterate: Option<Iterate>,
    search: Option<Search>,
    /// The first trial from the iterate, under way already. Not part of the state: evaluated again, it is the same.
    ahead: Option<(Search, Issued)>,
    /// Without history, the first trial's step along the next direction: that of the last accepted trial.
    first_step: f32,
}

/// Image, gradient, direction, a trial and its gradient, the same of one kept, what was shown, and the pairs.
pub(super) fn images_kept(history: u32) -> f64 {
    8.0 + 2.0 * f64::from(history)
}

/// Where an evaluation is under way ahead of the last one's answer: a pair, a direction, a trial and its gradient.
pub(super) const IMAGES_AHEAD: f64 = 5.0;

/// Every pair and four more, as numbers and as bytes, while its state is written.
pub(super) fn images_for_a_step(history: u32) -> f64 {
    2.0 * (2.0 * f64::from(history) + 4.0)
}

impl Lbfgs {
    /// Starts at `x`, `[1, 3, H, W]`; keeps `history` pairs. With none it is gradient descent (Cauchy 1847), with the same line search.
    /// `gain`: of the preconditioner from one resolution to the next coarser one, 0 for none.
    #[must_use]
    pub fn new(x: Tensor<4>, history: usize, gain: f64) -> Self {
        Self { x, history: History::new(history, gain), iterate: None, search: None, ahead: None, first_step: 1.0 }
    }

    /// As [`super::NewOptimizer`].
    pub(crate) fn boxed(x: Tensor<4>, settings: &OptimiserSettings) -> Box<dyn Optimizer> {
        Box::new(Self::new(x, settings.history as usize, settings.preconditioner))
    }

    /// The next direction is minus the gradient.
    fn clear_history(&mut self) {
        self.history.pairs.clear();
        self.search = None;
        self.ahead = None;
    }

    /// One evaluation: of the start, or of a trial along the present direction. `go_on`: whether another one follows it, without a restart.
    async fn evaluate(&mut self, objective: &Objective, go_on: bool) -> Result<Evaluated, Error> {
        let Some(iterate) = self.iterate.clone() else {
            return self.evaluate_start(objective).await;
        };
        let (mut search, issued) = match self.ahead.take() {
            Some(ahead) => ahead,
            None => {
                let search = self.search.take().unwrap_or_else(|| new_search(&self.history, &iterate.gradient, self.first_step));
                let issued = issue(objective, &self.x, &iterate.gradient, &search)?;
                (search, issued)
            }
        };
        // A search that has begun with a trial that failed says little of what the next one will do.
        let worth_it = go_on && search.bracket.trials == 0 && !issued.numbers.is_answered();
        let ahead = worth_it.then(|| self.go_ahead(objective, &iterate, &search, &issued)).transpose()?;
        let Issued { x, gradient, numbers } = issued;
        let numbers = numbers.await?;
        let [content, style, tv, total, before, after] = as_array(&numbers)?;
        let losses = [content, style, tv, total];
        let mut evaluated = Evaluated { losses, kind: StepKind::Rejected, converged: false };

        if !(before.is_finite() && before < 0.0) {
            // Not a descent direction: the history misleads.
            evaluated.converged = self.give_up();
            return Ok(evaluated);
        }
        let start = Point { value: iterate.total, slope: f64::from(before) };
        let trial = Point { value: f64::from(total), slope: f64::from(after) };
        let verdict = search.bracket.judge(start, trial);
        if verdict != Verdict::TooLong {
            let numbers = TrialNumbers { losses, step: search.bracket.step, curved_up: after > before };
            let trial = Trial { x, gradient, numbers };
            if verdict == Verdict::Accepted {
                match ahead {
                    // Both conditions hold, so the slope has risen: the history is that of `accept`.
                    Some(Ahead { history, search, issued }) => {
                        self.move_to(trial, history);
                        self.ahead = Some((search, issued));
                    }
                    None => self.accept(trial, &iterate),
                }
                evaluated.kind = StepKind::Accepted;
                return Ok(evaluated);
            }
            // Kept, and taken if the trials end without a better one.
            if search.sufficient.as_ref().is_none_or(|lowest| trial.numbers.losses[3] < lowest.numbers.losses[3]) {
                search.sufficient = Some(Box::new(trial));
            }
        }
        if search.bracket.is_last()
            && let Some(lowest) = search.sufficient.take()
        {
            evaluated = Evaluated { losses: lowest.numbers.losses, kind: StepKind::Accepted, converged: false };
            self.accept(*lowest, &iterate);
        } else if let Some(bracket) = search.bracket.narrowed(start, trial, verdict) {
            self.search = Some(Search { bracket, ..search });
        } else {
            evaluated.converged = self.give_up();
        }
        Ok(evaluated)
    }

    async fn evaluate_start(&mut self, objective: &Objective) -> Result<Evaluated, Error> {
        let evaluation = objective.evaluate(self.x.clone())?;
        let losses: [f32; 4] = as_array(&Readback::start(evaluation.losses).await?)?;
        self.iterate = Some(Iterate { total: f64::from(losses[3]), gradient: evaluation.gradient });
        Ok(Evaluated { losses, kind: StepKind::Evaluated, converged: false })
    }

    fn accept(&mut self, trial: Trial, before: &Iterate) {
        // s . y > 0, or the next direction would not be one of descent.
        let history = if trial.numbers.curved_up {
            self.history.with(trial.x.clone() - self.x.clone(), trial.gradient.clone() - before.gradient.clone())
        } else {
            self.history.clone()
        };
        self.move_to(trial, history);
    }

    fn move_to(&mut self, Trial { x, gradient, numbers }: Trial, history: History) {
        if history.capacity == 0 {
            self.first_step = numbers.step;
        }
        self.history = history;
        self.x = x;
        self.iterate = Some(Iterate { total: f64::from(numbers.losses[3]), gradient });
    }

    /// Evaluates what follows if `trial` is accepted.
    fn go_ahead(&self, objective: &Objective, before: &Iterate, search: &Search, trial: &Issued) -> Result<Ahead, Error> {
        let history = self.history.with(trial.x.clone() - self.x.clone(), trial.gradient.clone() - before.gradient.clone());
        let first_step = if history.capacity == 0 { search.bracket.step } else { self.first_step };
        let search = new_search(&history, &trial.gradient, first_step);
        let issued = issue(objective, &trial.x, &trial.gradient, &search)?;
        Ok(Ahead { history, search, issued })
    }

    /// The next direction is minus the gradient; true when that was the one that failed.
    fn give_up(&mut self) -> bool {
        let was_gradient = self.history.pairs.is_empty();
        self.clear_history();
        was_gradient
    }
}

fn new_search(history: &History, gradient: &Tensor<4>, first_step: f32) -> Search {
    Search { direction: history.direction(gradient), bracket: Bracket::new(first_step), sufficient: None }
}

impl Optimizer for Lbfgs {
    fn step<'a>(&'a mut self, context: StepContext<'a>) -> LocalFuture<'a, Result<Outcome, Error>> {
        let (done, restart) = (context.evaluation_of_scale, context.settings.restart);
        let restarts = |done: u32| restart > 0 && done > 0 && done.is_multiple_of(restart);
        if restarts(done) {
            self.clear_history();
        }
        let go_on = !context.is_last_of_scale && !restarts(done + 1);
        Box::pin(async move {
            let Evaluated { losses, kind, converged } = self.evaluate(context.objective, go_on).await?;
            Ok(Outcome { losses: Readback::known(losses.to_vec()), kind, converged })
        })
    }

    /// A trial depends on the losses of the one before.
    fn steps_in_flight(&self) -> usize {
        1
    }

    fn shown(&self, _: f64) -> Shown {
        Shown::iterate(self.x.clone())
    }

    fn rescale(&mut self, to: Size, settings: &OptimiserSettings, _: f64) {
        *self = Self::new(enlarge(self.x.clone(), to), settings.history as usize, settings.preconditioner);
    }

    fn objective_changed(&mut self) {
        self.clear_history();
        self.iterate = None;
    }

    fn state(&self) -> State {
        let mut tensors = Tensors::from([("x".to_owned(), self.x.clone())]);
        for (n, pair) in self.history.pairs.iter().enumerate() {
            tensors.insert(format!("s{n}"), pair.s.clone());
            tensors.insert(format!("y{n}"), pair.y.clone());
        }
        if let Some(iterate) = &self.iterate {
            tensors.insert("gradient".to_owned(), iterate.gradient.clone());
        }
        let sufficient = self.search.as_ref().and_then(|search| search.sufficient.as_ref());
        if let Some(search) = &self.search {
            tensors.insert("direction".to_owned(), search.direction.clone());
        }
        if let Some(trial) = sufficient {
            tensors.insert("sufficient".to_owned(), trial.x.clone());
            tensors.insert("sufficient_gradient".to_owned(), trial.gradient.clone());
        }
        let numbers = Numbers {
            pairs: self.history.pairs.len(),
            total: self.iterate.as_ref().map(|iterate| iterate.total as f32),
            search: self.search.as_ref().map(|search| search.bracket),
            sufficient: sufficient.map(|trial| trial.numbers),
            first: self.first_step,
        };
        State::new(&numbers, tensors)
    }

    fn load_state(&mut self, state: State, _: u32) -> Result<(), Error> {
        let (numbers, mut tensors): (Numbers, Tensors) = state.read()?;
        if !numbers.can_be(self.history.capacity) {
            return Err(damaged());
        }
        let mut tensor = |name: &str| take(&mut tensors, name);
        let mut loaded = Self { first_step: numbers.first, ..Self::new(tensor("x")?, self.history.capacity, self.history.gain) };
        for n in 0..numbers.pairs {
            loaded.history.pairs.push_back(Pair::new(tensor(&format!("s{n}"))?, tensor(&format!("y{n}"))?));
        }
        if let Some(total) = numbers.total {
            loaded.iterate = Some(Iterate { total: f64::from(total), gradient: tensor("gradient")? });
        }
        if let Some(bracket) = numbers.search {
            let trial =
                |numbers| Ok::<_, Error>(Box::new(Trial { x: tensor("sufficient")?, gradient: tensor("sufficient_gradient")?, numbers }));
            let sufficient = numbers.sufficient.map(trial).transpose()?;
            loaded.search = Some(Search { direction: tensor("direction")?, bracket, sufficient });
        }
        *self = loaded;
        if tensors.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

/// Evaluates the objective at the next trial of `search` from `x`, where the gradient is `gradient`, and asks for the numbers.
fn issue(objective: &Objective, x: &Tensor<4>, gradient: &Tensor<4>, search: &Search) -> Result<Issued, Error> {
    let x = x.clone() + search.direction.clone() * search.bracket.step;
    let evaluation = objective.evaluate(x.clone())?;
    let slopes = [dot(gradient, &search.direction), dot(&evaluation.gradient, &search.direction)];
    let [before, after] = slopes.map(|slope| slope.reshape([1]));
    let numbers = Readback::start(Tensor::cat(vec![evaluation.losses, before, after], 0));
    Ok(Issued { x, gradient: evaluation.gradient, numbers })
}

fn as_array<const N: usize>(numbers: &[f32]) -> Result<[f32; N], Error> {
    numbers.try_into().map_err(|_| Error::Device("it sent back the wrong number of values".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use burn::tensor::{Device, TensorData};
    use vgg::WeightsFile;

    use super::*;
    use crate::{Images, readback::PRETEND_LATE, settings::Settings};

    fn picture(wave: f32) -> Tensor<4> {
        let values: Vec<f32> = (0..3 * 20 * 24).map(|n| 0.5 + 0.4 * (n as f32 * wave).sin()).collect();
        Tensor::from_data(TensorData::new(values, [1, 3, 20, 24]), &Device::flex())
    }

    /// What is made ahead of an answer changes no bit: neither where a trial is refused, nor after a restart, other weights, or a checkpoint.
    #[test]
    fn a_run_ahead_of_its_answers_is_the_same() {
        let network = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let weights = WeightsFile::parse(fs::read(network).unwrap()).unwrap();
        let run = |late: bool, history: usize, gain: f64| {
            PRETEND_LATE.set(late);
            let mut objective = Objective::new(&weights, &Images::uniform(picture(0.03), &[picture(0.4)]), &Settings::default()).unwrap();
            let mut lbfgs = Lbfgs::new(picture(0.03), history, gain);
            let (mut all, mut ahead) = (Vec::new(), 0);
            for n in 0..30 {
                match n {
                    9 => lbfgs.clear_history(),
                    15 => {
                        objective.weights.content *= 3.0;
                        lbfgs.objective_changed();
                    }
                    22 => {
                        let mut restored = Lbfgs::new(picture(0.1), history, gain);
                        restored.load_state(lbfgs.state(), n).unwrap();
                        lbfgs = restored;
                    }
                    _ => {}
                }
                let evaluated = pollster::block_on(lbfgs.evaluate(&objective, n != 8)).unwrap();
                all.push((evaluated.losses.map(f32::to_bits), evaluated.kind));
                ahead += usize::from(lbfgs.ahead.is_some());
            }
            PRETEND_LATE.set(false);
            (all, lbfgs.x.to_data().try_to_vec::<f32>().unwrap(), ahead)
        };
        for (history, gain) in [(0, 0.0), (4, 0.0), (4, 2.0)] {
            let ((plain, x, none), (late, x_late, some)) = (run(false, history, gain), run(true, history, gain));
            assert_eq!(none, 0);
            assert!(some > 5, "{some} evaluations were made ahead");
            assert!(plain.iter().any(|(_, kind)| *kind == StepKind::Rejected), "no trial was refused");
            assert_eq!(plain, late);
            assert_eq!(x, x_late);
        }
    }

    /// The last trial is far too long, but a shorter one went down: that is the new iterate, and the run has not converged.
    #[test]
    fn a_sufficient_trial_is_taken_when_the_last_one_fails() {
        let network = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let weights = WeightsFile::parse(fs::read(network).unwrap()).unwrap();
        let objective = Objective::new(&weights, &Images::uniform(picture(0.03), &[picture(0.4)]), &Settings::default()).unwrap();
        let mut lbfgs = Lbfgs::new(picture(0.03), 10, 0.0);
        let start = pollster::block_on(lbfgs.evaluate(&objective, true)).unwrap();
        assert_eq!(start.kind, StepKind::Evaluated);
        let gradient = lbfgs.iterate.clone().unwrap().gradient;
        let direction = lbfgs.history.direction(&gradient);
        let x = lbfgs.x.clone() + direction.clone() * 0.01;
        let there = objective.evaluate(x.clone()).unwrap();
        let losses = <[f32; 4]>::try_from(there.losses.into_data().try_to_vec::<f32>().unwrap()).unwrap();
        assert!(losses[3] < start.losses[3]);
        let numbers = TrialNumbers { losses, step: 0.01, curved_up: true };
        lbfgs.search = Some(Search {
            direction,
            bracket: Bracket { step: 1e4, low: 0.01, high: None, trials: 11 },
            sufficient: Some(Box::new(Trial { x: x.clone(), gradient: there.gradient, numbers })),
        });
        let outcome = pollster::block_on(lbfgs.evaluate(&objective, true)).unwrap();
        assert_eq!(outcome, Evaluated { losses, kind: StepKind::Accepted, converged: false });
        let values = |tensor: &Tensor<4>| tensor.to_data().try_to_vec::<f32>().unwrap();
        assert_eq!(values(&lbfgs.x), values(&x));
    }
}
