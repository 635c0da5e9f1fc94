//! The losses against their formulas in f64 and a plain loop, and every loss's gradient against finite differences,
//! on the committed tiny network.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{bytes, picture, tiny};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use transfer::{
    Images, Objective,
    objective::{
        ContentLoss, Descriptors, LayerFeatures, SelfSimilarityLoss, Style, StyleFeatures, StyleInputs, roots, shares, style::of_kind,
        tv_absolute,
    },
    settings::{ContentKind, Gradient, Normalisation, Settings, StyleKind, TvKind, WeightedLayer},
};
use vgg::{FeatureMap, Features, Layer, Network, WeightsFile};

/// The same with a metric at conv3_1 that makes 5 of its 8 channels.
fn tiny_with_metric() -> WeightsFile {
    let bytes = bytes();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let metric: Vec<u8> = (0..40).flat_map(|n| ((n * 17 % 23) as f32 / 12.0 - 0.9).to_le_bytes()).collect();
    let metric = ("features.10.metric".to_owned(), TensorView::new(Dtype::F32, vec![5, 8], &metric).unwrap());
    let tensors = file.iter().map(|(name, view)| (name.to_owned(), view)).chain([metric]);
    WeightsFile::parse(safetensors::serialize(tensors, header.metadata().clone()).unwrap()).unwrap()
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().try_to_vec::<f32>().unwrap().into_iter().map(f64::from).collect()
}

fn number(tensor: &Tensor<1>) -> f64 {
    values(tensor)[0]
}

/// A square matrix in f64.
#[derive(Clone)]
struct Matrix(Vec<Vec<f64>>);

impl Matrix {
    fn new(size: usize, at: impl Fn(usize, usize) -> f64) -> Self {
        Self((0..size).map(|i| (0..size).map(|j| at(i, j)).collect()).collect())
    }

    fn size(&self) -> usize {
        self.0.len()
    }

    fn times(&self, other: &Self) -> Self {
        Self::new(self.size(), |i, j| (0..self.size()).map(|k| self.0[i][k] * other.0[k][j]).sum())
    }

    fn norm(&self) -> f64 {
        self.0.iter().flatten().map(|v| v * v).sum::<f64>().sqrt()
    }

    fn trace(&self) -> f64 {
        (0..self.size()).map(|i| self.0[i][i]).sum()
    }

    fn distance(&self, other: &Self) -> f64 {
        Self::new(self.size(), |i, j| self.0[i][j] - other.0[i][j]).norm()
    }

    fn plus_ridge(&self, ridge: f64) -> Self {
        Self::new(self.size(), |i, j| self.0[i][j] + if i == j { ridge } else { 0.0 })
    }

    /// `f` of a symmetric matrix, by Jacobi's rotations.
    fn apply(&self, f: impl Fn(f64) -> f64) -> Self {
        let size = self.size();
        let (mut a, mut v) = (self.clone(), Self::new(size, |i, j| f64::from(u8::from(i == j))));
        for _ in 0..60 {
            for p in 0..size {
                for q in p + 1..size {
                    let angle = 0.5 * (2.0 * a.0[p][q]).atan2(a.0[q][q] - a.0[p][p]);
                    let (s, c) = angle.sin_cos();
                    let rotation = Self::new(size, |i, j| match (i, j) {
                        (i, j) if i == j && (i == p || i == q) => c,
                        (i, j) if i == p && j == q => s,
                        (i, j) if i == q && j == p => -s,
                        (i, j) => f64::from(u8::from(i == j)),
                    });
                    let transposed = Self::new(size, |i, j| rotation.0[j][i]);
                    a = transposed.times(&a).times(&rotation);
                    v = v.times(&rotation);
                }
            }
        }
        Self::new(size, |i, j| (0..size).map(|k| v.0[i][k] * f(a.0[k][k]) * v.0[j][k]).sum())
    }
}

