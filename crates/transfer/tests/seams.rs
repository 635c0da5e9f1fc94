//! Losses and an optimizer that exist in this file alone are registered and used by a session, as a program on top of this crate would.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use common::{gradient_mask, picture, tiny};
use pollster::block_on;
use serde::{Deserialize, Serialize};
use transfer::{
    Error, Image, Images, Objective, Readback, Registry, RunSpec, Session,
    image::resize::Size,
    objective::{ContentLoss, ContentTarget, Descriptor, LayerFeatures, RegionStyles, RegionTarget, StyleLoss, StyleTarget},
    optim::{LocalFuture, Optimizer, Outcome, Shown, State, StepContext, StepKind, Tensors, take},
    settings::{ContentKind, Normalisation, OptimiserKind, OptimiserSettings, Recompute, Settings, Start, StyleKind},
};
use vgg::FeatureMap;

/// Channel means alone: neither a Gram matrix nor anything that one contains.
#[derive(Debug)]
struct ChannelMeans;

#[derive(Debug)]
struct Means(Tensor<2>);

fn means(features: &LayerFeatures<'_>) -> Descriptor {
    let flat = features.map.flat();
    vec![match &features.region {
        Some(region) => (flat * region.weights().clone()).sum_dim(1),
        None => flat.sum_dim(1) / features.pixels() as f32,
    }]
}

impl StyleLoss for ChannelMeans {
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor {
        means(features)
    }

    fn targets(&self, region: &RegionStyles<'_>) -> Result<Vec<RegionTarget>, Error> {
        Ok(region.by_layer(|styles, _| {
            let weighted = styles.iter().map(|style| style.descriptor[0].clone() * style.weight);
            Arc::new(Means(weighted.reduce(|a, b| a + b).unwrap()))
        }))
    }
}

impl StyleTarget for Means {
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor {
        means(features)
    }

    fn loss(&self, descriptor: &Descriptor) -> Tensor<1> {
        (descriptor[0].clone() - self.0.clone()).square().sum()
    }
}

/// The distance between a layer's first three channels alone.
#[derive(Debug)]
struct FirstChannels(Option<Tensor<4>>);

fn first(features: &FeatureMap) -> Tensor<4> {
    features.to_f32().narrow(1, 0, 3)
}

impl ContentLoss for FirstChannels {
    fn target(&self, features: &FeatureMap, _: Normalisation) -> Arc<dyn ContentTarget> {
        Arc::new(Self(Some(first(features))))
    }
}

impl ContentTarget for FirstChannels {
    fn loss(&self, features: &FeatureMap) -> Tensor<1> {
        (first(features) - self.0.clone().unwrap()).square().mean()
    }
}

/// Gradient descent with momentum (Polyak 1964).
struct Momentum {
    x: Tensor<4>,
    velocity: Tensor<4>,
    steps: u32,
}

#[derive(Serialize, Deserialize)]
struct Numbers {
    steps: u32,
}

fn momentum(x: Tensor<4>, _: &OptimiserSettings) -> Box<dyn Optimizer> {
    Box::new(Momentum { velocity: x.zeros_like(), x, steps: 0 })
}

impl Optimizer for Momentum {
    fn step<'a>(&'a mut self, context: StepContext<'a>) -> LocalFuture<'a, Result<Outcome, Error>> {
        Box::pin(async move {
            let evaluation = context.objective.evaluate(self.x.clone())?;
            let rate = context.settings.step / f64::from(self.steps + 1).sqrt();
            let norm = evaluation.gradient.clone().abs().max().clamp_min(1e-12).reshape([1, 1, 1, 1]);
            self.velocity = self.velocity.clone() * 0.9 + evaluation.gradient / norm;
            self.x = (self.x.clone() - self.velocity.clone() * rate).clamp(0.0, 1.0);
            self.steps += 1;
            Ok(Outcome { losses: Readback::start(evaluation.losses), kind: StepKind::Updated, converged: false })
        })
    }

    fn steps_in_flight(&self) -> usize {
        1
    }

    fn shown(&self, _: f64) -> Shown {
        Shown::iterate(self.x.clone())
    }

    fn rescale(&mut self, _: Size, _: &OptimiserSettings, _: f64) {
        panic!("these runs have one scale");
    }

    fn state(&self) -> State {
        let tensors = [("x", &self.x), ("velocity", &self.velocity)].map(|(name, tensor)| (name.to_owned(), tensor.clone()));
        State::new(&Numbers { steps: self.steps }, Tensors::from(tensors))
    }

    fn load_state(&mut self, state: State, _: u32) -> Result<(), Error> {
        let (Numbers { steps }, mut tensors): (Numbers, Tensors) = state.read()?;
        *self = Self { x: take(&mut tensors, "x")?, velocity: take(&mut tensors, "velocity")?, steps };
        Ok(())
    }
}

fn registry() -> Registry {
    Registry::default().with_style_loss(StyleKind::Gram, Arc::new(ChannelMeans)).with_optimizer(OptimiserKind::Adam, momentum)
}

