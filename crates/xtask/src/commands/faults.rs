//! `./dev faults`: what comes of every fault that can be injected into the page.

use anyhow::Result;

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, process};

/// Builds all, and injects; `words`: parts of the faults' names, and what the script takes besides.
///
/// # Errors
///
/// Where something cannot be installed or built, or a fault breaks the promise of docs/RELIABILITY.md.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::All)?;
    process::run(script("faults.mjs", &chromium).args(words))
}
