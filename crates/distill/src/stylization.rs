//! Intermediate images of style transfer with the student itself: the inputs on which it will be used, and the only ones that show
//! where its gradients lead away from the teacher's.

use anyhow::Result;
use burn::tensor::Device;
use image::RgbImage;
use rand::{Rng, RngExt};
use transfer::{
    Images, Objective, Weights,
    optim::Adam,
    settings::{Settings, Views},
};
use vgg::WeightsFile;

use crate::{
    augment::{self, Crop},
    tensors::{floats, tensor},
};

/// A style transfer that advances by a few steps at a time.
pub(crate) struct Stylization {
    content: Crop,
    style: Crop,
    weights: Weights,
    settings: Settings,
    adam: Adam,
    /// Calls of [`advance`](Self::advance) that are left.
    remaining: u32,
}

impl Stylization {
    /// Two random crops as content and style, random weights around the usual ones, starting at the content in three of four.
    pub(crate) fn new(images: &[RgbImage], side: u32, device: &Device, rng: &mut impl Rng) -> Self {
        let (content, style) = (augment::random_crop(images, side, rng), augment::random_crop(images, side, rng));
        let start = if rng.random_bool(0.75) { content.clone() } else { augment::augmented_crop(images, side, rng) };
        let weights = Weights {
            content: 0.05 * 4.0f32.powf(rng.random_range(-1.0..1.0)),
            style: 1.0,
            tv: 0.1 * 10.0f32.powf(rng.random_range(-1.0..1.0)),
        };
        let mut settings = Settings::default();
        // Four networks would be loaded at every advance, and training with such images was no better.
        settings.network.views = Views::One;
        settings.optimiser.step *= 2.0f64.powf(rng.random_range(0.0..1.0));
        // From 40 to 320 steps.
        let remaining = rng.random_range(4..=32);
        Self { adam: Adam::new(tensor(&start, device)), content, style, weights, settings, remaining }
    }

    /// Whether no steps are left.
    pub(crate) fn done(&self) -> bool {
        self.remaining == 0
    }

    /// Its content and style.
    pub(crate) fn inputs(&self) -> [Crop; 2] {
        [self.content.clone(), self.style.clone()]
    }

    /// `steps` further with `student` -> the image after them.
    pub(crate) fn advance(&mut self, student: &WeightsFile, steps: u32, device: &Device) -> Result<Crop> {
        self.remaining = self.remaining.saturating_sub(1);
        let images = Images::uniform(tensor(&self.content, device), &[tensor(&self.style, device)]);
        let mut objective = Objective::new(student, &images, &self.settings)?;
        objective.weights = self.weights;
        for _ in 0..steps {
            let gradient = objective.evaluate(self.adam.x.clone())?.gradient;
            self.adam.update(&gradient, &self.settings.optimiser, self.settings.average);
        }
        floats(self.adam.x.clone())
    }
}
