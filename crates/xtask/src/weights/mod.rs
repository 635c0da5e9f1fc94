//! Puts VGG-19 beside the page, and keeps a copy that later builds put there again. What is checked, and how, is the `vgg` crate's business: it
//! is the same code that checks a visitor's file or download in the browser.

mod hub;
mod install;
mod package;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub(crate) use install::{install, package_file};

/// Writes a file beside its place first, so that what is in place is always whole.
fn put(to: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    }
    let staged = to.with_extension("new");
    let written = fs::write(&staged, bytes).and_then(|()| fs::rename(&staged, to));
    if written.is_err() {
        let _ = fs::remove_file(&staged);
    }
    written.with_context(|| format!("{} could not be written; what was there before stays.", to.display()))
}
