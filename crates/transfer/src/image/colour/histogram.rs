//! Matches the distribution of a style image's colours to the content image's: one-dimensional histograms are matched along
//! many axes in turn, until they match along every axis (Pitié, Kokaram and Dahyot 2005, "N-dimensional probability density function
//! transfer and its application to colour transfer").

use std::f64::consts::TAU;

use super::{Colours, change};

/// Rounds of three axes each. After these no colour changes by more than 1 / 255 in a further one.
const ROUNDS: usize = 12;
/// Points of the inverse of a cumulative histogram; linear between them.
const QUANTILES: usize = 256;

/// One round: three axes, and the map along each.
type Round = [([f64; 3], Quantiles); 3];

/// Quantiles of the values along an axis, of one image and of the other.
struct Quantiles {
    from: Vec<f64>,
    to: Vec<f64>,
}

impl Quantiles {
    fn of(mut from: Vec<f64>, mut to: Vec<f64>) -> Self {
        let table = |values: &mut Vec<f64>| {
            values.sort_by(f64::total_cmp);
            let last = values.len().saturating_sub(1);
            (0..QUANTILES).map(|n| values.get(n * last / (QUANTILES - 1)).copied().unwrap_or_default()).collect()
        };
        Self { from: table(&mut from), to: table(&mut to) }
    }

    fn map(&self, value: f64) -> f64 {
        // The middle of equal values, so that an image of one colour gets the other's median, not its minimum.
        let (low, high) = (self.from.partition_point(|v| *v < value), self.from.partition_point(|v| *v <= value));
        if low < high {
            return self.to[usize::midpoint(low, high - 1)];
        }
        if low == 0 || low == QUANTILES {
            // Values outside the samples are shifted as the nearest quantile is.
            let end = if low == 0 { 0 } else { QUANTILES - 1 };
            return self.to[end] + value - self.from[end];
        }
        let part = (value - self.from[low - 1]) / (self.from[low] - self.from[low - 1]);
        self.to[low - 1] + part * (self.to[low] - self.to[low - 1])
    }
}

/// Changes a planar style image `[3, H, W]`; `own`: its sampled colours, `content`: the content image's.
pub(super) fn transfer(style: &mut [f32], own: &Colours, content: &Colours) {
    let mut own = own.clone();
    let mut rounds: Vec<Round> = Vec::with_capacity(ROUNDS);
    for n in 0..ROUNDS {
        let round = axes(n).map(|axis| {
            let along = |colours: &Colours| colours.iter().map(|colour| dot(axis, *colour)).collect();
            (axis, Quantiles::of(along(&own), along(content)))
        });
        own.iter_mut().for_each(|colour| *colour = moved(*colour, &round));
        rounds.push(round);
    }
    // Matching sampled quantiles does not match the mean exactly; the difference is added.
    let mean = |colours: &Colours| -> [f64; 3] {
        std::array::from_fn(|i| colours.iter().map(|colour| colour[i]).sum::<f64>() / colours.len().max(1) as f64)
    };
    let (reached, wanted) = (mean(&own), mean(content));
    change(style, |colour| {
        let moved = rounds.iter().fold(colour, moved);
        std::array::from_fn(|i| moved[i] + wanted[i] - reached[i])
    });
}

fn moved(colour: [f64; 3], round: &Round) -> [f64; 3] {
    let changes: [f64; 3] = std::array::from_fn(|i| {
        let value = dot(round[i].0, colour);
        round[i].1.map(value) - value
    });
    std::array::from_fn(|channel| colour[channel] + (0..3).map(|i| changes[i] * round[i].0[channel]).sum::<f64>())
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Three orthogonal axes: first R, G and B, then rotated by angles that do not repeat, the same in every run.
fn axes(n: usize) -> [[f64; 3]; 3] {
    let angle = |step: f64| (n as f64 * step).fract() * TAU;
    let ((s, c), (t, d)) = (angle(0.618_034).sin_cos(), angle(0.754_878).sin_cos());
    [[c, s, 0.0], [-s * d, c * d, t], [s * t, -c * t, d]]
}

#[cfg(test)]
mod tests {
    use super::super::{colours, tests::planar};
    use super::*;

    /// The 1-Wasserstein distance of two images' colours along an axis: the mean distance of sorted values.
    fn distance(a: &Colours, b: &Colours, axis: [f64; 3]) -> f64 {
        let sorted = |colours: &Colours| {
            let mut values: Vec<f64> = colours.iter().map(|colour| dot(axis, *colour)).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let (a, b) = (sorted(a), sorted(b));
        (0..1000).map(|n| (a[n * (a.len() - 1) / 999] - b[n * (b.len() - 1) / 999]).abs()).sum::<f64>() / 1000.0
    }

    #[test]
    fn histograms_agree_along_axes_that_were_never_used() {
        let (mut style, content) = (planar(2, 4000), colours(&planar(1, 3000), None));
        let before = colours(&style, None);
        transfer(&mut style, &before, &content);
        let after = colours(&style, None);
        for axis in [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.577_35; 3], [0.8, -0.6, 0.0], [0.6, 0.0, -0.8]] {
            let (found, was) = (distance(&after, &content, axis), distance(&before, &content, axis));
            assert!(found < 0.012 && found < 0.25 * was.max(0.04), "{axis:?}: {found}, before {was}");
        }
    }

    #[test]
    fn axes_are_orthonormal() {
        for n in 0..ROUNDS {
            let axes = axes(n);
            for i in 0..3 {
                for j in 0..3 {
                    assert!((dot(axes[i], axes[j]) - f64::from(u8::from(i == j))).abs() < 1e-12);
                }
            }
        }
    }
}
