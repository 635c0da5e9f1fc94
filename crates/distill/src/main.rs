//! Trains Sketch, the small bundled network, from VGG-19:
//!
//! ```text
//! cargo run --release -p distill -- --teacher FILE --pictures DIR_OR_TAR --steps N --out FILE
//! ```
//!
//! `--round FILE --out FILE` alone writes a network with its weights in 8 bits, as training does.
//! `--fit-metrics FILE --teacher FILE --pictures DIR_OR_TAR --out FILE` fits a network's metrics and leaves the rest unchanged.
//!
//! Sketch has VGG-19's layout with fewer channels. At every layer that a preset uses it is trained to give, through
//! a linear map, VGG-19's activations and their Gram matrix, and the direction of VGG-19's image gradient, on crops of images
//! and on intermediate images of its own style transfer. The idea is that of Wang et al., "Collaborative Distillation for
//! Ultra-Resolution Universal Style Transfer" (CVPR 2020, arXiv:2003.08436), with Gram matrices, image gradients and the
//! student's own style transfer added, because here the network is part of a loss instead of a generator.

mod adam;
mod augment;
mod checkpoint;
mod dataset;
mod direction;
mod example;
mod files;
mod fit_metrics;
mod layers;
mod least_squares;
mod linear;
mod log;
mod loss;
mod metrics;
mod options;
mod quantize;
mod score;
mod seed;
mod student;
mod stylization;
mod teacher;
mod tensors;
mod train;
mod workers;

use anyhow::Result;
use burn::tensor::Device;
use clap::Parser;

use crate::{
    fit_metrics::Fitting,
    options::{DeviceKind, Options, Rounding},
};

fn main() -> Result<()> {
    if std::env::args().any(|word| word == "--round") {
        let Rounding { round, out } = Rounding::parse();
        return quantize::rewrite(&round, &out);
    }
    if std::env::args().any(|word| word == "--fit-metrics") {
        return fit_metrics::fit_metrics(&Fitting::parse());
    }
    let options = Options::parse();
    let device = match options.device {
        DeviceKind::Cpu => Device::flex(),
        #[cfg(feature = "gpu")]
        DeviceKind::Gpu => Device::wgpu_options().init().map_err(|error| anyhow::anyhow!("there is no GPU to be had: {error}"))?,
    };
    train::train(&options, &device)
}
