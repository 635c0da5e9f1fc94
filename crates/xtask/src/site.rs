//! Puts the page and everything it loads into `dist/`, beside the bundles.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{page, paths};

/// What the page loads of npm's packages as they are, by address: (file in tests/node_modules, place under dist/vendor). The others come
/// bundled with the modules that import them.
const VENDOR: [(&str, &str); 1] = [("uplot/dist/uPlot.esm.js", "uplot/uPlot.esm.js")];

/// The display face: folder of its package, and the one file the page uses.
pub(crate) const FONT: (&str, &str) = ("@fontsource/young-serif/files", "young-serif-latin-400-normal.woff2");

/// What comes to the site through [`page::bundle`] alone; types are for whoever checks the JavaScript.
const BUNDLED: [&str; 3] = [".js", ".css", ".d.ts"];

/// What the service worker does not keep: itself, VGG-19, which the page keeps when somebody chooses it, the pages of one file, and what only
/// developers read.
const NOT_KEPT: [&str; 6] = ["sw.js", "vgg19.safetensors", "pastiche.html", "pastiche-vgg19.html", ".md", ".map"];

/// Copies the page, the bundled network, a VGG-19 that `dev weights` kept, and the vendored files.
pub(crate) fn assemble() -> Result<()> {
    let (root, dist) = (paths::root(), paths::dist());
    copy(&root.join("index.html"), &dist.join("index.html"))?;
    mirror(&root.join("web"), &dist.join("web"))?;
    mirror_into(&root.join("weights"), &dist.join("weights"))?;
    page::bundle(&root.join("web"), &dist, &checksums(&dist)?)?;
    let vgg19 = paths::kept_vgg19()?;
    if vgg19.exists() {
        copy(&vgg19, &dist.join("weights/vgg19.safetensors"))?;
    }
    let modules = root.join("tests/node_modules");
    // What an earlier version had there is not the page's any more.
    let _ = fs::remove_dir_all(dist.join("vendor"));
    for (from, to) in VENDOR {
        copy(&modules.join(from), &dist.join("vendor").join(to))?;
    }
    copy(&modules.join(FONT.0).join(FONT.1), &dist.join("vendor/fonts").join(FONT.1))?;
    write_service_worker(&root.join("web/pwa/sw.js"), &dist)
}

/// The service worker, with the list of the site's files and their checksums before it. It stands at the top, for it rules what lies under it.
fn write_service_worker(source: &Path, dist: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    list(dist, dist, &mut files)?;
    let code = fs::read_to_string(source).with_context(|| format!("{} could not be read.", source.display()))?;
    let text = format!("self.FILES = {};\n{code}", serde_json::to_string_pretty(&files)?);
    fs::write(dist.join("sw.js"), text).context("The service worker could not be written.")
}

/// What the page checks by itself before it computes with it: Sketch and the engines that are built, by their paths in the site, with their SHA-256.
fn checksums(dist: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for folder in ["engine", "weights"] {
        if dist.join(folder).exists() {
            list(&dist.join(folder), dist, &mut files)?;
        }
    }
    files.retain(|name, _| name.ends_with(".wasm") || name.ends_with("sketch.safetensors"));
    Ok(files)
}

/// Every file under `folder` that the page may ask for, by its path in the site: SHA-256, in hex.
fn list(folder: &Path, dist: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read.", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, dist, files)?;
            continue;
        }
        let name = path.strip_prefix(dist)?.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        if !NOT_KEPT.iter().any(|end| name.ends_with(end)) {
            let digest = Sha256::digest(fs::read(&path)?);
            files.insert(name, digest.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
    Ok(())
}

/// Makes `to` hold exactly what `from` holds.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("{} could not be cleared.", to.display()))?;
    }
    mirror_into(from, to)
}

/// Copies `from` over `to`, leaving alone what only `to` has.
fn mirror_into(from: &Path, to: &Path) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("{} could not be read.", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            mirror_into(&entry.path(), &target)?;
        } else if !BUNDLED.iter().any(|end| entry.file_name().to_string_lossy().ends_with(end)) {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Copies one file, making its folder; says where a missing one would come from.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        let remedy = if from.components().any(|part| part.as_os_str() == "node_modules") {
            "Run `npm ci` in tests/ (`./dev build` does)."
        } else {
            "The checkout is incomplete; `git status` shows what is missing."
        };
        bail!("{} is missing. {remedy}", from.display());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    }
    // Bytes only, since a read-only original must not make the next build fail; and beside its place first, so that no half of it is served.
    let staged = to.with_extension("new");
    fs::read(from)
        .and_then(|bytes| fs::write(&staged, bytes))
        .and_then(|()| fs::rename(&staged, to))
        .with_context(|| format!("{} could not be copied to {}.", from.display(), to.display()))
}
