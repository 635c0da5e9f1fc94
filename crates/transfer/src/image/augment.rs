//! Augmentation: the image that a step evaluates is rotated, mirrored and has its channels exchanged.
//!
//! A small network imitates a large one up to errors of its own, and an image that is optimised against it drifts to where they are. The errors
//! depend on the orientation and on the channels, the style does not: steps that see the image in another augmentation each time are misled less
//! (expectation over transformation, Athalye et al. 2018, arXiv:1707.07397). The transformation is applied to the image tensor, so that the
//! network's weights exist once.

use burn::tensor::Tensor;

use super::Mask;

/// A transformation of an image that keeps every value: a half turn, then a transposition, of exchanged channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Augmentation {
    /// Rotated by 180 degrees, before the transposition.
    pub rotated: bool,
    /// Rows become columns.
    pub transposed: bool,
    /// Which of R, G, B becomes R, G and B.
    pub channels: [usize; 3],
}

/// Augmentations that differ from each other as much as possible; the identity first. More of them make consecutive steps differ more, which costs
/// likeness to the content image.
pub const AUGMENTATIONS: [Augmentation; 4] = [
    Augmentation::IDENTITY,
    Augmentation { transposed: true, rotated: true, channels: [0, 2, 1] },
    Augmentation { transposed: true, rotated: false, channels: [2, 0, 1] },
    Augmentation { transposed: false, rotated: true, channels: [1, 2, 0] },
];

impl Augmentation {
    /// The image unchanged.
    pub const IDENTITY: Self = Self { rotated: false, transposed: false, channels: [0, 1, 2] };

    /// `x`: `[1, 3, H, W]` -> the transformed image, `[1, 3, H, W]` or `[1, 3, W, H]`.
    #[must_use]
    pub fn apply(self, x: Tensor<4>) -> Tensor<4> {
        let x = select(x, self.channels);
        let x = if self.rotated { x.flip([2, 3]) } else { x };
        if self.transposed { x.swap_dims(2, 3) } else { x }
    }

    /// The inverse of [`apply`](Augmentation::apply); of a gradient, its adjoint as well.
    #[must_use]
    pub fn invert(self, x: Tensor<4>) -> Tensor<4> {
        let x = if self.transposed { x.swap_dims(2, 3) } else { x };
        let x = if self.rotated { x.flip([2, 3]) } else { x };
        let mut inverse = [0; 3];
        self.channels.into_iter().enumerate().for_each(|(to, from)| inverse[from] = to);
        select(x, inverse)
    }

    /// The mask of the transformed image.
    #[must_use]
    pub fn apply_to_mask(self, mask: &Mask) -> Mask {
        let mask = if self.rotated { mask.rotated() } else { mask.clone() };
        if self.transposed { mask.transposed() } else { mask }
    }
}

/// `x`: `[1, 3, h, w]` with its channels in this order.
fn select(x: Tensor<4>, channels: [usize; 3]) -> Tensor<4> {
    if channels == Augmentation::IDENTITY.channels {
        return x;
    }
    Tensor::cat(channels.map(|channel| x.clone().narrow(1, channel, 1)).into(), 1)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn inverting_gives_the_image_and_masks_follow_the_pixels() {
        let size = (5, 4);
        let values: Vec<f32> = (0..60).map(|n| n as f32 / 60.0).collect();
        let x = Tensor::<4>::from_data(TensorData::new(values.clone(), [1, 3, 4, 5]), &Device::flex());
        let mask = Mask::new(size, values[..20].to_vec());
        for augmentation in AUGMENTATIONS {
            let seen = augmentation.apply(x.clone());
            assert_eq!(augmentation.invert(seen.clone()).into_data().try_to_vec::<f32>().unwrap(), values, "{augmentation:?}");
            // The first channel of `x` holds the mask's values; it is now this one.
            let at = augmentation.channels.iter().position(|channel| *channel == 0).unwrap();
            let channel = seen.narrow(1, at, 1).into_data().try_to_vec::<f32>().unwrap();
            assert_eq!(augmentation.apply_to_mask(&mask).values(), channel, "{augmentation:?}");
        }
        assert_eq!(AUGMENTATIONS[0], Augmentation::IDENTITY);
    }
}
