//! Luminance-only transfer (Gatys et al. 2016, arXiv:1606.05897, section 4.2): the style image is grey, and the result has the
//! content image's chroma. In YIQ a change of luminance is the same change of R, G and B.

use super::{Colours, change};
use crate::image::mask::LUMA;

fn luma(colour: [f64; 3]) -> f64 {
    LUMA.iter().zip(colour).map(|(weight, value)| f64::from(*weight) * value).sum()
}

/// Mean and standard deviation of the luminance.
fn spread(colours: &Colours) -> (f64, f64) {
    let count = colours.len().max(1) as f64;
    let mean = colours.iter().map(|colour| luma(*colour)).sum::<f64>() / count;
    (mean, (colours.iter().map(|colour| (luma(*colour) - mean).powi(2)).sum::<f64>() / count).sqrt())
}

/// Makes a style image grey, with the mean and standard deviation of the content's luminance: `L' = sc / ss (L - ms) + mc`.
pub(super) fn prepare(style: &mut [f32], own: &Colours, content: &Colours) {
    let ((from, spread_from), (to, spread_to)) = (spread(own), spread(content));
    let gain = spread_to / spread_from.max(1e-3);
    change(style, |colour| [gain * (luma(colour) - from) + to; 3]);
}

/// Makes a planar image `[3, H, W]` grey.
pub fn grey(planar: &mut [f32]) {
    change(planar, |colour| [luma(colour); 3]);
}

/// The luminance of `result` with the chroma of `content`, both planar `[3, H, W]`. Where that is outside the range of colours, the
/// chroma is scaled down as little as possible: clamping each channel would change the hue.
#[must_use]
pub fn with_chroma(result: &[f32], content: &[f32]) -> Vec<f32> {
    let pixels = result.len() / 3;
    let at = |planar: &[f32], n: usize| std::array::from_fn(|channel| f64::from(planar[channel * pixels + n]));
    let mut out = vec![0.0; result.len()];
    for n in 0..pixels {
        let (light, colour) = (luma(at(result, n)).clamp(0.0, 1.0), at(content, n));
        let own = luma(colour);
        let room = |chroma: f64| match chroma {
            chroma if light + chroma > 1.0 => (1.0 - light) / chroma,
            chroma if light + chroma < 0.0 => -light / chroma,
            _ => 1.0,
        };
        let share = colour.iter().map(|value| room(value - own)).fold(1.0, f64::min);
        for (channel, value) in colour.iter().enumerate() {
            out[channel * pixels + n] = (light + share * (value - own)).clamp(0.0, 1.0) as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{colours, tests::planar};
    use super::*;

    #[test]
    fn the_style_becomes_grey_with_the_contents_spread() {
        let (mut style, content) = (planar(2, 3000), planar(1, 2000));
        let own = colours(&style, None);
        prepare(&mut style, &own, &colours(&content, None));
        let ((mean, deviation), (wanted_mean, wanted)) = (spread(&colours(&style, None)), spread(&colours(&content, None)));
        assert!((mean - wanted_mean).abs() < 2e-3 && (deviation - wanted).abs() < 2e-3, "{mean} {deviation}, {wanted_mean} {wanted}");
        assert!((0..3000).all(|n| style[n] == style[3000 + n] && style[n] == style[6000 + n]));
    }

    #[test]
    fn luminance_is_the_results_and_hue_the_contents() {
        let (result, content) = (planar(2, 500), planar(1, 500));
        let out = with_chroma(&result, &content);
        for n in 0..500 {
            let at = |planar: &[f32]| -> [f64; 3] { std::array::from_fn(|channel| f64::from(planar[channel * 500 + n])) };
            let (result, content, out) = (at(&result), at(&content), at(&out));
            assert!((luma(out) - luma(result)).abs() < 1e-6);
            // The chroma has the direction of the content's: the same ratio in every channel.
            let ratios: Vec<f64> = (0..3)
                .filter(|i| (content[*i] - luma(content)).abs() > 0.02)
                .map(|i| (out[i] - luma(out)) / (content[i] - luma(content)))
                .collect();
            assert!(ratios.iter().all(|ratio| (ratio - ratios[0]).abs() < 1e-3 && *ratio <= 1.0 + 1e-4), "{ratios:?}");
        }
        assert!(with_chroma(&content, &content).iter().zip(&content).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
