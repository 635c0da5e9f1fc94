//! `./dev build`: the site, in dist/.

use std::slice;

use anyhow::Result;

use crate::bundle::{self, Choice};
use crate::{install, paths, single, site};

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

/// Writes the page as one file beside the site: `pastiche.html`, and where VGG-19 is at hand `pastiche-vgg19.html`.
///
/// # Errors
///
/// Where an engine is not built, or a file is over its budget.
pub(crate) fn single() -> Result<()> {
    let dist = paths::dist();
    let sketch = ("sketch", paths::root().join("weights/sketch.safetensors"));
    single::write(&dist.join("pastiche.html"), &ENGINES, slice::from_ref(&sketch), MOST)?;
    let vgg19 = paths::kept_vgg19()?;
    if !vgg19.exists() {
        eprintln!("There is no VGG-19 for a page with it inside; `./dev weights` fetches it.");
        return Ok(());
    }
    single::write(&dist.join("pastiche-vgg19.html"), &ENGINES, &[sketch, ("vgg19", vgg19)], MOST_WITH_VGG19)
}

/// What a page of one file paints with: it cannot share memory between threads.
const ENGINES: [&str; 2] = ["cpu", "gpu"];
/// Bytes of a page of one file, without and with VGG-19.
const MOST: usize = 6_000_000;
const MOST_WITH_VGG19: usize = 24_000_000;
