//! Adam (Kingma and Ba 2014, arXiv:1412.6980) on the host, for the student's values.

/// First and second moments.
#[derive(Clone)]
pub(crate) struct Adam {
    /// Moving means of gradients, one vector a tensor.
    pub(crate) first: Vec<Vec<f32>>,
    /// Moving means of squared gradients.
    pub(crate) second: Vec<Vec<f32>>,
}

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.99;
const EPSILON: f32 = 1e-8;

impl Adam {
    pub(crate) fn new(values: &[Vec<f32>]) -> Self {
        let zeros: Vec<Vec<f32>> = values.iter().map(|tensor| vec![0.0; tensor.len()]).collect();
        Self { first: zeros.clone(), second: zeros }
    }

    /// The `step`-th update, counted from 1, of length `rate`.
    pub(crate) fn update(&mut self, values: &mut [Vec<f32>], gradient: &[Vec<f32>], rate: f32, step: u32) {
        let corrected = |beta: f32| 1.0 - beta.powf(step as f32);
        let (first_size, second_size) = (corrected(BETA1), corrected(BETA2));
        for (tensor, values) in values.iter_mut().enumerate() {
            let moments = self.first[tensor].iter_mut().zip(&mut self.second[tensor]);
            for ((value, gradient), (first, second)) in values.iter_mut().zip(&gradient[tensor]).zip(moments) {
                *first = BETA1 * *first + (1.0 - BETA1) * gradient;
                *second = BETA2 * *second + (1.0 - BETA2) * gradient * gradient;
                *value -= rate * (*first / first_size) / ((*second / second_size).sqrt() + EPSILON);
            }
        }
    }
}

/// Length of the `step`-th of `steps` updates, counted from 1: up over the first fiftieth, then down along a cosine to
/// nearly 0.
pub(crate) fn rate(highest: f32, step: u32, steps: u32) -> f32 {
    let warm = (steps / 50).max(1);
    let done = step as f32 / steps as f32;
    highest * (step as f32 / warm as f32).min(1.0) * (0.5 + 0.5 * (std::f32::consts::PI * done).cos()).max(1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_downhill_on_a_bowl_and_the_rate_rises_and_falls() {
        let mut values = vec![vec![3.0f32, -2.0], vec![0.5]];
        let mut adam = Adam::new(&values);
        for step in 1..=500 {
            let gradient = values.iter().map(|tensor| tensor.iter().map(|v| 2.0 * (v - 1.0)).collect()).collect::<Vec<_>>();
            adam.update(&mut values, &gradient, rate(0.1, step, 500), step);
        }
        assert!(values.iter().flatten().all(|v| (v - 1.0).abs() < 0.02), "{values:?}");
        assert!(rate(1.0, 1, 500) < 0.2 && rate(1.0, 10, 500) > 0.99 && rate(1.0, 500, 500) <= 1e-3);
    }
}
