//! `./dev first`: the time to a preview of the example that looks painted.

use anyhow::Result;

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, process};

/// Builds for the CPU and measures; `words`: how many rounds.
///
/// # Errors
///
/// Where something cannot be installed, built or measured.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::Cpu)?;
    process::run(script("first-preview.mjs", &chromium).args(words))
}
