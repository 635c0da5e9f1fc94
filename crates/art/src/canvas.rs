//! The surface pictures are made on, from light or from paint, and its way to a JPEG file.

use std::path::Path;

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use rayon::prelude::*;

use super::noise::cell;
use super::vector::V3;

/// Quality tried first; pictures with more texture than [`LARGEST`] holds go down from here.
const QUALITY: u8 = 90;
/// Bytes a picture may take: nine of them stay under 1 MB.
const LARGEST: usize = 112_000;

/// `width` x `height` colours in rows from the top. Paintings keep sRGB-encoded values in [0, 1] in them.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<V3>,
}

impl Canvas {
    /// Every pixel from its column and row (whole numbers at the top left corner of the pixel), on all cores.
    pub(super) fn each(width: usize, height: usize, colour: impl Fn(usize, usize) -> V3 + Sync) -> Canvas {
        let pixels = (0..width * height).into_par_iter().map(|i| colour(i % width, i / width)).collect();
        Canvas { width, height, pixels }
    }

    /// The same canvas with each pixel changed by a function of its column, row and colour.
    pub(super) fn remade(&self, change: impl Fn(usize, usize, V3) -> V3 + Sync) -> Canvas {
        Canvas::each(self.width, self.height, |x, y| change(x, y, self.at(x as i32, y as i32)))
    }

    /// The pixel there, or the nearest one of the border.
    pub(super) fn at(&self, x: i32, y: i32) -> V3 {
        let x = x.clamp(0, self.width as i32 - 1) as usize;
        let y = y.clamp(0, self.height as i32 - 1) as usize;
        self.pixels[y * self.width + x]
    }

    /// Blurred by three box filters of this radius in pixels, close to a Gaussian.
    pub(super) fn blurred(&self, radius: i32) -> Canvas {
        let mut picture = self.clone();
        for _ in 0..3 {
            let sum = |f: &dyn Fn(i32) -> V3| (-radius..=radius).map(f).fold(V3::default(), |a, b| a + b) / (2 * radius + 1) as f32;
            let rows = picture.remade(|x, y, _| sum(&|d| picture.at(x as i32 + d, y as i32)));
            picture = rows.remade(|x, y, _| sum(&|d| rows.at(x as i32, y as i32 + d)));
        }
        picture
    }

    /// The canvas at 1 / `factor` of its size, each pixel the mean of its block.
    pub(super) fn shrunk(&self, factor: usize) -> Canvas {
        Canvas::each(self.width / factor, self.height / factor, |x, y| {
            let mut sum = V3::default();
            for i in 0..factor * factor {
                sum += self.pixels[(y * factor + i / factor) * self.width + x * factor + i % factor];
            }
            sum / (factor * factor) as f32
        })
    }

    /// Writes a JPEG of at most [`LARGEST`] bytes and says how many it took.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn save(&self, path: &Path) -> Result<usize> {
        let bytes: Vec<u8> = (0..self.pixels.len() * 3).map(|i| self.byte(i)).collect();
        let (width, height) = (self.width as u32, self.height as u32);
        let mut quality = QUALITY;
        loop {
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, quality)
                .write_image(&bytes, width, height, ExtendedColorType::Rgb8)
                .context("Could not make a JPEG of an example picture.")?;
            if file.len() <= LARGEST || quality <= 60 {
                let said = || format!("Could not write {}: see that its folder exists and is writable.", path.display());
                std::fs::write(path, &file).with_context(said)?;
                return Ok(file.len());
            }
            quality -= 2;
        }
    }

    /// Byte `i` of the RGB picture, dithered so that a sky shows no steps.
    fn byte(&self, i: usize) -> u8 {
        let pixel = self.pixels[i / 3];
        let value = [pixel.x, pixel.y, pixel.z][i % 3];
        let dither = cell((i / 3 % self.width) as i32, (i / 3 / self.width) as i32, 77) - 0.5;
        (value * 255.0 + dither + 0.5).clamp(0.0, 255.0) as u8
    }
}

/// Film: linear light to sRGB-encoded values, with a shoulder that keeps colour in the highlights (the curve of
/// Narkowicz's fit of ACES, 2015).
pub(super) fn film(light: V3) -> V3 {
    light.map(|x| {
        let x = x.max(0.0);
        encode(((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)).clamp(0.0, 1.0))
    })
}

/// Linear light in [0, 1] to its sRGB encoding.
pub(super) fn encode(x: f32) -> f32 {
    if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 }
}

/// An sRGB-encoded colour as linear light.
pub(super) fn light(colour: V3) -> V3 {
    colour.map(|x| if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) })
}
