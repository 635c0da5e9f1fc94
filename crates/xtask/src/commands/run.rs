//! `./dev run`: builds the site and serves it.

use anyhow::Result;

use super::build;
use crate::bundle::Choice;
use crate::{paths, serve};

/// Builds for `engine` and serves on `port` until the process ends.
///
/// # Errors
///
/// Those of the build, and where the port cannot be had.
pub(crate) fn run(engine: Choice, port: u16) -> Result<()> {
    build::run(engine.isolated())?;
    eprintln!("Serving the page; Ctrl+C ends it.");
    serve::serve(&paths::dist(), port)
}
