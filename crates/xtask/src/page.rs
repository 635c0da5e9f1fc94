//! The page's modules and style sheets, bundled by esbuild: what a visitor needs at once comes in a few small files instead of seventy.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;

/// What is loaded by its address: the page, its workers, the talk, the languages, and the style sheets of the page and of the talk. What several of them share becomes a file of its own, so that a
/// module is still there only once.
const ENTRIES: [&str; 10] = [
    "ui/theme-first.js",
    "app/main.js",
    "engine/host-worker.js",
    "engine/thread-worker.js",
    "export/video-worker.js",
    "i18n/de.js",
    "talk/talk.js",
    "talk/de.js",
    "ui/style/page.css",
    "talk/talk.css",
];

/// Writes the bundles of `web` into `dist/web`, and into the page which of them to fetch without waiting for another to ask. `checksums`: SHA-256 of
/// files of the site, in hex, which web/app/checksums.js compares.
pub(crate) fn bundle(web: &Path, dist: &Path, checksums: &BTreeMap<String, String>) -> Result<()> {
    let modules = paths::root().join("tests/node_modules");
    let map = dist.join("parts.json");
    let status = Command::new(modules.join(".bin/esbuild"))
        .current_dir(web)
        .args(ENTRIES)
        // Every part lies one folder below web/, as every module does: what their code fetches has an address relative to there.
        .args(["--bundle", "--splitting", "--format=esm", "--minify", "--sourcemap", "--outbase=.", "--chunk-names=parts/part-[hash]"])
        .args(["--external:*.woff2", "--log-level=warning"])
        // As a text: an object would become a module that every entry imports, and one of them is a plain script.
        .arg(format!("--define:SITE_CHECKSUMS={}", serde_json::to_string(&serde_json::to_string(checksums)?)?))
        .arg(format!("--outdir={}", dist.join("web").display()))
        .arg(format!("--metafile={}", map.display()))
        .env("NODE_PATH", &modules)
        .status()
        .context("esbuild could not be started; run `npm ci` in tests/ (`./dev build` does).")?;
    if !status.success() {
        bail!("esbuild could not bundle the page; what it says stands above.");
    }
    let parts = serde_json::from_slice(&fs::read(&map)?).context("esbuild's account of its files cannot be read.")?;
    fs::remove_file(&map)?;
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index)?;
    fs::write(&index, with_preloads(&page, &imports(&parts)?)).context("The page could not be written.")
}

/// The files that `app/main.js` imports, by their paths in web/, from esbuild's account of what it wrote.
fn imports(parts: &serde_json::Value) -> Result<Vec<String>> {
    let outputs = parts["outputs"].as_object().context("esbuild's account names no files.")?;
    let main = outputs.iter().find(|(path, _)| path.ends_with("/web/app/main.js")).context("esbuild wrote no main.js.")?.1;
    let imports = main["imports"].as_array().map(Vec::as_slice).unwrap_or_default();
    let at_once = imports.iter().filter(|import| import["kind"] == "import-statement");
    Ok(at_once.filter_map(|import| Some(import["path"].as_str()?.rsplit_once("/web/")?.1.to_owned())).collect())
}

/// Writes the page's modules as one, `workers` of `web` and the plain scripts as scripts that share nothing, and the style sheets, into `to`: for the
/// page that is one file.
pub(crate) fn bundle_whole(web: &Path, to: &Path, workers: &[&str]) -> Result<()> {
    let out = [format!("--outdir={}", to.display())];
    esbuild_whole(web, &["app/main.js"], "esm", &out)?;
    esbuild_whole(web, &[workers, &["app/single-file.js", "ui/theme-first.js"]].concat(), "iife", &out)?;
    esbuild_whole(web, &["ui/style/page.css", "talk/talk.css"], "esm", &out)
}

/// A script that sets `pasticheEngines`: the JavaScript of each engine in `scripts`, by its name.
pub(crate) fn bundle_engines(names: &[&str], scripts: &[PathBuf], folder: &Path) -> Result<Vec<u8>> {
    let imports = names.iter().zip(scripts).map(|(name, script)| format!("import * as {name} from {:?};\n", script.display().to_string()));
    let entry = folder.join("engines.js");
    fs::write(&entry, imports.collect::<String>() + &format!("globalThis.pasticheEngines = {{ {} }};\n", names.join(", ")))?;
    let script = folder.join("engines.bundled.js");
    // They are given the WebAssembly, and never look for it.
    esbuild_whole(folder, &["./engines.js"], "iife", &[format!("--outfile={}", script.display()), "--define:import.meta={}".to_owned()])?;
    fs::read(&script).context("esbuild wrote nothing.")
}

/// Bundles each entry by itself.
fn esbuild_whole(folder: &Path, entries: &[&str], format: &str, more: &[String]) -> Result<()> {
    let packages = paths::root().join("tests/node_modules");
    let status = Command::new(packages.join(".bin/esbuild"))
        .current_dir(folder)
        .args(entries)
        .args(["--bundle", "--minify", "--charset=ascii", "--outbase=.", "--external:*.woff2", "--log-level=warning"])
        // In a plain script every file comes out of the page: no address is relative to the script.
        .arg("--log-override:empty-import-meta=silent")
        .arg(format!("--format={format}"))
        .args(more)
        .env("NODE_PATH", &packages)
        .status()
        .context("esbuild could not be started; run `npm ci` in tests/ (`./dev build` does).")?;
    if !status.success() {
        bail!("esbuild could not bundle the page as one file; what it says stands above.");
    }
    Ok(())
}

/// The page that asks for `parts` of web/ together with its first module.
fn with_preloads(page: &str, parts: &[String]) -> String {
    let module = "<script type=\"module\"";
    let links: String = parts.iter().map(|part| format!("<link rel=\"modulepreload\" href=\"web/{part}\">\n")).collect();
    page.replacen(module, &format!("{links}{module}"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_at_once_for_what_its_first_module_imports() {
        let parts = serde_json::json!({ "outputs": {
            "../dist/web/app/main.js": { "imports": [
                { "path": "../dist/web/parts/part-A.js", "kind": "import-statement" },
                { "path": "../dist/web/talk/talk.js", "kind": "dynamic-import" },
            ] },
            "../dist/web/parts/part-A.js": { "imports": [] },
        } });
        let page = with_preloads("<head>\n<script type=\"module\" src=\"web/app/main.js\"></script>", &imports(&parts).unwrap());
        assert_eq!(
            page,
            "<head>\n<link rel=\"modulepreload\" href=\"web/parts/part-A.js\">\n<script type=\"module\" src=\"web/app/main.js\"></script>"
        );
        assert!(imports(&serde_json::json!({ "outputs": {} })).is_err());
    }
}
