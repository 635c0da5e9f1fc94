//! How far the student's mapped features are from the teacher's.
//!
//! With S the student's activation `[O, P]` at a layer, T the teacher's `[T, P]` and M the map `[T, O]`, a layer's errors are
//!
//! ```text
//! features = |M S - T|^2 / e                     e: half |T|^2 and half its mean over images
//! gram     = |M S S^T M^T - T T^T|^2 / (P^2 e')  e': the same of T T^T / P
//! ```
//!
//! With the mean, images with small activations at a layer do not count for more than those with large ones.

use burn::tensor::{Device, Tensor};
use vgg::Features;

use crate::{example::Example, layers::COMPARED, student::Leaves};

/// Mean energies over images, in the order of [`COMPARED`].
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
            features: (0..COMPARED.len()).map(|index| mean(&|example| example.features[index].energy)).collect(),
            gram: (0..COMPARED.len()).map(|index| mean(&|example| example.features[index].gram_energy)).collect(),
        }
    }
}

/// The loss of one example, `[1]`, and its errors, `[2 COMPARED]`: features' and Gram matrices' in turn, unweighted. `student`:
/// the student's features of it, of the compared layers at least.
pub(crate) fn loss(leaves: &Leaves, student: &Features, example: &Example, energies: &Energies, device: &Device) -> (Tensor<1>, Tensor<1>) {
    let mut total: Option<Tensor<1>> = None;
    let mut errors = Vec::new();
    for (index, compared) in COMPARED.into_iter().enumerate() {
        let theirs = &example.features[index];
        let pixels = theirs.shape[1] as f32;
        let (ours, map, target) = (student[compared.layer()].flat(), leaves.maps[index].clone(), theirs.tensor(device));
        let mapped = map.clone().matmul(ours.clone());
        let features = (mapped.clone() - target.clone()).square().sum() / (0.5 * (theirs.energy + energies.features[index]));
        let half = 0.5 * (theirs.gram_energy + energies.gram[index]);
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
        let weighted = features.clone() * compared.features + gram.clone() * compared.gram;
        total = Some(total.map_or(weighted.clone(), |total| total + weighted));
        errors.extend([features.inner(), gram.inner()]);
    }
    let total = total.unwrap_or_else(|| Tensor::zeros([1], device));
    (total, Tensor::cat(errors, 0))
}
