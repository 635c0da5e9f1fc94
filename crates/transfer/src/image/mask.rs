//! Masks: a weight from 0 to 1 for every pixel, from a mask image's luminance or an image's alpha channel.

use burn::tensor::{Device, Tensor, TensorData};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{self, ImageRef},
};

use super::{
    Image,
    resize::{ResizeError, Size, check},
};

/// Luminance of sRGB values, with ITU-R BT.601's weights, as in YIQ and JPEG.
pub(crate) const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// Weights from 0 to 1, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    size: Size,
    values: Vec<f32>,
}

impl Mask {
    /// `values`: row by row, as many as `size` has pixels.
    #[cfg(test)]
    pub(crate) fn new(size: Size, values: Vec<f32>) -> Self {
        Self { size, values }
    }

    /// Rotated by 180 degrees.
    pub(crate) fn rotated(&self) -> Self {
        Self { size: self.size, values: self.values.iter().rev().copied().collect() }
    }

    /// Rows become columns.
    pub(crate) fn transposed(&self) -> Self {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let column = |x: usize| (0..height).map(move |y| y * width + x);
        Self { size: (self.size.1, self.size.0), values: (0..width).flat_map(column).map(|at| self.values[at]).collect() }
    }

    /// Rotated by 90 degrees, clockwise.
    pub(crate) fn turned(&self) -> Self {
        let Self { size, mut values } = self.transposed();
        values.chunks_exact_mut(size.0.max(1) as usize).for_each(<[f32]>::reverse);
        Self { size, values }
    }

    /// A mask from an image: white is 1, black and transparent pixels are 0, grey is between.
    ///
    /// # Errors
    ///
    /// When the image is empty or its bytes are not `4 width height`.
    pub fn from_luminance(image: &Image) -> Result<Self, ResizeError> {
        Self::from_pixels(image, |[r, g, b, a]| {
            let luma: f32 = LUMA.iter().zip([r, g, b]).map(|(weight, byte)| weight * f32::from(byte)).sum();
            luma * f32::from(a) / (255.0 * 255.0)
        })
    }

    /// The alpha channel; `None` if the image is opaque everywhere, or transparent everywhere, which would leave no weight.
    ///
    /// # Errors
    ///
    /// When the image is empty or its bytes are not `4 width height`.
    pub fn from_alpha(image: &Image) -> Result<Option<Self>, ResizeError> {
        let pixels = image.rgba.as_chunks::<4>().0;
        // Checked first: a mask of a photo of 24 megapixels, which is opaque, would take 96 MB.
        let partly = pixels.iter().any(|pixel| pixel[3] < 255) && pixels.iter().any(|pixel| pixel[3] > 0);
        let mask = || Self::from_pixels(image, |[_, _, _, a]| f32::from(a) / 255.0);
        check(image.rgba.len(), image.size.0, image.size.1, 4)?;
        partly.then(mask).transpose()
    }

    fn from_pixels(image: &Image, value: impl Fn([u8; 4]) -> f32) -> Result<Self, ResizeError> {
        check(image.rgba.len(), image.size.0, image.size.1, 4)?;
        Ok(Self { size: image.size, values: image.rgba.as_chunks::<4>().0.iter().map(|pixel| value(*pixel)).collect() })
    }

    /// Resized: area average when shrinking, bilinear when enlarging.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn resized(&self, to: Size) -> Result<Self, ResizeError> {
        if to == self.size {
            return Ok(self.clone());
        }
        let wrong = |reason: String| ResizeError::Resampling { from: self.size, to, reason };
        let bytes: Vec<u8> = self.values.iter().flat_map(|v| v.to_ne_bytes()).collect();
        let source = ImageRef::new(self.size.0, self.size.1, &bytes, PixelType::F32).map_err(|error| wrong(error.to_string()))?;
        let mut target = images::Image::new(to.0, to.1, PixelType::F32);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
        Resizer::new().resize(&source, &mut target, &options).map_err(|error| wrong(error.to_string()))?;
        let values = target.buffer().as_chunks().0.iter().map(|bytes| f32::from_ne_bytes(*bytes).clamp(0.0, 1.0));
        Ok(Self { size: to, values: values.collect() })
    }

    /// The product of two masks of the same size.
    #[must_use]
    pub fn product(&self, other: &Self) -> Self {
        Self { size: self.size, values: self.values.iter().zip(&other.values).map(|(a, b)| a * b).collect() }
    }

    /// `1 - sum`, at least 0, of masks of the same size; `None` if there are none.
    pub(crate) fn complement<'a>(mut masks: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let first = masks.next()?;
        let mut left: Vec<f32> = first.values.iter().map(|v| 1.0 - v).collect();
        for mask in masks {
            left.iter_mut().zip(&mask.values).for_each(|(left, v)| *left = (*left - v).max(0.0));
        }
        Some(Self { size: first.size, values: left })
    }

    /// Mean weight.
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

    fn source(pixels: &[[u8; 4]], size: Size) -> Image {
        Image { size, rgba: pixels.concat(), ..Image::default() }
    }

    #[test]
    fn white_and_opaque_pixels_have_weight_1() {
        let image = source(&[[255, 255, 255, 255], [0, 0, 0, 255], [255, 255, 255, 0], [128, 128, 128, 255]], (2, 2));
        let mask = Mask::from_luminance(&image).unwrap();
        let expected = [1.0, 0.0, 0.0, 128.0 / 255.0];
        assert!(mask.values().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{mask:?}");
        assert_eq!(Mask::from_alpha(&image).unwrap().unwrap().values(), [1.0, 1.0, 0.0, 1.0]);
        assert_eq!(Mask::from_alpha(&source(&[[9, 9, 9, 255]], (1, 1))).unwrap(), None);
        assert!(Mask::from_luminance(&source(&[[0; 4]], (2, 2))).is_err());
    }

    #[test]
    fn resizing_keeps_the_mean_and_interpolates_edges() {
        let half = source(&[[[255; 4]; 8], [[0, 0, 0, 255]; 8]].concat().repeat(4), (16, 4));
        let mask = Mask::from_luminance(&half).unwrap();
        let small = mask.resized((4, 2)).unwrap();
        assert!((small.mean() - mask.mean()).abs() < 1e-3);
        let large = mask.resized((64, 8)).unwrap();
        assert!(large.values().iter().any(|v| (0.2..0.8).contains(v)));
        let rest = Mask::complement([&small].into_iter()).unwrap();
        assert!(small.values().iter().zip(rest.values()).all(|(a, b)| (a + b - 1.0).abs() < 1e-6));
    }
}
