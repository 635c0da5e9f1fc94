//! `./dev bench`: our kernels beside others'. Its driver, tests/bench.mjs, reads the command line.

use anyhow::{Context, Result};

use super::{engine, script};
use crate::{bundle, cargo, install, pack, paths, process};

/// Builds what the command line asks for, and measures.
///
/// # Errors
///
/// Where something cannot be installed or built; with the driver's own exit code where it cannot measure.
pub(crate) fn run(words: &[String]) -> Result<()> {
    if let Some(at) = words.iter().position(|word| word == "--pack") {
        return pack::make(words.get(at + 1).context("--pack wants a folder.")?.as_ref());
    }
    let chromium = install::chromium()?;
    if words.iter().any(|word| word == "--page-runs") {
        // Of what is in dist/ already.
        return process::run(script("bench.mjs", &chromium).args(words));
    }
    let bundles = process::output(script("bench.mjs", &chromium).arg("--bundles").args(words))?;
    install::std_sources()?;
    eprintln!("Building (the first time takes a good while) ...");
    for name in bundles.split_whitespace() {
        bundle::build_bench(engine(name)?)?;
    }
    if !words.iter().any(|word| word == "--page-only") {
        build_native("native", &[])?;
    }
    if words.iter().any(|word| word == "--vulkan") {
        install::vulkan_loader()?;
        // In a folder of its own: it is the same program with other features.
        build_native("native-gpu", &["--no-default-features", "--features", "gpu"])?;
    }
    process::run(script("bench.mjs", &chromium).args(words))
}

/// The benchmark's native program, into a folder of the build output's.
fn build_native(folder: &str, features: &[&str]) -> Result<()> {
    let build = ["build", "--quiet", "--locked", "--release", "--package", "bench", "--bin", "bench-native"];
    process::run(cargo::in_folder(&paths::cache()?.join(folder)).args(build).args(features))
}
