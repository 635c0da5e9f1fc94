//! Augmentation: the gradient of each is that of the transformed images, transformed back, whole and in tiles, and a resumed run continues with
//! the next one.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor};
use common::{picture, tiny};
use safetensors::SafeTensors;
use transfer::{
    Image, Images, Objective, RunSpec, Session, StyleImage,
    image::augment::AUGMENTATIONS,
    settings::{OptimiserKind, Settings, Views},
};
use vgg::WeightsFile;

#[test]
fn the_gradient_of_an_augmentation_is_that_of_the_transformed_images() {
    let settings = |views| {
        let mut settings = Settings::default();
        settings.network.views = views;
        settings
    };
    // Sizes that poolings do not divide, and masks that are not symmetric.
    let [content, style, x] = [(1, [35, 53]), (2, [49, 33]), (3, [35, 53])].map(|(kind, size)| picture(kind, size));
    let mut images = Images::uniform(content, &[style.clone(), style]);
    images.styles[0].region = Some(common::gradient_mask((5, 4)));
    images.styles[1].visible = Some(common::gradient_mask((3, 7)));
    images.visible = Some(common::gradient_mask((6, 6)));
    let four = Objective::new(&tiny(), &images, &settings(Views::Four)).unwrap();
    assert_eq!((four.ema_decay(0.99), four.ema_decay(0.5), four.augmentations()), (0.9, 0.5, 4));
    let mut totals = Vec::new();
    for (n, augmentation) in AUGMENTATIONS.into_iter().enumerate() {
        let mask = |mask: &Option<_>| mask.as_ref().map(|mask| augmentation.apply_to_mask(mask));
        let styles = images.styles.iter().map(|style| StyleImage {
            image: augmentation.apply(style.image.clone()),
            visible: mask(&style.visible),
            region: mask(&style.region),
            weight: style.weight,
        });
        let transformed =
            Images { content: augmentation.apply(images.content.clone()), visible: mask(&images.visible), styles: styles.collect() };
        let plain = Objective::new(&tiny(), &transformed, &settings(Views::One)).unwrap();
        assert_eq!(plain.ema_decay(0.99), 0.99);
        let expected = plain.evaluate(augmentation.apply(x.clone())).unwrap();
        // They begin again after the last.
        let whole = four.evaluate_augmented(x.clone(), n + 2 * AUGMENTATIONS.len()).unwrap();
        let tiled = four.clone().tiled(2, 53 * 12).evaluate_augmented(x.clone(), n).unwrap();
        for found in [&whole, &tiled] {
            for (found, expected) in [
                (augmentation.apply(found.gradient.clone()), expected.gradient.clone()),
                (found.losses.clone().reshape([1, 1, 1, 4]), expected.losses.clone().reshape([1, 1, 1, 4])),
            ] {
                let square = |tensor: Tensor<4>| tensor.square().sum().into_scalar::<f32>();
                let error = (square(found - expected.clone()) / square(expected)).sqrt();
                assert!(error < 1e-4, "{augmentation:?}: {error}");
            }
        }
        totals.push(whole.losses.into_data().try_to_vec::<f32>().unwrap()[3]);
    }
    assert!(totals.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1e-4), "the augmentations differ: {totals:?}");
}

fn job(change: impl FnOnce(&mut Settings)) -> RunSpec {
    let image = |kind: u8, (width, height): (u32, u32)| {
        let value = |x: u32, y: u32, c: u32| (128.0 + 90.0 * (f64::from(x * (c + u32::from(kind)) + y * 3) / 9.0).sin()) as u8;
        let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
        Image { name: format!("picture {kind}"), size: (width, height), rgba, ..Image::default() }
    };
    let mut settings = Settings { size: 40, evaluations: 11, ..Settings::default() };
    settings.network.views = Views::Four;
    change(&mut settings);
    RunSpec { settings, content: image(1, (53, 37)), styles: vec![image(2, (31, 45))], ..RunSpec::default() }
}

