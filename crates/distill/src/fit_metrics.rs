//! Fits a network's metrics anew and leaves everything else as it is, to the byte: for a better file of the teacher, which needs no
//! other weights to begin with.

use std::{collections::HashMap, fs, path::PathBuf, thread};

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use clap::Parser;
use safetensors::SafeTensors;
use vgg::{Layer, Network, WeightsFile};

use crate::{
    augment::{self, Crop},
    maps::{Products, add},
    network,
    painting::Painting,
    pictures::Pictures,
    round::{self, Stored},
    taps::layers,
    teacher::tensor,
    train::random,
    workers::Workers,
};

/// Fits a network's metrics to a teacher and leaves everything else in its file as it is.
#[derive(Parser)]
pub(crate) struct Fitting {
    /// The network.
    #[arg(long)]
    fit_metrics: PathBuf,
    /// VGG-19's safetensors file.
    #[arg(long)]
    teacher: PathBuf,
    /// A folder of pictures, or a tar archive of them.
    #[arg(long)]
    pictures: PathBuf,
    /// Where the network with its new metrics goes.
    #[arg(long)]
    out: PathBuf,
    /// How many crops of pictures are looked at.
    #[arg(long, default_value_t = 600)]
    crops: u32,
    /// How many paintings of the network's own are looked at besides, every 40 steps until one is done: 4 or 5 times on average.
    #[arg(long, default_value_t = 0)]
    paintings: u32,
    /// Width and height of crops and paintings, in pixels; a multiple of 16.
    #[arg(long, default_value_t = 96)]
    side: u32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; as many as there are cores unless said.
    #[arg(long)]
    threads: Option<usize>,
}

/// Steps between two looks at a painting, in visits of so many.
const VISITS: u32 = 4;
const STEPS_A_VISIT: u32 = 10;
/// What is looked at at once, before sums are taken: a worker's results are a few megabytes.
const AT_ONCE: usize = 32;
/// What [`random`]'s draws are for.
const CROP: usize = 20_000;
const PAINTING: usize = 20_001;
/// In the metadata, before what was done; what follows it there belonged to the metrics that are replaced.
const NOTE: &str = ", metrics fitted anew with ";

/// Fits as the options say, writes the network, and prints how near each tap's activations come.
pub(crate) fn fit_metrics(options: &Fitting) -> Result<()> {
    ensure!(options.side >= 32 && options.side.is_multiple_of(16), "--side should be a multiple of 16, 32 or more");
    ensure!(options.crops > 0 || options.paintings > 0, "--crops and --paintings are both 0: there is nothing to fit to");
    let device = Device::flex();
    let workers = Workers::new(options.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)))?;
    let (student, teacher) = (network(&options.fit_metrics)?, network(&options.teacher)?);
    let pictures = Pictures::read(&options.pictures, options.side)?;
    println!("{} pictures to fit to, {} held out", pictures.training.len(), pictures.held_out.len());

    let pair = Pair::new(&student, &teacher, &device)?;
    let mut sums = look(&pair, &workers, options.crops as usize, |at| {
        Ok(vec![augment::random(&pictures.training, options.side, &mut random(options.seed, at as u32, CROP))])
    })?;
    let painted = look(&pair, &workers, options.paintings as usize, |at| {
        let mut painting = Painting::new(&pictures.training, options.side, &device, &mut random(options.seed, at as u32, PAINTING));
        let mut seen = Vec::new();
        while !painting.done() {
            seen.push(painting.advance(&student, STEPS_A_VISIT, &device)?);
        }
        Ok(seen.into_iter().skip(VISITS as usize - 1).step_by(VISITS as usize).collect())
    })?;
    add(&mut sums, painted);
    let held_out = look(&pair, &workers, pictures.held_out.len(), |at| Ok(vec![augment::middle(&pictures.held_out[at], options.side)]))?;

    let mut metrics = Vec::new();
    println!("|M S - T|^2 / |T|^2 where it was fitted, and on pictures held out:");
    for (tap, layer) in pair.layers.iter().enumerate() {
        let map = sums[tap].map()?;
        println!("{layer}  {:.4}  {:.4}", sums[tap].error(&map), held_out[tap].error(&map));
        metrics.push(round::metric(student.architecture(), *layer, &map, sums[tap].channels())?);
    }
    let file = with_metrics(&student, metrics, &note(options))?;
    fs::write(&options.out, file.bytes()).with_context(|| format!("cannot write {}", options.out.display()))
}

