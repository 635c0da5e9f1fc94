//! Firefox, for one test, which is skipped, by name, where it cannot be had.

use std::env;
use std::path::PathBuf;

use super::apt;
use crate::process;

const NAMES: [&str; 3] = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

/// Its program: `PASTICHE_FIREFOX`, or what is here, or Debian's.
pub(crate) fn firefox() -> Option<PathBuf> {
    if let Some(program) = find() {
        return Some(program);
    }
    if apt::is_here()
        && let Err(error) = apt::install("Firefox, for the test of the main path in it", &["firefox-esr"])
    {
        process::print_error(&error);
    }
    find()
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("PASTICHE_FIREFOX").filter(|name| !name.is_empty());
    named.into_iter().chain(NAMES.map(Into::into)).find_map(process::find)
}
