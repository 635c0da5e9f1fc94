//! The loop.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};
use rand::RngExt;
use rand_pcg::Pcg64;
use vgg::{Network, WeightsFile};

use crate::{
    Options,
    adam::{self, Adam},
    augment::{self, Crop},
    checkpoint::Checkpoint,
    direction,
    log::Log,
    loss::{Energies, loss},
    maps::{self, Products},
    network,
    painting::Painting,
    pictures::Pictures,
    round::NOTE,
    score::{Judge, Score},
    student::{Leaves, Student},
    taps::{TAPS, layers},
    teacher::{Example, Teacher, floats, tensor},
    workers::Workers,
};

/// Paintings that are on their way at any time, and how far a visit takes one.
const PAINTINGS: usize = 32;
const STEPS_A_VISIT: u32 = 10;
/// Weight of the direction's error beside the loss of features and Gram matrices.
const DIRECTION: f32 = 25.0;
/// Share of new examples that are paintings; the others are crops.
const PAINTED: f64 = 0.5;
/// Updates after which paintings are painted by the student as it is then.
const REFRESH: u32 = 10;
/// Examples that the maps are first fitted to, and that mean energies are taken over.
const FIRST: usize = 64;
/// Updates a line of the log.
const LINE: u32 = 20;

/// What an update's tasks come back with.
enum Done {
    Gradient { gradient: Vec<Vec<f32>>, means: Means },
    Fresh(Example),
}

/// Trains as the options say, and writes the network at every score and at the end.
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
    let pictures = Pictures::read(&options.pictures, options.side)?;
    println!("{} pictures to train on, {} held out, {threads} threads", pictures.training.len(), pictures.held_out.len());

    let start = options.start.as_ref().map(network).transpose()?;
    let mut random = random(options.seed, 0, 0);
    let mut student = Student::new(&teacher_file, Teacher::scales(&teacher_file, device)?, start.as_ref(), &mut random)?;
    let checkpoint_path = beside(&options.out, "checkpoint");
    let Checkpoint { step: done, seconds: before, values, mut adam, energies } = if options.resume {
        Checkpoint::read(&checkpoint_path, &student.values)?
    } else {
        let first = workers.run(FIRST, |at| fresh(&teacher, &pictures, options, (0, at), None, device))?;
        fit_maps(&mut student, &first, &workers, device)?;
        let (values, adam) = (student.values.clone(), Adam::new(&student.values));
        Checkpoint { step: 0, seconds: 0.0, values, adam, energies: Energies::of(&first) }
    };
    student.values = values;
    let mut log = Log::open(&beside(&options.out, "log.jsonl"), options.resume)?;
    let judge = Judge::new(&teacher_file, &teacher, &pictures.held_out, options, &workers, device)?;
    let new_painting =
        |round: u32, at: usize| Painting::new(&pictures.training, options.side, device, &mut self::random(options.seed, round, at));
    let paintings: Vec<_> = (0..PAINTINGS).map(|at| Mutex::new(new_painting(done, 1000 + at))).collect();

    let bar = ProgressBar::new(u64::from(options.steps))
        .with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} done, {eta} left  {msg}")?);
    bar.set_position(u64::from(done));
    bar.reset_eta();
    let mut examples: Vec<Example> = Vec::new();
    bar.set_message("making the first examples");
    let mut painter = exported(&student, options, done)?;
    let (clock, mut sums, mut oldest) = (Instant::now(), Sums::default(), 0);
    let seconds = |clock: &Instant| before + clock.elapsed().as_secs_f64();
    for step in done + 1..=options.steps {
        if step.is_multiple_of(REFRESH) {
            painter = exported(&student, options, step)?;
        }
        // To begin with, enough to choose from; later, as many as are worn out.
        let fresh = if examples.is_empty() {
            options.batch.max(options.keep / 4)
        } else {
            (options.batch * step as usize).div_euclid(options.reuse) - (options.batch * (step as usize - 1)).div_euclid(options.reuse)
        };
        let mut draw = self::random(options.seed, step, 0);
        let chosen: Vec<usize> = (0..options.batch.min(examples.len())).map(|_| draw.random_range(0..examples.len())).collect();
        let kinds: Vec<Option<usize>> = (0..fresh).map(|_| draw.random_bool(PAINTED).then(|| draw.random_range(0..PAINTINGS))).collect();
        let laid_out = student.laid_out(&workers, device)?;
        let plain = student.plain(&laid_out, device);
        let results = workers.run(fresh + chosen.len(), |task| match task.checked_sub(fresh) {
            Some(at) => gradient(&plain, &student.leaves(&laid_out, device), &examples[chosen[at]], &energies, device),
            None => {
                let visit = |at: usize| -> Result<_> {
                    let mut painting = paintings[at].lock().unwrap_or_else(PoisonError::into_inner);
                    if painting.done() {
                        *painting = new_painting(step, 1000 + task);
                    }
                    let picture = painting.advance(&painter, STEPS_A_VISIT, device)?;
                    Ok((picture, painting.pictures()))
                };
                let painted = kinds[task].map(visit).transpose()?;
                Ok(Done::Fresh(self::fresh(&teacher, &pictures, options, (step, 1 + task), painted, device)?))
            }
        })?;
        let mut total: Vec<Vec<f32>> = Vec::new();
        for result in results {
            match result {
                Done::Fresh(example) if examples.len() < options.keep => examples.push(example),
                Done::Fresh(example) => {
                    examples[oldest % options.keep] = example;
                    oldest += 1;
                }
                Done::Gradient { gradient, means } => {
                    sums.add(&means);
                    add(&mut total, gradient, 1.0 / chosen.len() as f32);
                }
            }
        }
        let rate = adam::rate(options.rate, step, options.steps);
        if !total.is_empty() {
            ensure!(
                total.iter().flatten().all(|g| g.is_finite()),
                "training went wrong at step {step}: a gradient is not finite; try a lower --rate"
            );
            adam.update(&mut student.values, &total, rate, step);
        }
        bar.inc(1);
        if step.is_multiple_of(LINE) {
            let means = sums.take();
            bar.set_message(format!("loss {:.3}, direction {:.3}", means.loss, means.direction));
            log.training(step, seconds(&clock), rate, &means)?;
        }
        if step.is_multiple_of(options.every) || step == options.steps {
            let score = write(&student, options, step, &judge, &energies, &workers)?;
            log.score(step, seconds(&clock), &score)?;
            bar.suspend(|| println!("step {step}: {}", said(&score)));
            let (values, adam, energies) = (student.values.clone(), adam.clone(), energies.clone());
            Checkpoint { step, seconds: seconds(&clock), values, adam, energies }.write(&checkpoint_path)?;
        }
    }
    bar.finish();
    Ok(())
}

