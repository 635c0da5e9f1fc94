//! Weighs what a visitor downloads before the first stroke, besides the network.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bundle::BUNDLES;
use crate::paths;

/// The most that each engine's page may weigh with brotli, in bytes.
fn budget(engine: &str) -> usize {
    if engine == "gpu" { 4_000_000 } else { 3_000_000 }
}

/// Raw, gzip and brotli bytes.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl std::ops::AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// Prints a table and fails if a bundle that was built is over its budget.
pub(crate) fn report() -> Result<()> {
    let dist = paths::dist();
    let mut page = Weight::default();
    for place in ["index.html", "web", "vendor"] {
        for file in files(&dist.join(place))? {
            // The example pictures are loaded one by one as somebody asks for them, the recorded figures with the talk; the page itself loads the
            // examples' list. Maps are for developers.
            let for_visitors = file.extension().is_none_or(|kind| kind != "map");
            let is_in = |folder: &str| file.components().any(|part| part.as_os_str() == folder);
            let at_once = !is_in("recorded") && (!is_in("examples") || file.extension().is_some_and(|kind| kind == "json"));
            if for_visitors && at_once {
                page += weigh(&file)?;
            }
        }
    }
    println!("{:<18}{:>12}{:>12}{:>12}{:>12}", "bytes", "raw", "gzip", "brotli", "budget");
    row("page", page, None);
    let mut heavy = Vec::new();
    for engine in BUNDLES.map(|bundle| bundle.name) {
        let folder = dist.join("engine").join(engine);
        if !folder.exists() {
            println!("{engine:<18}not built");
            continue;
        }
        let mut bundle = Weight::default();
        for file in files(&folder)? {
            bundle += weigh(&file)?;
        }
        row(engine, bundle, None);
        bundle += page;
        row(&format!("page with {engine}"), bundle, Some(budget(engine)));
        if bundle.brotli > budget(engine) {
            heavy.push(engine);
        }
    }
    if !heavy.is_empty() {
        bail!("Over the budget: {}.", heavy.join(", "));
    }
    Ok(())
}

fn row(name: &str, weight: Weight, budget: Option<usize>) {
    let budget = budget.map(|bytes| bytes.to_string()).unwrap_or_default();
    println!("{name:<18}{:>12}{:>12}{:>12}{budget:>12}", weight.raw, weight.gzip, weight.brotli);
}

/// Every file at or under `path`.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} is missing; run `./dev build` first.", path.display()))? {
        found.extend(files(&entry?.path())?);
    }
    Ok(found)
}

fn weigh(file: &Path) -> Result<Weight> {
    let bytes = fs::read(file).with_context(|| format!("{} could not be read.", file.display()))?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let mut brotli = Vec::new();
    {
        let parameters = brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 22, ..Default::default() };
        let mut writer = brotli::CompressorWriter::with_params(&mut brotli, 1 << 16, &parameters);
        writer.write_all(&bytes)?;
    }
    Ok(Weight { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: brotli.len() })
}
