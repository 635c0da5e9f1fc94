//! `./dev fuzz`: changed inputs for what reads files, settings and messages. The targets of the Rust core are in `crates/fuzz`, those of the page in
//! `tests/fuzz`; they run side by side, one of each at a time.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{self, Failed};
use crate::{cargo, install, paths};

/// Of `crates/fuzz`.
const CORE: [&str; 6] = ["networks", "torch", "settings", "run-specs", "checkpoints", "downloads"];
/// Of `tests/fuzz`.
const PAGE: [&str; 8] = ["png-text", "sniff", "recipes", "history", "settings-files", "addresses", "messages", "preferences"];

/// Of the page's targets those whose inputs are a few words: for `./dev test` they share a minute.
const SHORT: [&str; 3] = ["addresses", "messages", "preferences"];

/// The arguments of `./dev fuzz`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Of those of the core and of the page; all of them where there is none.
    targets: Vec<String>,
    /// For each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// With an execution's number it makes that execution's input.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// At most so many for each target.
    #[arg(long)]
    executions: Option<u64>,
    /// Only the execution of this number, of one target.
    #[arg(long)]
    at: Option<u64>,
    /// Only this file, for one target of the core.
    #[arg(long)]
    input: Option<PathBuf>,
}

/// Runs targets for as long as the options say.
///
/// # Errors
///
/// Where a target is unknown, one fails, or they cannot be built.
pub(crate) fn run(options: &Options) -> Result<()> {
    let known = CORE.iter().chain(&PAGE);
    if let Some(name) = options.targets.iter().find(|name| !known.clone().any(|known| known == name)) {
        let all: Vec<&str> = known.copied().collect();
        bail!("There is no fuzz target called {name}; there are {}.", all.join(", "));
    }
    if options.input.is_some() && !matches!(options.targets.as_slice(), [name] if CORE.contains(&name.as_str())) {
        bail!("--input needs one target of {}.", CORE.join(", "));
    }
    let chosen = |names: &[&'static str]| -> Vec<&'static str> {
        let wanted = |name: &&&str| options.targets.is_empty() || options.targets.iter().any(|word| word == **name);
        names.iter().filter(wanted).copied().collect()
    };
    side_by_side(options, &chosen(&CORE), &[(options.seconds, chosen(&PAGE))])
}

/// Every target for a minute, from seed 1: a stage of `./dev test`.
///
/// # Errors
///
/// Those of [`run`].
pub(crate) fn for_tests() -> Result<()> {
    let options = Options { targets: Vec::new(), seconds: 60, seed: 1, executions: None, at: None, input: None };
    let long = PAGE.into_iter().filter(|name| !SHORT.contains(name)).collect();
    side_by_side(&options, &CORE, &[(60, long), (20, SHORT.to_vec())])
}

/// The core's targets, one after the other, and beside them the page's, each group with its seconds.
fn side_by_side(options: &Options, core: &[&str], page: &[(u64, Vec<&str>)]) -> Result<()> {
    let root = paths::root();
    let out = paths::cache()?.join("fuzz");
    let rest = |command: &mut Command| {
        command.args(["--seed", &options.seed.to_string()]).arg("--out").arg(&out);
        for (flag, number) in [("--executions", options.executions), ("--at", options.at)] {
            if let Some(number) = number {
                command.args([flag, &number.to_string()]);
            }
        }
    };
    let mut programs = Vec::new();
    if !core.is_empty() {
        // Built with the other tests' features, so that nothing is built twice; before the page's, whose limits are of time.
        let test = ["test", "--quiet", "--locked", "--workspace", "--exclude", "xtask", "--test", "fuzz"];
        process::run(cargo::native()?.args(test).arg("--no-run"))?;
        let mut command = cargo::native()?;
        command.args(test).arg("--").args(core).args(["--seconds", &options.seconds.to_string()]);
        rest(&mut command);
        if let Some(file) = &options.input {
            // Tests run in their package's folder.
            command.arg("--input").arg(std::path::absolute(file)?);
        }
        programs.push(vec![command]);
    }
    let groups = page.iter().filter(|(_, names)| !names.is_empty());
    let commands: Vec<Command> = groups
        .map(|(seconds, names)| {
            let mut command = Command::new("node");
            command.arg(root.join("tests/fuzz/run.mjs")).args(names).args(["--seconds", &seconds.to_string()]);
            rest(&mut command);
            command
        })
        .collect();
    if !commands.is_empty() {
        install::node()?;
        programs.push(commands);
    }
    let threads: Vec<_> = programs
        .into_iter()
        .map(|commands| {
            std::thread::spawn(move || {
                // Each to its end, whatever another one finds.
                let results: Vec<_> = commands.into_iter().map(|mut command| process::run(&mut command)).collect();
                results.into_iter().find(Result::is_err).unwrap_or(Ok(()))
            })
        })
        .collect();
    let mut failed = false;
    for thread in threads {
        let result = thread.join().ok().context("A thread that waits for a program has panicked.")?;
        if let Err(error) = result {
            process::print_error(&error);
            failed = true;
        }
    }
    if failed { Err(Failed(1).into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_those_that_there_are() {
        let of = |path: &str| std::fs::read_to_string(paths::root().join(path)).unwrap();
        let (core, page) = (of("crates/fuzz/src/targets/mod.rs"), of("tests/fuzz/targets.mjs"));
        for name in CORE {
            assert!(core.contains(&format!("(\"{name}\", ")), "{name}");
        }
        assert_eq!(core.matches("::target),").count(), CORE.len());
        let listed = page.lines().find(|line| line.starts_with("export const TARGETS")).unwrap();
        assert_eq!(listed.matches(',').count() + 1, PAGE.len(), "{listed}");
        for name in PAGE {
            assert!(listed.contains(name), "{name}");
        }
    }

    #[test]
    fn an_unknown_target_is_named() {
        let options = Options { targets: vec!["jbos".into()], seconds: 1, seed: 1, executions: None, at: None, input: None };
        let refused = run(&options).unwrap_err().to_string();
        assert!(refused.starts_with("There is no fuzz target called jbos; there are networks, "), "{refused}");
        let refused = run(&Options { targets: vec!["sniff".into()], input: Some("file".into()), ..options }).unwrap_err().to_string();
        assert!(refused.starts_with("--input needs one target of "), "{refused}");
    }
}
