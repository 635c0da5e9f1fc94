//! Compiles the browser crate, or the benchmark, to WebAssembly, once per bundle, and writes the JavaScript that loads it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use wasm_bindgen_cli_support::Bindgen;

use crate::{cargo, paths, process};

const TARGET: &str = "wasm32-unknown-unknown";
/// Relaxed SIMD is enabled for the functions of our kernels that use it alone (crates/kernels/src/simd): macerator 0.5.2 does not compile with it.
const SIMD: &str = "-C target-feature=+simd128";
/// Memory that several workers share, all of the 4 GiB that WebAssembly can address if need be. The exports are wasm-bindgen's way to a
/// thread's own variables.
const SHARED_MEMORY: &str = "-C target-feature=+simd128,+atomics,+bulk-memory,+mutable-globals -C link-arg=--shared-memory \
     -C link-arg=--import-memory -C link-arg=--max-memory=4294967296 -C link-arg=--export=__wasm_init_tls -C link-arg=--export=__tls_size \
     -C link-arg=--export=__tls_align -C link-arg=--export=__tls_base";

/// What `--engine` accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// burn's Flex backend, SIMD on the CPU, one thread.
    Cpu,
    /// The same with several threads, for pages that are cross-origin isolated.
    CpuThreads,
    /// The same with relaxed SIMD, for browsers that have it.
    CpuRelaxed,
    /// burn on WebGPU.
    Gpu,
    /// All of them.
    All,
    /// None: only the page is put together again.
    None,
}

impl Choice {
    /// What to build for pages that are served from here, which are cross-origin isolated: the `cpu` engine with its threads.
    pub(crate) fn isolated(self) -> Self {
        if self == Self::Cpu { Self::CpuThreads } else { self }
    }
}

/// A build of one crate for one kind of page.
pub(crate) struct Bundle {
    choice: Choice,
    /// Its folder in `dist/engine/`.
    pub(crate) name: &'static str,
    /// Its target folder, which bundles share whose dependencies are compiled alike.
    target: &'static str,
    features: &'static str,
    profile: &'static str,
    /// Whether it is compiled for shared memory, standard library and all.
    threads: bool,
}

/// The bundles in the order they are built: the quick ones first.
pub(crate) const BUNDLES: [Bundle; 4] = [
    Bundle { choice: Choice::Cpu, name: "cpu", target: "cpu", features: "cpu", profile: "cpu", threads: false },
    Bundle {
        choice: Choice::CpuThreads,
        name: "cpu-threads",
        target: "cpu-threads",
        features: "cpu,threads",
        profile: "cpu",
        threads: true,
    },
    Bundle {
        choice: Choice::CpuRelaxed,
        name: "cpu-relaxed",
        target: "cpu-threads",
        features: "cpu,threads,relaxed-simd",
        profile: "cpu",
        threads: true,
    },
    Bundle { choice: Choice::Gpu, name: "gpu", target: "gpu", features: "gpu", profile: "gpu", threads: false },
];

/// Builds the chosen bundles into `dist/engine/<name>/`. Where threads cannot be had it says so and builds the bundle without.
pub(crate) fn build(choice: Choice) -> Result<()> {
    build_package("browser", choice, &paths::dist().join("engine"))
}

/// Builds the benchmark's chosen bundles into `<cache>/bench/<name>/`.
pub(crate) fn build_bench(choice: Choice) -> Result<()> {
    build_package("bench", choice, &paths::cache()?.join("bench"))
}

fn build_package(package: &str, mut choice: Choice, to: &Path) -> Result<()> {
    if matches!(choice, Choice::CpuThreads | Choice::CpuRelaxed | Choice::All) && !can_build_std()? {
        eprintln!(
            "No threads for the cpu engine: this Rust lacks the standard library's sources, which have to be compiled for shared memory. \
             `rustup component add rust-src` brings them."
        );
        // One of before would not fit the page any more.
        for bundle in BUNDLES.iter().filter(|bundle| bundle.threads) {
            let _ = fs::remove_dir_all(to.join(bundle.name));
        }
        if package == "browser" {
            let _ = fs::remove_file(module_types()?);
        }
        if matches!(choice, Choice::CpuThreads | Choice::CpuRelaxed) {
            choice = Choice::Cpu;
        }
    }
    for bundle in &BUNDLES {
        if choice == bundle.choice || choice == Choice::All && (!bundle.threads || can_build_std()?) {
            let wasm = compile(package, bundle)?;
            let declarations = bind(&wasm, &to.join(bundle.name))?;
            if package == "browser" && bundle.threads {
                fs::write(module_types()?, declarations).context("The bundle's TypeScript declarations could not be stored.")?;
            }
        }
    }
    Ok(())
}

