//! The training loop.

use std::{
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};
use rand::RngExt;
use vgg::{Network, WeightsFile};

use crate::{
    adam::{self, Adam},
    augment::{self, Crop},
    checkpoint::Checkpoint,
    dataset::Dataset,
    direction,
    example::Example,
    files::{network, with_ending},
    layers::{COMPARED, layers},
    least_squares::{self, Products},
    log::Log,
    loss::{Energies, loss},
    metrics::{Losses, Score},
    options::Options,
    quantize::NOTE,
    score::Scorer,
    seed::random,
    student::{Leaves, Student},
    stylization::Stylization,
    teacher::Teacher,
    tensors::{floats, tensor},
    workers::Workers,
};

/// Style transfers in progress at any time, and the steps that one advances for a new example.
const STYLIZATIONS: usize = 32;
const STEPS: u32 = 10;
/// Weight of the direction's error beside the loss of features and Gram matrices.
const DIRECTION: f32 = 25.0;
/// Share of new examples that are images of style transfers; the others are crops.
const STYLIZED: f64 = 0.5;
/// Updates after which the style transfers use the student's current weights.
const REFRESH: u32 = 10;
/// Examples of the initial fit of the maps and of the mean energies.
const FIRST: usize = 64;
/// Updates a line of the log.
const LINE: u32 = 20;

/// The result of a task of an update.
enum TaskResult {
    Gradient { gradient: Vec<Vec<f32>>, losses: Losses },
    Example(Example),
}

/// Trains with these options, and writes the network at every score and at the end.
pub(crate) fn train(options: &Options, device: &Device) -> Result<()> {
    ensure!(options.side >= 32 && options.side.is_multiple_of(16), "--side should be a multiple of 16, 32 or more");
    ensure!(
        options.batch > 0 && options.reuse > 0 && options.steps > 0 && options.every > 0,
        "--batch, --reuse, --steps and --every start at 1"
    );
    let threads = options.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let workers = Workers::new(threads)?;
    let teacher_file = network(&options.teacher)?;
    let teacher = Teacher::new(&teacher_file, device)?;
    let dataset = Dataset::read(&options.pictures, options.side)?;
    println!("{} images to train on, {} held out, {threads} threads", dataset.training.len(), dataset.held_out.len());

    let start = options.start.as_deref().map(network).transpose()?;
    let scales = Teacher::scales(&teacher_file, device)?;
    let mut student = Student::new(&teacher_file, scales, start.as_ref(), &mut random(options.seed, 0, 0))?;
    let checkpoint_path = with_ending(&options.out, "checkpoint");
    let Checkpoint { step: done, seconds: before, values, mut adam, energies } = if options.resume {
        Checkpoint::read(&checkpoint_path, &student.values)?
    } else {
        let first = workers.run(FIRST, |at| new_example(&teacher, &dataset, options, (0, at), None, device))?;
        fit_maps(&mut student, &first, &workers, device)?;
        let (values, adam) = (student.values.clone(), Adam::new(&student.values));
        Checkpoint { step: 0, seconds: 0.0, values, adam, energies: Energies::of(&first) }
    };
    student.values = values;
    let mut log = Log::open(&with_ending(&options.out, "log.jsonl"), options.resume)?;
    let scorer = Scorer::new(&teacher_file, &teacher, &dataset.held_out, options, &workers, device)?;
    let new_stylization =
        |step: u32, at: usize| Stylization::new(&dataset.training, options.side, device, &mut random(options.seed, step, at));
    let stylizations: Vec<_> = (0..STYLIZATIONS).map(|at| Mutex::new(new_stylization(done, 1000 + at))).collect();

    let bar = ProgressBar::new(u64::from(options.steps))
        .with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} done, {eta} left  {msg}")?);
    bar.set_position(u64::from(done));
    bar.reset_eta();
    let mut examples: Vec<Example> = Vec::new();
    bar.set_message("making the first examples");
    let mut exported_student = exported(&student, options, done)?;
    let (clock, mut sums, mut oldest) = (Instant::now(), Sums::default(), 0);
    let seconds = |clock: &Instant| before + clock.elapsed().as_secs_f64();
    for step in done + 1..=options.steps {
        if step.is_multiple_of(REFRESH) {
            exported_student = exported(&student, options, step)?;
        }
        // At first enough to choose from; later as many as were used up.
        let new_examples = if examples.is_empty() {
            options.batch.max(options.keep / 4)
        } else {
            (options.batch * step as usize).div_euclid(options.reuse) - (options.batch * (step as usize - 1)).div_euclid(options.reuse)
        };
        let mut draw = random(options.seed, step, 0);
        let chosen: Vec<usize> = (0..options.batch.min(examples.len())).map(|_| draw.random_range(0..examples.len())).collect();
        let kinds: Vec<Option<usize>> =
            (0..new_examples).map(|_| draw.random_bool(STYLIZED).then(|| draw.random_range(0..STYLIZATIONS))).collect();
        let prepared = student.prepared(&workers, device)?;
        let frozen = student.frozen(&prepared, device);
        let results = workers.run(new_examples + chosen.len(), |task| match task.checked_sub(new_examples) {
            Some(at) => gradient(&frozen, &student.leaves(&prepared, device), &examples[chosen[at]], &energies, device),
            None => {
                let advance = |at: usize| -> Result<_> {
                    let mut stylization = stylizations[at].lock().unwrap_or_else(PoisonError::into_inner);
                    if stylization.done() {
                        *stylization = new_stylization(step, 1000 + task);
                    }
                    let image = stylization.advance(&exported_student, STEPS, device)?;
                    Ok((image, stylization.inputs()))
                };
                let stylized = kinds[task].map(advance).transpose()?;
                Ok(TaskResult::Example(new_example(&teacher, &dataset, options, (step, 1 + task), stylized, device)?))
            }
        })?;
        let mut total: Vec<Vec<f32>> = Vec::new();
        for result in results {
            match result {
                TaskResult::Example(example) if examples.len() < options.keep => examples.push(example),
                TaskResult::Example(example) => {
                    examples[oldest % options.keep] = example;
                    oldest += 1;
                }
                TaskResult::Gradient { gradient, losses } => {
                    sums.add(&losses);
                    add(&mut total, gradient, 1.0 / chosen.len() as f32);
                }
            }
        }
        let learning_rate = adam::learning_rate(options.rate, step, options.steps);
        if !total.is_empty() {
            ensure!(
                total.iter().flatten().all(|g| g.is_finite()),
                "training went wrong at step {step}: a gradient is not finite; try a lower --rate"
            );
            adam.update(&mut student.values, &total, learning_rate, step);
        }
        bar.inc(1);
        if step.is_multiple_of(LINE) {
            let means = sums.take();
            bar.set_message(format!("loss {:.3}, direction {:.3}", means.loss, means.direction));
            log.training(step, seconds(&clock), learning_rate, &means)?;
        }
        if step.is_multiple_of(options.every) || step == options.steps {
            let score = write(&student, options, step, &scorer, &energies, &workers)?;
            log.score(step, seconds(&clock), &score)?;
            bar.suspend(|| println!("step {step}: {}", summary(&score)));
            let (values, adam, energies) = (student.values.clone(), adam.clone(), energies.clone());
            Checkpoint { step, seconds: seconds(&clock), values, adam, energies }.write(&checkpoint_path)?;
        }
    }
    bar.finish();
    Ok(())
}

