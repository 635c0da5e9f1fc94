//! The student on images that it was never trained on, measured with the teacher.

use anyhow::Result;
use burn::tensor::Device;
use image::RgbImage;
use transfer::{Images, Objective, optim::Adam, settings::Settings};
use vgg::WeightsFile;

use crate::{
    augment, direction,
    example::Example,
    layers::COMPARED,
    loss::{Energies, loss},
    metrics::Score,
    options::Options,
    student::Student,
    teacher::Teacher,
    tensors::{floats, tensor},
    workers::Workers,
};

/// Side of the results, and how many.
const SIDE: u32 = 128;
const PAIRS: usize = 4;
/// How many images are compared feature by feature.
const EXAMPLES: usize = 32;

/// Examples and settings of the scores, made once.
pub(crate) struct Scorer<'a> {
    teacher: &'a WeightsFile,
    examples: Vec<Example>,
    held_out: &'a [RgbImage],
    steps: u32,
    device: &'a Device,
}

impl<'a> Scorer<'a> {
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
        let images: Vec<&RgbImage> = held_out.iter().step_by(step).collect();
        let styles: Vec<usize> = (0..COMPARED.len()).filter(|index| COMPARED[*index].is_of_style()).collect();
        let examples = workers.run(images.len(), |at| {
            let image = |at: usize| augment::center_crop(images[at % images.len()], options.side);
            teacher.example(image(at), image(at + images.len() / 2), styles[at % styles.len()], device)
        })?;
        Ok(Self { teacher: file, examples, held_out, steps: options.paint, device })
    }

    /// `file`: the student's, quantised.
    pub(crate) fn score(&self, student: &Student, file: &WeightsFile, energies: &Energies, workers: &Workers) -> Result<Score> {
        let prepared = student.prepared(workers, self.device)?;
        let frozen = student.frozen(&prepared, self.device);
        let errors = workers.run(self.examples.len(), |at| {
            let leaves = student.leaves(&prepared, self.device);
            let features = leaves.features(&self.examples[at], self.device)?;
            let (_, errors) = loss(&leaves, &features, &self.examples[at], energies, self.device);
            Ok((floats(errors)?, direction::loss(&frozen, &leaves, &features, &self.examples[at], self.device)?.1))
        })?;
        let results = workers.run(PAIRS.min(self.held_out.len() / 2), |pair| self.stylize(file, pair))?;
        let mean = |values: &dyn Fn(&[f32; 2]) -> f32| results.iter().map(values).sum::<f32>() / results.len() as f32;
        Ok(Score {
            errors: (0..2 * COMPARED.len()).map(|at| errors.iter().map(|(e, _)| e[at]).sum::<f32>() / errors.len() as f32).collect(),
            direction: errors.iter().map(|(_, direction)| direction).sum::<f32>() / errors.len() as f32,
            style_ratio: mean(&|result| result[0]),
            content: mean(&|result| result[1]),
        })
    }

    /// Style ratio and content loss of one result. Sorted by name, works of art come before photos in the data set that was used, so
    /// styles are taken from the front and contents from the back.
    fn stylize(&self, student: &WeightsFile, pair: usize) -> Result<[f32; 2]> {
        let settings = Settings::default();
        let image = |at: usize| tensor(&augment::center_crop(&self.held_out[at], SIDE), self.device);
        let half = self.held_out.len() / 2;
        let (content, style) = (image(self.held_out.len() - 1 - pair * 7 % half), image(pair * 11 % half));
        let images = Images::uniform(content.clone(), &[style]);
        let objective = Objective::new(student, &images, &settings)?;
        let mut adam = Adam::new(content.clone());
        let average = objective.ema_decay(settings.average);
        for step in 0..self.steps {
            let gradient = objective.evaluate_augmented(adam.x.clone(), step as usize)?.gradient;
            adam.update(&gradient, &settings.optimiser, average);
        }
        let by_teacher = Objective::new(self.teacher, &images, &settings)?;
        let (before, after) =
            (floats(by_teacher.evaluate(content)?.losses)?, floats(by_teacher.evaluate(adam.ema.value(&adam.x, average))?.losses)?);
        Ok([after[1] / before[1], after[0]])
    }
}
