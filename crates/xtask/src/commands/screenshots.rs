//! `./dev screenshots`: the page in every state.

use anyhow::Result;

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, process};

/// Builds for the CPU and draws; `words`: some of the states.
///
/// # Errors
///
/// Where something cannot be installed, built or drawn.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::Cpu)?;
    process::run(script("screenshots.mjs", &chromium).args(words))
}