/// A generator for one purpose, so that a run that is resumed draws what it would have drawn.
pub(crate) fn random(seed: u64, step: u32, purpose: usize) -> Pcg64 {
    Pcg64::new(u128::from(seed) << 64 | u128::from(step), purpose as u128)
}

/// A crop, or a painting with its content and style, as an example. `at`: the step, and which of its examples.
fn fresh(
    teacher: &Teacher,
    pictures: &Pictures,
    options: &Options,
    at: (u32, usize),
    painted: Option<(Crop, [Crop; 2])>,
    device: &Device,
) -> Result<Example> {
    let mut random = random(options.seed, at.0, 10_000 + at.1);
    let tap = direction::tap(&mut random);
    let (picture, towards) = match painted {
        Some((picture, [content, style])) => (picture, if TAPS[tap].is_of_style() { style } else { content }),
        None => {
            let picture = augment::random(&pictures.training, options.side, &mut random);
            (picture, augment::plain(&pictures.training, options.side, &mut random))
        }
    };
    teacher.example(picture, towards, tap, device)
}

fn gradient(plain: &Network, leaves: &Leaves, example: &Example, energies: &Energies, device: &Device) -> Result<Done> {
    let seen = leaves.seen(example, device)?;
    let (loss, errors) = loss(leaves, &seen, example, energies, device);
    let (turning, direction) = direction::loss(plain, leaves, &seen, example, device)?;
    let gradients = (loss.clone() + turning * DIRECTION).backward();
    let means = Means { loss: floats(loss.inner())?[0], direction, errors: floats(errors)? };
    Ok(Done::Gradient { gradient: leaves.gradients(&gradients)?, means })
}

