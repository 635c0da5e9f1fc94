//! Limited-memory BFGS (Nocedal 1980; Liu and Nocedal 1989) with a line search by bracketing and bisection for the weak
//! Wolfe conditions (Lewis and Overton 2013, "Nonsmooth optimization via quasi-Newton methods", algorithm 2.6), which
//! holds where ReLU and max pooling leave the objective with kinks.
//!
//! Every vector stays on the device, the two-loop recursion's inner products too. An evaluation reads back one small
//! buffer: the losses and two inner products.

use std::collections::VecDeque;

use burn::tensor::Tensor;

use crate::{
    Error, Objective,
    readback::Readback,
    run::checkpoint::{self, OptimiserNumbers, SearchNumbers, Tensors, TrialNumbers},
};

/// Sufficient decrease (Armijo).
const C1: f64 = 1e-4;
/// Curvature.
const C2: f64 = 0.9;
/// Root mean square of the first trial's change of pixels, before anything is known of the curvature.
const FIRST_CHANGE: f64 = 0.02;
/// Trials along one direction before it is given up and the history forgotten.
const TRIALS: u32 = 12;

/// A step taken and what it did to the gradient.
#[derive(Clone, Debug)]
struct Pair {
    s: Tensor<4>,
    y: Tensor<4>,
    /// `1 / (s . y)`, `[1, 1, 1, 1]`.
    rho: Tensor<4>,
}

impl Pair {
    fn new(s: Tensor<4>, y: Tensor<4>) -> Self {
        let rho = dot(&s, &y).recip();
        Self { s, y, rho }
    }
}

/// The search along one direction. Its numbers: the next trial's step along it; what was too short, 0 at first; what was
/// too long, once something was; and how many were tried.
#[derive(Clone, Debug)]
struct Search {
    direction: Tensor<4>,
    numbers: SearchNumbers,
    /// The lowest trial that met the Armijo condition but could go further: taken if no later trial meets both conditions.
    sufficient: Option<Box<Trial>>,
}

/// A point along a direction, and what an evaluation gave there.
#[derive(Clone, Debug)]
struct Trial {
    x: Tensor<4>,
    gradient: Tensor<4>,
    numbers: TrialNumbers,
}

/// The best iterate so far.
#[derive(Clone, Debug)]
struct Iterate {
    total: f64,
    gradient: Tensor<4>,
}

/// What an evaluation gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Content, style, tv, total, of the picture that was tried.
    pub losses: [f64; 4],
    /// Whether it was taken as the new iterate.
    pub accepted: bool,
    /// Whether no direction leads further down.
    pub converged: bool,
}

/// The picture and what is known of the surroundings.
#[derive(Clone, Debug)]
pub struct Lbfgs {
    /// `[1, 3, H, W]`: the best iterate, which is the latest accepted one.
    pub x: Tensor<4>,
    pairs: VecDeque<Pair>,
    known: Option<Iterate>,
    search: Option<Search>,
    history: usize,
    /// Without history, the first trial along the next direction: as far as the last one went.
    first: f32,
}

impl Lbfgs {
    /// Starts at `x`, `[1, 3, H, W]`; remembers `history` steps. With none it is gradient descent (Cauchy 1847), with the same search along
    /// each direction.
    #[must_use]
    pub fn new(x: Tensor<4>, history: usize) -> Self {
        Self { x, pairs: VecDeque::new(), known: None, search: None, history, first: 1.0 }
    }

    /// Forgets the curvature: the next direction is straight downhill.
    pub fn clear_history(&mut self) {
        self.pairs.clear();
        self.search = None;
    }

    /// The objective has changed: what is known of its value is void, and so is the curvature.
    pub fn objective_changed(&mut self) {
        self.clear_history();
        self.known = None;
    }

    /// One evaluation: of the start, or of a trial along the present direction.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn evaluate(&mut self, objective: &Objective) -> Result<Outcome, Error> {
        let Some(known) = self.known.clone() else {
            return self.evaluate_start(objective).await;
        };
        let search = match self.search.take() {
            Some(search) => search,
            None => self.new_search(&known.gradient),
        };
        let trial = self.x.clone() + search.direction.clone() * search.numbers.step;
        let evaluation = objective.evaluate(trial.clone())?;
        let slopes = [dot(&known.gradient, &search.direction), dot(&evaluation.gradient, &search.direction)];
        let [before, after] = slopes.map(|slope| slope.reshape([1]));
        let numbers = Readback::start(Tensor::cat(vec![evaluation.losses, before, after], 0)).await?;
        let [content, style, tv, total, before, after] = as_array(&numbers)?;
        let losses = [content, style, tv, total];
        let mut outcome = Outcome { losses, accepted: false, converged: false };

