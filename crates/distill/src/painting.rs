//! Paintings that the student itself is half-way through: the pictures on which it will be used, and the only ones that
//! show where it lets a run go astray that the teacher would not.

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
    teacher::{floats, tensor},
};

/// A run that is taken a few steps further at every visit.
pub(crate) struct Painting {
    content: Crop,
    style: Crop,
    weights: Weights,
    settings: Settings,
    adam: Adam,
    visits: u32,
}

impl Painting {
    /// Two random crops, random weights around those that are usual, starting at the content, mostly.
    pub(crate) fn new(pictures: &[RgbImage], side: u32, device: &Device, rng: &mut impl Rng) -> Self {
        let (content, style) = (augment::plain(pictures, side, rng), augment::plain(pictures, side, rng));
        let start = if rng.random_bool(0.75) { content.clone() } else { augment::random(pictures, side, rng) };
        let weights = Weights {
            content: 0.05 * 4.0f32.powf(rng.random_range(-1.0..1.0)),
            style: 1.0,
            tv: 0.1 * 10.0f32.powf(rng.random_range(-1.0..1.0)),
        };
        let mut settings = Settings::default();
        // Four networks would be loaded at every visit, and a training with such paintings was no better.
        settings.network.views = Views::One;
        settings.optimiser.step *= 2.0f64.powf(rng.random_range(0.0..1.0));
        // From 40 to 320 steps.
        let visits = rng.random_range(4..=32);
        Self { adam: Adam::new(tensor(&start, device)), content, style, weights, settings, visits }
    }

    /// Whether it has been taken as far as it goes.
    pub(crate) fn done(&self) -> bool {
        self.visits == 0
    }

    /// What it is made of: its content and style.
    pub(crate) fn pictures(&self) -> [Crop; 2] {
        [self.content.clone(), self.style.clone()]
    }

    /// `steps` further, by `student`; what it looks like then.
    pub(crate) fn advance(&mut self, student: &WeightsFile, steps: u32, device: &Device) -> Result<Crop> {
        self.visits = self.visits.saturating_sub(1);
        let pictures = Images::uniform(tensor(&self.content, device), &[tensor(&self.style, device)]);
        let mut objective = Objective::new(student, &pictures, &self.settings)?;
        objective.weights = self.weights;
        for _ in 0..steps {
            let gradient = objective.evaluate(self.adam.x.clone())?.gradient;
            self.adam.update(&gradient, &self.settings.optimiser, self.settings.average);
        }
        floats(self.adam.x.clone())
    }
}
