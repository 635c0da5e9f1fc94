//! What a run will be and take, known before it starts: the size of the result, the schedule of scales, memory, and what may follow it.

use serde::{Deserialize, Serialize};
use vgg::WeightsFile;

use super::{
    memory::Memory,
    schedule::{self, Scale},
};
use crate::{
    Error,
    image::resize::Size,
    objective::tiling,
    settings::{
        Settings,
        variations::{Variation, variations},
    },
};

/// The largest size that is looked for, and the steps in which: sizes that can be offered.
const STEP: u32 = 16;

/// A larger run that starts from the result is at least this large: below it a larger network has little to add.
const FINISH_LEAST: u32 = 512;
/// And as many times as large, as far as the photo has pixels.
const FINISH_TIMES: u32 = 2;
/// The result to start from has settled what goes where; strokes need fewer evaluations.
const FINISH_EVALUATIONS: u32 = 150;

/// An image of a run without its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PlannedImage {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether some of its pixels are not opaque.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub transparent: bool,
}

impl PlannedImage {
    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        (self.width, self.height)
    }
}

/// A style image and its mask, without their pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PlannedStyle {
    /// The image.
    pub image: PlannedImage,
    /// Where it is used, if not everywhere.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub mask: Option<PlannedImage>,
}

/// The images of a run, without their pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PlannedImages {
    /// The content image.
    pub content: PlannedImage,
    /// The style images; none where it is not known yet.
    pub styles: Vec<PlannedStyle>,
    /// The image to start from.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional = nullable))]
    pub start: Option<PlannedImage>,
}

impl PlannedImages {
    /// Every image and mask.
    pub(crate) fn all(&self) -> impl Iterator<Item = &PlannedImage> {
        let styles = self.styles.iter().flat_map(|style| [Some(&style.image), style.mask.as_ref()]);
        [Some(&self.content), self.start.as_ref()].into_iter().chain(styles).flatten()
    }
}

/// What a run is computed on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceFacts {
    /// Whether tensors are in the program's own memory: on the CPU.
    pub in_program: bool,
    /// Bytes of the largest tensor.
    pub largest_tensor: f64,
    /// Whether activations may be f16.
    pub half: bool,
    /// Threads that compute.
    pub threads: usize,
}

impl DeviceFacts {
    /// Of a device; `threads`: how many compute.
    #[must_use]
    pub fn of(device: &burn::tensor::Device, threads: usize) -> Self {
        let largest = kernels::device::largest_tensor(device);
        Self { in_program: largest == u64::MAX, largest_tensor: largest as f64, half: kernels::device::has_half(device), threads }
    }
}

/// How much memory there is, and how what is counted is corrected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Bytes.
    pub bytes: f64,
    /// Bytes that another run took, besides [`Plan::base`], over those that were counted; below 1 it counts as 1.
    pub correction: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: f64::INFINITY, correction: 1.0 }
    }
}

/// A scale of a planned run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct PlannedScale {
    /// Width of the result there, pixels.
    pub width: u32,
    /// Height of the result there, pixels.
    pub height: u32,
    /// Evaluations there.
    pub evaluations: u32,
    /// Its share of the run's work; all shares add up to 1.
    pub share: f64,
}

/// What a larger run that starts from the result of this one is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Finish {
    /// Longest side.
    pub size: u32,
    /// Evaluations.
    pub evaluations: u32,
}

/// What a run will be and take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Plan {
    /// Width of the result, pixels.
    pub width: u32,
    /// Height of the result, pixels.
    pub height: u32,
    /// Coarsest first.
    pub scales: Vec<PlannedScale>,
    /// Its work, in evaluations at full size.
    pub work: f64,
    /// How much longer an evaluation at full size takes because the first blocks are recomputed.
    pub slowdown: f64,
    /// Memory at the worst moment, bytes.
    pub bytes: f64,
    /// Bytes of these that are taken before it starts: the program and the network's file, where tensors are in the program's memory.
    pub base: f64,
    /// Whether that fits into the budget, and every tensor into the device's largest.
    pub fits: bool,
    /// The largest size, longest side, that fits; where the size asked for does not, the largest below it. 0: none does.
    pub largest: u32,
    /// What a larger run from its result would be set to.
    pub finish: Finish,
    /// Values of settings to try beside its own.
    pub variations: Vec<Variation>,
}

