//! Checks a network and puts it where the page looks for VGG-19.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use vgg::{VGG19, WeightsFile};

use super::{hub, package, put};
use crate::{paths, site};

/// Installs the network found at `from`, a file or the http(s) address of one; `None` means the package registry, and where that does not
/// answer VGG-19's home on the hub. `keep`: one that was installed before will do.
///
/// # Errors
///
/// When it cannot be had, or is not a VGG-19 that reaches down to conv5_2. What was installed before stays.
pub(crate) fn install(from: Option<&str>, keep: bool) -> Result<()> {
    let kept = paths::kept_vgg19()?;
    if keep && kept.exists() {
        return Ok(());
    }
    let file = match from {
        None => anywhere()?,
        Some(address) if address.starts_with("http://") || address.starts_with("https://") => WeightsFile::parse(hub::whole(address)?)?,
        Some(file) => {
            let bytes = fs::read(file).with_context(|| format!("{file} could not be read."))?;
            WeightsFile::parse(bytes).with_context(|| format!("{file} cannot be used."))?
        }
    };
    let info = file.info();
    if *file.architecture() != VGG19 || info.layout != VGG19.channels || !info.layers.contains(&VGG19.deepest_in_use) {
        bail!(
            "This is a network ({}) with the channels {:?} and {} layers, not VGG-19: the page would show it under a wrong name. \
             Visitors can still pick such a file themselves.",
            info.name,
            info.layout,
            info.layers.len()
        );
    }
    // The page would meet NaN and infinity only when a layer is loaded.
    file.check_values()?;
    let file = file.cut(VGG19.deepest_in_use)?;
    put(&kept, file.bytes())?;
    site::copy(&kept, &paths::dist().join("weights/vgg19.safetensors"))?;
    println!(
        "{} ({:.1} MB) stands beside the page; later builds put it there again. SHA-256 {}",
        file.info().name,
        file.bytes().len() as f64 / 1e6,
        file.info().sha256
    );
    Ok(())
}

/// The first of the package registry and the hub that answers.
fn anywhere() -> Result<WeightsFile> {
    let closed = match from_package() {
        Ok(file) => return Ok(file),
        Err(error) => error,
    };
    eprintln!("{} Trying VGG-19's home on the hub ...", sentence(&closed));
    let found = hub::from_hub().and_then(|bytes| Ok(WeightsFile::parse(bytes)?));
    found.map_err(|error| anyhow!("{} {}", sentence(&closed), sentence(&error)))
}

fn from_package() -> Result<WeightsFile> {
    let path = package::weights()?;
    let read = fs::read(&path).with_context(|| format!("{} could not be read.", path.display()));
    let parsed = read.and_then(|bytes| Ok(WeightsFile::parse(bytes)?));
    if parsed.is_err() {
        // Damaged since it was put there: fetched again next time.
        let _ = fs::remove_file(&path);
    }
    parsed
}

/// The package's own file, with all sixteen convolutions, for tests; fetched if it is not there yet.
///
/// # Errors
///
/// When it cannot be had, or is not the package's.
pub(crate) fn package_file() -> Result<PathBuf> {
    from_package()?;
    package::weights()
}

/// An error with its causes, in one line.
fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
