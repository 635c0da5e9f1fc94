//! Debian's packages. `dev` has the same in a few lines of bash, for what xtask itself needs.

use std::fs::{self, File, OpenOptions};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{paths, process};

/// Whether packages can be installed here.
pub(super) fn is_here() -> bool {
    process::find("apt-get").is_some()
}

/// Installs packages, saying which and why (`reason`: what is missing); with sudo unless this is root.
///
/// # Errors
///
/// With a sentence that says what to install where this is not Debian, or nobody who may, or where apt-get fails.
pub(super) fn install(reason: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_here() {
        bail!(
            "{reason} is missing, and only Debian and its relatives are installed on from here. Please install it (Debian calls it: {names})."
        );
    }
    let sudo = !process::is_root();
    if sudo && process::find("sudo").is_none() {
        bail!("{reason} is missing. Please have an administrator run: apt-get install {names}");
    }
    eprintln!("Installing {names} ({reason}) ...");
    let path = paths::cache()?.join("apt.log");
    let log = OpenOptions::new().create(true).append(true).open(&path).with_context(|| format!("{} cannot be written.", path.display()))?;
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    // The package lists may be missing or old: fetch them only where they turn out to be.
    if apt_get(sudo, &install, &log)? || apt_get(sudo, &["update"], &log)? && apt_get(sudo, &install, &log)? {
        return Ok(());
    }
    let said = fs::read_to_string(&path).unwrap_or_default();
    for line in last(&said, 5) {
        eprintln!("{line}");
    }
    bail!("apt-get could not install {names}; the whole of what it said is in {}.", path.display())
}

/// Runs apt-get; what it says goes to the log -> whether it succeeded.
fn apt_get(sudo: bool, words: &[&str], log: &File) -> Result<bool> {
    let mut command = if sudo { Command::new("sudo") } else { Command::new("env") };
    if sudo {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]).args(words);
    let status = command.stdout(log.try_clone()?).stderr(log.try_clone()?).status().context("apt-get could not be started.")?;
    Ok(status.success())
}

/// The last `count` lines.
fn last(text: &str, count: usize) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_shown() {
        assert_eq!(last("a\nb\nc\n", 2), ["b", "c"]);
        assert_eq!(last("a\n", 5), ["a"]);
        assert!(last("", 5).is_empty());
    }
}
