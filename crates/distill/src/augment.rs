//! Crops as a run may see them: of any scale, mirrored, tinted, noisy, two blended into one.

use image::{
    RgbImage,
    imageops::{self, FilterType},
};
use rand::{Rng, RngExt};

/// Planar RGB in [0, 1], `3 side side` numbers.
pub(crate) type Crop = Vec<f32>;

/// A crop of a random one of `pictures`, all at least 32 pixels wide and high, and what a camera or a half-finished run
/// might have done to it.
pub(crate) fn random(pictures: &[RgbImage], side: u32, rng: &mut impl Rng) -> Crop {
    let mut crop = plain(pictures, side, rng);
    if rng.random_bool(0.15) {
        // A blend is what a painting looks like on its way from one picture to the other.
        let other = plain(pictures, side, rng);
        let share = rng.random_range(0.2..0.8);
        crop.iter_mut().zip(other).for_each(|(a, b)| *a = *a * share + b * (1.0 - share));
    }
    if rng.random_bool(0.3) {
        tint(&mut crop, rng);
    }
    if rng.random_bool(0.3) {
        // Up to a tenth of the range, the same in all channels or of all colours.
        let strength = rng.random_range(0.0..0.1);
        let grey = rng.random_bool(0.3);
        let area = crop.len() / 3;
        for pixel in 0..area {
            let mut noise = bell(rng);
            for channel in 0..3 {
                crop[channel * area + pixel] += strength * noise;
                if !grey {
                    noise = bell(rng);
                }
            }
        }
    }
    crop.iter_mut().for_each(|v| *v = v.clamp(0.0, 1.0));
    crop
}

/// A crop of a random picture at a random scale, perhaps mirrored.
pub(crate) fn plain(pictures: &[RgbImage], side: u32, rng: &mut impl Rng) -> Crop {
    let picture = &pictures[rng.random_range(0..pictures.len())];
    let shorter = picture.width().min(picture.height());
    // From the whole shorter side in the crop to a part of it enlarged by half.
    let least = (side as f32 / 1.5).min(shorter as f32);
    let window = (least * (shorter as f32 / least).powf(rng.random_range(0.0..=1.0))).round().clamp(1.0, shorter as f32) as u32;
    let (x, y) = (rng.random_range(0..=picture.width() - window), rng.random_range(0..=picture.height() - window));
    let part = imageops::crop_imm(picture, x, y, window, window).to_image();
    let mut part = if window == side { part } else { imageops::resize(&part, side, side, FilterType::CatmullRom) };
    if rng.random_bool(0.5) {
        imageops::flip_horizontal_in_place(&mut part);
    }
    planar(&part)
}

/// The middle of a picture, its shorter side resized to `side`.
pub(crate) fn middle(picture: &RgbImage, side: u32) -> Crop {
    let window = picture.width().min(picture.height());
    let part = imageops::crop_imm(picture, (picture.width() - window) / 2, (picture.height() - window) / 2, window, window).to_image();
    planar(&imageops::resize(&part, side, side, FilterType::CatmullRom))
}

fn planar(picture: &RgbImage) -> Crop {
    let mut crop = Vec::with_capacity(picture.len());
    for channel in 0..3 {
        crop.extend(picture.pixels().map(|pixel| f32::from(pixel.0[channel]) / 255.0));
    }
    crop
}

/// Contrast, brightness and a cast of colour.
fn tint(crop: &mut Crop, rng: &mut impl Rng) {
    let area = crop.len() / 3;
    let (contrast, brightness) = (rng.random_range(0.6..1.3), rng.random_range(-0.15..0.15));
    for channel in crop.chunks_exact_mut(area) {
        let (gain, cast) = (contrast * rng.random_range(0.8..1.2), brightness + rng.random_range(-0.1..0.1));
        channel.iter_mut().for_each(|v| *v = (*v - 0.5) * gain + 0.5 + cast);
    }
}

/// Nearly normal: mean 0, variance 1.
fn bell(rng: &mut impl Rng) -> f32 {
    ((0..4).map(|_| rng.random_range(-1.0f32..1.0)).sum::<f32>()) * 0.75f32.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    #[test]
    fn crops_are_of_the_side_in_range_and_repeat_with_the_seed() {
        let pictures = [RgbImage::from_fn(70, 40, |x, y| image::Rgb([(x * 3) as u8, (y * 6) as u8, 90]))];
        for seed in 0..40 {
            let crop = random(&pictures, 32, &mut Pcg64::seed_from_u64(seed));
            assert_eq!(crop.len(), 3 * 32 * 32);
            assert!(crop.iter().all(|v| (0.0..=1.0).contains(v)));
            assert_eq!(crop, random(&pictures, 32, &mut Pcg64::seed_from_u64(seed)));
        }
        let whole = middle(&pictures[0], 40);
        // Column 15 of the picture is the square's first, and its red is 45.
        assert!((whole[0] - 45.0 / 255.0).abs() < 1e-6);
    }
}
