//! Runs cargo with one line of progress in place of a line for every crate. Warnings and errors are passed on whole.

use std::env;
use std::io::{self, BufReader, IsTerminal, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::paths;

/// Where standard error is no terminal, a line of progress is printed this often.
const EVERY: Duration = Duration::from_secs(20);

/// What cargo says of every crate, and of itself.
const STATUS: [&str; 12] = [
    "Adding",
    "Blocking",
    "Checking",
    "Compiling",
    "Downloaded",
    "Downloading",
    "Finished",
    "Fresh",
    "Ignored",
    "Locking",
    "Running",
    "Updating",
];

/// cargo, as it was called. What `cargo run` sets for this program of its package is left out: build scripts that watch those variables would run
/// again after every call of another cargo.
pub(crate) fn command() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// cargo at the repository's top, with its output in `folder`.
pub(crate) fn in_folder(folder: &Path) -> Command {
    let mut cargo = command();
    cargo.current_dir(paths::root()).env("CARGO_TARGET_DIR", folder);
    cargo
}

/// cargo at the repository's top, with the output of every native build in one folder, as `dev` has it for xtask itself.
///
/// # Errors
///
/// Where [`paths::cache`] has none.
pub(crate) fn native() -> Result<Command> {
    Ok(in_folder(&paths::cache()?.join("native")))
}

/// Runs `cargo`, a subcommand with its arguments, and says how far it is after `what` -> whether it succeeded.
///
/// # Errors
///
/// When it cannot be started.
pub(crate) fn run(cargo: &mut Command, what: &str) -> Result<bool> {
    let mut child = cargo
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "200")
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo could not be started.")?;
    let mut progress = Progress::new(what)?;
    if let Some(stderr) = child.stderr.take() {
        lines(BufReader::new(stderr), |line| progress.take(line)).context("cargo's output could not be read.")?;
    }
    let succeeded = child.wait().context("cargo could not be waited for.")?.success();
    progress.bar.finish_and_clear();
    Ok(succeeded)
}

/// Calls `each` with what stands between line feeds and carriage returns, as it comes, without sequences that erase a terminal's line.
fn lines(mut from: impl Read, mut each: impl FnMut(&str)) -> io::Result<()> {
    let (mut line, mut some) = (Vec::new(), [0; 4096]);
    loop {
        let count = from.read(&mut some)?;
        for byte in &some[..count] {
            if matches!(byte, b'\n' | b'\r') {
                each(&String::from_utf8_lossy(&line).replace("\x1b[K", ""));
                line.clear();
            } else {
                line.push(*byte);
            }
        }
        if count == 0 {
            each(&String::from_utf8_lossy(&line));
            return Ok(());
        }
    }
}

struct Progress {
    what: String,
    bar: ProgressBar,
    /// When the last line was printed; `None` where there is a bar.
    printed: Option<Instant>,
    /// Whether the line before was passed on: an empty one after it belongs to it.
    passing: bool,
}

impl Progress {
    fn new(what: &str) -> Result<Self> {
        let bar = ProgressBar::new(1).with_style(ProgressStyle::with_template("{msg} {bar:40} {pos} of {len} crates, {elapsed}")?);
        bar.set_message(what.to_owned());
        let terminal = io::stderr().is_terminal();
        if terminal {
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Ok(Self { what: what.to_owned(), bar, printed: (!terminal).then(Instant::now), passing: false })
    }

    fn take(&mut self, line: &str) {
        if let Some((done, all)) = fraction(line) {
            self.bar.set_length(all);
            self.bar.set_position(done);
            if let Some(printed) = self.printed.filter(|printed| printed.elapsed() >= EVERY) {
                self.printed = Some(printed + EVERY);
                eprintln!("{}: {done} of {all} crates", self.what);
            }
            return;
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        // cargo puts its own words to the right, into twelve columns; the compiler begins at the left.
        if line.starts_with(' ') && STATUS.contains(&first) {
            self.passing = false;
        } else if !line.is_empty() || self.passing {
            self.passing = true;
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }
}

/// Of `Building [=====>   ] 212/412: burn-core, ..`: 212 and 412.
fn fraction(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.trim_start().strip_prefix("Building [")?.split_once("] ")?;
    let (done, rest) = rest.split_once('/')?;
    let all = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((done.trim().parse().ok()?, all.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_words_and_errors_are_distinguished() {
        assert_eq!(fraction("    Building [=====>     ] 12/412: burn-core, cubecl(build)"), Some((12, 412)));
        assert_eq!(fraction("error: could not compile `x` (lib) due to 3/4"), None);
        let mut seen = Vec::new();
        let output = b"   Compiling a v1\n\x1b[K    Building [> ] 1/2: a\rerror[E0308]: mismatched types\n --> src/lib.rs:1:1\n\nlast";
        lines(&output[..], |line| seen.push(line.to_owned())).unwrap();
        assert_eq!(
            seen,
            ["   Compiling a v1", "    Building [> ] 1/2: a", "error[E0308]: mismatched types", " --> src/lib.rs:1:1", "", "last"]
        );
    }
}
