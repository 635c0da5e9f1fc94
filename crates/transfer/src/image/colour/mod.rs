//! Which image's colours the result has: the style image's, unchanged, or the content image's, by one of three methods.
//!
//! - [`luminance`]: only the luminance is optimised; the result has the content image's chroma.
//! - [`linear`]: before the run the style image is given the mean and covariance of the content image's colours.
//! - [`histogram`]: before the run the style image is given the whole distribution of the content image's colours.
//!
//! The first two are those of Gatys et al. (2016, "Preserving color in neural artistic style transfer", arXiv:1606.05897; 2017,
//! arXiv:1611.07865, section 5). Images are planar `[3, H, W]`, sRGB in [0, 1], not linearised, as in both papers.

pub mod histogram;
pub mod linear;
pub mod luminance;
mod symmetric;

use crate::{Mask, settings::ColourKeep};

/// Sampled colours of an image: R, G, B.
pub type Colours = Vec<[f64; 3]>;

/// Largest number of sampled colours.
const SAMPLES: usize = 1 << 16;

/// Colours of the visible pixels of a planar image `[3, H, W]`, evenly spaced; of all pixels if none is visible.
#[must_use]
pub fn colours(planar: &[f32], visible: Option<&Mask>) -> Colours {
    let pixels = planar.len() / 3;
    let is_visible = |n: &usize| visible.is_none_or(|mask| mask.values().get(*n).is_none_or(|v| *v >= 0.5));
    let mut chosen: Vec<usize> = (0..pixels).filter(is_visible).collect();
    if chosen.is_empty() {
        chosen = (0..pixels).collect();
    }
    let step = chosen.len().div_ceil(SAMPLES).max(1);
    chosen.iter().step_by(step).map(|n| std::array::from_fn(|channel| f64::from(planar[channel * pixels + n]))).collect()
}

/// Changes the colours of a style image, planar `[3, H, W]`, by the method `keep`. `content`: colours of the content image; `visible`: mask of
/// the style image.
pub(crate) fn prepare(keep: ColourKeep, style: &mut [f32], content: &Colours, visible: Option<&Mask>) {
    let own = colours(style, visible);
    match keep {
        ColourKeep::Style => {}
        ColourKeep::Luminance => luminance::prepare(style, &own, content),
        ColourKeep::Linear => linear::Map::between(&own, content).apply(style),
        ColourKeep::Histogram => histogram::transfer(style, &own, content),
    }
}

/// Mean colour and covariance.
fn moments(colours: &Colours) -> ([f64; 3], [[f64; 3]; 3]) {
    let count = colours.len().max(1) as f64;
    let mean = std::array::from_fn(|i| colours.iter().map(|colour| colour[i]).sum::<f64>() / count);
    let product = |i: usize, j: usize| colours.iter().map(|colour| (colour[i] - mean[i]) * (colour[j] - mean[j])).sum::<f64>() / count;
    (mean, std::array::from_fn(|i| std::array::from_fn(|j| product(i, j))))
}

/// Applies `with` to every pixel of a planar image `[3, H, W]`, clamped to [0, 1].
fn change(planar: &mut [f32], with: impl Fn([f64; 3]) -> [f64; 3]) {
    let pixels = planar.len() / 3;
    for n in 0..pixels {
        let changed = with(std::array::from_fn(|channel| f64::from(planar[channel * pixels + n])));
        for (channel, value) in changed.into_iter().enumerate() {
            planar[channel * pixels + n] = value.clamp(0.0, 1.0) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two clusters of colours along a curve, so that no linear map matches two of these images exactly.
    pub(super) fn planar(seed: u32, count: usize) -> Vec<f32> {
        let mut state = seed;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let shift = 0.2 * f64::from(seed % 3);
        let pixels: Vec<[f64; 3]> = (0..count)
            .map(|n| {
                let t = random();
                let base = if n % 3 == 0 { 0.15 } else { 0.45 };
                [base + 0.3 * t, 0.2 + shift + 0.4 * t * t, 0.75 - shift - 0.3 * t + 0.1 * random()]
            })
            .collect();
        (0..3).flat_map(|channel| pixels.iter().map(move |pixel| pixel[channel].clamp(0.0, 1.0) as f32)).collect()
    }

    #[test]
    fn only_visible_pixels_are_sampled() {
        use crate::Image;
        let mut image = Image { size: (2, 1), rgba: vec![255, 0, 0, 255, 0, 0, 255, 0], ..Image::default() };
        let planar = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(colours(&planar, Mask::from_alpha(&image).unwrap().as_ref()), [[1.0, 0.0, 0.0]]);
        image.rgba[3] = 0;
        assert_eq!(colours(&planar, Mask::from_alpha(&image).unwrap().as_ref()).len(), 2);
        assert_eq!(colours(&planar, None), [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
    }

    /// The covariance of an image of one colour is 0.
    #[test]
    fn images_of_one_colour_stay_finite() {
        for keep in [ColourKeep::Luminance, ColourKeep::Linear, ColourKeep::Histogram] {
            for (style, content) in [(vec![0.5; 300], planar(1, 100)), (planar(1, 100), vec![0.25; 300]), (vec![1.0; 3], vec![0.0; 3])] {
                let mut changed = style.clone();
                prepare(keep, &mut changed, &colours(&content, None), None);
                assert!(changed.iter().all(|v| (0.0..=1.0).contains(v)), "{keep:?}");
                let weights = if keep == ColourKeep::Luminance { crate::image::mask::LUMA } else { [1.0 / 3.0; 3] };
                let mean = |planar: &[f32]| {
                    let channels = planar.chunks(planar.len() / 3).zip(weights);
                    channels.map(|(channel, weight)| f64::from(weight * channel.iter().sum::<f32>() / channel.len() as f32)).sum::<f64>()
                };
                assert!((mean(&changed) - mean(&content)).abs() < 0.02, "{keep:?}: {} for {}", mean(&changed), mean(&content));
            }
        }
    }

    #[test]
    fn keeping_the_styles_colours_changes_nothing() {
        let mut style = planar(2, 50);
        prepare(ColourKeep::Style, &mut style, &colours(&planar(1, 50), None), None);
        assert_eq!(style, planar(2, 50));
    }
}
