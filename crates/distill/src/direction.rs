//! The direction of the image gradient, by which style transfer changes an image. A student whose features are nearly right may still
//! have a wrong gradient, which depends on small differences between images, so the direction is trained as well:
//! "Sobolev training", Czarnecki et al. 2017 (arXiv:1706.04859).
//!
//! With L(x; t) the relative squared distance of an image's Gram matrix (of its features, where content is compared) at a layer from
//! that of another image t, g = dL/dx by the teacher and q = dL/dx by the student, the error is
//!
//! ```text
//! error = mean over k of 1 - cos(A_k q, A_k g)        A_k: means over squares of k x k pixels
//! ```
//!
//! Its gradient in the student's values is that of <v, q>, v = d error / d q held fixed, and <v, dL/dx> is L's derivative along v
//! (Pearlmutter 1994): the activations' derivatives along v go through the network with them, `t -> 1[activation > 0] (W t)`, so that
//! no second derivatives are needed.

use anyhow::{Context, Result};
use burn::tensor::{Device, Tensor};
use kernels::{avg_pool2x2, conv3x3_relu};
use rand::{Rng, RngExt};
use vgg::{Features, Network, SKETCH};

use crate::{
    example::{Direction, Example},
    layers::{COMPARED, ComparedLayer},
    student::Leaves,
    tensors::{floats, tensor},
};

/// Sides of the squares: the gradient at full resolution, which cannot all be predicted, and at a quarter of it.
const SQUARES: [usize; 2] = [1, 4];

/// A random one of [`COMPARED`], deep ones more often: they are the hardest to imitate.
pub(crate) fn random_layer(rng: &mut impl Rng) -> usize {
    let mut at = rng.random_range(0.0..COMPARED.iter().map(|compared| compared.direction).sum());
    let chosen = COMPARED.iter().position(|compared| {
        at -= compared.direction;
        at < 0.0
    });
    chosen.unwrap_or(0)
}

/// L: `ours` and `theirs`, `[O, P]`; `map`, `[T, O]`, where they are the student's.
fn distance(ours: Tensor<2>, theirs: Tensor<2>, compared: ComparedLayer, map: Option<&Tensor<2>>) -> Tensor<1> {
    let theirs = statistic(theirs, compared);
    let difference = mapped(statistic(ours, compared) - theirs.clone(), compared, map);
    difference.square().sum() / mapped(theirs, compared, map).square().sum()
}

/// L's derivative where `ours` has the derivative `along`.
fn slope(ours: Tensor<2>, along: Tensor<2>, theirs: Tensor<2>, compared: ComparedLayer, map: &Tensor<2>) -> Tensor<1> {
    let theirs = statistic(theirs, compared);
    let difference = mapped(statistic(ours.clone(), compared) - theirs.clone(), compared, Some(map));
    let change = if compared.is_of_style() {
        let half = along.matmul(ours.transpose());
        half.clone() + half.transpose()
    } else {
        along
    };
    (difference * mapped(change, compared, Some(map))).sum() * 2.0 / mapped(theirs, compared, Some(map)).square().sum()
}

/// The Gram matrix, or where content is compared the features.
fn statistic(features: Tensor<2>, compared: ComparedLayer) -> Tensor<2> {
    if compared.is_of_style() { features.clone().matmul(features.transpose()) } else { features }
}

/// The statistic of the mapped features, if there is a map.
fn mapped(statistic: Tensor<2>, compared: ComparedLayer, map: Option<&Tensor<2>>) -> Tensor<2> {
    let Some(map) = map else { return statistic };
    let half = map.clone().matmul(statistic);
    if compared.is_of_style() { half.matmul(map.clone().transpose()) } else { half }
}

/// g, planar. `features`: the teacher's of `image`, which the gradient is of.
pub(crate) fn teacher_gradient(
    teacher: &Network,
    image: &Tensor<4>,
    target: &Tensor<4>,
    features: &Features,
    index: usize,
) -> Result<Vec<f32>> {
    let (compared, layer) = (COMPARED[index], COMPARED[index].layer());
    let theirs = teacher.features(target.clone(), &[layer])?[layer].flat().autodiff();
    let gradient = image.grad(&distance(features[layer].flat(), theirs, compared, None).backward());
    floats(gradient.context("the image has no part in the loss")?.flatten::<1>(0, 3))
}

/// A tensor, `[1]`, whose gradient in the student's values is the error's (its value, <v, q>, is not); and the error, from 0 to 2.
/// `frozen`: the network of `leaves` with fixed weights; `ours`: the features by that of `leaves` of the example's image, of all layers
/// down to the compared one.
pub(crate) fn loss(frozen: &Network, leaves: &Leaves, ours: &Features, example: &Example, device: &Device) -> Result<(Tensor<1>, f32)> {
    let Direction { index, target, gradient } = &example.direction;
    let (compared, layer) = (COMPARED[*index], COMPARED[*index].layer());
    let target = tensor(target, device);
    let map = &leaves.maps[*index];

    let own = student_gradient(frozen, &map.clone().inner(), example, device)?;
    let (error, along) = error(own, tensor(gradient, device))?;

    let theirs = leaves.network.features(target, &[layer])?[layer].flat();
    let mut along = along.autodiff();
    for (layer, linear) in SKETCH.layers().take_while(|each| *each <= layer).zip(&leaves.linear) {
        if layer.follows_pooling() {
            along = avg_pool2x2(along);
        }
        // The operation ends in a ReLU, and w = max(0, w) - max(0, -w).
        let convolved = conv3x3_relu(along.clone(), linear) - conv3x3_relu(-along, linear);
        along = convolved * ours[layer].values.clone().inner().sign().autodiff();
    }
    let [_, channels, height, width] = along.dims();
    Ok((slope(ours[layer].flat(), along.reshape([channels, height * width]), theirs, compared, map), error))
}

