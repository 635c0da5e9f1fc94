//! What `./dev` does, a command in a file. What they share is beside them: [`crate::install`] for what they need, [`crate::bundle`] and
//! [`crate::site`] for the site.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod demo;
pub(crate) mod examples;
pub(crate) mod faults;
pub(crate) mod first;
pub(crate) mod fuzz;
pub(crate) mod lighthouse;
pub(crate) mod lint;
pub(crate) mod monkey;
pub(crate) mod paint;
pub(crate) mod run;
pub(crate) mod screenshots;
pub(crate) mod soak;
pub(crate) mod test;
pub(crate) mod types;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};
use clap::ValueEnum;

use crate::bundle::Choice;
use crate::{paths, process};

/// `node tests/SCRIPT`, which drives `chromium`, in the folder that this was called in.
fn script(name: &str, chromium: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(paths::root().join("tests").join(name)).env("PASTICHE_CHROMIUM", chromium);
    command
}

/// The engine that an automatic choice will come to on this machine: only its bundle is worth waiting for.
fn likely_engine(chromium: &Path) -> Result<Choice> {
    engine(&process::output(&mut script("probe.mjs", chromium))?)
}

/// An engine by the name that scripts and people have for it.
fn engine(name: &str) -> Result<Choice> {
    Choice::from_str(name, false).map_err(|_| anyhow!("There is no engine {name}; there are cpu, gpu and all."))
}
