//! Chromium or Chrome, which draws the page.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{apt, node};
use crate::process;

const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Sees to Node.js, whose scripts drive it, and to Chromium -> its program: `PASTICHE_CHROMIUM`, or what is here, or Debian's.
///
/// # Errors
///
/// Where either is missing and cannot be installed.
pub(crate) fn chromium() -> Result<PathBuf> {
    node()?;
    if let Some(program) = find() {
        return Ok(program);
    }
    apt::install("Chromium, to draw the page without a window", &["chromium", "fonts-liberation"])?;
    find().context("Chromium was installed but is not found; set PASTICHE_CHROMIUM to its path.")
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("PASTICHE_CHROMIUM").filter(|name| !name.is_empty());
    named.into_iter().chain(NAMES.map(Into::into)).find_map(process::find)
}