/// Mean and Gram matrix of R f over all pixels, in f64.
fn statistics(tap: &FeatureMap) -> (Vec<f64>, Matrix) {
    let [_, channels, height, width] = tap.values.dims();
    let (raw, pixels) = (values(&tap.values), height * width);
    let metric = tap.metric.as_ref().map(|metric| (values(metric), metric.dims()[0]));
    let outputs = metric.as_ref().map_or(channels, |(_, outputs)| *outputs);
    let feature = |k: usize, p: usize| match &metric {
        Some((metric, _)) => (0..channels).map(|c| metric[k * channels + c] * raw[c * pixels + p]).sum(),
        None => raw[k * pixels + p],
    };
    let features: Vec<Vec<f64>> = (0..outputs).map(|k| (0..pixels).map(|p| feature(k, p)).collect()).collect();
    let mean = features.iter().map(|f| f.iter().sum::<f64>() / pixels as f64).collect();
    let gram = Matrix::new(outputs, |i, j| features[i].iter().zip(&features[j]).map(|(a, b)| a * b).sum::<f64>() / pixels as f64);
    (mean, gram)
}

/// A layer's relative loss by its definition.
fn expected(kind: StyleKind, x: &FeatureMap, s: &FeatureMap) -> f64 {
    let ((mean, gram), (target_mean, target_gram)) = (statistics(x), statistics(s));
    let square = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>();
    let covariance = |mean: &[f64], gram: &Matrix| Matrix::new(mean.len(), |i, j| gram.0[i][j] - mean[i] * mean[j]);
    let (c, s) = (covariance(&mean, &gram), covariance(&target_mean, &target_gram));
    let between: f64 = mean.iter().zip(&target_mean).map(|(a, b)| (a - b).powi(2)).sum();
    match kind {
        StyleKind::Gram => (gram.distance(&target_gram) / target_gram.norm()).powi(2),
        StyleKind::Covariance => {
            let (own, whole) = (s.norm().powi(2), target_gram.norm().powi(2));
            let floor = whole.min(0.01 * whole * (0.01 * whole / own).sqrt());
            0.5 * (between / square(&target_mean) + c.distance(&s).powi(2) / own.max(floor))
        }
        StyleKind::Wasserstein => {
            let ridge = 1e-3 * s.norm();
            let (c, s) = (c.plus_ridge(ridge), s.plus_ridge(ridge));
            let root = s.apply(|v| v.max(0.0).sqrt());
            let inner = root.times(&c).times(&root).apply(|v| v.max(0.0).sqrt());
            (between + c.trace() + s.trace() - 2.0 * inner.trace()) / target_gram.trace()
        }
    }
}

const KINDS: [StyleKind; 3] = [StyleKind::Gram, StyleKind::Covariance, StyleKind::Wasserstein];

/// A network and a layer of it, with its share.
type LayerOf<'a> = (&'a Network, (Layer, f32));

fn style_of(style: &Features, result: &Features, (network, share): LayerOf<'_>, settings: &Settings) -> Style {
    let loss = of_kind(settings.style.kind);
    // Of an image whose layer this is: conv3_1.
    let image = |features: &Features| {
        let [_, _, height, width] = features[share.0].values.dims();
        [4 * height, 4 * width]
    };
    let size = image(style);
    let descriptors = [(share.0, loss.describe(&LayerFeatures::whole(share.0, &style[share.0], size, None)))].into();
    let styles = [StyleFeatures { descriptors, size, weight: 1.0, region: None }];
    let content = Descriptors::new();
    let shares = [share];
    let inputs = StyleInputs { styles: &styles, content: &content, shares: &shares, settings, network, visible: None, size: image(result) };
    Style::new(&*loss, inputs).unwrap()
}

