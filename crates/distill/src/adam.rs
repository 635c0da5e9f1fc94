//! Adam (Kingma and Ba 2014, arXiv:1412.6980) on the host, for the student's values.

/// Its state, one vector a tensor.
#[derive(Clone)]
pub(crate) struct Adam {
    /// Exponential moving averages of gradients.
    pub(crate) exp_avg: Vec<Vec<f32>>,
    /// Exponential moving averages of squared gradients.
    pub(crate) exp_avg_sq: Vec<Vec<f32>>,
}

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.99;
const EPSILON: f32 = 1e-8;

impl Adam {
    pub(crate) fn new(values: &[Vec<f32>]) -> Self {
        let zeros: Vec<Vec<f32>> = values.iter().map(|tensor| vec![0.0; tensor.len()]).collect();
        Self { exp_avg: zeros.clone(), exp_avg_sq: zeros }
    }

    /// The `step`-th update, counted from 1.
    pub(crate) fn update(&mut self, values: &mut [Vec<f32>], gradient: &[Vec<f32>], learning_rate: f32, step: u32) {
        let corrected = |beta: f32| 1.0 - beta.powf(step as f32);
        let (exp_avg_size, exp_avg_sq_size) = (corrected(BETA1), corrected(BETA2));
        for (tensor, values) in values.iter_mut().enumerate() {
            let moments = self.exp_avg[tensor].iter_mut().zip(&mut self.exp_avg_sq[tensor]);
            for ((value, gradient), (exp_avg, exp_avg_sq)) in values.iter_mut().zip(&gradient[tensor]).zip(moments) {
                *exp_avg = BETA1 * *exp_avg + (1.0 - BETA1) * gradient;
                *exp_avg_sq = BETA2 * *exp_avg_sq + (1.0 - BETA2) * gradient * gradient;
                *value -= learning_rate * (*exp_avg / exp_avg_size) / ((*exp_avg_sq / exp_avg_sq_size).sqrt() + EPSILON);
            }
        }
    }
}

/// Learning rate of the `step`-th of `steps` updates, counted from 1: linear warm-up over the first fiftieth, then cosine decay to nearly 0.
pub(crate) fn learning_rate(highest: f32, step: u32, steps: u32) -> f32 {
    let warm_up = (steps / 50).max(1);
    let done = step as f32 / steps as f32;
    highest * (step as f32 / warm_up as f32).min(1.0) * (0.5 + 0.5 * (std::f32::consts::PI * done).cos()).max(1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converges_on_a_quadratic_and_the_learning_rate_rises_and_falls() {
        let mut values = vec![vec![3.0f32, -2.0], vec![0.5]];
        let mut adam = Adam::new(&values);
        for step in 1..=500 {
            let gradient = values.iter().map(|tensor| tensor.iter().map(|v| 2.0 * (v - 1.0)).collect()).collect::<Vec<_>>();
            adam.update(&mut values, &gradient, learning_rate(0.1, step, 500), step);
        }
        assert!(values.iter().flatten().all(|v| (v - 1.0).abs() < 0.02), "{values:?}");
        assert!(learning_rate(1.0, 1, 500) < 0.2 && learning_rate(1.0, 10, 500) > 0.99 && learning_rate(1.0, 500, 500) <= 1e-3);
    }
}
