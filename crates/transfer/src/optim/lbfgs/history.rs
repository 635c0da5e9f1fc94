//! The last steps, and the direction that they give.

use std::collections::VecDeque;

use burn::tensor::Tensor;

use crate::optim::precondition;

/// Root mean square of the first trial's change of pixels, before anything is known of the curvature.
const FIRST_CHANGE: f64 = 0.02;

/// A step and the change of the gradient along it.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) s: Tensor<4>,
    pub(super) y: Tensor<4>,
    /// `1 / (s . y)`, `[1, 1, 1, 1]`.
    rho: Tensor<4>,
}

impl Pair {
    /// `s`, `y`: `[1, 3, H, W]`.
    pub(super) fn new(s: Tensor<4>, y: Tensor<4>) -> Self {
        let rho = dot(&s, &y).recip();
        Self { s, y, rho }
    }
}

/// Pairs, the oldest first, `capacity` at most.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) pairs: VecDeque<Pair>,
    pub(super) capacity: usize,
    /// Of [`precondition`], which is the first approximation of the inverse Hessian, up to a factor.
    pub(super) gain: f64,
}

impl History {
    pub(super) fn new(capacity: usize, gain: f64) -> Self {
        Self { pairs: VecDeque::new(), capacity, gain }
    }

    /// The same with another pair, in place of the oldest where it is full.
    pub(super) fn with(&self, s: Tensor<4>, y: Tensor<4>) -> Self {
        let mut history = self.clone();
        if self.capacity > 0 {
            if history.pairs.len() == self.capacity {
                history.pairs.pop_front();
            }
            history.pairs.push_back(Pair::new(s, y));
        }
        history
    }

    /// Minus the inverse Hessian's approximation times the gradient, by the two-loop recursion (Nocedal and Wright, algorithm 7.4) from
    /// `(s . y) / (y . M y) M`, `M` being the preconditioner. `gradient`: `[1, 3, H, W]`.
    pub(super) fn direction(&self, gradient: &Tensor<4>) -> Tensor<4> {
        let Some(latest) = self.pairs.back() else {
            let change = FIRST_CHANGE * (gradient.shape().num_elements() as f64).sqrt();
            let step = precondition(gradient.clone(), self.gain);
            return step.clone() * dot(&step, &step).sqrt().clamp_min(1e-30).recip() * -change;
        };
        let mut q = gradient.clone();
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let alpha = dot(&pair.s, &q) * pair.rho.clone();
            q = q - pair.y.clone() * alpha.clone();
            alphas.push(alpha);
        }
        let gamma = dot(&latest.s, &latest.y) / dot(&latest.y, &precondition(latest.y.clone(), self.gain));
        let mut r = precondition(q, self.gain) * gamma;
        for (pair, alpha) in self.pairs.iter().zip(alphas.into_iter().rev()) {
            let beta = dot(&pair.y, &r) * pair.rho.clone();
            r = r + pair.s.clone() * (alpha - beta);
        }
        -r
    }
}

/// Inner product, `[1, 1, 1, 1]`.
pub(super) fn dot(a: &Tensor<4>, b: &Tensor<4>) -> Tensor<4> {
    (a.clone() * b.clone()).sum().reshape([1, 1, 1, 1])
}
