//! How good the student is on pictures that it was never trained on, by the teacher's judgement.

use anyhow::Result;
use burn::tensor::Device;
use image::RgbImage;
use transfer::{Images, Objective, optim::Adam, settings::Settings};
use vgg::WeightsFile;

use crate::{
    Options, augment, direction,
    loss::{Energies, loss},
    student::Student,
    taps::TAPS,
    teacher::{Example, Teacher, floats, tensor},
    workers::Workers,
};

/// Paintings' side, and how many.
const SIDE: u32 = 128;
const PAIRS: usize = 4;
/// How many pictures are compared feature by feature.
const EXAMPLES: usize = 32;

/// The held-out share's verdict.
pub(crate) struct Score {
    /// Means of [`loss`]'s errors over the examples.
    pub(crate) errors: Vec<f32>,
    /// Mean of [`direction`]'s error over the examples and taps that style is taken from.
    pub(crate) direction: f32,
    /// The paintings' distance to the style over the content picture's, as the teacher measures both; their mean.
    pub(crate) style_ratio: f32,
    /// The paintings' content loss, as the teacher measures it; their mean.
    pub(crate) content: f32,
}

/// What is scored with, made once.
pub(crate) struct Judge<'a> {
    teacher: &'a WeightsFile,
    examples: Vec<Example>,
    held_out: &'a [RgbImage],
    steps: u32,
    device: &'a Device,
}

impl<'a> Judge<'a> {
    /// `file`: the teacher's.
    pub(crate) fn new(
        file: &'a WeightsFile,
        teacher: &Teacher,
        held_out: &'a [RgbImage],
        options: &Options,
        workers: &Workers,
        device: &'a Device,
    ) -> Result<Self> {
        let step = held_out.len().div_ceil(EXAMPLES).max(1);
        let pictures: Vec<&RgbImage> = held_out.iter().step_by(step).collect();
        let styles: Vec<usize> = (0..TAPS.len()).filter(|tap| TAPS[*tap].is_of_style()).collect();
        let examples = workers.run(pictures.len(), |at| {
            let picture = |at: usize| augment::middle(pictures[at % pictures.len()], options.side);
            teacher.example(picture(at), picture(at + pictures.len() / 2), styles[at % styles.len()], device)
        })?;
        Ok(Self { teacher: file, examples, held_out, steps: options.paint, device })
    }

    /// `file`: the student's, as it would be shipped.
    pub(crate) fn score(&self, student: &Student, file: &WeightsFile, energies: &Energies, workers: &Workers) -> Result<Score> {
        let laid_out = student.laid_out(workers, self.device)?;
        let plain = student.plain(&laid_out, self.device);
        let errors = workers.run(self.examples.len(), |at| {
            let leaves = student.leaves(&laid_out, self.device);
            let seen = leaves.seen(&self.examples[at], self.device)?;
            let (_, errors) = loss(&leaves, &seen, &self.examples[at], energies, self.device);
            Ok((floats(errors)?, direction::loss(&plain, &leaves, &seen, &self.examples[at], self.device)?.1))
        })?;
        let paintings = workers.run(PAIRS.min(self.held_out.len() / 2), |pair| self.paint(file, pair))?;
        let mean = |values: &dyn Fn(&[f32; 2]) -> f32| paintings.iter().map(values).sum::<f32>() / paintings.len() as f32;
        Ok(Score {
            errors: (0..2 * TAPS.len()).map(|at| errors.iter().map(|(e, _)| e[at]).sum::<f32>() / errors.len() as f32).collect(),
            direction: errors.iter().map(|(_, direction)| direction).sum::<f32>() / errors.len() as f32,
            style_ratio: mean(&|painting| painting[0]),
            content: mean(&|painting| painting[1]),
        })
    }

    /// Style ratio and content loss of one painting. In order of their names, works of art come before photos in the
    /// pictures that this was made for: styles are taken from the front and contents from the back.
    fn paint(&self, student: &WeightsFile, pair: usize) -> Result<[f32; 2]> {
        let settings = Settings::default();
        let picture = |at: usize| tensor(&augment::middle(&self.held_out[at], SIDE), self.device);
        let half = self.held_out.len() / 2;
        let (content, style) = (picture(self.held_out.len() - 1 - pair * 7 % half), picture(pair * 11 % half));
        let pictures = Images::uniform(content.clone(), &[style]);
        let objective = Objective::new(student, &pictures, &settings)?;
        let mut adam = Adam::new(content.clone());
        let average = objective.ema_decay(settings.average);
        for step in 0..self.steps {
            let gradient = objective.evaluate_augmented(adam.x.clone(), step as usize)?.gradient;
            adam.update(&gradient, &settings.optimiser, average);
        }
        let judge = Objective::new(self.teacher, &pictures, &settings)?;
        let (before, after) = (floats(judge.evaluate(content)?.losses)?, floats(judge.evaluate(adam.ema.value(&adam.x, average))?.losses)?);
        Ok([after[1] / before[1], after[0]])
    }
}
