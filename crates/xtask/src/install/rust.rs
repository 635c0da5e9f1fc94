//! What some commands need of Rust besides the compiler, from rustup or, where `dev` fell back to it (then it sets `RUSTC`), from Debian.

use std::env;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::apt;
use super::refusal::Refusal;
use crate::{bundle, cargo, process};

/// Where the network is closed rustup waits for ever.
const LIMIT: Duration = Duration::from_secs(120);

/// Asks rustup for the sources of the standard library, which has to be compiled for shared memory. Without them builds go on, without threads.
///
/// # Errors
///
/// Where the compiler cannot be started, or a refusal not be remembered.
pub(crate) fn std_sources() -> Result<()> {
    if bundle::can_build_std()? || process::find("rustup").is_none() {
        return Ok(());
    }
    let refusal = Refusal::new("rustup-has-no-sources")?;
    if !refusal.is_recent() {
        eprintln!("Asking rustup for the sources of the standard library (for two minutes at most) ...");
        if !rustup_adds(&["rust-src"]) {
            refusal.remember()?;
        }
    }
    Ok(())
}

/// Sees to `cargo clippy` and `cargo fmt`.
///
/// # Errors
///
/// Where they are missing and cannot be installed.
pub(crate) fn clippy_and_rustfmt() -> Result<()> {
    if env::var_os("RUSTC").is_none_or(|rustc| rustc.is_empty()) {
        let here = |tool| process::succeeds(cargo::command().args([tool, "--version"]));
        if !(here("clippy") && here("fmt")) {
            eprintln!("Asking rustup for clippy and rustfmt ...");
            if !rustup_adds(&["clippy", "rustfmt"]) {
                bail!("rustup could not add clippy and rustfmt.");
            }
        }
        return Ok(());
    }
    let tools = [("/usr/bin/cargo-clippy", "rust-web-clippy"), ("/usr/bin/cargo-fmt", "rustfmt-web")];
    let missing: Vec<&str> =
        tools.iter().filter(|(path, _)| process::find(Path::new(path)).is_none()).map(|(_, package)| *package).collect();
    if missing.is_empty() { Ok(()) } else { apt::install("clippy and rustfmt", &missing) }
}

fn rustup_adds(components: &[&str]) -> bool {
    process::succeeds_within(Command::new("rustup").args(["component", "add"]).args(components).stdout(io::stderr()), LIMIT)
}
