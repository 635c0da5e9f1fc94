//! Fetches with curl, which knows proxies, redirects and certificates, and picks up where it was cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use vgg::{Download, header_length};

use crate::paths;

/// Where torchvision's VGG-19 lives, as in the page's own download.
const HUB: &str = "https://huggingface.co/timm/vgg19.tv_in1k/resolve/main/model.safetensors";

/// The hub's file, less what is not needed: ranges for conv1_1 to conv5_2, each kept as soon as it is there, so that an interrupted download goes on
/// where it stopped. `PASTICHE_HUB` names a mirror.
pub(super) fn from_hub() -> Result<Vec<u8>> {
    let address = std::env::var("PASTICHE_HUB").unwrap_or_else(|_| HUB.to_owned());
    let parts = paths::cache()?.join("weights/parts");
    fs::create_dir_all(&parts).with_context(|| format!("{} could not be made.", parts.display()))?;
    let head = parts.join("head");
    range(&address, 0, 8, &head)?;
    let length = header_length(&fs::read(&head)?)?;
    range(&address, 0, length, &head)?;
    let mut download = Download::new(&fs::read(&head)?)?;
    let ranges = download.ranges();
    let bar = ProgressBar::new(ranges.iter().map(|range| (range.end - range.start) as u64).sum());
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left  {msg}")?);
    for wanted in ranges {
        bar.set_message(wanted.name.clone());
        let size = wanted.end - wanted.start;
        let part = parts.join(&wanted.name);
        if fs::metadata(&part).map(|file| file.len()).ok() != Some(size as u64) {
            let arriving = parts.join("arriving");
            range(&address, wanted.start, wanted.end, &arriving)?;
            fs::rename(&arriving, &part)?;
        }
        if let Err(error) = download.accept(&wanted.name, &fs::read(&part)?) {
            fs::remove_file(&part)?;
            return Err(error.into());
        }
        bar.inc(size as u64);
    }
    bar.finish_and_clear();
    let file = download.finish()?;
    fs::remove_dir_all(&parts)?;
    Ok(file)
}

/// Bytes `start..end` of `address`, into the file `to`.
fn range(address: &str, start: usize, end: usize, to: &Path) -> Result<()> {
    let _ = fs::remove_file(to);
    let wanted = format!("{start}-{}", end - 1);
    // A host that ignores ranges would send the whole file: the limit ends that at once.
    let limit = (end - start).to_string();
    curl(&["--range", &wanted, "--max-filesize", &limit], address, to)?;
    let found = fs::metadata(to)?.len();
    if found != (end - start) as u64 {
        bail!("{address} sent {found} bytes where {limit} were asked for. Try again, or fetch the file by hand and give it with --from.");
    }
    Ok(())
}

/// A whole file; what an interrupted download left is gone on from.
pub(super) fn whole(address: &str) -> Result<Vec<u8>> {
    let folder = paths::cache()?.join("weights");
    fs::create_dir_all(&folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    // One file an address, so that two of them are never spliced together.
    let name: String = address.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let to: PathBuf = folder.join(format!("{name}.part"));
    curl(&["--continue-at", "-"], address, &to)?;
    let bytes = fs::read(&to)?;
    // Wrong or right, the next attempt starts afresh.
    fs::remove_file(&to)?;
    Ok(bytes)
}

fn curl(options: &[&str], address: &str, to: &Path) -> Result<()> {
    let status = Command::new("curl")
        .args(["--fail", "--location", "--silent", "--show-error", "--retry", "3", "--connect-timeout", "20"])
        .args(options)
        .arg("--output")
        .arg(to)
        .arg(address)
        .status()
        .context("curl could not be started; install it.")?;
    if !status.success() {
        bail!("{address} could not be fetched. Run this again to go on, or fetch the file by hand and give it with --from FILE.");
    }
    Ok(())
}
