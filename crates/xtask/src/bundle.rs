//! Compiles the browser crate to WebAssembly, once per engine, and writes the JavaScript that loads it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use wasm_bindgen_cli_support::Bindgen;

use crate::paths;

const TARGET: &str = "wasm32-unknown-unknown";
/// `relaxed-simd` would be faster still, but macerator 0.5.2 does not compile with it.
const FLAGS: &str = "-C target-feature=+simd128";

/// What `--engine` accepts.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// burn's Flex backend, SIMD on the CPU.
    Cpu,
    /// burn on WebGPU.
    Gpu,
    /// Both.
    All,
    /// Neither: only the page is put together again.
    None,
}

/// The bundles in the order they are built: the quick one first.
pub(crate) const ENGINES: [(Choice, &str); 2] = [(Choice::Cpu, "cpu"), (Choice::Gpu, "gpu")];

/// Builds the chosen bundles into `dist/engine/<engine>/`.
pub(crate) fn build(choice: Choice) -> Result<()> {
    for (engine, name) in ENGINES {
        if choice == engine || choice == Choice::All {
            let wasm = compile(name)?;
            bind(&wasm, &paths::dist().join("engine").join(name))?;
        }
    }
    Ok(())
}

/// Runs cargo for one engine and returns the path of its `browser.wasm`.
fn compile(engine: &str) -> Result<PathBuf> {
    let mut cargo = cargo("build", engine)?;
    eprintln!("Building the {engine} engine ...");
    let status = cargo.status().context("cargo could not be started.")?;
    if !status.success() {
        bail!("The {engine} engine did not compile; the compiler's message stands above.");
    }
    Ok(folder(engine).join(TARGET).join(engine).join("browser.wasm"))
}

/// Runs clippy on what goes into each bundle, with warnings denied, and with what panics in a browser banned.
pub(crate) fn lint() -> Result<()> {
    for (_, engine) in ENGINES {
        let mut cargo = cargo("clippy", engine)?;
        cargo.env("CLIPPY_CONF_DIR", paths::root().join(".ci/clippy-wasm")).args(["--quiet", "--", "--deny", "warnings"]);
        let status = cargo.status();
        if !status.context("cargo clippy could not be started.")?.success() {
            bail!("clippy has something to say about the {engine} engine; it stands above.");
        }
    }
    Ok(())
}

/// A cargo subcommand on the browser crate with one engine.
fn cargo(subcommand: &str, engine: &str) -> Result<Command> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(paths::root())
        .args([subcommand, "--package", "browser", "--no-default-features"])
        .args(["--features", engine, "--profile", engine, "--target", TARGET])
        .arg("--target-dir")
        .arg(folder(engine))
        .env("RUSTFLAGS", FLAGS);
    if !has_target()? {
        build_std(&mut cargo)?;
    }
    Ok(cargo)
}

/// Where cargo puts what it makes for one engine.
fn folder(engine: &str) -> PathBuf {
    paths::cache().join(engine)
}

/// The compiler that cargo will call.
fn rustc() -> OsString {
    env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// Asks the compiler one question with `--print`.
fn ask(question: &str, target: Option<&str>) -> Result<PathBuf> {
    let mut command = Command::new(rustc());
    command.args(["--print", question]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    let answer = command.output().context("rustc could not be started.")?;
    Ok(PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim()))
}

/// Whether the compiler came with a standard library for WebAssembly.
fn has_target() -> Result<bool> {
    let libraries = ask("target-libdir", Some(TARGET))?;
    Ok(fs::read_dir(libraries).is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))))
}

/// Debian's compiler has no standard library for WebAssembly but brings its sources, so cargo builds it; that option is otherwise kept for
/// nightly compilers, hence `RUSTC_BOOTSTRAP`.
fn build_std(cargo: &mut Command) -> Result<()> {
    let sources = ask("sysroot", None)?.join("lib/rustlib/src/rust/library/std");
    if !sources.exists() {
        bail!(
            "The Rust compiler can build nothing for the browser: it has neither the {TARGET} target nor the standard library's sources. \
             Run `rustup target add {TARGET}`, or install Debian's rustc-web, cargo-web, rust-web-src and lld-22; `./dev build` does either."
        );
    }
    let linker = wasm_linker().context("No WebAssembly linker was found (wasm-ld); install Debian's lld-22.")?;
    cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    Ok(())
}

/// `wasm-ld`, or Debian's versioned name for it, newest first.
fn wasm_linker() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let names = (15..40).rev().map(|version| format!("wasm-ld-{version}")).chain(["wasm-ld".to_owned()]);
    names.flat_map(|name| folders.iter().map(move |folder| folder.join(&name))).find(|path| path.is_file())
}

/// Writes `browser.js` and `browser_bg.wasm`, without the sections that only debuggers read.
fn bind(wasm: &Path, out: &Path) -> Result<()> {
    // Into a folder beside it first, so that a page never meets half a bundle.
    let staging = out.with_extension("new");
    let _ = fs::remove_dir_all(&staging);
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&staging)
        .with_context(|| format!("wasm-bindgen could not read {}.", wasm.display()))?;
    let _ = fs::remove_dir_all(out);
    fs::rename(&staging, out).with_context(|| format!("The bundle could not be put into {}.", out.display()))
}