        if !(before.is_finite() && before < 0.0) {
            // Not downhill: what is remembered of the curvature misleads.
            outcome.converged = self.give_up();
            return Ok(outcome);
        }
        let enough = total.is_finite() && after.is_finite() && total <= known.total + C1 * f64::from(search.numbers.step) * before;
        let steep = enough && after < C2 * before;
        let mut search = search;
        if enough {
            let numbers = TrialNumbers { losses: losses.map(|loss| loss as f32), step: search.numbers.step, curved_up: after > before };
            let trial = Trial { x: trial, gradient: evaluation.gradient, numbers };
            if !steep {
                self.accept(trial, &known);
                outcome.accepted = true;
                return Ok(outcome);
            }
            // A step that goes down but could go on further is kept rather than lost when the trials are used up.
            if search.sufficient.as_ref().is_none_or(|lowest| trial.numbers.losses[3] < lowest.numbers.losses[3]) {
                search.sufficient = Some(Box::new(trial));
            }
        }
        if search.numbers.trials + 1 >= TRIALS
            && let Some(lowest) = search.sufficient.take()
        {
            outcome.losses = lowest.numbers.losses.map(f64::from);
            outcome.accepted = true;
            self.accept(*lowest, &known);
        } else {
            outcome.converged = self.narrow(search, enough, total, known.total, before);
        }
        Ok(outcome)
    }

    pub(crate) fn state(&self) -> (OptimiserNumbers, Tensors) {
        let mut tensors = Tensors::from([("x".to_owned(), self.x.clone())]);
        for (n, pair) in self.pairs.iter().enumerate() {
            tensors.insert(format!("s{n}"), pair.s.clone());
            tensors.insert(format!("y{n}"), pair.y.clone());
        }
        if let Some(known) = &self.known {
            tensors.insert("gradient".to_owned(), known.gradient.clone());
        }
        if let Some(search) = &self.search {
            tensors.insert("direction".to_owned(), search.direction.clone());
            if let Some(trial) = &search.sufficient {
                tensors.insert("sufficient".to_owned(), trial.x.clone());
                tensors.insert("sufficient_gradient".to_owned(), trial.gradient.clone());
            }
        }
        let sufficient = self.search.as_ref().and_then(|search| search.sufficient.as_ref()).map(|trial| trial.numbers);
        let search = self.search.as_ref().map(|search| search.numbers);
        let total = self.known.as_ref().map(|known| known.total as f32);
        (OptimiserNumbers::Lbfgs { pairs: self.pairs.len(), total, search, sufficient, first: self.first }, tensors)
    }

    pub(crate) fn from_state(
        history: usize,
        pairs: usize,
        total: Option<f32>,
        search: (Option<SearchNumbers>, Option<TrialNumbers>),
        first: f32,
        mut tensors: Tensors,
    ) -> Result<Self, Error> {
        let mut tensor = |name: &str| checkpoint::take(&mut tensors, name);
        let mut this = Self { first, ..Self::new(tensor("x")?, history) };
        for n in 0..pairs {
            this.pairs.push_back(Pair::new(tensor(&format!("s{n}"))?, tensor(&format!("y{n}"))?));
        }
        if let Some(total) = total {
            this.known = Some(Iterate { total: f64::from(total), gradient: tensor("gradient")? });
        }
        if let (Some(numbers), sufficient) = search {
            let trial =
                |numbers| Ok::<_, Error>(Box::new(Trial { x: tensor("sufficient")?, gradient: tensor("sufficient_gradient")?, numbers }));
            let sufficient = sufficient.map(trial).transpose()?;
            this.search = Some(Search { direction: tensor("direction")?, numbers, sufficient });
        }
        Ok(this)
    }

    async fn evaluate_start(&mut self, objective: &Objective) -> Result<Outcome, Error> {
        let evaluation = objective.evaluate(self.x.clone())?;
        let [content, style, tv, total] = as_array(&Readback::start(evaluation.losses).await?)?;
        self.known = Some(Iterate { total, gradient: evaluation.gradient });
        Ok(Outcome { losses: [content, style, tv, total], accepted: true, converged: false })
    }

    fn accept(&mut self, Trial { x: trial, gradient, numbers }: Trial, known: &Iterate) {
        if self.history == 0 {
            self.first = numbers.step;
        }
        let total = f64::from(numbers.losses[3]);
        // s . y > 0, or the next direction would not be downhill.
        if numbers.curved_up && self.history > 0 {
            if self.pairs.len() == self.history {
                self.pairs.pop_front();
            }
            self.pairs.push_back(Pair::new(trial.clone() - self.x.clone(), gradient.clone() - known.gradient.clone()));
        }
        self.x = trial;
        self.known = Some(Iterate { total, gradient });
    }

    /// The next trial between what was too short and what was too long; true when there is nothing left to try.
    fn narrow(
        &mut self,
        Search { direction, mut numbers, sufficient }: Search,
        too_short: bool,
        total: f64,
        from: f64,
        slope: f64,
    ) -> bool {
        let step = numbers.step;
        numbers.trials += 1;
        if numbers.trials >= TRIALS {
            return self.give_up();
        }
        if too_short {
            numbers.low = step;
            numbers.step = numbers.high.map_or(2.0 * step, |high| 0.5 * (step + high));
        } else {
            numbers.high = Some(step);
            numbers.step = if numbers.low > 0.0 || !total.is_finite() {
                0.5 * (numbers.low + step)
            } else {
                // The minimum of the parabola through value and slope here and value there.
                let long = f64::from(step);
                let minimum = -slope * long.powi(2) / (2.0 * (total - from - slope * long));
                (minimum as f32).clamp(0.1 * step, 0.5 * step)
            };
        }
        self.search = Some(Search { direction, numbers, sufficient });
        false
    }

    /// Straight downhill next; true when that was what failed.
    fn give_up(&mut self) -> bool {
        let was_straight = self.pairs.is_empty();
        self.clear_history();
        was_straight
    }

    fn new_search(&self, gradient: &Tensor<4>) -> Search {
        let numbers = SearchNumbers { step: self.first, low: 0.0, high: None, trials: 0 };
        Search { direction: self.direction(gradient), numbers, sufficient: None }
    }

    /// Minus the inverse Hessian's approximation times the gradient, by the two-loop recursion (Nocedal and Wright,
    /// algorithm 7.4).
    fn direction(&self, gradient: &Tensor<4>) -> Tensor<4> {
        let Some(latest) = self.pairs.back() else {
            let change = FIRST_CHANGE * (gradient.shape().num_elements() as f64).sqrt();
            return gradient.clone() * dot(gradient, gradient).sqrt().clamp_min(1e-30).recip() * -change;
        };
        let mut q = gradient.clone();
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let alpha = dot(&pair.s, &q) * pair.rho.clone();
            q = q - pair.y.clone() * alpha.clone();
            alphas.push(alpha);
        }
        let gamma = dot(&latest.s, &latest.y) / dot(&latest.y, &latest.y);
        let mut r = q * gamma;
        for (pair, alpha) in self.pairs.iter().zip(alphas.into_iter().rev()) {
            let beta = dot(&pair.y, &r) * pair.rho.clone();
            r = r + pair.s.clone() * (alpha - beta);
        }
        -r
    }
}