fn result(session: &mut Session) -> Vec<u8> {
    while !pollster::block_on(session.step()).unwrap().done {}
    pollster::block_on(session.preview()).unwrap().rgba
}

/// Each augmentation has its own losses, so the mean over a round is reported: without that, the curve would be a sawtooth.
#[test]
fn losses_are_averaged_over_a_round() {
    // Steps too short to change much.
    let mut session = Session::new(&tiny(), job(|settings| settings.optimiser.step = 1e-5), &Device::flex()).unwrap();
    result(&mut session);
    let smoothed: Vec<f64> = session.report().losses.iter().map(|losses| losses.style).collect();
    let spread = |losses: &[f64]| losses.iter().fold(0.0, |most: f64, loss| most.max((loss / losses[0] - 1.0).abs()));
    assert!(spread(&smoothed[..3]) > 0.2 && spread(&smoothed[3..]) < 0.05, "{smoothed:?}");
}

#[test]
fn a_resumed_run_continues_with_the_next_augmentation() {
    let device = Device::flex();
    let mut whole = Session::new(&tiny(), job(|_| ()), &device).unwrap();
    let mut first = Session::new(&tiny(), job(|_| ()), &device).unwrap();
    for _ in 0..6 {
        pollster::block_on(first.step()).unwrap();
    }
    let bytes = pollster::block_on(first.checkpoint()).unwrap();
    let mut second = Session::restore(&tiny(), job(|_| ()), &device, &bytes).unwrap();
    let (whole, second) = (result(&mut whole), result(&mut second));
    assert_eq!(whole, second);
    let mut plain = Session::new(&tiny(), job(|settings| settings.network.views = Views::One), &device).unwrap();
    assert_ne!(whole, result(&mut plain));
}

/// Another network may ask for another number of augmentations, and the decay of the average is then another: what is shown is as bright as before.
#[test]
fn a_run_continues_with_a_network_that_asks_for_other_augmentations() {
    let device = Device::flex();
    let bytes = common::bytes();
    let mut metadata = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    metadata.insert("views".to_owned(), "4".to_owned());
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let augmented = WeightsFile::parse(safetensors::serialize(tensors.iter(), Some(metadata)).unwrap()).unwrap();
    let auto = || job(|settings| (settings.network.views, settings.optimiser.step) = (Views::Auto, 1e-4));
    for [before, after] in [[tiny(), augmented.clone()], [augmented, tiny()]] {
        let mut first = Session::new(&before, auto(), &device).unwrap();
        for _ in 0..8 {
            pollster::block_on(first.step()).unwrap();
        }
        let checkpoint = pollster::block_on(first.checkpoint()).unwrap();
        let shown = pollster::block_on(first.preview()).unwrap().rgba;
        let mut second = Session::restore(&after, auto(), &device, &checkpoint).unwrap();
        let difference = |now: &[u8]| shown.iter().zip(now).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        let at_once = difference(&pollster::block_on(second.preview()).unwrap().rgba);
        let later = difference(&result(&mut second));
        assert!(at_once <= 2 && later <= 2, "{at_once} and {later} of 255");
    }
}

/// L-BFGS compares one evaluation with the next, so it has one augmentation whatever is asked for; and VGG-19's file, like this one, asks for one.
#[test]
fn only_adam_augments_and_only_where_it_is_asked_to() {
    let run = |kind, views| {
        let asked = job(|settings| (settings.optimiser.kind, settings.network.views) = (kind, views));
        result(&mut Session::new(&tiny(), asked, &Device::flex()).unwrap())
    };
    assert_eq!(run(OptimiserKind::Lbfgs, Views::Four), run(OptimiserKind::Lbfgs, Views::One));
    assert_eq!(run(OptimiserKind::Adam, Views::Auto), run(OptimiserKind::Adam, Views::One));
}