/// The linear maps that give the teacher's activations best, in the sense of least squares.
fn fit_maps(student: &mut Student, examples: &[Example], workers: &Workers, device: &Device) -> Result<()> {
    let laid_out = student.laid_out(workers, device)?;
    let products = workers.run(examples.len(), |at| {
        let seen = student.leaves(&laid_out, device).network.features(tensor(&examples[at].picture, device), &layers())?;
        let pairs = seen.iter().zip(&examples[at].taps);
        pairs.map(|((_, ours), theirs)| Products::of(ours.flat().inner(), theirs.features(device))).collect::<Result<Vec<_>>>()
    })?;
    let mut sums = Vec::new();
    products.into_iter().for_each(|part| maps::add(&mut sums, part));
    for (tap, sum) in sums.iter().enumerate() {
        student.set_map(tap, sum.map()?);
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

/// What an example, or the mean one, has to be less of.
#[derive(Default)]
pub(crate) struct Means {
    /// [`loss`].
    pub(crate) loss: f32,
    /// [`direction::loss`]'s error.
    pub(crate) direction: f32,
    /// Features' and Gram matrices' errors in turn for each tap.
    pub(crate) errors: Vec<f32>,
}

/// Means since they were last asked for.
#[derive(Default)]
struct Sums {
    sums: Means,
    count: f32,
}

impl Sums {
    fn add(&mut self, one: &Means) {
        let Means { loss, direction, errors } = &mut self.sums;
        errors.resize(one.errors.len(), 0.0);
        errors.iter_mut().zip(&one.errors).for_each(|(sum, error)| *sum += error);
        *loss += one.loss;
        *direction += one.direction;
        self.count += 1.0;
    }

    fn take(&mut self) -> Means {
        let Self { sums: Means { loss, direction, errors }, count } = std::mem::take(self);
        let count = count.max(1.0);
        Means { loss: loss / count, direction: direction / count, errors: errors.into_iter().map(|error| error / count).collect() }
    }
}

/// `FILE` and a further ending.
fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

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

fn write(student: &Student, options: &Options, step: u32, judge: &Judge<'_>, energies: &Energies, workers: &Workers) -> Result<Score> {
    let file = exported(student, options, step)?;
    fs::write(&options.out, file.bytes()).with_context(|| format!("cannot write {}", options.out.display()))?;
    judge.score(student, &file, energies, workers)
}

fn said(score: &Score) -> String {
    let taps: Vec<String> =
        TAPS.iter().zip(score.errors.chunks_exact(2)).map(|(tap, e)| format!("{} {:.3}/{:.3}", &tap.name[4..], e[0], e[1])).collect();
    format!(
        "style ratio {:.3}, content {:.3}; direction {:.3}; features/gram {}",
        score.style_ratio,
        score.content,
        score.direction,
        taps.join("  ")
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;
    use image::{Rgb, RgbImage};

    use super::*;

    /// The committed tiny network as the teacher, and pictures of waves: training goes downhill, goes on from where it
    /// was, and writes what the page can read.
    #[test]
    fn a_tiny_teacher_is_imitated() {
        let folder = std::env::temp_dir().join(format!("pastiche-distill-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for number in 0..40u32 {
            let wave = |x: u32, y: u32, c: u32| (128.0 + 100.0 * (f64::from(x * (number % 5 + c) + y * (number % 7)) / 9.0).sin()) as u8;
            let picture = RgbImage::from_fn(44, 40, |x, y| Rgb([wave(x, y, 0), wave(x, y, 1), wave(x, y, 2)]));
            picture.save(folder.join(format!("{number:02}.png"))).unwrap();
        }
        let teacher = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let out = folder.join("student.safetensors");
        let run = |steps: &str, resume: bool| {
            let common = "--batch 2 --reuse 2 --keep 16 --side 32 --every 40 --paint 2 --threads 2";
            let mut arguments = vec!["distill", "--teacher", teacher.to_str().unwrap(), "--pictures", folder.to_str().unwrap()];
            arguments.extend(["--out", out.to_str().unwrap(), "--steps", steps].iter().copied().chain(common.split(' ')));
            arguments.extend(resume.then_some("--resume"));
            train(&Options::parse_from(arguments), &Device::flex()).unwrap();
            let log = fs::read_to_string(beside(&out, "log.jsonl")).unwrap();
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
        let seen = file.network(&Device::flex(), &layers()).unwrap();
        let taps = seen.features(tensor(&vec![0.5; 3 * 32 * 32], &Device::flex()), &layers()).unwrap();
        assert!(taps.iter().all(|(_, tap)| tap.metric.is_some()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
