//! `./dev lint`: formatting, clippy for native and WebAssembly, types of the JavaScript.

use std::process::Command;

use anyhow::Result;

use crate::{bundle, cargo, install, paths, process};

/// Stops at the first that has something to say.
///
/// # Errors
///
/// Where something is wrong, with the exit code of what found it, or cannot be installed.
pub(crate) fn run() -> Result<()> {
    install::clippy_and_rustfmt()?;
    install::node()?;
    process::run(cargo::native()?.args(["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--quiet", "--locked", "--workspace", "--all-targets", "--features", "browser/threads"];
    process::run(cargo::native()?.args(clippy).args(["--", "--deny", "warnings"]))?;
    bundle::lint()?;
    let tests = paths::root().join("tests");
    process::run(Command::new("node").args(["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"]).current_dir(tests))
}
