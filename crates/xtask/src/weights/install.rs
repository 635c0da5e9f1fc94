//! Checks a network and puts it where the page looks for VGG-19.

use std::fs;

use anyhow::{Context, Result, bail};
use safetensors::SafeTensors;
use vgg::{Download, Layer, WeightsFile};

use super::fetch;
use crate::{paths, site};

/// Installs the network found at `from`, a file or the http(s) address of one; `None` means its public home.
///
/// # Errors
///
/// When it cannot be had, or is not a VGG-19 that reaches down to conv5_2. Nothing is kept then.
pub(crate) fn install(from: Option<&str>) -> Result<()> {
    let bytes = match from {
        None => fetch::from_hub()?,
        Some(address) if address.starts_with("http://") || address.starts_with("https://") => fetch::whole(address)?,
        Some(file) => fs::read(file).with_context(|| format!("{file} could not be read."))?,
    };
    let bytes = shrink(bytes)?;
    let file = WeightsFile::parse(bytes.clone())?;
    let info = file.info();
    if info.layout != [64, 128, 256, 512, 512] || !info.layers.contains(&Layer::DEEPEST_IN_USE) {
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
    let kept = paths::kept_vgg19();
    let staged = kept.with_extension("new");
    fs::create_dir_all(kept.parent().context("The cache has no folder.")?)?;
    fs::write(&staged, bytes).with_context(|| format!("{} could not be written.", staged.display()))?;
    fs::rename(&staged, &kept)?;
    site::copy(&kept, &paths::dist().join("weights/vgg19.safetensors"))?;
    println!("{} stands beside the page; later builds put it there again. SHA-256 {}", info.name, info.sha256);
    Ok(())
}

/// torchvision's own file is 550 MB, nearly all of it for classifying: kept are the convolutions in use, in f16, as after a download.
fn shrink(bytes: Vec<u8>) -> Result<Vec<u8>> {
    let known = WeightsFile::parse(bytes.clone())?;
    let length = vgg::header_length(&bytes[..8])?;
    let header = SafeTensors::read_metadata(&bytes)?.1;
    let ours = header.metadata().as_ref().is_some_and(|metadata| metadata.contains_key("pastiche.schema"));
    if ours || known.info().input != "rgb-imagenet" {
        return Ok(bytes);
    }
    let mut download = Download::new(&bytes[..length])?;
    for range in download.ranges() {
        download.accept(&range.name, &bytes[range.start..range.end])?;
    }
    Ok(download.finish()?)
}
