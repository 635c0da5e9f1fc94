//! `./dev build`: the site, in dist/.

use anyhow::Result;

use crate::bundle::{self, Choice};
use crate::{install, site};

/// Builds the bundles of `engine` and puts the site together.
///
/// # Errors
///
/// Where something cannot be installed, compiled or written.
pub(crate) fn run(engine: Choice) -> Result<()> {
    install::std_sources()?;
    install::node()?;
    eprintln!("Building (the first time takes minutes) ...");
    bundle::build(engine)?;
    site::assemble()
}
