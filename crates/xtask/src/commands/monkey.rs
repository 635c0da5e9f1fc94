//! `./dev monkey`: whether the page stands whatever is clicked.

use anyhow::Result;

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, process};

/// Builds for the CPU, and does seeded actions; `words`: how many, and the seed.
///
/// # Errors
///
/// Where something cannot be installed or built, or the page breaks.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::Cpu)?;
    process::run(script("monkey.mjs", &chromium).args(words))
}