/// The features of conv3_1 of an image and of a style image.
fn with_layer(metric: bool, check: impl Fn(&Features, &Features, LayerOf<'_>)) {
    let shares = shares(&WeightedLayer::equal(&[Layer::CONV3_1]));
    let layers = [shares[0].0];
    let weights = if metric { tiny_with_metric() } else { tiny() };
    let network = weights.network(&Device::flex(), &layers).unwrap();
    let features = |x| network.features(x, &layers).unwrap();
    check(&features(picture(3, [40, 48])), &features(picture(2, [48, 36])), (&network, shares[0]));
}

#[test]
fn style_losses_are_what_their_formulas_say() {
    for metric in [false, true] {
        with_layer(metric, |ours, style, layer| {
            for kind in KINDS {
                let mut settings = Settings::default();
                settings.style.kind = kind;
                let loss = |of: &Features| number(&style_of(style, of, layer, &settings).loss(of, &[], &picture(3, [40, 48])));
                let (found, expected) = (loss(ours), expected(kind, &ours[layer.1.0], &style[layer.1.0]));
                assert!((found / expected - 1.0).abs() < 2e-3, "{kind:?}, metric {metric}: {found}, not {expected}");
                let itself = loss(style);
                // Wasserstein: the rounding of two matrix roots, 3.4e-5 on one layer.
                assert!(itself.abs() < 5e-5, "{kind:?}: {itself} from itself");
            }
        });
    }
}

/// `mean` is the squared distance of the network's own activations over the number of elements, and `sum` that times them.
#[test]
fn other_normalisations_are_the_same_distance() {
    with_layer(false, |ours, style, layer| {
        for kind in [StyleKind::Covariance, StyleKind::Wasserstein] {
            let loss = |normalisation| {
                let mut settings = Settings::default();
                (settings.style.kind, settings.loss.normalisation) = (kind, normalisation);
                number(&style_of(style, ours, layer, &settings).loss(ours, &[], &picture(3, [40, 48])))
            };
            let [relative, mean, sum] = [Normalisation::Relative, Normalisation::Mean, Normalisation::Sum].map(loss);
            let (target_mean, gram) = statistics(&style[layer.1.0]);
            let channels = target_mean.len() as f64;
            match kind {
                StyleKind::Wasserstein => {
                    assert!((relative * gram.trace() / sum - 1.0).abs() < 1e-4, "{relative} {sum}");
                    assert!((mean * channels / sum - 1.0).abs() < 1e-4, "{mean} {sum}");
                }
                _ => assert!(mean * channels < sum && sum < mean * channels.powi(2), "{mean} {sum}"),
            }
        }
    });
}

#[test]
fn roots_of_ill_conditioned_matrices_are_roots() {
    // Eigenvalues from 1 down to 1e-6, in a rotated basis.
    let size = 24;
    let noise = Matrix::new(size, |i, j| ((i * j + i + j) as f64 * 1.7).sin());
    let symmetric = Matrix::new(size, |i, j| noise.0[i][j] + noise.0[j][i]);
    let scale = symmetric.norm();
    let positive = symmetric.apply(|v| (14.0 * (v.abs() / scale - 1.0)).exp().max(1e-6));
    let tensor = Tensor::<2>::from_data(
        TensorData::new(positive.0.concat().iter().map(|v| *v as f32).collect::<Vec<_>>(), [size, size]),
        &Device::flex(),
    );
    let (root, inverse) = roots(tensor);
    for (found, expected, bound) in [(root, positive.apply(f64::sqrt), 1e-4), (inverse, positive.apply(|v| 1.0 / v.sqrt()), 2e-2)] {
        let flat = values(&found);
        let found = Matrix::new(size, |i, j| flat[i * size + j]);
        assert!(found.distance(&expected) < bound * expected.norm(), "{}", found.distance(&expected) / expected.norm());
    }
}

#[test]
fn absolute_differences_are_what_the_formula_says() {
    let x = Tensor::<4>::from_data(TensorData::new(vec![0.0, 0.5, 0.25, 1.0, 0.0, 0.5], [1, 1, 2, 3]), &Device::flex()).repeat_dim(1, 3);
    assert!((number(&tv_absolute(x.clone(), false)) - (2.25 / 4.0 + 1.75 / 3.0)).abs() < 1e-6);
    assert!((number(&tv_absolute(x, true)) - 3.0 * 4.0 * 255.0).abs() < 1e-2);
}

/// `A`, column by column, of `[C, h, w]` that is already small enough.
fn similarities(features: &[f64], channels: usize, positions: usize) -> Vec<Vec<f64>> {
    let at = |c: usize, p: usize| features[c * positions + p];
    let dot = |p: usize, q: usize| (0..channels).map(|c| at(c, p) * at(c, q)).sum::<f64>();
    let distance = |p: usize, q: usize| 1.0 - dot(p, q) / (dot(p, p) * dot(q, q)).sqrt();
    let column = |q: usize| {
        let column: Vec<f64> = (0..positions).map(|p| distance(p, q)).collect();
        let sum: f64 = column.iter().sum();
        column.into_iter().map(|distance| distance / sum).collect()
    };
    (0..positions).map(column).collect()
}

#[test]
fn self_similarity_is_what_its_formula_says() {
    for metric in [false, true] {
        with_layer(metric, |result, content, _| {
            let layer = Layer::CONV3_1;
            let loss = |of: &FeatureMap, target: &FeatureMap| number(&SelfSimilarityLoss.target(target, Normalisation::Relative).loss(of));
            let (x, c) = (&result[layer], &content[layer]);
            let [_, _, height, width] = x.values.dims();
            let c = FeatureMap { values: c.values.clone().narrow(2, 0, 4).narrow(3, 0, 4), ..c.clone() };
            let x = FeatureMap { values: x.values.clone().narrow(2, height - 4, 4).narrow(3, width - 4, 4), ..x.clone() };
            let of = |map: &FeatureMap| similarities(&values(&map.flat()), map.flat().dims()[0], 16);
            let pairs = of(&x).into_iter().flatten().zip(of(&c).into_iter().flatten()).map(|(a, b)| (a - b).abs());
            let expected = pairs.sum::<f64>() / 16.0;
            assert!((loss(&x, &c) / expected - 1.0).abs() < 1e-4, "{}, not {expected}", loss(&x, &c));
            assert!(loss(&c, &c) < 1e-6 && loss(&x, &c) <= 2.0);
            // Brighter activations of the same kind are as alike.
            let brighter = FeatureMap { values: x.values.clone() * 3.0, ..x.clone() };
            assert!((loss(&brighter, &c) / expected - 1.0).abs() < 1e-4);
        });
    }
}

#[test]
fn a_grid_of_self_similarity_is_halved_until_it_is_small_enough() {
    for (size, grid) in [
        ([4, 4], 16),
        ([32, 32], 1024),
        ([33, 32], 16 * 16),
        ([48, 36], 24 * 18),
        ([512, 384], 32 * 24),
        ([2, 2000], 1000),
        ([1, 3000], 3000),
    ] {
        assert_eq!(SelfSimilarityLoss::positions(size), grid, "{size:?}");
    }
}

/// In a flat picture distances are rounding errors, which are not to be matched: divided by their sums they would be as large as any.
#[test]
fn flat_pictures_have_no_self_similarity_to_keep() {
    let map = |noise: f32| {
        let values = (0..4 * 36).map(|n| 1.0 + noise * ((n * 37 % 101) as f32 - 50.0)).collect::<Vec<_>>();
        let values = Tensor::<4>::from_data(TensorData::new(values, [1, 4, 6, 6]), &Device::flex());
        FeatureMap { values, raw_scale: 1.0, metric: None }
    };
    let loss = |noise| number(&SelfSimilarityLoss.target(&map(0.0), Normalisation::Relative).loss(&map(noise)));
    assert!(loss(1e-6) < 1e-3 && loss(1e-2) > 0.1, "{}, {}", loss(1e-6), loss(1e-2));
    let mut settings = Settings::default();
    settings.content.kind = ContentKind::SelfSimilarity;
    (settings.content.weight, settings.style.weight, settings.tv.weight) = (1.0, 0.0, 0.0);
    let flat = Tensor::<4>::full([1, 3, 64, 64], 0.5, &Device::flex());
    let objective = Objective::new(&tiny(), &Images::uniform(flat.clone(), &[picture(2, [26, 22])]), &settings).unwrap();
    for x in [flat, picture(3, [64, 64])] {
        let evaluation = objective.evaluate(x).unwrap();
        assert!(values(&evaluation.losses).iter().chain(&values(&evaluation.gradient)).all(|value| value.is_finite()));
    }
}

/// Along the gradient the difference is largest, so that f32's rounding matters least.
#[test]
fn finite_differences_agree_with_every_gradient() {
    let cases = KINDS
        .iter()
        .flat_map(|kind| [Normalisation::Relative, Normalisation::Mean].map(|normalisation| (*kind, normalisation, TvKind::Squared)));
    let tvs = [TvKind::Absolute, TvKind::Power].map(|tv| (StyleKind::Gram, Normalisation::Relative, tv));
    for (kind, normalisation, tv) in cases.chain(tvs) {
        let mut settings = Settings::default();
        (settings.style.kind, settings.tv.kind, settings.loss.normalisation) = (kind, tv, normalisation);
        if tv != TvKind::Squared {
            (settings.content.weight, settings.style.weight) = (0.0, 0.0);
        } else {
            (settings.content.weight, settings.tv.weight) = (0.0, 0.0);
        }
        let objective = Objective::new(&tiny(), &Images::uniform(picture(1, [20, 24]), &[picture(2, [26, 22])]), &settings).unwrap();
        let x = picture(3, [20, 24]);
        let gradient = objective.evaluate(x.clone()).unwrap().gradient;
        let length = gradient.clone().square().sum().sqrt().reshape([1, 1, 1, 1]);
        let direction = gradient.clone() / length;
        let total = |step: f32| values(&objective.evaluate(x.clone() + direction.clone() * step).unwrap().losses)[3];
        let step = 2e-3;
        let difference = (total(step) - total(-step)) / (2.0 * f64::from(step));
        let slope = number(&(gradient * direction).sum());
        assert!((difference / slope - 1.0).abs() < 2e-2, "{kind:?} {normalisation:?} {tv:?}: difference {difference}, slope {slope}");
    }
}

/// A normalised gradient points where each layer's own does, the layers weighing as their shares say.
#[test]
fn normalised_gradients_keep_the_value_and_lose_the_scale() {
    let evaluate = |gradient: Gradient, weight: f64, layer: Layer| {
        let mut settings = Settings::default();
        (settings.style.gradient, settings.style.weight, settings.content.weight, settings.tv.weight) = (gradient, 1.0, 0.0, 0.0);
        settings.style.layers = WeightedLayer::equal(&[layer]);
        settings.loss.normalisation = Normalisation::Mean;
        // A style whose contrast is `weight` times as strong has another loss altogether.
        let style = (picture(2, [26, 22]) - 0.5) * weight + 0.5;
        let evaluation = Objective::new(&tiny(), &Images::uniform(picture(1, [20, 24]), &[style]), &settings)
            .unwrap()
            .evaluate(picture(3, [20, 24]))
            .unwrap();
        (values(&evaluation.losses)[1], values(&evaluation.gradient))
    };
    let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let cosine = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / norm(a) / norm(b);
    for layer in [Layer::CONV1_1, Layer::CONV4_1] {
        let (plain, normalised) = (evaluate(Gradient::Plain, 1.0, layer), evaluate(Gradient::Normalised, 1.0, layer));
        assert!((plain.0 / normalised.0 - 1.0).abs() < 1e-5);
        assert!(cosine(&plain.1, &normalised.1) > 0.9999, "{layer}");
    }
    let sizes = [1.0, 0.5].map(|contrast| norm(&evaluate(Gradient::Normalised, contrast, Layer::CONV1_1).1));
    let plain = [1.0, 0.5].map(|contrast| norm(&evaluate(Gradient::Plain, contrast, Layer::CONV1_1).1));
    assert!((sizes[0] / sizes[1] - 1.0).abs() < 0.5 * (plain[0] / plain[1] - 1.0).abs(), "{sizes:?} {plain:?}");
}
