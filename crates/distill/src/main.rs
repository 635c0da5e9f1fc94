//! Trains Sketch, the small bundled network, from VGG-19:
//!
//! ```text
//! cargo run --release -p distill -- --teacher FILE --pictures DIR_OR_TAR --steps N --out FILE
//! ```
//!
//! `--round FILE --out FILE` alone writes a network again with its weights in 8 bits, as training does by itself.
//! `--fit-metrics FILE --teacher FILE --pictures DIR_OR_TAR --out FILE` fits a network's metrics anew and leaves the rest as it is.
//!
//! Sketch has VGG-19's layout with fewer channels. At every tap that a preset looks at it is trained to give, through
//! a linear map, VGG-19's activations and their Gram matrix, and to lead a picture where VGG-19 would, on crops of pictures
//! and on paintings that it is itself half-way through. The idea is that of Wang et al., "Collaborative Distillation for
//! Ultra-Resolution Universal Style Transfer" (CVPR 2020, arXiv:2003.08436), with Gram matrices, image gradients and the
//! student's own paintings added, because here the network judges a picture instead of making one.

mod adam;
mod augment;
mod checkpoint;
mod direction;
mod fit_metrics;
mod linear;
mod log;
mod loss;
mod maps;
mod painting;
mod pictures;
mod round;
mod score;
mod student;
mod taps;
mod teacher;
mod train;
mod workers;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::{Parser, ValueEnum};
use vgg::WeightsFile;

use crate::fit_metrics::Fitting;

/// Trains the small bundled network from VGG-19.
#[derive(Parser)]
#[command(
    after_help = "With --round FILE --out FILE alone: writes a network again with its weights in 8 bits, as training does by itself.\n\
                  With --fit-metrics FILE: fits a network's metrics anew and leaves the rest as it is; see --fit-metrics --help."
)]
struct Options {
    /// VGG-19's safetensors file.
    #[arg(long)]
    teacher: PathBuf,
    /// A folder of pictures, or a tar archive of them.
    #[arg(long)]
    pictures: PathBuf,
    /// How many updates in all.
    #[arg(long)]
    steps: u32,
    /// Where the network goes. Beside it: FILE.log.jsonl, and FILE.checkpoint to resume from.
    #[arg(long)]
    out: PathBuf,
    /// A network to start from instead of random weights.
    #[arg(long)]
    start: Option<PathBuf>,
    /// Go on from the checkpoint beside --out.
    #[arg(long)]
    resume: bool,
    /// Examples an update.
    #[arg(long, default_value_t = 8)]
    batch: usize,
    /// How often an example is used before a new one takes its place. The teacher is what costs, but a student that sees an
    /// example twelve times learns it by heart.
    #[arg(long, default_value_t = 3)]
    reuse: usize,
    /// Examples that are kept.
    #[arg(long, default_value_t = 1000)]
    keep: usize,
    /// Width and height of examples, in pixels; a multiple of 16.
    #[arg(long, default_value_t = 96)]
    side: u32,
    /// Length of an update at its highest.
    #[arg(long, default_value_t = 1e-3)]
    rate: f32,
    /// Updates between two scores and checkpoints.
    #[arg(long, default_value_t = 500)]
    every: u32,
    /// Length of the paintings that a score paints with pictures held out.
    #[arg(long, default_value_t = 120)]
    paint: u32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; as many as there are cores unless said.
    #[arg(long)]
    threads: Option<usize>,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Kind::Cpu)]
    device: Kind,
}

/// Writes a network again with its weights in 8 bits.
#[derive(Parser)]
struct Rounding {
    /// The network.
    #[arg(long)]
    round: PathBuf,
    /// Where it goes.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Cpu,
    #[cfg(feature = "gpu")]
    Gpu,
}

fn main() -> Result<()> {
    if std::env::args().any(|word| word == "--round") {
        let Rounding { round, out } = Rounding::parse();
        return round::rewrite(&round, &out);
    }
    if std::env::args().any(|word| word == "--fit-metrics") {
        return fit_metrics::fit_metrics(&Fitting::parse());
    }
    let options = Options::parse();
    let device = match options.device {
        Kind::Cpu => Device::flex(),
        #[cfg(feature = "gpu")]
        Kind::Gpu => Device::wgpu_options().init().map_err(|error| anyhow::anyhow!("there is no GPU to be had: {error}"))?,
    };
    train::train(&options, &device)
}

/// A network's file, read and checked.
fn network(path: &PathBuf) -> Result<WeightsFile> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    WeightsFile::parse(bytes).with_context(|| format!("{} cannot be used", path.display()))
}
