//! What the network is said to see is what it sees: feature maps, Gram matrices and gradients against numbers that are made otherwise, on
//! the committed tiny network.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::{Device, Tensor};
use pollster::block_on;
use transfer::{
    Image, Images, Objective, RunSpec, Session, Weights,
    image::resize::target_size,
    inspect::{Inspector, Subject},
    settings::{OptimiserKind, Settings},
};
use vgg::{Layer, WeightsFile};

fn tiny() -> WeightsFile {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    WeightsFile::parse(fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap()).unwrap()
}

fn picture(kind: u32, (width, height): (u32, u32)) -> Image {
    let value = |x: u32, y: u32, c: u32| (128.0 + 90.0 * (f64::from(x * (c + kind) + y * (3 + kind - c)) / 9.0).sin()) as u8;
    let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
    Image { name: format!("picture {kind}"), sha256: String::new(), size: (width, height), rgba }
}

fn job() -> RunSpec {
    let settings = Settings { size: 40, evaluations: 30, ..Settings::default() };
    RunSpec { settings, content: picture(1, (53, 37)), styles: vec![picture(2, (31, 45))], ..RunSpec::default() }
}

fn look() -> Inspector {
    Inspector::new(&tiny(), &job(), &Device::flex()).unwrap()
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec::<f32>().unwrap()
}

fn layer(name: &str) -> Layer {
    name.parse().unwrap()
}

/// Largest difference over the largest value.
fn error(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(1e-12_f32, |most, v| most.max(v.abs()));
    a.iter().zip(b).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

#[test]
fn gram_matrices_are_products_of_the_maps() {
    let mut look = look();
    look.set_result(&picture(3, (80, 56))).unwrap();
    for name in ["conv1_1", "conv3_1", "conv5_1"] {
        for of in [Subject::Content, Subject::Style, Subject::Result] {
            let channels = block_on(look.strongest(layer(name), 1000)).unwrap().len();
            let all: Vec<usize> = (0..channels).collect();
            let maps = block_on(look.maps(of, layer(name), &all)).unwrap();
            let pixels = (maps.size.0 * maps.size.1) as usize;
            assert_eq!(maps.values.len(), channels * pixels);
            let row = |k: usize| &maps.values[k * pixels..(k + 1) * pixels];
            let product = |i, j| row(i).iter().zip(row(j)).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() / pixels as f64;
            let expected: Vec<f32> =
                all.iter().flat_map(|i| all.iter().map(move |j| (*i, *j))).map(|(i, j)| product(i, j) as f32).collect();
            let gram = block_on(look.gram(of, layer(name))).unwrap();
            assert!(error(&gram, &expected) < 1e-5, "{name} of {of:?}");
        }
    }
}

#[test]
fn the_strongest_channels_vary_most_and_come_first() {
    let look = look();
    let order = block_on(look.strongest(layer("conv2_1"), 1000)).unwrap();
    let variance = |channel: usize| {
        [Subject::Content, Subject::Style].map(|of| {
            let values = block_on(look.maps(of, layer("conv2_1"), &[channel])).unwrap().values;
            let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
            values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / values.len() as f64
        })
    };
    let variances: Vec<f64> = order.iter().map(|channel| variance(*channel).iter().sum()).collect();
    assert!(variances.windows(2).all(|pair| pair[0] >= pair[1] * (1.0 - 1e-5)), "{variances:?}");
    assert!(variances[0] > 0.0);
    assert_eq!(block_on(look.strongest(layer("conv2_1"), 2)).unwrap(), order[..2]);
    // ChannelMaps come in the order asked for, and a channel that there is not is left out.
    let pair = block_on(look.maps(Subject::Style, layer("conv2_1"), &[order[1], 5000, order[0]])).unwrap();
    let second = block_on(look.maps(Subject::Style, layer("conv2_1"), &[order[1]])).unwrap();
    assert_eq!((pair.values.len(), &pair.values[..second.values.len()]), (2 * second.values.len(), &second.values[..]));
    assert!(block_on(look.maps(Subject::Style, layer("conv2_1"), &[5000])).unwrap().values.is_empty());
}

#[test]
fn gradients_are_those_of_the_objective_one_loss_at_a_time() {
    let (device, settings) = (Device::flex(), job().settings);
    let mut look = look();
    let painting = picture(3, (40, 28));
    look.set_result(&painting).unwrap();
    let found = block_on(look.gradients()).unwrap();

    let size = target_size(53, 37, 40).unwrap();
    assert_eq!(look.size(), size);
    let content = picture(1, (53, 37)).tensor(size, &device).unwrap();
    let style = picture(2, (31, 45)).tensor(target_size(31, 45, 40).unwrap(), &device).unwrap();
    let objective = Objective::new(&tiny(), &Images::uniform(content, &[style]), &settings).unwrap();
    let whole = objective.evaluate(painting.tensor(size, &device).unwrap()).unwrap();
    assert!(error(&found.losses, &values(&whole.losses)[..3]) < 1e-5);
    let Weights { content, style, tv } = Weights::of(&settings);
    let [of_content, of_style, of_tv] = &found.gradients;
    let sum: Vec<f32> = (0..of_tv.len()).map(|n| content * of_content[n] + style * of_style[n] + tv * of_tv[n]).collect();
    assert!(error(&sum, &values(&whole.gradient)) < 1e-4);
    assert!(found.gradients.iter().all(|gradient| gradient.iter().any(|v| *v != 0.0)));
}

#[test]
fn before_there_is_a_painting_it_is_the_content() {
    let look = look();
    let found = block_on(look.gradients()).unwrap();
    assert!(found.losses[0].abs() < 1e-9 && found.losses[1] > 0.0);
    let maps = |of| block_on(look.maps(of, layer("conv4_2"), &[0, 1])).unwrap();
    assert_eq!(maps(Subject::Content), maps(Subject::Result));
    assert!(block_on(look.gram(Subject::Style, layer("conv4_4"))).is_err(), "a layer that is not looked at");
    assert!(look.layers().contains(&layer("conv5_1")) && look.layers().contains(&layer("conv4_2")));
}

#[test]
fn without_history_lbfgs_is_gradient_descent() {
    let run = |history| {
        let mut job = job();
        (job.settings.optimiser.kind, job.settings.optimiser.history, job.settings.evaluations) = (OptimiserKind::Lbfgs, history, 60);
        let mut session = Session::new(&tiny(), job, &Device::flex()).unwrap();
        let mut checkpoint = None;
        while !block_on(session.step()).unwrap().done {
            if session.report().evaluations == 30 {
                checkpoint = Some(block_on(session.checkpoint()).unwrap());
            }
        }
        (session.report().losses, block_on(session.preview()).unwrap(), checkpoint.unwrap())
    };
    let (descent, painted, checkpoint) = run(0);
    let (remembering, ..) = run(10);
    assert!(descent.windows(2).all(|pair| pair[1].total <= pair[0].total));
    let last = |losses: &[transfer::run::report::Losses]| losses.last().unwrap().total / losses[0].total;
    assert!(last(&descent) < 0.7 && last(&remembering) < last(&descent), "{} {}", last(&descent), last(&remembering));
    // Put away and taken out again it goes on in the same way.
    let mut job = job();
    (job.settings.optimiser.kind, job.settings.optimiser.history, job.settings.evaluations) = (OptimiserKind::Lbfgs, 0, 60);
    let mut session = Session::restore(&tiny(), job, &Device::flex(), &checkpoint).unwrap();
    while !block_on(session.step()).unwrap().done {}
    assert_eq!(block_on(session.preview()).unwrap(), painted);
}
