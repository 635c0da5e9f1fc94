//! Fits a network's metrics anew and leaves everything else unchanged to the byte, for another file of the same teacher.

use std::{collections::HashMap, fs, path::PathBuf, thread};

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use clap::Parser;
use safetensors::SafeTensors;
use vgg::{Layer, Network, WeightsFile};

use crate::{
    augment::{self, Crop},
    dataset::Dataset,
    files::network,
    layers::layers,
    least_squares::{Products, add},
    quantize::{self, Stored},
    seed::random,
    stylization::Stylization,
    tensors::tensor,
    workers::Workers,
};

/// Fits a network's metrics to a teacher and leaves everything else in its file unchanged.
#[derive(Parser)]
pub(crate) struct Fitting {
    /// The network.
    #[arg(long)]
    fit_metrics: PathBuf,
    /// VGG-19's safetensors file.
    #[arg(long)]
    teacher: PathBuf,
    /// A folder of images, or a tar archive of them.
    #[arg(long)]
    pictures: PathBuf,
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
    /// How many crops are used.
    #[arg(long, default_value_t = 600)]
    crops: u32,
    /// How many style transfers with the network are used as well, an image of each every 40 steps: 4 or 5 on average.
    #[arg(long, default_value_t = 0)]
    paintings: u32,
    /// Width and height of the images, in pixels; a multiple of 16.
    #[arg(long, default_value_t = 96)]
    side: u32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; by default as many as there are cores.
    #[arg(long)]
    threads: Option<usize>,
}

/// A style transfer advances by so many steps at a time, and the image after every fourth advance is used.
const ADVANCES: u32 = 4;
const STEPS: u32 = 10;
/// Tasks before their sums are added: a task's results are a few megabytes.
const AT_ONCE: usize = 32;
/// Purposes of [`random`].
const CROP: usize = 20_000;
const STYLIZATION: usize = 20_001;
/// In the metadata, before the options; the rest of the text is replaced with the metrics.
const NOTE: &str = ", metrics fitted anew with ";

/// Fits as the options say, writes the network, and prints the error of each layer.
pub(crate) fn fit_metrics(options: &Fitting) -> Result<()> {
    ensure!(options.side >= 32 && options.side.is_multiple_of(16), "--side should be a multiple of 16, 32 or more");
    ensure!(options.crops > 0 || options.paintings > 0, "--crops and --paintings are both 0: there is nothing to fit to");
    let device = Device::flex();
    let workers = Workers::new(options.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)))?;
    let (student, teacher) = (network(&options.fit_metrics)?, network(&options.teacher)?);
    let dataset = Dataset::read(&options.pictures, options.side)?;
    println!("{} images to fit to, {} held out", dataset.training.len(), dataset.held_out.len());

    let pair = Pair::new(&student, &teacher, &device)?;
    let mut sums = accumulate(&pair, &workers, options.crops as usize, |at| {
        Ok(vec![augment::augmented_crop(&dataset.training, options.side, &mut random(options.seed, at as u32, CROP))])
    })?;
    let stylized = accumulate(&pair, &workers, options.paintings as usize, |at| {
        let mut stylization = Stylization::new(&dataset.training, options.side, &device, &mut random(options.seed, at as u32, STYLIZATION));
        let mut images = Vec::new();
        while !stylization.done() {
            images.push(stylization.advance(&student, STEPS, &device)?);
        }
        Ok(images.into_iter().skip(ADVANCES as usize - 1).step_by(ADVANCES as usize).collect())
    })?;
    add(&mut sums, stylized);
    let held_out =
        accumulate(&pair, &workers, dataset.held_out.len(), |at| Ok(vec![augment::center_crop(&dataset.held_out[at], options.side)]))?;

    let mut metrics = Vec::new();
    println!("|M S - T|^2 / |T|^2 on the images of the fit, and on images held out:");
    for (at, layer) in pair.layers.iter().enumerate() {
        let map = sums[at].map()?;
        println!("{layer}  {:.4}  {:.4}", sums[at].error(&map), held_out[at].error(&map));
        metrics.push(quantize::metric(student.architecture(), *layer, &map, sums[at].channels())?);
    }
    let file = with_metrics(&student, metrics, &note(options))?;
    fs::write(&options.out, file.bytes()).with_context(|| format!("cannot write {}", options.out.display()))
}

/// The two networks, and the layers at which they are compared.
struct Pair<'a> {
    student: Network,
    teacher: Network,
    layers: Vec<Layer>,
    device: &'a Device,
}

impl<'a> Pair<'a> {
    /// At the compared layers that the student has; the teacher must have them too.
    fn new(student: &WeightsFile, teacher: &WeightsFile, device: &'a Device) -> Result<Self> {
        let layers: Vec<Layer> = layers().into_iter().filter(|layer| student.info().layers.contains(layer)).collect();
        Ok(Self { student: student.network(device, &layers)?, teacher: teacher.network(device, &layers)?, layers, device })
    }

