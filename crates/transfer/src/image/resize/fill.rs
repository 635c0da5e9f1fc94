//! Colours for transparent pixels, from the visible ones around them: push-pull (Gortler et al. 1996, "The Lumigraph", section 3.4.3).

use super::Size;

/// With less alpha the colour of a resampled pixel is quantised too coarsely to be used: it was multiplied by the alpha, in 8 bits.
const LEAST_RESAMPLED: f32 = 32.0 / 255.0;
/// As little alpha as a pixel can have.
const LEAST: f32 = 1.0 / 255.0;

/// Colours times their weights, and the weights, of one resolution.
struct Level {
    size: (usize, usize),
    /// `[r, g, b, weight]` of each pixel, row by row.
    sums: Vec<[f32; 4]>,
}

impl Level {
    /// Half the width and height, rounded up: sums of up to four pixels.
    fn halved(&self) -> Self {
        let (width, height) = self.size;
        let size = (width.div_ceil(2), height.div_ceil(2));
        let mut sums = vec![[0.0; 4]; size.0 * size.1];
        for (n, pixel) in self.sums.iter().enumerate() {
            let (x, y) = (n % width, n / width);
            let sum = &mut sums[y / 2 * size.0 + x / 2];
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
        }
        Self { size, sums }
    }
}

/// Replaces the colours of the transparent pixels of `planar`, `[3, H, W]`, and of almost transparent ones if it was `resampled`; `alpha`: `[H, W]` in
/// [0, 1]. Where nothing is visible, nothing changes.
pub(super) fn transparent(planar: &mut [f32], alpha: &[f32], size: Size, resampled: bool) {
    let pixels = alpha.len();
    let least = if resampled { LEAST_RESAMPLED } else { LEAST };
    if alpha.iter().all(|a| *a >= least) || alpha.iter().all(|a| *a < least) {
        return;
    }
    let sum = |n: usize| {
        let weight = if alpha[n] < least { 0.0 } else { alpha[n] };
        [planar[n] * weight, planar[pixels + n] * weight, planar[2 * pixels + n] * weight, weight]
    };
    let mut levels = vec![Level { size: (size.0 as usize, size.1 as usize), sums: (0..pixels).map(sum).collect() }];
    while levels[levels.len() - 1].sums.len() > 1 {
        levels.push(levels[levels.len() - 1].halved());
    }
    for n in (0..pixels).filter(|n| alpha[*n] < least) {
        let (mut x, mut y) = (n % size.0 as usize, n / size.0 as usize);
        // The finest level at which something around the pixel is visible.
        for level in &levels {
            let [r, g, b, weight] = level.sums[y * level.size.0 + x];
            if weight > 0.0 {
                [planar[n], planar[pixels + n], planar[2 * pixels + n]] = [r, g, b].map(|sum| sum / weight);
                break;
            }
            (x, y) = (x / 2, y / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_take_the_colours_around_them() {
        // A red pixel on the left, a blue one on the right, nothing between.
        let (size, pixels) = ((9, 1), 9);
        let mut alpha = vec![0.0; pixels];
        (alpha[0], alpha[8]) = (1.0, 0.5);
        let mut planar = vec![0.0; 3 * pixels];
        (planar[0], planar[2 * pixels + 8]) = (1.0, 1.0);
        transparent(&mut planar, &alpha, size, false);
        let colour = |n: usize| [planar[n], planar[pixels + n], planar[2 * pixels + n]];
        assert_eq!([colour(0), colour(1), colour(3)], [[1.0, 0.0, 0.0]; 3]);
        assert_eq!(colour(8), [0.0, 0.0, 1.0]);
        let mut nothing = vec![0.25; 3 * pixels];
        transparent(&mut nothing, &vec![0.0; pixels], size, false);
        assert_eq!(nothing, vec![0.25; 3 * pixels]);
    }
}