/// The two networks, and where they are compared.
struct Pair<'a> {
    student: Network,
    teacher: Network,
    layers: Vec<Layer>,
    device: &'a Device,
}

impl<'a> Pair<'a> {
    /// At the taps that the student has; the teacher must have them too.
    fn new(student: &WeightsFile, teacher: &WeightsFile, device: &'a Device) -> Result<Self> {
        let layers: Vec<Layer> = layers().into_iter().filter(|layer| student.info().layers.contains(layer)).collect();
        Ok(Self { student: student.network(device, &layers)?, teacher: teacher.network(device, &layers)?, layers, device })
    }

    /// What both see in `picture`, tap by tap.
    fn products(&self, picture: &Crop) -> Result<Vec<Products>> {
        let picture = tensor(picture, self.device);
        let (ours, theirs) = (self.student.features(picture.clone(), &self.layers)?, self.teacher.features(picture, &self.layers)?);
        let taps = ours.iter().zip(theirs.iter()).map(|((_, ours), (_, theirs))| {
            // Without the metric that is there, if one is.
            let [_, channels, height, width] = ours.values.dims();
            let flat = ours.values.clone().reshape([channels, height * width]);
            // Losses that are not relative multiply by the student's scale.
            Products::of(flat, theirs.flat() * (theirs.raw_scale / ours.raw_scale))
        });
        taps.collect()
    }
}

/// Sums over the pictures of `tasks` tasks, tap by tap; none of none.
fn look(pair: &Pair<'_>, workers: &Workers, tasks: usize, pictures: impl Fn(usize) -> Result<Vec<Crop>> + Sync) -> Result<Vec<Products>> {
    let mut sums = Vec::new();
    for first in (0..tasks).step_by(AT_ONCE) {
        let parts = workers.run(AT_ONCE.min(tasks - first), |at| {
            let mut sums = Vec::new();
            for picture in pictures(first + at)? {
                add(&mut sums, pair.products(&picture)?);
            }
            Ok(sums)
        })?;
        parts.into_iter().for_each(|part| add(&mut sums, part));
    }
    Ok(sums)
}

fn note(options: &Fitting) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().display().to_string();
    format!(
        "{NOTE}--teacher {} --pictures {} --crops {} --paintings {} --side {} --seed {}",
        name(&options.teacher),
        name(&options.pictures),
        options.crops,
        options.paintings,
        options.side,
        options.seed
    )
}

