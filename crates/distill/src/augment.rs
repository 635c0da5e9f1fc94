//! Augmentation: crops of any scale, mirrored, with colour jitter and noise, and blends of two.

use image::{
    RgbImage,
    imageops::{self, FilterType},
};
use rand::{Rng, RngExt};

/// Planar RGB in [0, 1], `3 side side` numbers.
pub(crate) type Crop = Vec<f32>;

/// A crop of a random one of `images`, all at least 32 pixels wide and high, with random blending, colour jitter and noise.
pub(crate) fn augmented_crop(images: &[RgbImage], side: u32, rng: &mut impl Rng) -> Crop {
    let mut crop = random_crop(images, side, rng);
    if rng.random_bool(0.15) {
        // Style transfer passes through images that look like blends of two.
        let other = random_crop(images, side, rng);
        let share = rng.random_range(0.2..0.8);
        crop.iter_mut().zip(other).for_each(|(a, b)| *a = *a * share + b * (1.0 - share));
    }
    if rng.random_bool(0.3) {
        color_jitter(&mut crop, rng);
    }
    if rng.random_bool(0.3) {
        // Up to a tenth of the range, the same in all channels or of all colours.
        let strength = rng.random_range(0.0..0.1);
        let grey = rng.random_bool(0.3);
        let area = crop.len() / 3;
        for pixel in 0..area {
            let mut noise = nearly_normal(rng);
            for channel in 0..3 {
                crop[channel * area + pixel] += strength * noise;
                if !grey {
                    noise = nearly_normal(rng);
                }
            }
        }
    }
    crop.iter_mut().for_each(|v| *v = v.clamp(0.0, 1.0));
    crop
}

/// A crop of a random image at a random scale, mirrored in half of all cases.
pub(crate) fn random_crop(images: &[RgbImage], side: u32, rng: &mut impl Rng) -> Crop {
    let image = &images[rng.random_range(0..images.len())];
    let shorter = image.width().min(image.height());
    // From the whole shorter side in the crop to a part of it enlarged by half.
    let least = (side as f32 / 1.5).min(shorter as f32);
    let window = (least * (shorter as f32 / least).powf(rng.random_range(0.0..=1.0))).round().clamp(1.0, shorter as f32) as u32;
    let (x, y) = (rng.random_range(0..=image.width() - window), rng.random_range(0..=image.height() - window));
    let part = imageops::crop_imm(image, x, y, window, window).to_image();
    let mut part = if window == side { part } else { imageops::resize(&part, side, side, FilterType::CatmullRom) };
    if rng.random_bool(0.5) {
        imageops::flip_horizontal_in_place(&mut part);
    }
    planar(&part)
}

/// The central square of an image, resized to `side`.
pub(crate) fn center_crop(image: &RgbImage, side: u32) -> Crop {
    let window = image.width().min(image.height());
    let part = imageops::crop_imm(image, (image.width() - window) / 2, (image.height() - window) / 2, window, window).to_image();
    planar(&imageops::resize(&part, side, side, FilterType::CatmullRom))
}

fn planar(image: &RgbImage) -> Crop {
    let mut crop = Vec::with_capacity(image.len());
    for channel in 0..3 {
        crop.extend(image.pixels().map(|pixel| f32::from(pixel.0[channel]) / 255.0));
    }
    crop
}

/// Random contrast and brightness, of the image and of each channel.
fn color_jitter(crop: &mut Crop, rng: &mut impl Rng) {
    let area = crop.len() / 3;
    let (contrast, brightness) = (rng.random_range(0.6..1.3), rng.random_range(-0.15..0.15));
    for channel in crop.chunks_exact_mut(area) {
        let (gain, cast) = (contrast * rng.random_range(0.8..1.2), brightness + rng.random_range(-0.1..0.1));
        channel.iter_mut().for_each(|v| *v = (*v - 0.5) * gain + 0.5 + cast);
    }
}

/// Nearly normal: mean 0, variance 1.
fn nearly_normal(rng: &mut impl Rng) -> f32 {
    ((0..4).map(|_| rng.random_range(-1.0f32..1.0)).sum::<f32>()) * 0.75f32.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    #[test]
    fn crops_have_the_side_and_range_and_repeat_with_the_seed() {
        let images = [RgbImage::from_fn(70, 40, |x, y| image::Rgb([(x * 3) as u8, (y * 6) as u8, 90]))];
        for seed in 0..40 {
            let crop = augmented_crop(&images, 32, &mut Pcg64::seed_from_u64(seed));
            assert_eq!(crop.len(), 3 * 32 * 32);
            assert!(crop.iter().all(|v| (0.0..=1.0).contains(v)));
            assert_eq!(crop, augmented_crop(&images, 32, &mut Pcg64::seed_from_u64(seed)));
        }
        let whole = center_crop(&images[0], 40);
        // Column 15 of the image is the square's first, and its red is 45.
        assert!((whole[0] - 45.0 / 255.0).abs() < 1e-6);
    }
}