    /// The products of both networks' features of `image`, layer by layer.
    fn products(&self, image: &Crop) -> Result<Vec<Products>> {
        let image = tensor(image, self.device);
        let (ours, theirs) = (self.student.features(image.clone(), &self.layers)?, self.teacher.features(image, &self.layers)?);
        let products = ours.iter().zip(theirs.iter()).map(|((_, ours), (_, theirs))| {
            // Without the metric of the file, if it has one.
            let [_, channels, height, width] = ours.values.dims();
            let flat = ours.values.clone().reshape([channels, height * width]);
            // Losses that are not relative multiply by the student's scale.
            Products::of(flat, theirs.flat() * (theirs.raw_scale / ours.raw_scale))
        });
        products.collect()
    }
}

/// Sums over the images of `tasks` tasks, layer by layer; empty without tasks.
fn accumulate(
    pair: &Pair<'_>,
    workers: &Workers,
    tasks: usize,
    images: impl Fn(usize) -> Result<Vec<Crop>> + Sync,
) -> Result<Vec<Products>> {
    let mut sums = Vec::new();
    for first in (0..tasks).step_by(AT_ONCE) {
        let parts = workers.run(AT_ONCE.min(tasks - first), |at| {
            let mut sums = Vec::new();
            for image in images(first + at)? {
                add(&mut sums, pair.products(&image)?);
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

/// `network` with these metrics instead of its own, and `note` appended to its metadata `training`.
fn with_metrics(network: &WeightsFile, metrics: Vec<Stored>, note: &str) -> Result<WeightsFile> {
    let (_, header) = SafeTensors::read_metadata(network.bytes())?;
    let mut metadata: HashMap<String, String> = header.metadata().clone().unwrap_or_default();
    let training = metadata.entry("training".to_owned()).or_default();
    training.truncate(training.find(NOTE).unwrap_or(training.len()));
    training.push_str(note);
    let stored = SafeTensors::deserialize(network.bytes())?;
    let kept = stored.iter().filter(|(name, _)| metrics.iter().all(|(metric, ..)| metric != name));
    let kept = kept.map(|(name, view)| (name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec()));
    quantize::file(&kept.chain(metrics.iter().cloned()).collect::<Vec<_>>(), metadata)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use vgg::VGG19;

    use super::*;
    use crate::dataset::write_waves;
    use crate::tensors::floats;

    /// The committed tiny network as the teacher, and as the student in 8 bits and with other metrics.
    #[test]
    fn metrics_are_fitted_and_nothing_else_changes() {
        let folder = std::env::temp_dir().join(format!("pastiche-fit-metrics-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        write_waves(&folder);
        let teacher = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let (sketch, out) = (folder.join("sketch.safetensors"), folder.join("out.safetensors"));
        quantize::rewrite(&teacher, &sketch).unwrap();
        let doubled = |layer: Layer| {
            let channels = if layer.block() == 1 { 4 } else { [6, 8, 8, 8][layer.block() - 2] };
            let map: Vec<f32> = (0..channels * channels).map(|at| if at % (channels + 1) == 0 { 2.0 } else { 0.0 }).collect();
            quantize::metric(&VGG19, layer, &map, channels).unwrap()
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

        // The fitted map is nearer to the teacher than the identity, which is off by the quantisation; and the metric nearly keeps lengths.
        let device = Device::flex();
        let pair = Pair::new(&after, &network(&teacher).unwrap(), &device).unwrap();
        let image = augment::center_crop(&image::open(folder.join("17.png")).unwrap().into_rgb8(), 32);
        let fitted = pair.student.features(tensor(&image, &device), &pair.layers).unwrap();
        for (products, (layer, map)) in pair.products(&image).unwrap().iter().zip(fitted.iter()) {
            let n = products.channels();
            let identity: Vec<f32> = (0..n * n).map(|at| f32::from(u8::from(at % (n + 1) == 0))).collect();
            let (best, plain) = (products.error(&products.map().unwrap()), products.error(&identity));
            assert!(best <= plain && plain < 0.01, "{layer}: {best} and {plain}");
            let length = |features: burn::tensor::Tensor<1>| floats(features.square().sum()).unwrap()[0];
            let size = length(map.flat().flatten(0, 1)) / length(map.values.clone().flatten(0, 3));
            assert!((size - 1.0).abs() < 0.02, "{layer}: {size}");
        }

        // A second fit replaces the note of the first.
        fs::rename(&out, &sketch).unwrap();
        run(&sketch, "--crops 3 --side 32").unwrap();
        assert_eq!(metadata(&network(&out).unwrap())["training"].matches(NOTE).count(), 1);

        let refused = |more: &str| run(&sketch, more).unwrap_err().to_string();
        assert!(refused("--side 40").contains("multiple of 16"));
        assert!(refused("--crops 0 --side 32").contains("nothing to fit"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