/// Inner product, `[1, 1, 1, 1]`.
fn dot(a: &Tensor<4>, b: &Tensor<4>) -> Tensor<4> {
    (a.clone() * b.clone()).sum().reshape([1, 1, 1, 1])
}

fn as_array<const N: usize>(numbers: &[f32]) -> Result<[f64; N], Error> {
    let numbers: Vec<f64> = numbers.iter().map(|n| f64::from(*n)).collect();
    numbers.try_into().map_err(|_| Error::Device("it sent back the wrong number of values".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use burn::tensor::{Device, TensorData};
    use vgg::WeightsFile;

    use super::*;
    use crate::{Images, settings::Settings};

    fn picture(wave: f32) -> Tensor<4> {
        let values: Vec<f32> = (0..3 * 20 * 24).map(|n| 0.5 + 0.4 * (n as f32 * wave).sin()).collect();
        Tensor::from_data(TensorData::new(values, [1, 3, 20, 24]), &Device::flex())
    }

    /// The last trial is far too long, but a shorter one went down: that is the new iterate, and the run has not converged.
    #[test]
    fn a_sufficient_trial_is_taken_when_the_last_one_fails() {
        let network = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let weights = WeightsFile::parse(fs::read(network).unwrap()).unwrap();
        let objective = Objective::new(&weights, &Images::uniform(picture(0.03), &[picture(0.4)]), &Settings::default()).unwrap();
        let mut lbfgs = Lbfgs::new(picture(0.03), 10);
        let start = pollster::block_on(lbfgs.evaluate(&objective)).unwrap();
        assert!(start.accepted);
        let gradient = lbfgs.known.clone().unwrap().gradient;
        let direction = lbfgs.direction(&gradient);
        let x = lbfgs.x.clone() + direction.clone() * 0.01;
        let there = objective.evaluate(x.clone()).unwrap();
        let losses = <[f32; 4]>::try_from(there.losses.into_data().try_to_vec::<f32>().unwrap()).unwrap();
        assert!(f64::from(losses[3]) < start.losses[3]);
        let numbers = TrialNumbers { losses, step: 0.01, curved_up: true };
        lbfgs.search = Some(Search {
            direction,
            numbers: SearchNumbers { step: 1e4, low: 0.01, high: None, trials: TRIALS - 1 },
            sufficient: Some(Box::new(Trial { x: x.clone(), gradient: there.gradient, numbers })),
        });
        let outcome = pollster::block_on(lbfgs.evaluate(&objective)).unwrap();
        assert_eq!(outcome, Outcome { losses: losses.map(f64::from), accepted: true, converged: false });
        let values = |tensor: &Tensor<4>| tensor.to_data().try_to_vec::<f32>().unwrap();
        assert_eq!(values(&lbfgs.x), values(&x));
    }
}
