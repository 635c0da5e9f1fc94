//! What goes into a run: pictures as they were given, and the settings.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::{
    Change, Error,
    geometry::{self, Size},
    settings::Settings,
};

/// A picture as it was given.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its file's name.
    pub name: String,
    /// SHA-256 of its file, hexadecimal; empty where it could not be computed.
    pub sha256: String,
    /// Width and height in pixels.
    pub size: Size,
    /// RGBA, straight alpha, sRGB, row by row: `4 width height` bytes.
    pub rgba: Vec<u8>,
}

/// All that a run is made from, besides the network.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Every knob.
    pub settings: Settings,
    /// What is painted.
    pub content: Source,
    /// How it is painted; at least one.
    pub styles: Vec<Source>,
    /// Where each style is used, in the styles' order: white there, black elsewhere ([`Plane::mask`](crate::Plane::mask)). Styles
    /// without a mask, or beyond the end of the list, share what the masks leave.
    pub masks: Vec<Option<Source>>,
    /// Knobs that are turned by themselves on the way, as a person turned them in a run before: the recipe's.
    pub changes: Vec<Change>,
    /// What the canvas shows first, for [`Start::Picture`](crate::settings::Start::Picture).
    pub start: Option<Source>,
    /// `gpu` or `cpu`, for the report.
    pub engine: String,
    /// The adapter's name, for the report.
    pub adapter: String,
    /// Threads that compute, for the report.
    pub threads: u32,
    /// Bytes fetched for this run, for the report.
    pub downloaded_bytes: u64,
}

impl Source {
    /// Put on white and resized: `[1, 3, H, W]` in [0, 1].
    ///
    /// # Errors
    ///
    /// When a size is 0 or the bytes are not as many as it says.
    pub fn tensor(&self, to: Size, device: &Device) -> Result<Tensor<4>, Error> {
        Ok(tensor(self.planar(to)?, to, device))
    }

    /// Put on white and resized: planar `[3, H, W]` in [0, 1].
    pub(crate) fn planar(&self, to: Size) -> Result<Vec<f32>, Error> {
        Ok(geometry::load(&self.rgba, self.size, to)?)
    }

    /// Every pixel the colour of some pixel of this picture, drawn at random: `[1, 3, H, W]` in [0, 1].
    ///
    /// # Errors
    ///
    /// Those of [`tensor`](Source::tensor).
    pub fn noise(&self, to: Size, seed: u32, device: &Device) -> Result<Tensor<4>, Error> {
        let rgb = geometry::planar(&geometry::on_white(&self.rgba, self.size)?, self.size)?;
        let (from, pixels) = (rgb.len() / 3, to.0 as usize * to.1 as usize);
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
