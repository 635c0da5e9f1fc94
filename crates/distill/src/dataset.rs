//! The training images and those held out.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use image::RgbImage;

/// One image in so many is held out.
const HELD_OUT: usize = 20;

/// Decoded images.
pub(crate) struct Dataset {
    /// To train on.
    pub(crate) training: Vec<RgbImage>,
    /// To score with, never trained on.
    pub(crate) held_out: Vec<RgbImage>,
}

impl Dataset {
    /// Every JPEG and PNG in a folder, with its folders, or in a tar archive, whose shorter side is at least `shortest`.
    pub(crate) fn read(path: &Path, shortest: u32) -> Result<Self> {
        let mut files = if path.is_dir() { folder(path)? } else { archive(path)? };
        // By name, so that the same are held out whatever order the disk has them in.
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        for (name, bytes) in files {
            let image = image::load_from_memory(&bytes).with_context(|| format!("{name} cannot be read as an image"))?.into_rgb8();
            if image.width().min(image.height()) >= shortest {
                let into = if (training.len() + held_out.len()) % HELD_OUT == HELD_OUT - 1 { &mut held_out } else { &mut training };
                into.push(image);
            }
        }
        ensure!(
            held_out.len() >= 2,
            "{} has {} usable images (JPEG or PNG, {shortest} pixels or more on the shorter side); at least {} are needed",
            path.display(),
            training.len() + held_out.len(),
            2 * HELD_OUT
        );
        Ok(Self { training, held_out })
    }
}

fn is_image(name: &str) -> bool {
    [".jpg", ".jpeg", ".png"].iter().any(|extension| name.to_lowercase().ends_with(extension))
}

fn folder(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("cannot read the folder {}", path.display()))? {
        let path = entry?.path();
        let name = path.display().to_string();
        if path.is_dir() {
            files.extend(folder(&path)?);
        } else if is_image(&name) {
            files.push((name, fs::read(&path)?));
        }
    }
    Ok(files)
}

fn archive(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut files = Vec::new();
    for entry in tar::Archive::new(file).entries().with_context(|| format!("{} is not a tar archive", path.display()))? {
        let mut entry = entry.with_context(|| format!("{} is not a tar archive", path.display()))?;
        let name = entry.path()?.display().to_string();
        if is_image(&name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}

/// Writes 40 images of waves, 44 x 40 pixels, into `folder`.
#[cfg(test)]
pub(crate) fn write_waves(folder: &std::path::Path) {
    use image::{Rgb, RgbImage};

    for number in 0..40u32 {
        let wave = |x: u32, y: u32, c: u32| (128.0 + 100.0 * (f64::from(x * (number % 5 + c) + y * (number % 7)) / 9.0).sin()) as u8;
        let image = RgbImage::from_fn(44, 40, |x, y| Rgb([wave(x, y, 0), wave(x, y, 1), wave(x, y, 2)]));
        image.save(folder.join(format!("{number:02}.png"))).expect("the test's folder can be written");
    }
}
