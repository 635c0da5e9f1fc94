//! `./dev examples`: draws the bundled example pictures again. The crate `art` does; nobody else waits for it to compile.

use anyhow::Result;

use crate::{cargo, paths, process};

/// Runs `art` with these arguments.
///
/// # Errors
///
/// With its exit code where it does not compile, or cannot draw.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let art = ["run", "--quiet", "--locked", "--profile", "xtask", "--package", "art", "--manifest-path"];
    // In the folder that this was called in, which a relative `--out` starts from.
    process::run(cargo::native()?.current_dir(".").args(art).arg(paths::root().join("Cargo.toml")).arg("--").args(words))
}
