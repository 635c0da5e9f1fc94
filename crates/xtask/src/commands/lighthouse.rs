//! `./dev lighthouse`: what Lighthouse says of the page.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{build, script};
use crate::bundle::Choice;
use crate::{install, paths, process};

/// Pinned, and apart from the tests' own packages, which are a third of its size.
const VERSION: &str = "12.8.2";

/// Builds for the CPU, installs Lighthouse beside the build output, and prints its scores.
///
/// # Errors
///
/// Where something cannot be installed, built or judged.
pub(crate) fn run() -> Result<()> {
    let chromium = install::chromium()?;
    build::run(Choice::Cpu)?;
    let folder = paths::cache()?.join("lighthouse");
    if installed(&folder).as_deref() != Some(VERSION) {
        eprintln!("Installing Lighthouse {VERSION} into {} ...", folder.display());
        fs::create_dir_all(&folder).with_context(|| format!("{} could not be made.", folder.display()))?;
        let npm = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
        let package = format!("lighthouse@{VERSION}");
        process::run(Command::new("npm").args(["install", "--prefix"]).arg(&folder).args(npm).arg(package).stdout(io::stderr()))?;
    }
    process::run(script("lighthouse.mjs", &chromium).arg(folder))
}

/// The version that is in the folder.
fn installed(folder: &Path) -> Option<String> {
    let package = fs::read(folder.join("node_modules/lighthouse/package.json")).ok()?;
    let package: serde_json::Value = serde_json::from_slice(&package).ok()?;
    Some(package["version"].as_str()?.to_owned())
}
