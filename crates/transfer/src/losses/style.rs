//! Style: the distance between Gram matrices (Gatys et al. 2015, equations 3 to 5).

use burn::tensor::Tensor;
use vgg::{Layer, Tap, Taps};

use super::{Share, add, constant, distance, relative};
use crate::settings::Normalisation;

/// `F F^T / (h w)`: which channels are active together, wherever that is. `[C, C]`.
#[must_use]
pub fn gram(tap: &Tap) -> Tensor<2> {
    let flat = tap.flat();
    let pixels = flat.dims()[1];
    flat.clone().matmul(flat.transpose()) / pixels as f32
}

/// What the painting's Gram matrices are compared with.
#[derive(Clone, Debug)]
pub struct Style {
    targets: Vec<Target>,
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    gram: Tensor<2>,
    factor: Tensor<1>,
}

impl Style {
    /// `styles`: taps of every style picture, each with all layers of `shares`; several are blended by averaging their
    /// Gram matrices. `painting`: taps of any picture of the painting's size; `size`: its height and width.
    ///
    /// - `relative`: `mean((G(x) - G(s))^2) / mean(G(s)^2)`
    /// - `mean`: `mean((G(x) - G(s))^2)`
    /// - `sum`: `sum((F F^T(x) - F F^T(s))^2) / (4 * 3^2 * (H W)^2)`, H and W of the painting, as the Keras example
    #[must_use]
    pub fn new(styles: &[Taps], shares: &[Share], normalisation: Normalisation, painting: &Taps, size: [usize; 2]) -> Self {
        let target = |&(layer, share): &Share| {
            let pixels = |tap: &Tap| tap.features.dims()[2..].iter().product::<usize>() as f64;
            let ours = pixels(&painting[layer]);
            // Sums, unlike means, grow with the style picture: F F^T is the mean times its number of pixels.
            let weight = |tap: &Tap| match normalisation {
                Normalisation::Sum => (pixels(tap) / ours) as f32,
                Normalisation::Relative | Normalisation::Mean => 1.0,
            };
            let blended = styles.iter().map(|taps| gram(&taps[layer]) * weight(&taps[layer])).reduce(|a, b| a + b);
            let gram = blended.map_or_else(|| gram(&painting[layer]), |sum| sum / styles.len() as f32);
            let channels = gram.dims()[0] as f64;
            let energy = f64::from(painting[layer].raw_scale).powi(4);
            let factor = match normalisation {
                Normalisation::Relative => relative(&gram),
                Normalisation::Mean => constant(energy / channels.powi(2), &gram),
                Normalisation::Sum => {
                    let area = (size[0] * size[1]) as f64;
                    constant(energy * (ours / area).powi(2) / 36.0, &gram)
                }
            };
            Target { layer, share, gram, factor }
        };
        Self { targets: shares.iter().map(target).collect() }
    }

    /// `taps`: of the painting -> `[1]`.
    #[must_use]
    pub fn loss(&self, taps: &Taps, x: &Tensor<4>) -> Tensor<1> {
        add(self.targets.iter().map(|t| distance(gram(&taps[t.layer]), &t.gram, &t.factor) * t.share), x)
    }
}
