//! The whole page in one HTML file, which opens by a double click: shell, style sheets, font, workers, engines, Sketch and two example
//! pairs, compressed as one xz stream and written in base 85. `web/app/single-file.js` unpacks it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lzma_rust2::{CheckType, XzOptions, XzWriter};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{page, paths, site};

/// The example pairs that the file carries: content, then style. The first of each is what the page opens with.
const EXAMPLES: [&str; 4] = ["canal", "lake", "wind", "woodcut"];
/// Workers, which are plain scripts here: a page opened from the disk may start no modules in workers.
const WORKERS: [&str; 2] = ["engine/host-worker.js", "export/video-worker.js"];
/// Where the page may get anything from: out of itself.
const POLICY: &str = "default-src 'none'; img-src blob: data:; media-src blob:; font-src data:; connect-src blob: data:; worker-src blob:; base-uri 'none'; form-action 'none'";
/// The digits of base 85: printable ASCII that means nothing to HTML in a script's text.
const DIGITS: &[u8; 85] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&_()[]{}@%$#,";
/// xz's dictionary, in bytes: all that the file carries is within its reach.
const DICTIONARY: u32 = 1 << 25;

/// Writes the page with the engines `engines` and the networks at `weights` (by their names) to `to`, and says how large it is.
///
/// # Errors
///
/// Where something was not built, or is over `most` bytes.
pub(crate) fn write(to: &Path, engines: &[&str], weights: &[(&str, PathBuf)], most: usize) -> Result<()> {
    let (root, dist) = (paths::root(), paths::dist());
    let staging = paths::cache()?.join("single");
    let _ = fs::remove_dir_all(&staging);
    page::bundle_whole(&root.join("web"), &staging, &WORKERS)?;
    let mut files = BTreeMap::new();
    for path in ["app/main.js"].iter().chain(&WORKERS) {
        files.insert(format!("web/{path}"), read(&staging.join(path))?);
    }
    // The engine's worker has the engines' JavaScript in its own script, and is given their WebAssembly.
    let scripts = engines.iter().map(|engine| dist.join("engine").join(engine).join("browser.js")).collect::<Vec<_>>();
    let mut worker = page::bundle_engines(engines, &scripts, &staging)?;
    worker.extend(read(&staging.join(WORKERS[0]))?);
    files.insert(format!("web/{}", WORKERS[0]), worker);
    files.insert("web/talk/talk.css".to_owned(), read(&staging.join("talk/talk.css"))?);
    for (name, path) in weights {
        files.insert(format!("weights/{name}.safetensors"), read(path)?);
    }
    for engine in engines {
        let path = format!("engine/{engine}/browser_bg.wasm");
        let bytes = read(&dist.join(&path)).with_context(|| format!("The engine {engine} is not built; `./dev build` builds it."))?;
        files.insert(path, bytes);
    }
    add_vendored(&dist, &dist.join("vendor"), &mut files)?;
    add_examples(&root.join("web/examples"), &mut files)?;

    let html = page_of(&root, &staging, &packed(&files)?)?;
    fs::write(to, &html).with_context(|| format!("{} could not be written.", to.display()))?;
    println!("{}: {} bytes", to.display(), html.len());
    if html.len() > most {
        bail!("{} is over its budget of {most} bytes.", to.display());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} could not be read.", path.display()))
}

/// JavaScript of others that is loaded by its address. Fonts are in the style sheet.
fn add_vendored(dist: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read.", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            add_vendored(dist, &path, files)?;
        } else if path.extension().is_some_and(|kind| kind == "js") {
            let name = path.strip_prefix(dist)?.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            files.insert(name, read(&path)?);
        }
    }
    Ok(())
}

/// The pictures of [`EXAMPLES`], and the list of these alone.
fn add_examples(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let all: Vec<serde_json::Value> =
        serde_json::from_slice(&read(&folder.join("examples.json"))?).context("web/examples/examples.json cannot be read.")?;
    let ours: Vec<_> = all.into_iter().filter(|each| EXAMPLES.iter().any(|id| each["id"] == *id)).collect();
    if ours.len() != EXAMPLES.len() {
        bail!("web/examples/examples.json lacks one of {}.", EXAMPLES.join(", "));
    }
    for each in &ours {
        for key in ["file", "thumb"] {
            if let Some(name) = each[key].as_str() {
                files.insert(format!("web/examples/{name}"), read(&folder.join(name))?);
            }
        }
    }
    files.insert("web/examples/examples.json".to_owned(), serde_json::to_vec(&ours)?);
    Ok(())
}

/// `[u32 length of the list][list as JSON: path, bytes][contents]`, compressed and in base 85. The largest stand first, so that what repeats
/// in others is near.
fn packed(files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let mut order: Vec<_> = files.iter().collect();
    order.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.len()));
    let list = serde_json::to_vec(&order.iter().map(|(path, bytes)| json!([path, bytes.len()])).collect::<Vec<_>>())?;
    let mut options = XzOptions::with_preset(9);
    options.lzma_options.dict_size = DICTIONARY;
    options.set_check_sum_type(CheckType::Crc32);
    let mut writer = XzWriter::new(Vec::new(), options)?;
    writer.write_all(&u32::try_from(list.len())?.to_le_bytes())?;
    writer.write_all(&list)?;
    for (_, bytes) in order {
        writer.write_all(bytes)?;
    }
    Ok(base85(&writer.finish()?))
}

