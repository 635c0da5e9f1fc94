//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Trains the small bundled network from VGG-19.
#[derive(Parser)]
#[command(after_help = "With --round FILE --out FILE alone: writes a network with its weights in 8 bits, as training does.\n\
                  With --fit-metrics FILE: fits a network's metrics and leaves the rest unchanged; see --fit-metrics --help.")]
pub(crate) struct Options {
    /// VGG-19's safetensors file.
    #[arg(long)]
    pub(crate) teacher: PathBuf,
    /// A folder of images, or a tar archive of them.
    #[arg(long)]
    pub(crate) pictures: PathBuf,
    /// Number of updates.
    #[arg(long)]
    pub(crate) steps: u32,
    /// The network's file. Written with it: FILE.log.jsonl, and FILE.checkpoint to resume from.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// A network to start from instead of random weights.
    #[arg(long)]
    pub(crate) start: Option<PathBuf>,
    /// Resume from the checkpoint of --out.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Examples an update.
    #[arg(long, default_value_t = 8)]
    pub(crate) batch: usize,
    /// How often an example is used before a new one replaces it. The teacher costs most of the time, but with twelve uses the
    /// student overfits.
    #[arg(long, default_value_t = 3)]
    pub(crate) reuse: usize,
    /// Examples that are kept.
    #[arg(long, default_value_t = 1000)]
    pub(crate) keep: usize,
    /// Width and height of examples, in pixels; a multiple of 16.
    #[arg(long, default_value_t = 96)]
    pub(crate) side: u32,
    /// Highest learning rate.
    #[arg(long, default_value_t = 1e-3)]
    pub(crate) rate: f32,
    /// Updates between two scores and checkpoints.
    #[arg(long, default_value_t = 500)]
    pub(crate) every: u32,
    /// Steps of the style transfers of images held out that a score runs.
    #[arg(long, default_value_t = 120)]
    pub(crate) paint: u32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; by default as many as there are cores.
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// The device.
    #[arg(long, value_enum, default_value_t = DeviceKind::Cpu)]
    pub(crate) device: DeviceKind,
}

/// Writes a network with its weights in 8 bits.
#[derive(Parser)]
pub(crate) struct Rounding {
    /// The network.
    #[arg(long)]
    pub(crate) round: PathBuf,
    /// The file to write.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DeviceKind {
    Cpu,
    #[cfg(feature = "gpu")]
    Gpu,
}
