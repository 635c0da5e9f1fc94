//! The program: `fuzz [TARGET ...] [--seconds N] [--executions N] [--seed S] [--at N] [--input FILE] [--out FOLDER]`. Each target runs in a process
//! of its own, which may die. Without a time and a count, as `cargo test` calls it, every target runs for a moment.

use std::{
    env, fs, panic,
    path::PathBuf,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use crate::{
    runner::{self, Plan},
    targets::{self, Target, Verdict},
};

/// Executions of a target where `cargo test` calls.
const A_MOMENT: u64 = 300;

struct Arguments {
    targets: Vec<String>,
    seconds: Option<u64>,
    executions: Option<u64>,
    seed: u64,
    at: Option<u64>,
    input: Option<PathBuf>,
    out: PathBuf,
    /// Whether this is the process of one target.
    alone: bool,
}

/// Runs what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match parse(env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    let all = targets::all();
    let chosen: Vec<_> =
        all.iter().filter(|(name, _)| arguments.targets.is_empty() || arguments.targets.iter().any(|word| word == name)).collect();
    let mut failed = false;
    for (name, new) in chosen {
        let succeeded = match &arguments.input {
            Some(file) => repeat(&mut *new(), file),
            None if arguments.alone => alone(&mut *new(), &arguments),
            None => child(name, &arguments),
        };
        failed |= !succeeded;
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let out = env::var_os("PASTICHE_CACHE").map_or_else(|| PathBuf::from("target"), PathBuf::from).join("fuzz");
    let mut arguments =
        Arguments { targets: Vec::new(), seconds: None, executions: None, seed: 1, at: None, input: None, out, alone: false };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value."));
        let number = |text: String| text.parse::<u64>().map_err(|_| format!("{text} is not a whole number."));
        match word.as_str() {
            "--seconds" => arguments.seconds = Some(value().and_then(number)?),
            "--executions" => arguments.executions = Some(value().and_then(number)?),
            "--seed" => arguments.seed = value().and_then(number)?,
            "--at" => arguments.at = Some(value().and_then(number)?),
            "--input" => arguments.input = Some(value()?.into()),
            "--out" => arguments.out = value()?.into(),
            "--alone" => arguments.alone = true,
            // Of the test harness, which `cargo test` calls with the same words.
            "--include-ignored" | "--ignored" | "--nocapture" | "--exact" | "--quiet" => {}
            _ if word.starts_with('-') => return Err(format!("There is no {word}.")),
            _ => arguments.targets.push(word),
        }
    }
    Ok(arguments)
}

/// The target in a process of its own -> whether it succeeded.
fn child(name: &str, arguments: &Arguments) -> bool {
    let mut command = match env::current_exe() {
        Ok(program) => Command::new(program),
        Err(error) => {
            eprintln!("This program's own file is not known: {error}.");
            return false;
        }
    };
    // Pictures of a few pixels: threads would wait for each other.
    command.env("RAYON_NUM_THREADS", "1").args([name, "--alone", "--seed", &arguments.seed.to_string(), "--out"]).arg(&arguments.out);
    for (flag, value) in [("--seconds", arguments.seconds), ("--executions", arguments.executions), ("--at", arguments.at)] {
        if let Some(value) = value {
            command.args([flag, &value.to_string()]);
        }
    }
    let Ok(status) = command.status() else {
        eprintln!("{name}: the process could not be started.");
        return false;
    };
    // 1 and 3 are this program's own, of failures that it has reported.
    if !matches!(status.code(), Some(0 | 1 | 3)) {
        let at = fs::read_to_string(runner::at_file(&arguments.out, name)).ok().and_then(|text| text.parse::<u64>().ok());
        let at = at.map_or_else(String::new, |at| format!(" --at {at}"));
        eprintln!("{name}: the process died ({status}).\n  ./dev fuzz {name} --seed {}{at} repeats it.", arguments.seed);
    }
    status.success()
}

/// One target, in this process.
fn alone(target: &mut dyn Target, arguments: &Arguments) -> bool {
    // What a panic says is part of the failure's report.
    panic::set_hook(Box::new(|_| {}));
    let plan = Plan {
        seed: arguments.seed,
        first: arguments.at.unwrap_or(0),
        executions: match (arguments.at, arguments.executions, arguments.seconds) {
            (Some(_), ..) => 1,
            (None, Some(executions), _) => executions,
            (None, None, Some(_)) => u64::MAX,
            (None, None, None) => A_MOMENT,
        },
        time: arguments.seconds.map_or(Duration::MAX, Duration::from_secs),
        out: arguments.out.clone(),
    };
    let mut failed = 0;
    for (name, bytes) in target.seeds() {
        match runner::execute(target, &bytes) {
            Ok(Verdict::Accepted) => {}
            Ok(Verdict::Refused) => {
                failed += 1;
                eprintln!("{}: the seed {name}, which is valid, is refused", target.name());
            }
            Err(reason) => {
                failed += 1;
                eprintln!("{}: the seed {name} failed: {reason}", target.name());
            }
        }
    }
    let begun = Instant::now();
    let counts = runner::run(target, &plan);
    failed += counts.failed;
    println!(
        "{:<12} {:>9} executions in {:>5.1} s: {:>8} accepted, {:>9} refused, {failed} failed (seed {})",
        target.name(),
        counts.executions,
        begun.elapsed().as_secs_f64(),
        counts.accepted,
        counts.refused,
        plan.seed
    );
    failed == 0
}

/// One input, with everything that is said about it.
fn repeat(target: &mut dyn Target, file: &PathBuf) -> bool {
    let input = match fs::read(file) {
        Ok(input) => input,
        Err(error) => {
            eprintln!("{} could not be read: {error}.", file.display());
            return false;
        }
    };
    let result = runner::execute(target, &input);
    println!("{}: {}", target.name(), result.as_ref().map_or_else(Clone::clone, |verdict| format!("{verdict:?}")));
    result.is_ok()
}