/// An example of a crop, or of a style transfer's image with its content and style. `at`: the step, and which of its examples.
fn new_example(
    teacher: &Teacher,
    dataset: &Dataset,
    options: &Options,
    at: (u32, usize),
    stylized: Option<(Crop, [Crop; 2])>,
    device: &Device,
) -> Result<Example> {
    let mut random = random(options.seed, at.0, 10_000 + at.1);
    let index = direction::random_layer(&mut random);
    let (image, target) = match stylized {
        Some((image, [content, style])) => (image, if COMPARED[index].is_of_style() { style } else { content }),
        None => {
            let image = augment::augmented_crop(&dataset.training, options.side, &mut random);
            (image, augment::random_crop(&dataset.training, options.side, &mut random))
        }
    };
    teacher.example(image, target, index, device)
}

fn gradient(frozen: &Network, leaves: &Leaves, example: &Example, energies: &Energies, device: &Device) -> Result<TaskResult> {
    let features = leaves.features(example, device)?;
    let (loss, errors) = loss(leaves, &features, example, energies, device);
    let (direction_loss, direction) = direction::loss(frozen, leaves, &features, example, device)?;
    let gradients = (loss.clone() + direction_loss * DIRECTION).backward();
    let losses = Losses { loss: floats(loss.inner())?[0], direction, errors: floats(errors)? };
    Ok(TaskResult::Gradient { gradient: leaves.gradients(&gradients)?, losses })
}

/// Fits the linear maps to the teacher's activations by least squares.
fn fit_maps(student: &mut Student, examples: &[Example], workers: &Workers, device: &Device) -> Result<()> {
    let prepared = student.prepared(workers, device)?;
    let products = workers.run(examples.len(), |at| {
        let features = student.leaves(&prepared, device).network.features(tensor(&examples[at].image, device), &layers())?;
        let pairs = features.iter().zip(&examples[at].features);
        pairs.map(|((_, ours), theirs)| Products::of(ours.flat().inner(), theirs.tensor(device))).collect::<Result<Vec<_>>>()
    })?;
    let mut sums = Vec::new();
    products.into_iter().for_each(|part| least_squares::add(&mut sums, part));
    for (index, sum) in sums.iter().enumerate() {
        student.set_map(index, sum.map()?);
    }
    Ok(())
}

