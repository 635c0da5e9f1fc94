//! What the integration tests and the crate's own (by `#[path]`) share: random numbers and the distance from an expectation in f64.

#![allow(dead_code, reason = "each test uses some of it")]

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A seeded generator of the tests' inputs.
pub(crate) struct Random(Pcg64);

impl Random {
    /// The same seed gives the same numbers on every platform.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Uniform in [-1, 1).
    pub(crate) fn uniform(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.0.random_range(-1.0..1.0)).collect()
    }

    /// Whole multiples of `1 / steps` in [-1, 1], which f16 represents exactly for up to 2048 steps.
    pub(crate) fn multiples(&mut self, count: usize, steps: i16) -> Vec<f32> {
        (0..count).map(|_| f32::from(self.0.random_range(-steps..=steps)) / f32::from(steps)).collect()
    }

    /// Whole numbers from 0 to 3, half of them 0, as after ReLU.
    pub(crate) fn whole(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.0.random_range(-3.0f32..3.0).ceil().max(0.0)).collect()
    }
}

/// `|found - expected| / |expected|` in the Euclidean norm.
pub(crate) fn relative_l2(found: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let distance: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).powi(2)).sum();
    (distance / expected.iter().map(|b| b * b).sum::<f64>().max(1e-30)).sqrt()
}
