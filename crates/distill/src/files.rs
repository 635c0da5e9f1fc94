//! Files of networks.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use vgg::WeightsFile;

/// A network's file, read and checked.
pub(crate) fn network(path: &Path) -> Result<WeightsFile> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    WeightsFile::parse(bytes).with_context(|| format!("{} cannot be used", path.display()))
}

/// `path` with a further ending.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