/// Plans a run of these settings.
///
/// # Errors
///
/// When the settings contradict each other, or an image is empty.
pub fn plan(
    weights: &WeightsFile,
    settings: &Settings,
    images: &PlannedImages,
    device: DeviceFacts,
    budget: Budget,
) -> Result<Plan, Error> {
    settings.validate()?;
    let scales = schedule::plan(images.content.size(), settings)?;
    let full = scales[scales.len() - 1].size;
    let work: f64 = scales.iter().map(|scale| f64::from(scale.evaluations) * scale.cost(full)).sum();
    let planned = |scale: &Scale| PlannedScale {
        width: scale.size.0,
        height: scale.size.1,
        evaluations: scale.evaluations,
        share: f64::from(scale.evaluations) * scale.cost(full) / work,
    };
    let memory = Memory::new(weights, settings, images, device);
    let base = memory.base();
    let bytes = |scales: &[Scale]| base + budget.correction.max(1.0) * (memory.peak(scales) - base);
    let fits = |scales: &[Scale]| bytes(scales) <= budget.bytes && scales.iter().all(|scale| memory.fits_tensors(scale.size));
    let fits_at = |size: u32| {
        let settings = Settings { size, ..settings.clone() };
        schedule::plan(images.content.size(), &settings).is_ok_and(|scales| fits(&scales))
    };
    let own = fits(&scales);
    let most = if own { crate::settings::schema::MAX_SIZE } else { settings.size - 1 };
    // Not by halves: where recomputing begins, a larger size takes less.
    let largest = (1..=most / STEP).rev().map(|n| n * STEP).find(|size| fits_at(*size)).unwrap_or(0);
    let (photo, result) = (images.content.width.max(images.content.height), full.0.max(full.1));
    Ok(Plan {
        width: full.0,
        height: full.1,
        work,
        slowdown: tiling::slowdown(memory.recomputed(full)),
        bytes: bytes(&scales),
        base,
        fits: own,
        largest: if own { largest.max(settings.size) } else { largest },
        finish: Finish { size: FINISH_LEAST.max(FINISH_TIMES * result).min(photo.max(FINISH_LEAST)), evaluations: FINISH_EVALUATIONS },
        variations: variations(settings),
        scales: scales.iter().map(planned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::settings::{OptimiserKind, Precision, Recompute, StyleKind};

    const CPU: DeviceFacts = DeviceFacts { in_program: true, largest_tensor: f64::INFINITY, half: false, threads: 1 };
    const GPU: DeviceFacts = DeviceFacts { in_program: false, largest_tensor: (128u64 << 20) as f64, half: true, threads: 1 };

    fn sketch() -> WeightsFile {
        let root = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../weights/sketch.safetensors");
        WeightsFile::parse(fs::read(root).unwrap()).unwrap()
    }

    fn image((width, height): Size) -> PlannedImage {
        PlannedImage { width, height, transparent: false }
    }

    fn images(content: Size) -> PlannedImages {
        PlannedImages { content: image(content), styles: vec![PlannedStyle { image: image((600, 800)), mask: None }], start: None }
    }

    fn settings(size: u32, change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = Settings { size, ..Settings::default() };
        change(&mut settings);
        settings
    }

    fn bytes(settings: &Settings, images: &PlannedImages, device: DeviceFacts) -> f64 {
        plan(&sketch(), settings, images, device, Budget::default()).unwrap().bytes
    }

    #[test]
    fn the_size_of_the_result_follows_the_contract() {
        let weights = sketch();
        for (content, size, result) in [
            ((960, 672), 384, (384, 269)),
            ((672, 960), 384, (269, 384)),
            ((100, 100), 512, (512, 512)),
            // Halves go to the even side.
            ((4, 1), 66, (66, 16)),
            ((4, 1), 70, (70, 18)),
            ((4, 1), 74, (74, 18)),
            ((20_000, 3), 512, (512, 16)),
        ] {
            let plan = plan(&weights, &settings(size, |_| {}), &images(content), CPU, Budget::default()).unwrap();
            assert_eq!((plan.width, plan.height), result, "{content:?} at {size}");
        }
        assert!(plan(&weights, &settings(64, |_| {}), &images((0, 5)), CPU, Budget::default()).is_err());
        assert!(plan(&weights, &settings(4097, |_| {}), &images((5, 5)), CPU, Budget::default()).is_err());
    }

    #[test]
    fn scales_and_their_shares_are_those_of_the_schedule() {
        let settings = settings(512, |s| s.scales.on = true);
        let plan = plan(&sketch(), &settings, &images((640, 480)), CPU, Budget::default()).unwrap();
        let scales = schedule::plan((640, 480), &settings).unwrap();
        let found: Vec<_> = plan.scales.iter().map(|scale| (scale.width, scale.height, scale.evaluations)).collect();
        assert_eq!(found, scales.iter().map(|scale| (scale.size.0, scale.size.1, scale.evaluations)).collect::<Vec<_>>());
        assert!(found.len() > 2 && found.last().unwrap().0 == plan.width);
        assert!((plan.scales.iter().map(|scale| scale.share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((plan.work - f64::from(settings.evaluations)).abs() < 1.0);
    }

    #[test]
    fn more_pixels_take_more_memory_and_recomputing_takes_less() {
        let of = |size, recompute| bytes(&settings(size, |s| s.network.recompute = recompute), &images((1600, 1200)), CPU);
        for recompute in [Recompute::None, Recompute::Two, Recompute::Three] {
            let all: Vec<f64> = (1..=64).map(|n| of(64 * n, recompute)).collect();
            // With tiles the last one takes the rows that are left, more of them at some sizes than at the next.
            let least = if recompute == Recompute::None { 1.0 } else { 0.8 };
            let mut most = 0.0f64;
            for bytes in &all {
                assert!(*bytes > least * most, "{recompute:?}: {all:?}");
                most = most.max(*bytes);
            }
        }
        for size in [1600, 2048, 4096] {
            let [none, two, three] = [Recompute::None, Recompute::Two, Recompute::Three].map(|recompute| of(size, recompute));
            assert!(three < two && two < none, "{size}: {three}, {two}, {none}");
        }
    }

    /// More of anything else takes more, too.
    #[test]
    fn whatever_is_added_is_counted() {
        let plain = |s: &mut Settings| s.network.views = crate::settings::Views::One;
        let least = bytes(&settings(512, plain), &images((640, 480)), CPU);
        let changes: [fn(&mut Settings); 6] = [
            |s| s.network.views = crate::settings::Views::Four,
            |s| s.optimiser.history = 100,
            |s| s.style.scale = 3.0,
            |s| s.style.kind = StyleKind::Wasserstein,
            |s| s.content.gradient = crate::settings::Gradient::Normalised,
            |s| s.network.padding = crate::settings::Padding::Replicate,
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let changed = settings(512, |s| {
                plain(s);
                change(s);
                if n == 1 {
                    s.optimiser.kind = OptimiserKind::Lbfgs;
                }
            });
            let more = bytes(&changed, &images((640, 480)), CPU);
            // These two are not at the worst moment.
            assert!(if matches!(n, 3 | 4) { more >= least } else { more > least }, "change {n}: {more}, without it {least}");
        }
        let mut masked = images((640, 480));
        masked.styles[0].mask = Some(image((640, 480)));
        let mut transparent = images((640, 480));
        transparent.content.transparent = true;
        let mut two = images((640, 480));
        two.styles.push(two.styles[0]);
        let mut started = images((640, 480));
        started.start = Some(image((640, 480)));
        for images in [masked, transparent, two, started, images((6400, 4800))] {
            assert!(bytes(&settings(512, plain), &images, CPU) > least, "{images:?}");
        }
    }

    #[test]
    fn the_largest_size_fits_and_the_next_does_not() {
        let weights = sketch();
        for recompute in [Recompute::None, Recompute::Two, Recompute::Three, Recompute::Auto] {
            for budget in [1e8, 3e8, 9e8] {
                let budget = Budget { bytes: budget, correction: 1.0 };
                let at = |size| {
                    let settings = settings(size, |s| s.network.recompute = recompute);
                    plan(&weights, &settings, &images((1600, 1200)), CPU, budget).unwrap()
                };
                let largest = at(16).largest;
                assert!((16..4096).contains(&largest) && largest.is_multiple_of(16), "{recompute:?}: {largest}");
                let there = at(largest);
                assert!(there.fits && there.bytes <= budget.bytes && there.largest == largest);
                let next = at(largest + 16);
                assert!(!next.fits && next.bytes > budget.bytes && next.largest == largest, "{recompute:?}: {largest}, {next:?}");
                assert!((largest / 16 + 1..=256).all(|n| !at(16 * n).fits), "{recompute:?}: more than {largest} fits");
            }
        }
        let nothing = plan(&weights, &settings(64, |_| {}), &images((64, 64)), CPU, Budget { bytes: 1e6, correction: 1.0 }).unwrap();
        assert_eq!((nothing.fits, nothing.largest), (false, 0));
    }

    #[test]
    fn a_run_that_took_more_makes_plans_larger_and_one_that_took_less_does_not() {
        let at = |correction| {
            let budget = Budget { bytes: 1e9, correction };
            plan(&sketch(), &settings(1024, |s| s.network.recompute = Recompute::None), &images((1600, 1200)), CPU, budget).unwrap()
        };
        let (plain, more) = (at(1.0), at(1.5));
        assert!((more.bytes - more.base - 1.5 * (plain.bytes - plain.base)).abs() < 1.0);
        assert!(more.largest < plain.largest);
        assert_eq!(at(0.5), plain);
    }

    #[test]
    fn a_gpu_is_bounded_by_its_largest_tensor_and_halves_take_less() {
        let weights = sketch();
        let at = |size, change: fn(&mut Settings)| {
            plan(&weights, &settings(size, change), &images((1600, 1600)), GPU, Budget::default()).unwrap()
        };
        let keep: fn(&mut Settings) = |s| s.network.recompute = Recompute::None;
        let largest = at(512, keep).largest;
        // 24 channels of 4 bytes.
        assert!(f64::from(largest).powi(2) * 96.0 <= GPU.largest_tensor && f64::from(largest + 16).powi(2) * 96.0 > GPU.largest_tensor);
        assert!(!at(largest + 16, keep).fits);
        let half: fn(&mut Settings) = |s| {
            s.network.recompute = Recompute::None;
            s.network.precision = Precision::Half;
        };
        assert!(at(512, half).bytes < at(512, keep).bytes);
        assert_eq!(at(512, keep).base, 0.0);
    }

    #[test]
    fn a_finish_is_twice_as_large_as_far_as_the_photo_goes() {
        let finish = |content, size| plan(&sketch(), &settings(size, |_| {}), &images(content), CPU, Budget::default()).unwrap().finish;
        assert_eq!(finish((4000, 3000), 384), Finish { size: 768, evaluations: 150 });
        assert_eq!(finish((4000, 3000), 128).size, 512);
        assert_eq!(finish((700, 600), 384).size, 700);
        assert_eq!(finish((300, 200), 128).size, 512);
    }
}
