//! Image sizes, compositing on white, resampling, and conversion between bytes and floating point.
//!
//! The arithmetic is fixed: a result can be compared pixel by pixel with an image that a Python program loads through Pillow
//! at the same size. Bytes are sRGB, rows from the top; floating-point images are planar `[3, H, W]`, sRGB in [0, 1].

mod fill;
#[cfg(test)]
mod pillow;
#[cfg(test)]
mod tests;

use burn::tensor::{
    Tensor,
    module::interpolate,
    ops::{InterpolateMode, InterpolateOptions},
};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::settings::{Settings, StyleResize};

/// Least side of a resized image: after four poolings one pixel is left of 16.
pub const SHORTEST_SIDE: u32 = 16;

/// An image's width and height, in pixels.
pub type Size = (u32, u32);

/// An image that cannot be resized.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResizeError {
    /// An image without pixels.
    #[error("The picture is {width} x {height} pixels: it is empty. Choose another picture.")]
    Empty {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// Width, height and bytes contradict each other.
    #[error("A picture of {width} x {height} pixels needs {expected} bytes, but {given} were given. Try loading the picture again.")]
    WrongLength {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// `width * height * channels`.
        expected: u64,
        /// The bytes, or values, that were given.
        given: u64,
    },
    /// The resampler failed: not enough memory, or an unsupported size.
    #[error("The picture of {from:?} pixels could not be resized to {to:?}: {reason}.")]
    Resampling {
        /// Width and height before.
        from: Size,
        /// Width and height asked for.
        to: Size,
        /// The resampler's reason.
        reason: String,
    },
}

/// The size of an image of `width` x `height` resized to the longest side `size`:
/// each side is `max(16, round_half_even(side * size / longest))`, rounded in the same places as in Python.
///
/// # Errors
/// An image or a size of 0 pixels.
pub fn target_size(width: u32, height: u32, size: u32) -> Result<Size, ResizeError> {
    not_empty(width, height)?;
    not_empty(size, size)?;
    let scale = f64::from(size) / f64::from(width.max(height));
    // A side never exceeds `size`, so the cast is exact.
    let side = |side: u32| ((f64::from(side) * scale).round_ties_even() as u32).max(SHORTEST_SIDE);
    Ok((side(width), side(height)))
}

/// The size to which a style image of `width` x `height` is resized for a result of size `result`, by the settings:
/// `fit`: longest side = `longest`, the result's, times style scale; `stretch`: the result's own size.
///
/// # Errors
/// An image or a size of 0 pixels.
pub fn style_size(width: u32, height: u32, result: Size, longest: u32, settings: &Settings) -> Result<Size, ResizeError> {
    match settings.style.resize {
        StyleResize::Fit => {
            let longest = (f64::from(longest) * settings.style.scale).round_ties_even() as u32;
            target_size(width, height, longest.max(SHORTEST_SIDE))
        }
        StyleResize::Stretch => {
            not_empty(width, height)?;
            Ok(result)
        }
    }
}

/// A warning for the report if resizing `name` enlarges it.
#[must_use]
pub fn enlarged(name: &str, from: Size, to: Size) -> Option<String> {
    let larger = to.0 > from.0 || to.1 > from.1;
    larger.then(|| format!("{name} was enlarged from {} x {} to {} x {} pixels, which adds no detail.", from.0, from.1, to.0, to.1))
}

/// RGBA bytes (straight alpha) composited on white: RGB bytes, `255 - (255 - c) a / 255` rounded to nearest.
///
/// # Errors
/// An image of 0 pixels, or a wrong number of bytes.
pub fn on_white(rgba: &[u8], (width, height): Size) -> Result<Vec<u8>, ResizeError> {
    check(rgba.len(), width, height, 4)?;
    let (pixels, _) = rgba.as_chunks::<4>();
    Ok(pixels.iter().flat_map(|&[r, g, b, a]| [r, g, b].map(|c| blend(c, a))).collect())
}

fn blend(colour: u8, alpha: u8) -> u8 {
    let ink = u32::from(255 - colour) * u32::from(alpha);
    // (ink + 127) / 255 is ink / 255 rounded to nearest, at most 255.
    255 - ((ink + 127) / 255) as u8
}

/// RGBA bytes of size `from`, composited on white and resampled to size `to` as by Pillow's `resize(to, LANCZOS)`
/// (support 3, widened when shrinking, two passes of 8 bits); RGB bytes. If the sizes are equal, nothing is resampled.
///
/// # Errors
/// A size of 0, or a wrong number of bytes.
pub fn resize_rgba_on_white(rgba: &[u8], from: Size, to: Size) -> Result<Vec<u8>, ResizeError> {
    not_empty(to.0, to.1)?;
    if from != to && is_opaque(rgba) {
        // Nothing to composite: of a photo of 24 megapixels the copy alone would take 72 MB, at every scale.
        check(rgba.len(), from.0, from.1, 4)?;
        let between = (to.0, from.1);
        let resized = if between == from { None } else { Some(resample(rgba, from, between, PixelType::U8x4, false)?) };
        let source = resized.as_deref().unwrap_or(rgba);
        let resized = if between == to { source.to_vec() } else { resample(source, between, to, PixelType::U8x4, false)? };
        return Ok(resized.as_chunks::<4>().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect());
    }
    let rgb = on_white(rgba, from)?;
    if from == to {
        return Ok(rgb);
    }
    // Pillow resamples rows first. The resampler may choose columns first, and as the image is rounded to bytes
    // between the two passes, a third of all values would differ by one.
    let between = (to.0, from.1);
    let rgb = if between == from { rgb } else { resample(&rgb, from, between, PixelType::U8x3, false)? };
    if between == to { Ok(rgb) } else { resample(&rgb, between, to, PixelType::U8x3, false) }
}

