//! The folder of `./dev bench --pack`: what measures the kernels on another machine's graphics card, which needs no toolchain there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{cargo, install, paths, process};

/// The most that the folder may take packed.
const LIMIT: u64 = 50_000_000;
/// The programs' features: everything on Vulkan.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "gpu"];
/// Where the loader of Vulkan is installed.
const LOADERS: [&str; 2] = ["/usr/lib/x86_64-linux-gnu/libvulkan.so.1", "/usr/lib64/libvulkan.so.1"];

/// Makes `folder`, and beside it the same packed.
///
/// # Errors
///
/// Where something cannot be built or is missing, or the folder is too large packed.
pub(crate) fn make(folder: &Path) -> Result<()> {
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        bail!("--pack makes a folder for x86-64 Linux, and is made there.");
    }
    install::vulkan_loader()?;
    let target = paths::cache()?.join("native-gpu");
    let build = |words: &[&str]| {
        let mut cargo = cargo::in_folder(&target);
        cargo.args(words).args(["--quiet", "--locked", "--release"]).args(FEATURES);
        cargo
    };
    process::run(&mut build(&["build", "--package", "bench", "--bin", "bench-native"]))?;
    let said = process::output(&mut build(&["test", "--package", "kernels", "--no-run", "--message-format", "json"]))?;
    let tests: Vec<(String, PathBuf)> = said.lines().filter_map(test_program).collect();
    if tests.is_empty() {
        bail!("cargo named no tests of the kernels.");
    }

    fs::create_dir_all(folder.join("tests"))
        .and_then(|()| fs::create_dir_all(folder.join("lib")))
        .context("The folder could not be made.")?;
    program(&target.join("release/bench-native"), &folder.join("bench-native"))?;
    for (name, file) in tests {
        program(&file, &folder.join("tests").join(name))?;
    }
    let scripts = paths::root().join("tests/bench");
    copy(&scripts.join("pack/run.sh"), &folder.join("run.sh"))?;
    copy(&scripts.join("pytorch.py"), &folder.join("pytorch.py"))?;
    let network = paths::kept_vgg19()?;
    if !network.exists() {
        bail!("VGG-19 is missing. `./dev weights` fetches it.");
    }
    copy(&network, &folder.join("vgg19.safetensors"))?;
    let loader =
        LOADERS.into_iter().map(Path::new).find(|path| path.exists()).context("The loader of Vulkan is missing: libvulkan.so.1.")?;
    copy(loader, &folder.join("lib/libvulkan.so.1"))?;
    pack(folder)
}

/// A line of cargo's messages -> a test program's name and file.
fn test_program(line: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(line).ok()?;
    let file = message.get("executable")?.as_str()?;
    Some((message.get("target")?.get("name")?.as_str()?.to_owned(), file.into()))
}

/// Copies a program without its symbols.
fn program(from: &Path, to: &Path) -> Result<()> {
    copy(from, to)?;
    process::run(Command::new("strip").arg(to))
}

/// With what is allowed of the file.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("{} could not be copied to {}.", from.display(), to.display()))
}

fn pack(folder: &Path) -> Result<()> {
    let name = folder.file_name().context("The folder needs a name.")?;
    let archive = folder.with_file_name(format!("{}.tar.xz", name.to_string_lossy()));
    let within = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // All programs have the same libraries inside, which only a window longer than one of them finds again.
    let mut tar = Command::new("tar");
    tar.env("XZ_OPT", "--lzma2=preset=4,dict=96MiB").arg("--create").arg("--xz").arg("--file").arg(&archive);
    process::run(tar.arg("--directory").arg(within).arg(name))?;
    let bytes = fs::metadata(&archive).with_context(|| format!("{} could not be read.", archive.display()))?.len();
    println!("{}: {:.1} MB packed. On the other machine: tar -xf it, then run.sh in there.", archive.display(), bytes as f64 / 1e6);
    if bytes > LIMIT {
        bail!("That is more than {} MB.", LIMIT / 1_000_000);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_programs_are_distinguished_from_other_messages() {
        let artifact = r#"{"reason":"compiler-artifact","target":{"name":"gram","kind":["test"]},"executable":"/a/gram-1"}"#;
        assert_eq!(test_program(artifact), Some(("gram".to_owned(), PathBuf::from("/a/gram-1"))));
        for other in
            [r#"{"reason":"compiler-artifact","target":{"name":"burn"},"executable":null}"#, r#"{"reason":"build-finished"}"#, "text"]
        {
            assert_eq!(test_program(other), None);
        }
    }
}