/// q. `map`: the compared layer's.
fn student_gradient(frozen: &Network, map: &Tensor<2>, example: &Example, device: &Device) -> Result<Tensor<4>> {
    let Direction { index, target, .. } = &example.direction;
    let (compared, layer) = (COMPARED[*index], COMPARED[*index].layer());
    let x = tensor(&example.image, device).autodiff().require_grad();
    let theirs = frozen.features(tensor(target, device), &[layer])?[layer].flat().autodiff();
    let ours = frozen.features(x.clone(), &[layer])?[layer].flat();
    x.grad(&distance(ours, theirs, compared, Some(&map.clone().autodiff())).backward()).context("the image has no part in the loss")
}

/// The error, and v.
fn error(own: Tensor<4>, expected: Tensor<4>) -> Result<(f32, Tensor<4>)> {
    let own = own.autodiff().require_grad();
    let expected = expected.autodiff();
    let [_, channels, height, width] = own.dims();
    let errors = SQUARES.map(|k| {
        let pooled = |t: &Tensor<4>| t.clone().reshape([channels, height / k, k, width / k, k]).mean_dims(&[2, 4]);
        let (a, b) = (pooled(&own), pooled(&expected));
        let norm = |t: &Tensor<5>| t.clone().square().sum().sqrt() + 1e-20;
        -(a.clone() * b.clone()).sum() / (norm(&a) * norm(&b)) + 1.0
    });
    let error = errors.into_iter().reduce(|a, b| a + b).context("no squares")? / SQUARES.len() as f32;
    let along = own.grad(&error.backward()).context("a gradient has no part in its error")?;
    Ok((floats(error.inner())?[0], along))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;
    use crate::{files::network, loss::Energies, student::Student, teacher::Teacher, workers::Workers};

    /// L's derivative along v is <v, q>, and the gradient is the error's: for the map against finite differences of the error (a
    /// convolution's weights would activate further units, which neither gradient accounts for).
    #[test]
    fn the_gradient_is_the_errors() {
        let device = Device::flex();
        let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let file = network(&path).unwrap();
        let teacher = Teacher::new(&file, &device).unwrap();
        let workers = Workers::new(1).unwrap();
        let mut random = Pcg64::seed_from_u64(5);
        let mut student = Student::new(&file, Teacher::scales(&file, &device).unwrap(), None, &mut random).unwrap();
        for index in 0..COMPARED.len() {
            let map = student.map(index).iter().map(|_| random.random_range(-0.5..0.5)).collect();
            student.set_map(index, map);
        }
        let wave = |by: f32| (0..3 * 32 * 32).map(|at| 0.5 + 0.4 * (at as f32 * by).sin()).collect::<Vec<f32>>();
        let prepared = student.prepared(&workers, &device).unwrap();
        let frozen = student.frozen(&prepared, &device);
        for index in [1, 4, 5] {
            let example = teacher.example(wave(0.37), wave(1.3), index, &device).unwrap();
            let energies = Energies::of(std::slice::from_ref(&example));
            let at = |student: &Student| {
                let leaves = student.leaves(&prepared, &device);
                let ours = leaves.features(&example, &device).unwrap();
                let (along, error) = loss(&frozen, &leaves, &ours, &example, &device).unwrap();
                // Every value contributes, so that each has a gradient.
                let (features, _) = crate::loss::loss(&leaves, &ours, &example, &energies, &device);
                let gradients = leaves.gradients(&(along.clone() + features * 0.0).backward()).unwrap();
                (gradients, f64::from(floats(along.inner()).unwrap()[0]), f64::from(error), leaves.maps[index].clone().inner())
            };
            let (gradients, along, error, map) = at(&student);
            assert!((0.0..=2.0).contains(&error));

            let own = student_gradient(&frozen, &map, &example, &device).unwrap();
            let (_, v) = super::error(own.clone(), tensor(&example.direction.gradient, &device)).unwrap();
            let products = floats((own * v).flatten::<1>(0, 3)).unwrap();
            let (sum, size) = products.iter().fold((0.0, 0.0), |(sum, size), p| (sum + f64::from(*p), size + f64::from(p.abs())));
            assert!((along - sum).abs() < 1e-3 * size, "layer {index}: {along} and {sum}");

            let [mut across, mut slopes, mut found] = [0.0; 3];
            for place in 0..12 {
                let mut changed = student.clone();
                let mut moved = |by: f32| {
                    let mut map = student.map(index).to_vec();
                    map[place] += by;
                    changed.set_map(index, map);
                    at(&changed).2
                };
                let (slope, gradient) =
                    ((moved(3e-3) - moved(-3e-3)) / 6e-3, f64::from(gradients[gradients.len() - COMPARED.len() + index][place]));
                across += slope * gradient;
                slopes += slope * slope;
                found += gradient * gradient;
            }
            let (cosine, size) = (across / (slopes * found).sqrt(), (found / slopes).sqrt());
            assert!(cosine > 0.99 && (size - 1.0).abs() < 0.02, "layer {index}: cosine {cosine}, size {size}");
        }
    }
}
