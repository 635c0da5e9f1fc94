//! One number from 0 to 1 for every place of a picture: how far it counts. Masks and transparency are such planes.

use burn::tensor::{Device, Tensor, TensorData};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use crate::{
    Source,
    image::resize::{GeometryError, Size},
};

/// Luminance of sRGB values, with ITU-R BT.601's weights, as in YIQ and JPEG.
pub(crate) const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// Numbers from 0 to 1, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    size: Size,
    values: Vec<f32>,
}

impl Plane {
    /// A mask as a picture shows it: white counts, black and what is transparent do not, and grey does in part.
    ///
    /// # Errors
    ///
    /// When the picture is empty or its bytes are not as many as it says.
    pub fn mask(picture: &Source) -> Result<Self, GeometryError> {
        Self::from_pixels(picture, |[r, g, b, a]| {
            let luma: f32 = LUMA.iter().zip([r, g, b]).map(|(weight, byte)| weight * f32::from(byte)).sum();
            luma * f32::from(a) / (255.0 * 255.0)
        })
    }

    /// How opaque a picture is; none if it is so everywhere, or nowhere at all, which leaves nothing to look at either way.
    ///
    /// # Errors
    ///
    /// When the picture is empty or its bytes are not as many as it says.
    pub fn opacity(picture: &Source) -> Result<Option<Self>, GeometryError> {
        let pixels = picture.rgba.as_chunks::<4>().0;
        // Looked for first: a plane of a photo of 24 megapixels, which is opaque, would take 96 MB.
        let partly = pixels.iter().any(|pixel| pixel[3] < 255) && pixels.iter().any(|pixel| pixel[3] > 0);
        let plane = || Self::from_pixels(picture, |[_, _, _, a]| f32::from(a) / 255.0);
        crate::image::resize::check(picture.rgba.len(), picture.size.0, picture.size.1, 4)?;
        partly.then(plane).transpose()
    }

    fn from_pixels(picture: &Source, value: impl Fn([u8; 4]) -> f32) -> Result<Self, GeometryError> {
        crate::image::resize::check(picture.rgba.len(), picture.size.0, picture.size.1, 4)?;
        Ok(Self { size: picture.size, values: picture.rgba.as_chunks::<4>().0.iter().map(|pixel| value(*pixel)).collect() })
    }

    /// At another size: means of what falls together when shrinking, bilinear when growing; edges come out soft.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn resized(&self, to: Size) -> Result<Self, GeometryError> {
        if to == self.size {
            return Ok(self.clone());
        }
        let wrong = |reason: String| GeometryError::Resampling { from: self.size, to, reason };
        let bytes: Vec<u8> = self.values.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let source = ImageRef::new(self.size.0, self.size.1, &bytes, PixelType::F32).map_err(|error| wrong(error.to_string()))?;
        let mut target = Image::new(to.0, to.1, PixelType::F32);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
        Resizer::new().resize(&source, &mut target, &options).map_err(|error| wrong(error.to_string()))?;
        let values = target.buffer().as_chunks().0.iter().map(|bytes| f32::from_ne_bytes(*bytes).clamp(0.0, 1.0));
        Ok(Self { size: to, values: values.collect() })
    }

    /// Where both count. Of one size.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { size: self.size, values: self.values.iter().zip(&other.values).map(|(a, b)| a * b).collect() }
    }

    /// What planes of one size leave; none if there are none.
    pub(crate) fn rest<'a>(mut planes: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let first = planes.next()?;
        let mut left: Vec<f32> = first.values.iter().map(|v| 1.0 - v).collect();
        for plane in planes {
            left.iter_mut().zip(&plane.values).for_each(|(left, v)| *left = (*left - v).max(0.0));
        }
        Some(Self { size: first.size, values: left })
    }

    /// Part of the whole that counts.
    #[must_use]
    pub fn mean(&self) -> f32 {
        (self.values.iter().copied().map(f64::from).sum::<f64>() / self.values.len() as f64) as f32
    }

    /// Row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// `[1, H W]`, adding up to 1.
    pub(crate) fn weights(&self, device: &Device) -> Tensor<2> {
        let sum = self.values.iter().copied().map(f64::from).sum::<f64>().max(1e-12);
        let values: Vec<f32> = self.values.iter().map(|v| (f64::from(*v) / sum) as f32).collect();
        let count = values.len();
        Tensor::from_data(TensorData::new(values, [1, count]), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pixels: &[[u8; 4]], size: Size) -> Source {
        Source { size, rgba: pixels.concat(), ..Source::default() }
    }

    #[test]
    fn masks_are_white_where_they_count() {
        let picture = source(&[[255, 255, 255, 255], [0, 0, 0, 255], [255, 255, 255, 0], [128, 128, 128, 255]], (2, 2));
        let plane = Plane::mask(&picture).unwrap();
        let expected = [1.0, 0.0, 0.0, 128.0 / 255.0];
        assert!(plane.values().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{plane:?}");
        assert_eq!(Plane::opacity(&picture).unwrap().unwrap().values(), [1.0, 1.0, 0.0, 1.0]);
        assert_eq!(Plane::opacity(&source(&[[9, 9, 9, 255]], (1, 1))).unwrap(), None);
        assert!(Plane::mask(&source(&[[0; 4]], (2, 2))).is_err());
    }

    #[test]
    fn resizing_keeps_the_mean_and_softens_edges() {
        let half = source(&[[[255; 4]; 8], [[0, 0, 0, 255]; 8]].concat().repeat(4), (16, 4));
        let plane = Plane::mask(&half).unwrap();
        let small = plane.resized((4, 2)).unwrap();
        assert!((small.mean() - plane.mean()).abs() < 1e-3);
        let large = plane.resized((64, 8)).unwrap();
        assert!(large.values().iter().any(|v| (0.2..0.8).contains(v)));
        let rest = Plane::rest([&small].into_iter()).unwrap();
        assert!(small.values().iter().zip(rest.values()).all(|(a, b)| (a + b - 1.0).abs() < 1e-6));
    }
}
