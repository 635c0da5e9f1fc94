//! Steps in several views: the gradient of each is that of the seen pictures, laid back, and a run that was put away goes on with the
//! view that was next.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::{Device, Tensor};
use common::{picture, tiny};
use safetensors::SafeTensors;
use transfer::{
    Image, Images, Objective, RunSpec, Session,
    settings::{OptimiserKind, Settings, Views},
};
use vgg::{VIEWS, View, WeightsFile};

fn turned(x: Tensor<4>, view: View) -> Tensor<4> {
    let x = if view.turned { x.flip([2, 3]) } else { x };
    if view.transposed { x.swap_dims(2, 3) } else { x }
}

/// `x` as it looks in `view`.
fn seen(x: &Tensor<4>, view: View) -> Tensor<4> {
    turned(Tensor::cat(view.channels.map(|channel| x.clone().narrow(1, channel, 1)).into(), 1), view)
}

#[test]
fn a_views_gradient_is_that_of_the_seen_pictures() {
    let settings = |views| {
        let mut settings = Settings::default();
        settings.network.views = views;
        settings
    };
    let [content, style, x] = [(1, [32, 48]), (2, [48, 32]), (3, [32, 48])].map(|(kind, size)| picture(kind, size));
    let four = Objective::new(&tiny(), &Images::uniform(content.clone(), std::slice::from_ref(&style)), &settings(Views::Four)).unwrap();
    assert_eq!((four.average(0.99), four.average(0.5)), (0.9, 0.5));
    let mut totals = Vec::new();
    for (turn, view) in VIEWS.into_iter().enumerate() {
        let pictures = Images::uniform(seen(&content, view), &[seen(&style, view)]);
        let plain = Objective::new(&tiny(), &pictures, &settings(Views::One)).unwrap();
        assert_eq!(plain.average(0.99), 0.99);
        let expected = plain.evaluate(seen(&x, view)).unwrap();
        // The views begin again after the last.
        let found = four.evaluate_in_turn(x.clone(), turn + 2 * VIEWS.len()).unwrap();
        for (found, expected) in [
            (seen(&found.gradient, view), expected.gradient),
            (found.losses.clone().reshape([1, 1, 1, 4]), expected.losses.reshape([1, 1, 1, 4])),
        ] {
            let square = |tensor: Tensor<4>| tensor.square().sum().into_scalar::<f32>();
            let error = (square(found - expected.clone()) / square(expected)).sqrt();
            assert!(error < 1e-4, "{view:?}: {error}");
        }
        totals.push(found.losses.into_data().try_to_vec::<f32>().unwrap()[3]);
    }
    assert!(totals.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1e-4), "the views differ: {totals:?}");
}

fn job(change: impl FnOnce(&mut Settings)) -> RunSpec {
    let source = |kind: u8, (width, height): (u32, u32)| {
        let value = |x: u32, y: u32, c: u32| (128.0 + 90.0 * (f64::from(x * (c + u32::from(kind)) + y * 3) / 9.0).sin()) as u8;
        let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
        Image { name: format!("picture {kind}"), size: (width, height), rgba, ..Image::default() }
    };
    let mut settings = Settings { size: 40, evaluations: 11, ..Settings::default() };
    settings.network.views = Views::Four;
    change(&mut settings);
    RunSpec { settings, content: source(1, (53, 37)), styles: vec![source(2, (31, 45))], ..RunSpec::default() }
}

fn painted(session: &mut Session) -> Vec<u8> {
    while !pollster::block_on(session.step()).unwrap().done {}
    pollster::block_on(session.picture()).unwrap().rgba
}

/// One view measures otherwise than the next, so what is smoothed is the mean over a round: without that, the curve would be a saw.
#[test]
fn losses_are_told_by_the_round() {
    // Steps too short to change much.
    let mut session = Session::new(&tiny(), job(|settings| settings.optimiser.step = 1e-5), &Device::flex()).unwrap();
    painted(&mut session);
    let smoothed: Vec<f64> = session.report().losses.iter().map(|losses| losses.style).collect();
    let spread = |losses: &[f64]| losses.iter().fold(0.0, |most: f64, loss| most.max((loss / losses[0] - 1.0).abs()));
    assert!(spread(&smoothed[..3]) > 0.2 && spread(&smoothed[3..]) < 0.05, "{smoothed:?}");
}

#[test]
fn a_run_that_was_put_away_goes_on_with_the_next_view() {
    let device = Device::flex();
    let mut whole = Session::new(&tiny(), job(|_| ()), &device).unwrap();
    let mut first = Session::new(&tiny(), job(|_| ()), &device).unwrap();
    for _ in 0..6 {
        pollster::block_on(first.step()).unwrap();
    }
    let bytes = pollster::block_on(first.snapshot()).unwrap();
    let mut second = Session::restore(&tiny(), job(|_| ()), &device, &bytes).unwrap();
    let (whole, second) = (painted(&mut whole), painted(&mut second));
    assert_eq!(whole, second);
    let mut plain = Session::new(&tiny(), job(|settings| settings.network.views = Views::One), &device).unwrap();
    assert_ne!(whole, painted(&mut plain));
}

/// Another network may look in another number of ways, and its average is then another: what is shown is as bright as it was.
#[test]
fn a_run_goes_on_with_a_network_that_asks_for_other_views() {
    let device = Device::flex();
    let bytes = common::bytes();
    let mut metadata = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    metadata.insert("views".to_owned(), "4".to_owned());
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let looked_through = WeightsFile::parse(safetensors::serialize(tensors.iter(), Some(metadata)).unwrap()).unwrap();
    let auto = || job(|settings| (settings.network.views, settings.optimiser.step) = (Views::Auto, 1e-4));
    for [before, after] in [[tiny(), looked_through.clone()], [looked_through, tiny()]] {
        let mut first = Session::new(&before, auto(), &device).unwrap();
        for _ in 0..8 {
            pollster::block_on(first.step()).unwrap();
        }
        let snapshot = pollster::block_on(first.snapshot()).unwrap();
        let shown = pollster::block_on(first.picture()).unwrap().rgba;
        let mut second = Session::restore(&after, auto(), &device, &snapshot).unwrap();
        let apart = |now: &[u8]| shown.iter().zip(now).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        let at_once = apart(&pollster::block_on(second.picture()).unwrap().rgba);
        let later = apart(&painted(&mut second));
        assert!(at_once <= 2 && later <= 2, "{at_once} and {later} of 255 apart");
    }
}

/// L-BFGS compares one evaluation with the next, so it has one view whatever is asked for; and VGG-19's file, like this one, asks for one.
#[test]
fn only_adam_looks_in_several_ways_and_only_where_it_is_asked_to() {
    let run = |kind, views| {
        let asked = job(|settings| (settings.optimiser.kind, settings.network.views) = (kind, views));
        painted(&mut Session::new(&tiny(), asked, &Device::flex()).unwrap())
    };
    assert_eq!(run(OptimiserKind::Lbfgs, Views::Four), run(OptimiserKind::Lbfgs, Views::One));
    assert_eq!(run(OptimiserKind::Adam, Views::Auto), run(OptimiserKind::Adam, Views::One));
}
