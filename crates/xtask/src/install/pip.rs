//! pip, which fetches VGG-19; Sketch paints without.

use std::env;
use std::process::Command;

use super::apt;
use crate::process;

/// Sees to pip as far as can be, unless `PASTICHE_PYTHON` names the Python that has it.
pub(crate) fn pip() {
    if env::var_os("PASTICHE_PYTHON").is_some_and(|python| !python.is_empty())
        || process::succeeds(Command::new("python3").args(["-m", "pip", "--version"]))
        || !apt::is_here()
    {
        return;
    }
    if let Err(error) = apt::install("pip, to fetch VGG-19", &["python3-pip"]) {
        process::print_error(&error);
    }
}
