//! The direction of the image gradient, which is what a painting is made by. A student whose features are right may still lead a picture
//! the wrong way, because small differences between pictures are what an optimiser lives on, so the direction is trained as well:
//! "Sobolev training", Czarnecki et al. 2017 (arXiv:1706.04859).
//!
//! With L(x; t) the relative squared distance of a picture's Gram matrix (of its features, where content is compared) at a tap from
//! that of another picture t, g = dL/dx by the teacher and q = dL/dx by the student, the error is
//!
//! ```text
//! error = mean over k of 1 - cos(A_k q, A_k g)        A_k: means over squares of k x k pixels
//! ```
//!
//! Its gradient in the student's values is that of <v, q>, v = d error / d q held fixed, and <v, dL/dx> is L's derivative along v
//! (Pearlmutter 1994): the activations' derivatives along v go through the network beside them, t -> 1[activation > 0] (W t), so that
//! nothing has to be differentiated twice.

use anyhow::{Context, Result};
use burn::tensor::{Device, Tensor};
use kernels::{avg_pool2x2, conv3x3_relu};
use rand::{Rng, RngExt};
use vgg::{Features, Layer, Network};

use crate::{
    augment::Crop,
    student::Leaves,
    taps::{TAPS, TapKind},
    teacher::{Example, floats, tensor},
};

/// The teacher's image gradient at one tap.
pub(crate) struct Direction {
    /// Which of [`TAPS`].
    pub(crate) tap: usize,
    /// t, as large as the picture.
    pub(crate) towards: Crop,
    /// g, planar.
    pub(crate) gradient: Vec<f32>,
}

/// Sides of the squares: the picture's finest detail, which cannot all be predicted, and what it looks like from further away.
const SQUARES: [usize; 2] = [1, 4];

/// A random tap, deep ones oftener: they are the hardest to imitate.
pub(crate) fn tap(rng: &mut impl Rng) -> usize {
    let mut at = rng.random_range(0.0..TAPS.iter().map(|tap| tap.direction).sum());
    let chosen = TAPS.iter().position(|tap| {
        at -= tap.direction;
        at < 0.0
    });
    chosen.unwrap_or(0)
}

/// L: `ours` and `theirs`, `[O, P]`; `map`, `[T, O]`, where they are the student's.
fn distance(ours: Tensor<2>, theirs: Tensor<2>, kind: TapKind, map: Option<&Tensor<2>>) -> Tensor<1> {
    let theirs = statistic(theirs, kind);
    let apart = mapped(statistic(ours, kind) - theirs.clone(), kind, map);
    apart.square().sum() / mapped(theirs, kind, map).square().sum()
}

/// L's derivative where `ours` has the derivative `along`.
fn slope(ours: Tensor<2>, along: Tensor<2>, theirs: Tensor<2>, kind: TapKind, map: &Tensor<2>) -> Tensor<1> {
    let theirs = statistic(theirs, kind);
    let apart = mapped(statistic(ours.clone(), kind) - theirs.clone(), kind, Some(map));
    let change = if kind.is_of_style() {
        let half = along.matmul(ours.transpose());
        half.clone() + half.transpose()
    } else {
        along
    };
    (apart * mapped(change, kind, Some(map))).sum() * 2.0 / mapped(theirs, kind, Some(map)).square().sum()
}

/// What is compared: a Gram matrix, or where content is compared the features.
fn statistic(features: Tensor<2>, kind: TapKind) -> Tensor<2> {
    if kind.is_of_style() { features.clone().matmul(features.transpose()) } else { features }
}

/// That as the teacher would have it.
fn mapped(statistic: Tensor<2>, kind: TapKind, map: Option<&Tensor<2>>) -> Tensor<2> {
    let Some(map) = map else { return statistic };
    let half = map.clone().matmul(statistic);
    if kind.is_of_style() { half.matmul(map.clone().transpose()) } else { half }
}

/// g, planar. `seen`: what the teacher sees in `picture`, which is differentiated in.
pub(crate) fn teachers(teacher: &Network, picture: &Tensor<4>, towards: &Tensor<4>, seen: &Features, tap: usize) -> Result<Vec<f32>> {
    let (kind, layer) = (TAPS[tap], TAPS[tap].layer());
    let theirs = teacher.features(towards.clone(), &[layer])?[layer].flat().autodiff();
    let gradient = picture.grad(&distance(seen[layer].flat(), theirs, kind, None).backward());
    floats(gradient.context("the picture has no part in the loss")?.flatten::<1>(0, 3))
}

/// A tensor, `[1]`, whose gradient in the student's values is the error's (its value, <v, q>, is not); and the error, from 0 to 2.
/// `plain`: the network of `leaves`, its values fixed; `ours`: what that of `leaves` sees in the example's picture, at all layers down
/// to the tap.
pub(crate) fn loss(plain: &Network, leaves: &Leaves, ours: &Features, example: &Example, device: &Device) -> Result<(Tensor<1>, f32)> {
    let Direction { tap, towards, gradient } = &example.direction;
    let (kind, layer) = (TAPS[*tap], TAPS[*tap].layer());
    let towards = tensor(towards, device);
    let map = &leaves.maps[*tap];

    let own = students(plain, &map.clone().inner(), example, device)?;
    let (error, along) = error(own, tensor(gradient, device))?;

    let theirs = leaves.network.features(towards, &[layer])?[layer].flat();
    let mut along = along.autodiff();
    for (layer, linear) in Layer::all().take_while(|each| *each <= layer).zip(&leaves.linear) {
        if layer.follows_pooling() {
            along = avg_pool2x2(along);
        }
        // The operation ends in a ReLU, and w = max(0, w) - max(0, -w).
        let image = conv3x3_relu(along.clone(), linear) - conv3x3_relu(-along, linear);
        along = image * ours[layer].values.clone().inner().sign().autodiff();
    }
    let [_, channels, height, width] = along.dims();
    Ok((slope(ours[layer].flat(), along.reshape([channels, height * width]), theirs, kind, map), error))
}

