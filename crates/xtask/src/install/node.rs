//! Node.js, npm, and the packages of tests/package.json.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::{paths, process};

/// What tests/ and the page's libraries need.
const OLDEST: &str = "18";

/// Sees to Node.js with npm, and to tests/node_modules/.
///
/// # Errors
///
/// Where they are missing or too old, and cannot be installed.
pub(crate) fn node() -> Result<()> {
    let mut missing = Vec::new();
    if !at_least(OLDEST, &version()) {
        missing.push("nodejs");
    }
    if process::find("npm").is_none() {
        missing.push("npm");
    }
    if !missing.is_empty() {
        apt::install(&format!("Node.js {OLDEST} or newer, with npm"), &missing)?;
    }
    let version = version();
    if !at_least(OLDEST, &version) {
        bail!("Node.js here is {version}; the tests and the page's libraries need {OLDEST} or newer.");
    }
    packages(&paths::root().join("tests"))
}

/// Installs the packages again where package-lock.json is newer than what is installed.
fn packages(folder: &Path) -> Result<()> {
    let installed = folder.join("node_modules/.package-lock.json");
    let time = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if time(&installed).is_some_and(|done| time(&folder.join("package-lock.json")) <= Some(done)) {
        return Ok(());
    }
    eprintln!("Installing the packages of tests/package.json ...");
    let npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    process::run(Command::new("npm").args(npm).current_dir(folder).stdout(io::stderr()))?;
    let touched = File::options().create(true).append(true).open(&installed).and_then(|file| file.set_modified(SystemTime::now()));
    touched.with_context(|| format!("{} cannot be written.", installed.display()))
}

/// Of Node.js, as it prints it (`v20.19.2`); empty where there is none.
fn version() -> String {
    let output = Command::new("node").arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Whether a version (numbers between dots, perhaps after a `v`) is `oldest` or newer.
fn at_least(oldest: &str, version: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let parts = version.trim_start_matches('v').split('.');
        // What follows a number, as in `22.0.0-nightly`, is not compared.
        parts.map_while(|part| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
    };
    let (oldest, version) = (numbers(oldest), numbers(version));
    !version.is_empty() && version >= oldest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        for version in ["v18", "18.0.0", "v18.20.4", "v100.0.0", "v22.0.0-nightly"] {
            assert!(at_least("18", version), "{version}");
        }
        for version in ["", "v16.20.2", "v9.99.99", "none"] {
            assert!(!at_least("18", version), "{version}");
        }
        assert!(at_least("1.9", "1.10.0") && at_least("1.95", "1.95") && !at_least("1.95", "1.94.9"));
    }
}