/// Runs cargo for one bundle and returns the path of its WebAssembly.
fn compile(package: &str, bundle: &Bundle) -> Result<PathBuf> {
    let what =
        if package == "browser" { format!("The {} engine", bundle.name) } else { format!("The {} engine for the benchmark", bundle.name) };
    if !cargo::run(&mut command("build", package, bundle)?, &what)? {
        bail!("The {} engine did not compile; the compiler's message stands above.", bundle.name);
    }
    Ok(folder(bundle)?.join(TARGET).join(bundle.profile).join(package).with_extension("wasm"))
}

/// Runs clippy on what goes into each bundle, with warnings denied, and with what panics in a browser banned. What threads add is looked
/// at natively, with the rest of the workspace: for this it is not worth compiling burn once more.
pub(crate) fn lint() -> Result<()> {
    for bundle in BUNDLES.iter().filter(|bundle| !bundle.threads) {
        for package in ["browser", "bench"] {
            let mut cargo = command("clippy", package, bundle)?;
            cargo.env("CLIPPY_CONF_DIR", paths::root().join(".ci/clippy-wasm")).args(["--quiet", "--", "--deny", "warnings"]);
            let status = cargo.status();
            if !status.context("cargo clippy could not be started.")?.success() {
                bail!("clippy has something to say about {package} with the {} engine; it stands above.", bundle.name);
            }
        }
    }
    Ok(())
}

/// A cargo subcommand on one crate with one bundle's features.
fn command(subcommand: &str, package: &str, bundle: &Bundle) -> Result<Command> {
    let mut cargo = cargo::command();
    cargo
        .current_dir(paths::root())
        .args([subcommand, "--package", package, "--lib", "--no-default-features"])
        .args(["--features", bundle.features, "--profile", bundle.profile, "--target", TARGET])
        .arg("--target-dir")
        .arg(folder(bundle)?)
        .env("RUSTFLAGS", if bundle.threads { SHARED_MEMORY } else { SIMD });
    if bundle.threads || !has_target()? {
        build_std(&mut cargo)?;
    }
    Ok(cargo)
}

/// Where cargo puts what it makes for one bundle.
fn folder(bundle: &Bundle) -> Result<PathBuf> {
    Ok(paths::cache()?.join(bundle.target))
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

/// Whether the compiler came with the standard library's sources.
pub(crate) fn can_build_std() -> Result<bool> {
    Ok(ask("sysroot", None)?.join("lib/rustlib/src/rust/library/std").exists())
}

/// Lets cargo build the standard library too: Debian's compiler has none for WebAssembly but brings the sources, and no compiler has one for
/// shared memory. That option is otherwise kept for nightly compilers, hence `RUSTC_BOOTSTRAP`.
fn build_std(cargo: &mut Command) -> Result<()> {
    if !can_build_std()? {
        bail!(
            "The Rust compiler can build nothing for the browser: it has neither the {TARGET} target nor the standard library's sources. \
             Run `rustup target add {TARGET}`, or install Debian's rustc-web, cargo-web, rust-web-src and lld-22; `./dev build` does either."
        );
    }
    cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
    if !has_target()? {
        // rustup's compiler brings a linker with the target.
        let linker = wasm_linker().context("No WebAssembly linker was found (wasm-ld); install Debian's lld-22.")?;
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    Ok(())
}

/// `wasm-ld`, or Debian's versioned name for it, newest first.
fn wasm_linker() -> Option<PathBuf> {
    let names = (15..40).rev().map(|version| format!("wasm-ld-{version}")).chain(["wasm-ld".to_owned()]);
    names.filter_map(process::find).next()
}

/// Where the TypeScript declarations of the last build of the `cpu-threads` engine are: it has everything that any engine has.
pub(crate) fn module_types() -> Result<PathBuf> {
    Ok(paths::cache()?.join("engine-module.d.ts"))
}

/// Writes `browser.js` and `browser_bg.wasm`, without the sections that only debuggers read. Returns the TypeScript declarations.
fn bind(wasm: &Path, out: &Path) -> Result<String> {
    // Into a folder beside it first, so that a page never meets half a bundle.
    let staging = out.with_extension("new");
    let _ = fs::remove_dir_all(&staging);
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&staging)
        .with_context(|| format!("wasm-bindgen could not read {}.", wasm.display()))?;
    // For type checkers, not for the page.
    let mut declarations = String::new();
    for file in fs::read_dir(&staging)?.collect::<Result<Vec<_>, _>>()? {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".d.ts") {
            if !name.ends_with(".wasm.d.ts") {
                declarations = fs::read_to_string(file.path())?;
            }
            fs::remove_file(file.path())?;
        }
    }
    let _ = fs::remove_dir_all(out);
    fs::rename(&staging, out).with_context(|| format!("The bundle could not be put into {}.", out.display()))?;
    Ok(declarations)
}
