//! `./dev paint`: paints without a window, through the same page. Its driver, tests/paint.mjs, reads the command line.

use std::process::Command;

use anyhow::Result;

use super::{build, engine, likely_engine, script};
use crate::{install, paths, process};

/// Checks the command line before anything is installed or built for it, builds no more than it needs, and becomes the driver.
///
/// # Errors
///
/// Where something cannot be installed or built; with the driver's own exit code where it cannot paint.
pub(crate) fn run(words: &[String]) -> Result<()> {
    install::node()?;
    process::run(Command::new("node").arg(paths::root().join("tests/paint.mjs")).arg("--check").args(words))?;
    let chromium = install::chromium()?;
    let engine = match engine_option(words) {
        "auto" => likely_engine(&chromium)?,
        name => engine(name)?,
    };
    build::run(engine.isolated())?;
    // Ctrl+C and other signals are the driver's: it keeps the picture so far.
    process::replace(script("paint.mjs", &chromium).args(words))
}

/// What `--engine` says, the last where there are several; `auto` where there is none.
fn engine_option(words: &[String]) -> &str {
    let mut engine = "auto";
    for (n, word) in words.iter().enumerate() {
        if let Some(name) = word.strip_prefix("--engine=") {
            engine = name;
        } else if n > 0 && words[n - 1] == "--engine" {
            engine = word;
        }
    }
    engine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_the_last_that_is_named() {
        let engine = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            engine_option(&words).to_owned()
        };
        assert_eq!(engine("a.jpg b.jpg -o c.png"), "auto");
        assert_eq!(engine("a.jpg --engine gpu b.jpg -o c.png"), "gpu");
        assert_eq!(engine("a.jpg b.jpg --engine=cpu -o c.png"), "cpu");
        assert_eq!(engine("--engine=cpu a.jpg --engine gpu b.jpg"), "gpu");
        // The driver says what is wrong with this one.
        assert_eq!(engine("a.jpg b.jpg -o c.png --engine"), "auto");
    }
}
