//! Decoded images, as the page hands them over, and as tensors.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::resize::{self, Size};
use crate::Error;

/// A decoded image, as it was given.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Its file's name.
    pub name: String,
    /// SHA-256 of its file, hexadecimal; empty where it could not be computed.
    pub sha256: String,
    /// Width and height in pixels.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row: `4 width height` bytes.
    pub rgba: Vec<u8>,
}

/// The most that R, G and B of a grey pixel differ by, of 255: what JPEG leaves.
const GREY: u8 = 2;

impl Image {
    /// Whether every visible pixel is grey.
    pub(crate) fn is_grey(&self) -> bool {
        let grey = |&[r, g, b, a]: &[u8; 4]| a == 0 || r.max(g).max(b) - r.min(g).min(b) <= GREY;
        self.rgba.as_chunks::<4>().0.iter().all(grey)
    }

    /// Composited on white and resized: `[1, 3, H, W]` in [0, 1].
    ///
    /// # Errors
    ///
    /// When a side is 0 or the bytes are not `4 width height`.
    pub fn tensor(&self, to: Size, device: &Device) -> Result<Tensor<4>, Error> {
        Ok(tensor(self.planar(to)?, to, device))
    }

    /// Composited on white and resized: planar `[3, H, W]` in [0, 1].
    pub(crate) fn planar(&self, to: Size) -> Result<Vec<f32>, Error> {
        Ok(resize::load(&self.rgba, self.size, to)?)
    }

    /// Resized without a background, so that its edges have no other colour in them; of an opaque image what [`planar`](Image::planar) is.
    pub(crate) fn straight(&self, to: Size) -> Result<Vec<f32>, Error> {
        if resize::is_opaque(&self.rgba) {
            return self.planar(to);
        }
        Ok(resize::load_straight(&self.rgba, self.size, to)?)
    }

    /// Noise: each pixel has the colour of a randomly drawn pixel of this image, a visible one if there is any: `[1, 3, H, W]` in [0, 1].
    ///
    /// # Errors
    ///
    /// Those of [`tensor`](Image::tensor).
    pub fn noise(&self, to: Size, seed: u32, device: &Device) -> Result<Tensor<4>, Error> {
        resize::check(self.rgba.len(), self.size.0, self.size.1, 4)?;
        let visible: Vec<u8> = self.rgba.as_chunks::<4>().0.iter().filter(|pixel| pixel[3] >= 128).flatten().copied().collect();
        let rgba = if visible.is_empty() { &self.rgba } else { &visible };
        let from = rgba.len() / 4;
        let rgb = resize::planar(&resize::on_white(rgba, (from as u32, 1))?, (from as u32, 1))?;
        let pixels = to.0 as usize * to.1 as usize;
        let mut random = Pcg64::seed_from_u64(u64::from(seed));
        let mut values = vec![0.0; 3 * pixels];
        for pixel in 0..pixels {
            let drawn = random.random_range(0..from);
            for channel in 0..3 {
                values[channel * pixels + pixel] = rgb[channel * from + drawn];
            }
        }
        Ok(tensor(values, to, device))
    }
}

/// Planar numbers as `[1, 3, H, W]`.
pub(crate) fn tensor(values: Vec<f32>, (width, height): Size, device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, [1, 3, height as usize, width as usize]), device)
}