fn spec(change: impl FnOnce(&mut Settings)) -> RunSpec {
    let image = |kind: u32, (width, height): Size| {
        let value = |x: u32, y: u32, c: u32| (128.0 + 90.0 * (f64::from(x * (c + kind) + y * 3) / 9.0).sin()) as u8;
        let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
        Image { name: format!("image {kind}"), size: (width, height), rgba, ..Image::default() }
    };
    let mut settings = Settings { size: 40, evaluations: 12, ..Settings::default() };
    change(&mut settings);
    RunSpec { settings, content: image(1, (53, 37)), styles: vec![image(2, (31, 45))], ..RunSpec::default() }
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec::<f32>().unwrap()
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let square = |v: f32| f64::from(v).powi(2);
    let distance: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
    (distance / b.iter().map(|v| square(*v)).sum::<f64>()).sqrt()
}

fn finished(mut session: Session) -> (Vec<u8>, Vec<f64>) {
    while !block_on(session.step()).unwrap().done {}
    (block_on(session.preview()).unwrap().rgba, session.report().losses.iter().map(|losses| losses.style).collect())
}

#[test]
fn a_style_loss_of_another_crate_is_the_same_in_tiles() {
    let size = [83, 37];
    let settings = Settings::default();
    let mut images = Images::uniform(picture(1, size), &[picture(2, [67, 45]), picture(4, [50, 70])]);
    for masked in [false, true] {
        if masked {
            images.styles[0].region = Some(gradient_mask((5, 4)));
        }
        let objective = Objective::with_losses(&tiny(), &images, &settings, registry().losses(&settings)).unwrap();
        let x = picture(3, size);
        let whole = objective.evaluate(x.clone()).unwrap();
        let gram = Objective::new(&tiny(), &images, &Settings::default()).unwrap().evaluate(x.clone()).unwrap();
        let style = [&gram, &whole].map(|evaluation| values(&evaluation.losses)[1]);
        assert!((style[0] / style[1] - 1.0).abs() > 0.01, "the Gram matrix has another loss: {style:?}");
        for (blocks, pixels) in [(1, 37 * 10), (2, 37 * 12), (3, 37 * 16)] {
            let found = objective.clone().tiled(blocks, pixels).evaluate(x.clone()).unwrap();
            assert!(distance(&values(&found.losses), &values(&whole.losses)) < 1e-5, "{blocks} blocks");
            assert!(distance(&values(&found.gradient), &values(&whole.gradient)) < 1e-4, "{blocks} blocks");
        }
    }
}

#[test]
fn a_session_uses_a_style_loss_of_another_crate_tiled_and_untiled() {
    let run = |recompute| {
        let spec = spec(|settings| settings.network.recompute = recompute);
        finished(Session::with_registry(&tiny(), spec, &Device::flex(), &registry()).unwrap())
    };
    let (whole, losses) = run(Recompute::None);
    let (tiled, tiled_losses) = run(Recompute::Two);
    assert!(losses[11] < 0.5 * losses[0], "{losses:?}");
    assert!(losses.iter().zip(&tiled_losses).all(|(a, b)| (a - b).abs() < 1e-4 * losses[0]), "{losses:?} {tiled_losses:?}");
    assert!(whole.iter().zip(&tiled).all(|(a, b)| a.abs_diff(*b) <= 2));
    assert_ne!(whole, finished(Session::new(&tiny(), spec(|_| ()), &Device::flex()).unwrap()).0);
}

#[test]
fn a_session_uses_a_content_loss_of_another_crate() {
    let registry = Registry::default().with_content_loss(ContentKind::Activations, Arc::new(FirstChannels(None)));
    let run = |registry: &Registry| {
        let spec = spec(|settings| {
            settings.start = Start::Noise;
            (settings.content.weight, settings.style.weight, settings.tv.weight) = (1.0, 0.0, 0.0);
        });
        let mut session = Session::with_registry(&tiny(), spec, &Device::flex(), registry).unwrap();
        while !block_on(session.step()).unwrap().done {}
        session.report().losses.iter().map(|losses| losses.content).collect::<Vec<_>>()
    };
    let losses = run(&registry);
    assert!(losses[11] < 0.9 * losses[0], "{losses:?}");
    assert!((losses[0] / run(&Registry::default())[0] - 1.0).abs() > 0.01, "it is another loss");
}

#[test]
fn an_optimizer_of_another_crate_is_checkpointed_and_resumed_to_the_bit() {
    let (device, registry) = (Device::flex(), registry());
    let whole = finished(Session::with_registry(&tiny(), spec(|_| ()), &device, &registry).unwrap());
    let mut first = Session::with_registry(&tiny(), spec(|_| ()), &device, &registry).unwrap();
    for _ in 0..5 {
        block_on(first.step()).unwrap();
    }
    let checkpoint = block_on(first.checkpoint()).unwrap();
    let second = Session::restore_with_registry(&tiny(), spec(|_| ()), &device, &checkpoint, &registry).unwrap();
    assert_eq!(finished(second), whole);
    // Adam cannot continue from it, and says so.
    let error = Session::restore(&tiny(), spec(|_| ()), &device, &checkpoint).err().unwrap().to_string();
    assert!(error.contains("state is damaged"), "{error}");
}
