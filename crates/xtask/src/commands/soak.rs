//! `./dev soak`: whether the page takes more and more while it is used.

use anyhow::Result;

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, process};

/// Builds all, and uses the page for minutes; `words`: for how many, and what the script takes besides.
///
/// # Errors
///
/// Where something cannot be installed or built, or the page breaks or takes more and more.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::All)?;
    process::run(script("soak.mjs", &chromium).args(words))
}
