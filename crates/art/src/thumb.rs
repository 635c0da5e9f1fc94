//! The small square version of a picture, for the gallery of the page: the full pictures are fetched only when they are chosen.

use std::path::Path;

use anyhow::{Context, Result};
use image::ImageReader;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

/// Pixels of a side: the gallery shows it at 28 to 46 CSS pixels, on screens of two or three device pixels each.
const SIDE: u32 = 96;
/// About 4 kB each.
const QUALITY: u8 = 75;

/// Writes the middle square of the picture `from` as a small JPEG and says how many bytes it took.
///
/// # Errors
/// When `from` cannot be read or `to` cannot be written.
pub(crate) fn save(from: &Path, to: &Path) -> Result<usize> {
    let unread = || format!("Could not read {}: draw it again.", from.display());
    let picture = ImageReader::open(from).with_context(unread)?.decode().with_context(unread)?;
    let small = picture.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3).to_rgb8();
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(&small).context("Could not make a JPEG of a thumbnail.")?;
    let said = || format!("Could not write {}: see that its folder exists and is writable.", to.display());
    std::fs::write(to, &file).with_context(said)?;
    Ok(file.len())
}