/// Four bytes, least significant first, as five digits, likewise. Fewer than four are filled up with zeros.
fn base85(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for chunk in bytes.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        let mut value = u32::from_le_bytes(word);
        for _ in 0..5 {
            text.push(char::from(DIGITS[value as usize % 85]));
            value /= 85;
        }
    }
    text
}

/// index.html with all that it loads inside.
fn page_of(root: &Path, staging: &Path, data: &str) -> Result<String> {
    let text = |path: &Path| String::from_utf8(read(path)?).with_context(|| format!("{} is no text.", path.display()));
    let style = text(&staging.join("ui/style/page.css"))?;
    let address = format!("../../../vendor/fonts/{}", site::FONT.1);
    if !style.contains(&address) {
        bail!("The page's style sheet does not ask for its font at {address}.");
    }
    let font = base64(&read(&paths::dist().join("vendor/fonts").join(site::FONT.1))?);
    let style = style.replace(&address, &format!("data:font/woff2;base64,{font}"));
    let theme = text(&staging.join("ui/theme-first.js"))?;
    let start = text(&staging.join("app/single-file.js"))?;
    for script in [&theme, &start] {
        if script.contains("</script") || script.contains("<!--") {
            bail!("A script of the page ends what it stands in.");
        }
    }
    let source = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    let policy =
        format!("{POLICY}; script-src {} {} blob: 'wasm-unsafe-eval'; style-src {} blob:", source(&theme), source(&start), source(&style));
    let icon = base64(&read(&root.join("web/pwa/icons/icon.svg"))?);
    let html = text(&root.join("index.html"))?;
    let mut lines = Vec::new();
    for line in html.lines() {
        let trimmed = line.trim_start();
        let replaced = if trimmed.starts_with("<meta http-equiv=\"Content-Security-Policy\"") {
            format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")
        } else if trimmed.starts_with("<link rel=\"icon\"") {
            format!("<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\" type=\"image/svg+xml\">")
        } else if trimmed.starts_with("<link rel=\"stylesheet\"") {
            format!("<style>{style}</style>")
        } else if trimmed.contains("src=\"web/ui/theme-first.js\"") {
            format!("<script>{theme}</script>")
        } else if trimmed.starts_with("<script type=\"module\"")
            || trimmed.starts_with("<link rel=\"") && !trimmed.contains("rel=\"expect\"")
        {
            // Modules come out of the file; a manifest, other icons and preloads are a site's.
            continue;
        } else if trimmed.starts_with("</body>") {
            format!("<script type=\"application/octet-stream\" id=\"files\">{data}</script>\n<script>{start}</script>\n{line}")
        } else {
            line.to_owned()
        };
        lines.push(replaced);
    }
    let whole = lines.join("\n");
    for needed in ["<style>", "id=\"files\"", "'wasm-unsafe-eval'"] {
        if !whole.contains(needed) {
            bail!("index.html has changed: {needed} found no place in the page as one file.");
        }
    }
    Ok(whole + "\n")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * n)) as usize & 63];
            text.push(if n <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_what_decoders_expect() {
        assert_eq!(["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
        // 0 is all zeros, and the largest word the largest digits there are: 4294967295 = 82 * 85^4 + 23 * 85^3 + 54 * 85^2 + 12 * 85.
        assert_eq!(base85(&[0; 4]), "00000");
        assert_eq!(base85(&[255; 4]), [0, 12, 54, 23, 82].map(|digit| char::from(DIGITS[digit])).iter().collect::<String>());
        assert_eq!(base85(&[1, 0, 0, 0, 2]).len(), 10);
        assert_eq!(DIGITS.iter().collect::<std::collections::BTreeSet<_>>().len(), 85);
        assert!(!DIGITS.contains(&b'<'));
    }

    #[test]
    fn what_is_packed_names_every_file() {
        let files = BTreeMap::from([("a".to_owned(), vec![7; 1000]), ("b/c".to_owned(), b"text".to_vec())]);
        let text = packed(&files).unwrap();
        let words: Vec<u8> = text
            .as_bytes()
            .chunks(5)
            .flat_map(|digits| {
                let value = digits
                    .iter()
                    .rev()
                    .fold(0u32, |value, digit| value * 85 + DIGITS.iter().position(|each| each == digit).unwrap() as u32);
                value.to_le_bytes()
            })
            .collect();
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut lzma_rust2::XzReader::new(&words[..], false), &mut out).unwrap();
        let length = u32::from_le_bytes(out[..4].try_into().unwrap()) as usize;
        assert_eq!(&out[4..4 + length], br#"[["a",1000],["b/c",4]]"#);
        assert_eq!(&out[4 + length + 1000..], b"text");
    }
}
