//! How far the student, seen through its maps, is from the teacher.
//!
//! With S the student's activation `[O, P]` at a tap, T the teacher's `[T, P]` and M the map `[T, O]`, a tap's errors are
//!
//! ```text
//! features = |M S - T|^2 / e                     e: half |T|^2 and half its mean over pictures
//! gram     = |M S S^T M^T - T T^T|^2 / (P^2 e')  e': the same of T T^T / P
//! ```
//!
//! The mean keeps pictures that excite a layer little from counting for more than those that it was made for.

use burn::tensor::{Device, Tensor};
use vgg::Features;

use crate::{student::Leaves, taps::TAPS, teacher::Example};

/// Mean energies over pictures, in the order of [`TAPS`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Energies {
    /// Of the features.
    pub(crate) features: Vec<f32>,
    /// Of the Gram matrices.
    pub(crate) gram: Vec<f32>,
}

impl Energies {
    /// Over `examples`, all of one size.
    pub(crate) fn of(examples: &[Example]) -> Self {
        let mean = |energy: &dyn Fn(&Example) -> f32| examples.iter().map(energy).sum::<f32>() / examples.len() as f32;
        Self {
            features: (0..TAPS.len()).map(|tap| mean(&|example| example.taps[tap].energy)).collect(),
            gram: (0..TAPS.len()).map(|tap| mean(&|example| example.taps[tap].gram_energy)).collect(),
        }
    }
}

/// The loss of one example, `[1]`, and its errors, `[2 TAPS]`: features' and Gram matrices' in turn, unweighted. `seen`: what the
/// student sees in it, at the taps at least.
pub(crate) fn loss(leaves: &Leaves, seen: &Features, example: &Example, energies: &Energies, device: &Device) -> (Tensor<1>, Tensor<1>) {
    let mut total: Option<Tensor<1>> = None;
    let mut errors = Vec::new();
    for (tap, kind) in TAPS.into_iter().enumerate() {
        let theirs = &example.taps[tap];
        let pixels = theirs.shape[1] as f32;
        let (ours, map, target) = (seen[kind.layer()].flat(), leaves.maps[tap].clone(), theirs.features(device));
        let mapped = map.clone().matmul(ours.clone());
        let features = (mapped.clone() - target.clone()).square().sum() / (0.5 * (theirs.energy + energies.features[tap]));
        let half = 0.5 * (theirs.gram_energy + energies.gram[tap]);
        let gram = match theirs.gram(device) {
            Some(target) => {
                let gram = ours.clone().matmul(ours.transpose()) / pixels;
                (map.clone().matmul(gram).matmul(map.transpose()) - target).square().sum() / half
            }
            // |Y Y^T - T T^T|^2 = |Y^T Y|^2 - 2 |Y^T T|^2 + |T^T T|^2, which is less work where pixels are few.
            None => {
                let own = mapped.clone().transpose().matmul(mapped.clone()).square().sum();
                let across = mapped.transpose().matmul(target).square().sum();
                ((own - across * 2.0) / (pixels * pixels) + theirs.gram_energy) / half
            }
        };
        let weighted = features.clone() * kind.features + gram.clone() * kind.gram;
        total = Some(total.map_or(weighted.clone(), |total| total + weighted));
        errors.extend([features.inner(), gram.inner()]);
    }
    let total = total.unwrap_or_else(|| Tensor::zeros([1], device));
    (total, Tensor::cat(errors, 0))
}
