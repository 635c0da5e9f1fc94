//! The sizes of a run from coarse to fine, and how its budget is shared among them.
//!
//! The coarse scales lay out large shapes for little work; each hands its image on to the next, larger one (Gatys et al.
//! 2017, arXiv:1611.07865, section 6; sizes and shares as in crowsonkb's style-transfer-pytorch: the first scale gets twice
//! as many evaluations as each further one).

use crate::{
    image::resize::{ResizeError, Size, target_size},
    settings::Settings,
};

/// Evaluations of the first of several scales, over those of each further one.
const FIRST: f64 = 2.0;

/// One size of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Its longest side as the settings mean it: what `size` is to the last scale.
    pub longest: u32,
    /// Width and height of the result, pixels.
    pub size: Size,
    /// Evaluations at this scale.
    pub evaluations: u32,
}

impl Scale {
    /// What one evaluation costs, in evaluations at `full` size.
    #[must_use]
    pub fn cost(&self, full: Size) -> f64 {
        area(self.size) / area(full)
    }
}

/// The scales of a run on a content image of this size, coarsest first; the last is the result's own. Their work adds
/// up to `settings.evaluations` at full size, as near as whole evaluations allow, and each has at least one.
///
/// # Errors
///
/// An image or a size of 0.
pub fn plan((width, height): Size, settings: &Settings) -> Result<Vec<Scale>, ResizeError> {
    let mut sides = vec![settings.size];
    if settings.scales.on {
        let mut side = f64::from(settings.size) / settings.scales.ratio;
        while side.round() >= f64::from(settings.scales.first) {
            sides.insert(0, side.round() as u32);
            side /= settings.scales.ratio;
        }
    }
    let scale = |longest: u32| Ok(Scale { longest, size: target_size(width, height, longest)?, evaluations: 0 });
    let mut scales = sides.into_iter().map(scale).collect::<Result<Vec<_>, _>>()?;
    let full = scales[scales.len() - 1].size;
    let share = |n: usize| if n == 0 { FIRST } else { 1.0 };
    let whole: f64 = scales.iter().enumerate().map(|(n, scale)| share(n) * scale.cost(full)).sum();
    let mut left = f64::from(settings.evaluations);
    let last = scales.len() - 1;
    for (n, scale) in scales.iter_mut().enumerate() {
        // In the last scale one evaluation is one: it takes what rounding has left.
        let evaluations = if n == last { left } else { share(n) * f64::from(settings.evaluations) / whole };
        scale.evaluations = (evaluations.round() as u32).max(1);
        left -= f64::from(scale.evaluations) * scale.cost(full);
    }
    Ok(scales)
}

fn area((width, height): Size) -> f64 {
    f64::from(width) * f64::from(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(size: u32, evaluations: u32, on: bool) -> Settings {
        let mut settings = Settings { size, evaluations, ..Settings::default() };
        settings.scales.on = on;
        settings
    }

    #[test]
    fn one_scale_is_the_whole_run() {
        let only = Scale { longest: 512, size: (512, 384), evaluations: 300 };
        assert_eq!(plan((400, 300), &settings(512, 300, false)).unwrap(), [only]);
        // Nothing coarser than the first size: the result itself is the first.
        assert_eq!(plan((400, 300), &settings(150, 300, true)).unwrap().len(), 1);
    }

    #[test]
    fn scales_grow_by_the_ratio_and_their_work_is_what_was_asked_for() {
        for (size, evaluations, ratio) in [(512, 300, 1.4), (512, 300, 2.0), (1024, 1000, 1.4), (256, 40, 1.2)] {
            let mut settings = settings(size, evaluations, true);
            settings.scales.ratio = ratio;
            let scales = plan((640, 480), &settings).unwrap();
            let full = scales[scales.len() - 1].size;
            assert_eq!(scales[scales.len() - 1].longest, size);
            assert!(scales[0].longest >= 128 && f64::from(scales[0].longest) < 128.5 * ratio);
            assert!(scales.windows(2).all(|pair| (f64::from(pair[1].longest) / f64::from(pair[0].longest) - ratio).abs() < 0.02));
            let work: f64 = scales.iter().map(|scale| f64::from(scale.evaluations) * scale.cost(full)).sum();
            assert!((work - f64::from(evaluations)).abs() <= 0.5, "{work} of {evaluations}");
            assert!(scales[0].evaluations.abs_diff(2 * scales[1].evaluations) <= 2, "{scales:?}");
        }
    }

    #[test]
    fn every_scale_has_an_evaluation_however_small_the_budget() {
        assert!(plan((640, 480), &settings(512, 1, true)).unwrap().iter().all(|scale| scale.evaluations >= 1));
    }
}
