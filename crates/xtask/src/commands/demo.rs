//! `./dev demo`: the bundled example, painted in a browser window where there is a display, else into demo.png.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{build, likely_engine, script};
use crate::bundle::Choice;
use crate::serve::Site;
use crate::{install, paths, process, weights};

/// Builds for the engine of this machine and paints. In a window it serves the page until the process ends.
///
/// # Errors
///
/// Where something cannot be installed, built, served or painted. VGG-19 is not needed.
pub(crate) fn run() -> Result<()> {
    let chromium = install::chromium()?;
    let engine = if has_display() { likely_engine(&chromium)? } else { Choice::Cpu };
    if let Err(error) = weights::install(None, true) {
        process::print_error(&error);
        eprintln!("Without VGG-19, Sketch paints alone.");
    }
    build::run(engine.isolated())?;
    if has_display() {
        let site = Site::open(&paths::dist(), 0)?;
        let address = format!("{}?paint&finish=384&engine={}", site.address, if engine == Choice::Gpu { "gpu" } else { "cpu" });
        eprintln!("Painting at {address} (Ctrl+C ends it).");
        open_window(&chromium, &address)?;
        site.answer();
        Ok(())
    } else {
        let out = paths::root().join("demo.png");
        let _ = std::fs::remove_file(&out);
        process::run(script("demo.mjs", &chromium).arg(out))
    }
}

fn has_display() -> bool {
    let named = |name| env::var_os(name).is_some_and(|display| !display.is_empty());
    cfg!(target_os = "macos") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// Opens a browser window and does not wait for it. It is in this process' group, so Ctrl+C ends it too.
fn open_window(chromium: &Path, address: &str) -> Result<()> {
    if cfg!(target_os = "macos") {
        return process::run(Command::new("open").arg(address));
    }
    let mut browser = Command::new(chromium);
    if process::is_root() {
        // Chromium's sandbox refuses to be started by root.
        let profile = paths::cache()?.join("demo-profile");
        browser.args(["--no-sandbox", "--no-first-run"]).arg(format!("--user-data-dir={}", profile.display()));
    }
    browser.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    browser.spawn().with_context(|| format!("{} could not be started.", chromium.display()))?;
    Ok(())
}
