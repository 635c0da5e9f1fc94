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
//! Neither error needs the T rows of M S: with A = M^T M and Q = M^T T, which are as small as S,
//!
//! ```text
//! |M S - T|^2             = <A, S S^T> - 2 <S, Q> + |T|^2
//! |M S S^T M^T - T T^T|^2 = <A S S^T, S S^T A> - 2 <S S^T, Q Q^T> + |T T^T|^2
//! ```

use anyhow::Result;
use burn::tensor::{Device, Tensor};

use crate::{
    student::Leaves,
    taps::{TAPS, layers},
    teacher::{Example, Seen, tensor},
};

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

/// The loss of one example, `[1]`, and its errors, `[2 TAPS]`: features' and Gram matrices' in turn, unweighted.
pub(crate) fn loss(leaves: &Leaves, example: &Example, energies: &Energies, device: &Device) -> Result<(Tensor<1>, Tensor<1>)> {
    let seen = leaves.network.features(tensor(&example.picture, device), &layers())?;
    let mut total: Option<Tensor<1>> = None;
    let mut all = Vec::new();
    for (tap, ((_, ours), kind)) in seen.iter().zip(TAPS).enumerate() {
        let theirs = &example.taps[tap];
        let [features, gram] = errors(ours.flat(), leaves.maps[tap].clone(), theirs, device);
        let features = features / (0.5 * (theirs.energy + energies.features[tap]));
        let gram = gram / (0.5 * (theirs.gram_energy + energies.gram[tap]));
        let weighted = features.clone() * kind.features + gram.clone() * kind.gram;
        total = Some(total.map_or(weighted.clone(), |total| total + weighted));
        all.extend([features.inner(), gram.inner()]);
    }
    let total = total.unwrap_or_else(|| Tensor::zeros([1], device));
    Ok((total, Tensor::cat(all, 0)))
}

/// `ours`: S, `map`: M -> `|M S - T|^2` and `|M S S^T M^T - T T^T|^2 / P^2`, `[1]` each.
fn errors(ours: Tensor<2>, map: Tensor<2>, theirs: &Seen, device: &Device) -> [Tensor<1>; 2] {
    let pixels = theirs.shape[1] as f32;
    let across = map.clone().transpose().matmul(theirs.features(device));
    let lengths = map.clone().transpose().matmul(map);
    let own = ours.clone().matmul(ours.clone().transpose());
    let features = (lengths.clone() * own.clone()).sum() - (ours * across.clone()).sum() * 2.0 + theirs.energy;
    let seen = lengths.matmul(own.clone());
    let common = own * across.clone().matmul(across.transpose());
    let gram = ((seen.clone() * seen.transpose()).sum() - common.sum() * 2.0) / (pixels * pixels) + theirs.gram_energy;
    [features, gram]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teacher::floats;
    use burn::tensor::TensorData;

    /// As the definition has them, with more pixels than channels and with fewer.
    #[test]
    fn errors_are_those_of_the_definition() {
        let device = Device::flex();
        let numbers = |count: usize, seed: f32| (0..count).map(|n| (n as f32 * 0.7 + seed).sin() + 0.5).collect::<Vec<f32>>();
        let tensor = |values: Vec<f32>, shape: [usize; 2]| Tensor::<2>::from_data(TensorData::new(values, shape), &device);
        for pixels in [3, 40] {
            let theirs = Seen::of(tensor(numbers(8 * pixels, 1.0), [8, pixels])).unwrap();
            let (ours, map) = (tensor(numbers(5 * pixels, 2.0), [5, pixels]), tensor(numbers(40, 3.0), [8, 5]));
            let target = theirs.features(&device);
            let mapped = map.clone().matmul(ours.clone());
            let gram = |x: Tensor<2>| x.clone().matmul(x.transpose()) / pixels as f32;
            let expected = [(mapped.clone() - target.clone()).square().sum(), (gram(mapped) - gram(target)).square().sum()];
            for (found, expected) in errors(ours, map, &theirs, &device).into_iter().zip(expected) {
                let (found, expected) = (floats(found).unwrap()[0], floats(expected).unwrap()[0]);
                assert!((found / expected - 1.0).abs() < 1e-3, "{found} for {expected}");
            }
        }
    }
}