/// q. `map`: the tap's.
fn students(plain: &Network, map: &Tensor<2>, example: &Example, device: &Device) -> Result<Tensor<4>> {
    let Direction { tap, towards, .. } = &example.direction;
    let (kind, layer) = (TAPS[*tap], TAPS[*tap].layer());
    let x = tensor(&example.picture, device).autodiff().require_grad();
    let theirs = plain.features(tensor(towards, device), &[layer])?[layer].flat().autodiff();
    let ours = plain.features(x.clone(), &[layer])?[layer].flat();
    x.grad(&distance(ours, theirs, kind, Some(&map.clone().autodiff())).backward()).context("the picture has no part in the loss")
}

/// The error, and v.
fn error(own: Tensor<4>, teachers: Tensor<4>) -> Result<(f32, Tensor<4>)> {
    let own = own.autodiff().require_grad();
    let teachers = teachers.autodiff();
    let [_, channels, height, width] = own.dims();
    let apart = SQUARES.map(|k| {
        let seen = |t: &Tensor<4>| t.clone().reshape([channels, height / k, k, width / k, k]).mean_dims(&[2, 4]);
        let (a, b) = (seen(&own), seen(&teachers));
        let norm = |t: &Tensor<5>| t.clone().square().sum().sqrt() + 1e-20;
        -(a.clone() * b.clone()).sum() / (norm(&a) * norm(&b)) + 1.0
    });
    let error = apart.into_iter().reduce(|a, b| a + b).context("no squares")? / SQUARES.len() as f32;
    let along = own.grad(&error.backward()).context("a gradient has no part in its error")?;
    Ok((floats(error.inner())?[0], along))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;
    use crate::{loss::Energies, network, student::Student, teacher::Teacher, workers::Workers};

    /// L's derivative along v is <v, q>, and the gradient is the error's: for the map against what becomes of the error when it is
    /// changed (a convolution's weights would bring activations to life, which neither gradient foresees).
    #[test]
    fn the_gradient_is_the_errors() {
        let device = Device::flex();
        let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors");
        let file = network(&path).unwrap();
        let teacher = Teacher::new(&file, &device).unwrap();
        let workers = Workers::new(1).unwrap();
        let mut random = Pcg64::seed_from_u64(5);
        let mut student = Student::new(&file, Teacher::scales(&file, &device).unwrap(), None, &mut random).unwrap();
        for tap in 0..TAPS.len() {
            let map = student.map(tap).iter().map(|_| random.random_range(-0.5..0.5)).collect();
            student.set_map(tap, map);
        }
        let wave = |by: f32| (0..3 * 32 * 32).map(|at| 0.5 + 0.4 * (at as f32 * by).sin()).collect::<Crop>();
        let laid_out = student.laid_out(&workers, &device).unwrap();
        let plain = student.plain(&laid_out, &device);
        for tap in [1, 4, 5] {
            let example = teacher.example(wave(0.37), wave(1.3), tap, &device).unwrap();
            let energies = Energies::of(std::slice::from_ref(&example));
            let at = |student: &Student| {
                let leaves = student.leaves(&laid_out, &device);
                let seen = leaves.seen(&example, &device).unwrap();
                let (along, error) = loss(&plain, &leaves, &seen, &example, &device).unwrap();
                // Every value has a part in this, if a small one.
                let (features, _) = crate::loss::loss(&leaves, &seen, &example, &energies, &device);
                let gradients = leaves.gradients(&(along.clone() + features * 0.0).backward()).unwrap();
                (gradients, f64::from(floats(along.inner()).unwrap()[0]), f64::from(error), leaves.maps[tap].clone().inner())
            };
            let (gradients, along, error, map) = at(&student);
            assert!((0.0..=2.0).contains(&error));

            let own = students(&plain, &map, &example, &device).unwrap();
            let (_, v) = super::error(own.clone(), tensor(&example.direction.gradient, &device)).unwrap();
            let products = floats((own * v).flatten::<1>(0, 3)).unwrap();
            let (sum, size) = products.iter().fold((0.0, 0.0), |(sum, size), p| (sum + f64::from(*p), size + f64::from(p.abs())));
            assert!((along - sum).abs() < 1e-3 * size, "tap {tap}: {along} and {sum}");

            let [mut across, mut slopes, mut found] = [0.0; 3];
            for place in 0..12 {
                let mut changed = student.clone();
                let mut moved = |by: f32| {
                    let mut map = student.map(tap).to_vec();
                    map[place] += by;
                    changed.set_map(tap, map);
                    at(&changed).2
                };
                let (slope, gradient) =
                    ((moved(3e-3) - moved(-3e-3)) / 6e-3, f64::from(gradients[gradients.len() - TAPS.len() + tap][place]));
                across += slope * gradient;
                slopes += slope * slope;
                found += gradient * gradient;
            }
            let (cosine, size) = (across / (slopes * found).sqrt(), (found / slopes).sqrt());
            assert!(cosine > 0.99 && (size - 1.0).abs() < 0.02, "tap {tap}: cosine {cosine}, size {size}");
        }
    }
}