/// `network` with these metrics in place of its own, and `note` behind what its metadata say of its training.
fn with_metrics(network: &WeightsFile, metrics: Vec<Stored>, note: &str) -> Result<WeightsFile> {
    let (_, header) = SafeTensors::read_metadata(network.bytes())?;
    let mut metadata: HashMap<String, String> = header.metadata().clone().unwrap_or_default();
    let training = metadata.entry("training".to_owned()).or_default();
    training.truncate(training.find(NOTE).unwrap_or(training.len()));
    training.push_str(note);
    let stored = SafeTensors::deserialize(network.bytes())?;
    let kept = stored.iter().filter(|(name, _)| metrics.iter().all(|(metric, ..)| metric != name));
    let kept = kept.map(|(name, view)| (name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec()));
    round::file(&kept.chain(metrics.iter().cloned()).collect::<Vec<_>>(), metadata)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use image::{Rgb, RgbImage};
    use vgg::VGG19;

    use super::*;
    use crate::teacher::floats;

    /// The committed tiny network as the teacher, and as the student in 8 bits and with other metrics.
    #[test]
    fn metrics_are_fitted_and_nothing_else_is_touched() {
        let folder = std::env::temp_dir().join(format!("pastiche-fit-metrics-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for number in 0..40u32 {
            let wave = |x: u32, y: u32, c: u32| (128.0 + 100.0 * (f64::from(x * (number % 5 + c) + y * (number % 7)) / 9.0).sin()) as u8;
            let picture = RgbImage::from_fn(44, 40, |x, y| Rgb([wave(x, y, 0), wave(x, y, 1), wave(x, y, 2)]));
            picture.save(folder.join(format!("{number:02}.png"))).unwrap();
        }
        let teacher = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let (sketch, out) = (folder.join("sketch.safetensors"), folder.join("out.safetensors"));
        round::rewrite(&teacher, &sketch).unwrap();
        let doubled = |layer: Layer| {
            let channels = if layer.block() == 1 { 4 } else { [6, 8, 8, 8][layer.block() - 2] };
            let map: Vec<f32> = (0..channels * channels).map(|at| if at % (channels + 1) == 0 { 2.0 } else { 0.0 }).collect();
            round::metric(&VGG19, layer, &map, channels).unwrap()
        };
        let before = with_metrics(&network(&sketch).unwrap(), layers().map(doubled).into(), "").unwrap();
        fs::write(&sketch, before.bytes()).unwrap();

        let common = format!("--teacher {} --pictures {} --out {}", teacher.display(), folder.display(), out.display());
        let run = |from: &Path, more: &str| {
            let from = from.to_str().unwrap();
            let words = ["distill", "--fit-metrics", from].into_iter().chain(common.split(' ')).chain(more.split(' '));
            fit_metrics(&Fitting::try_parse_from(words)?)
        };
        run(&sketch, "--crops 40 --paintings 1 --side 32 --threads 2").unwrap();
        let after = network(&out).unwrap();
        let stored = |file: &WeightsFile| -> HashMap<String, Vec<u8>> {
            SafeTensors::deserialize(file.bytes()).unwrap().iter().map(|(name, view)| (name.to_owned(), view.data().to_vec())).collect()
        };
        let (old, new) = (stored(&before), stored(&after));
        assert_eq!(old.len(), new.len());
        assert!(old.iter().all(|(name, bytes)| name.ends_with(".metric") != (new[name] == *bytes)));
        let metadata = |file: &WeightsFile| SafeTensors::read_metadata(file.bytes()).unwrap().1.metadata().clone().unwrap();
        let (old, mut new) = (metadata(&before), metadata(&after));
        let training = new.insert("training".to_owned(), old["training"].clone()).unwrap();
        assert_eq!(old, new);
        assert!(training.starts_with(&old["training"]) && training.ends_with("--paintings 1 --side 32 --seed 1"), "{training}");

        // What is fitted is nearer to the teacher than the student as it is, which is a rounding away; and the metric leaves lengths, nearly.
        let device = Device::flex();
        let pair = Pair::new(&after, &network(&teacher).unwrap(), &device).unwrap();
        let picture = augment::middle(&image::open(folder.join("17.png")).unwrap().into_rgb8(), 32);
        let fitted = pair.student.features(tensor(&picture, &device), &pair.layers).unwrap();
        for (products, (layer, tap)) in pair.products(&picture).unwrap().iter().zip(fitted.iter()) {
            let n = products.channels();
            let identity: Vec<f32> = (0..n * n).map(|at| f32::from(u8::from(at % (n + 1) == 0))).collect();
            let (best, plain) = (products.error(&products.map().unwrap()), products.error(&identity));
            assert!(best <= plain && plain < 0.01, "{layer}: {best} and {plain}");
            let length = |features: burn::tensor::Tensor<1>| floats(features.square().sum()).unwrap()[0];
            let size = length(tap.flat().flatten(0, 1)) / length(tap.values.clone().flatten(0, 3));
            assert!((size - 1.0).abs() < 0.02, "{layer}: {size}");
        }

        // Another time, what was said of the metrics that are gone is gone too.
        fs::rename(&out, &sketch).unwrap();
        run(&sketch, "--crops 3 --side 32").unwrap();
        assert_eq!(metadata(&network(&out).unwrap())["training"].matches(NOTE).count(), 1);

        let refused = |more: &str| run(&sketch, more).unwrap_err().to_string();
        assert!(refused("--side 40").contains("multiple of 16"));
        assert!(refused("--crops 0 --side 32").contains("nothing to fit"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
