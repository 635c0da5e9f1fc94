//! Runs the fuzz targets: see [`fuzz::command_line`].

use std::process::ExitCode;

fn main() -> ExitCode {
    fuzz::command_line::main()
}