/// `sum += share part`
fn add(sum: &mut Vec<Vec<f32>>, part: Vec<Vec<f32>>, share: f32) {
    if sum.is_empty() {
        *sum = part.iter().map(|values| vec![0.0; values.len()]).collect();
    }
    for (sum, part) in sum.iter_mut().zip(part) {
        sum.iter_mut().zip(part).for_each(|(s, v)| *s += share * v);
    }
}

/// Sums since the last [`take`](Sums::take).
#[derive(Default)]
struct Sums {
    sums: Losses,
    count: f32,
}

impl Sums {
    fn add(&mut self, one: &Losses) {
        let Losses { loss, direction, errors } = &mut self.sums;
        errors.resize(one.errors.len(), 0.0);
        errors.iter_mut().zip(&one.errors).for_each(|(sum, error)| *sum += error);
        *loss += one.loss;
        *direction += one.direction;
        self.count += 1.0;
    }

    fn take(&mut self) -> Losses {
        let Self { sums: Losses { loss, direction, errors }, count } = std::mem::take(self);
        let count = count.max(1.0);
        Losses { loss: loss / count, direction: direction / count, errors: errors.into_iter().map(|error| error / count).collect() }
    }
}

/// The student as a file, with its training in the metadata.
fn exported(student: &Student, options: &Options, step: u32) -> Result<WeightsFile> {
    let name = |path: &Path| path.file_name().unwrap_or_default().display().to_string();
    let start = options.start.as_ref().map_or("random weights".to_owned(), |path| name(path));
    let notes = [
        ("name", "Sketch".to_owned()),
        ("author", "the Pastiche project".to_owned()),
        ("source", "trained by crates/distill from VGG-19 (Oxford), whose features it imitates".to_owned()),
        (
            "training",
            format!(
                "--teacher {} --pictures {} --steps {} --batch {} --reuse {} --side {} --rate {} --seed {}, from {start}, after step {step}{NOTE}",
                name(&options.teacher),
                name(&options.pictures),
                options.steps,
                options.batch,
                options.reuse,
                options.side,
                options.rate,
                options.seed
            ),
        ),
        ("license", "CC-BY-4.0".to_owned()),
        (
            "citation",
            "K. Simonyan and A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556".to_owned(),
        ),
    ];
    student.export(&notes)
}

fn write(student: &Student, options: &Options, step: u32, scorer: &Scorer<'_>, energies: &Energies, workers: &Workers) -> Result<Score> {
    let file = exported(student, options, step)?;
    fs::write(&options.out, file.bytes()).with_context(|| format!("cannot write {}", options.out.display()))?;
    scorer.score(student, &file, energies, workers)
}

fn summary(score: &Score) -> String {
    let errors = COMPARED.iter().zip(score.errors.chunks_exact(2));
    let errors: Vec<String> = errors.map(|(layer, e)| format!("{} {:.3}/{:.3}", &layer.name[4..], e[0], e[1])).collect();
    format!(
        "style ratio {:.3}, content {:.3}; direction {:.3}; features/gram {}",
        score.style_ratio,
        score.content,
        score.direction,
        errors.join("  ")
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::dataset::write_waves;

    /// The committed tiny network as the teacher, and images of waves: the loss falls, a resumed run appends to the log, and the file has
    /// all layers and metrics.
    #[test]
    fn a_tiny_teacher_is_imitated() {
        let folder = std::env::temp_dir().join(format!("pastiche-distill-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        write_waves(&folder);
        let teacher = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let out = folder.join("student.safetensors");
        let run = |steps: &str, resume: bool| {
            let common = "--batch 2 --reuse 2 --keep 16 --side 32 --every 40 --paint 2 --threads 2";
            let mut arguments = vec!["distill", "--teacher", teacher.to_str().unwrap(), "--pictures", folder.to_str().unwrap()];
            arguments.extend(["--out", out.to_str().unwrap(), "--steps", steps].iter().copied().chain(common.split(' ')));
            arguments.extend(resume.then_some("--resume"));
            train(&Options::parse_from(arguments), &Device::flex()).unwrap();
            let log = fs::read_to_string(with_ending(&out, "log.jsonl")).unwrap();
            log.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>()
        };
        let losses = |log: &[serde_json::Value]| log.iter().filter_map(|line| line["loss"].as_f64()).collect::<Vec<_>>();
        let first = run("80", false);
        let fell = losses(&first);
        assert!(fell.len() == 4 && fell[3] < 0.9 * fell[0], "{fell:?}");
        assert!(first.last().unwrap()["paintings"]["style_ratio"].as_f64().unwrap() > 0.0);
        let second = run("100", true);
        assert_eq!(second[..first.len()], first);
        assert_eq!(second.iter().filter(|line| line["step"] == 100).count(), 2);

        let file = network(&out).unwrap();
        assert_eq!(file.info().layers.last().unwrap().name(), "conv5_2");
        let student = file.network(&Device::flex(), &layers()).unwrap();
        let features = student.features(tensor(&vec![0.5; 3 * 32 * 32], &Device::flex()), &layers()).unwrap();
        assert!(features.iter().all(|(_, map)| map.metric.is_some()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