/// Whether no pixel is transparent.
pub(crate) fn is_opaque(rgba: &[u8]) -> bool {
    rgba.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255)
}

/// RGBA bytes of size `from` resampled to size `to`, without a background: colours weighted by their alpha, as planar `[3, H, W]` in [0, 1]. An image
/// composited on white and given its alpha channel again has a light edge; these colours have none. Pixels that are transparent take the colours
/// around them.
///
/// # Errors
/// A size of 0, or a wrong number of bytes.
pub fn load_straight(rgba: &[u8], from: Size, to: Size) -> Result<Vec<f32>, ResizeError> {
    not_empty(to.0, to.1)?;
    check(rgba.len(), from.0, from.1, 4)?;
    let between = (to.0, from.1);
    let resized = if between == from { rgba.to_vec() } else { resample(rgba, from, between, PixelType::U8x4, true)? };
    let resized = if between == to { resized } else { resample(&resized, between, to, PixelType::U8x4, true)? };
    let pixels = resized.as_chunks::<4>().0;
    let rgb: Vec<u8> = pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let alpha: Vec<f32> = pixels.iter().map(|pixel| f32::from(pixel[3]) / 255.0).collect();
    let mut values = planar(&rgb, to)?;
    fill::transparent(&mut values, &alpha, to, from != to);
    Ok(values)
}

/// Bytes of size `from` resampled to size `to`, which differ in one side only; colours weighted by their alpha if `use_alpha`.
fn resample(bytes: &[u8], from: Size, to: Size, pixel: PixelType, use_alpha: bool) -> Result<Vec<u8>, ResizeError> {
    let wrong = |reason: String| ResizeError::Resampling { from, to, reason };
    let source = ImageRef::new(from.0, from.1, bytes, pixel).map_err(|error| wrong(error.to_string()))?;
    let mut target = Image::new(to.0, to.1, pixel);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(use_alpha);
    Resizer::new().resize(&source, &mut target, &options).map_err(|error| wrong(error.to_string()))?;
    Ok(target.into_vec())
}

/// RGB bytes as floating point: planar `[3, H, W]`, each `byte / 255` in f32.
///
/// # Errors
/// An image of 0 pixels, or a wrong number of bytes.
pub fn planar(rgb: &[u8], (width, height): Size) -> Result<Vec<f32>, ResizeError> {
    check(rgb.len(), width, height, 3)?;
    Ok((0..3).flat_map(|channel| rgb.iter().skip(channel).step_by(3).map(|&byte| f32::from(byte) / 255.0)).collect())
}

/// [`resize_rgba_on_white`], then [`planar`]: RGBA bytes of size `from` as `[3, H, W]` of size `to`, in [0, 1].
///
/// # Errors
/// Those of both.
pub fn load(rgba: &[u8], from: Size, to: Size) -> Result<Vec<f32>, ResizeError> {
    planar(&resize_rgba_on_white(rgba, from, to)?, to)
}

/// A planar image `[3, H, W]` as opaque RGBA bytes: clamped to [0, 1], times 255 in f32, rounded half to even as in
/// numpy. NaN becomes 0.
///
/// # Errors
/// An image of 0 pixels, or a wrong number of values.
pub fn rgba(planar: &[f32], (width, height): Size) -> Result<Vec<u8>, ResizeError> {
    let pixels = check(planar.len(), width, height, 3)?;
    // The cast converts NaN to 0 and cannot overflow after the clamp.
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
    Ok((0..pixels).flat_map(|i| [byte(planar[i]), byte(planar[pixels + i]), byte(planar[2 * pixels + i]), 255]).collect())
}

fn not_empty(width: u32, height: u32) -> Result<(), ResizeError> {
    if width == 0 || height == 0 { Err(ResizeError::Empty { width, height }) } else { Ok(()) }
}

/// The number of pixels, if `given` is that many times `channels`.
pub(crate) fn check(given: usize, width: u32, height: u32, channels: u64) -> Result<usize, ResizeError> {
    not_empty(width, height)?;
    // In 64 bits, in which no product of two sides overflows.
    let expected = (u64::from(width) * u64::from(height)).saturating_mul(channels);
    if given as u64 == expected {
        Ok(given / channels as usize)
    } else {
        Err(ResizeError::WrongLength { width, height, expected, given: given as u64 })
    }
}

/// An image, `[1, 3, h, w]`, enlarged: bicubic.
pub(crate) fn enlarge(image: Tensor<4>, to: Size) -> Tensor<4> {
    interpolated(image, to, InterpolateMode::Bicubic)
}

/// A moment of gradients, `[1, 3, h, w]`, enlarged: bilinear, as an average with weights that are not negative keeps a second moment positive,
/// and the ratio of the first to its root as small as it was.
pub(crate) fn enlarge_moment(moment: Tensor<4>, to: Size) -> Tensor<4> {
    interpolated(moment, to, InterpolateMode::Bilinear)
}

fn interpolated(x: Tensor<4>, (width, height): Size, mode: InterpolateMode) -> Tensor<4> {
    let options = InterpolateOptions::new(mode).with_align_corners(false);
    interpolate(x, options.with_output_size([height as usize, width as usize]))
}
