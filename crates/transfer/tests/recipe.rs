//! What a recipe must be able to say, on the committed tiny network: strength, colours, several degrees from one run, and a run in
//! which settings changed, repeated to the bit.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{fs, path::Path};

use burn::tensor::Device;
use serde_json::json;
use transfer::{
    Image, Preview, RunSpec, Session, SettingsEvent,
    image::colour::{self, luminance},
    image::resize,
    settings::{ColourKeep, OptimiserKind, Settings},
};
use vgg::WeightsFile;

fn tiny() -> WeightsFile {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    WeightsFile::parse(fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap()).unwrap()
}

/// Waves with an edge, in colours of their own.
fn picture(kind: u32, (width, height): (u32, u32)) -> Image {
    let value = |x: u32, y: u32, c: u32| {
        let wave = (f64::from(x * (c + kind) + y * (3 + kind - c)) / 9.0).sin();
        (f64::from(60 + 50 * ((c + kind) % 3)) + 50.0 * wave + if x > width / 2 { 40.0 } else { 0.0 }) as u8
    };
    let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
    Image { name: format!("picture {kind}"), size: (width, height), rgba, ..Image::default() }
}

fn job(change: impl FnOnce(&mut Settings)) -> RunSpec {
    let mut settings = Settings { size: 48, evaluations: 40, ..Settings::default() };
    change(&mut settings);
    RunSpec { settings, content: picture(1, (53, 37)), styles: vec![picture(2, (45, 45))], ..RunSpec::default() }
}

fn session(job: RunSpec) -> Session {
    Session::new(&tiny(), job, &Device::flex()).unwrap()
}

fn run(session: &mut Session) -> Preview {
    while !pollster::block_on(session.step()).unwrap().done {}
    pollster::block_on(session.preview()).unwrap()
}

fn planar(picture: &Image, size: (u32, u32)) -> Vec<f32> {
    resize::load(&picture.rgba, picture.size, size).unwrap()
}

fn planar_of(painted: &Preview) -> Vec<f32> {
    resize::load(&painted.rgba, painted.size, painted.size).unwrap()
}

/// Root of the mean of squared differences.
fn distance(a: &[f32], b: &[f32]) -> f32 {
    (a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>() / a.len() as f32).sqrt()
}

#[test]
fn strength_walks_from_the_photo_to_the_style() {
    let content = planar(&picture(1, (53, 37)), (48, 34));
    let away: Vec<f32> = [0.0, 0.25, 0.5, 0.75, 1.0]
        .into_iter()
        .map(|strength| distance(&planar_of(&run(&mut session(job(|s| s.strength = strength)))), &content))
        .collect();
    assert!(away[0] < 1e-6, "at strength 0 the result is the photo: {away:?}");
    assert!(away.windows(2).all(|pair| pair[1] > pair[0]), "{away:?}");
}

/// Five degrees from one run, as the page's tile makes them: the strength is turned up on the way.
#[test]
fn one_run_gives_every_degree() {
    let turn = |n: u32| SettingsEvent { evaluation: 20 * n, settings: json!({ "strength": 0.2 * f64::from(n + 1) }) };
    let mut session = session(RunSpec { changes: (1..5).map(turn).collect(), ..job(|s| (s.strength, s.evaluations) = (0.2, 100)) });
    let content = planar(&picture(1, (53, 37)), (48, 34));
    let mut away = Vec::new();
    loop {
        let progress = pollster::block_on(session.step()).unwrap();
        if progress.issued_evaluation.is_multiple_of(20) || progress.done {
            away.push(distance(&planar_of(&pollster::block_on(session.preview()).unwrap()), &content));
        }
        if progress.done {
            break;
        }
    }
    away.dedup();
    assert!(away.len() >= 5 && away.windows(2).all(|pair| pair[1] > pair[0]), "{away:?}");
    assert_eq!(session.report().settings.strength, 1.0);
}

/// The report of a run in which settings changed is enough to make the same result again.
#[test]
fn a_run_with_changed_settings_is_repeated_to_the_bit() {
    for (kind, scales) in [(OptimiserKind::Adam, true), (OptimiserKind::Lbfgs, false)] {
        let change = |s: &mut Settings| (s.optimiser.kind, s.scales.on, s.scales.first) = (kind, scales, 20);
        let mut first = session(job(change));
        for (until, weight, strength) in [(7, 2.0, 1.0), (22, 2.0, 0.7)] {
            while pollster::block_on(first.step()).unwrap().issued_evaluation < until {}
            let mut settings = first.report().settings;
            (settings.style.weight, settings.strength) = (weight, strength);
            first.set(settings).unwrap();
        }
        // Put away and resumed with another weight, as when a person goes on from before.
        let checkpoint = pollster::block_on(first.checkpoint()).unwrap();
        let mut settings = first.report().settings;
        settings.tv.weight = 0.3;
        let mut first = Session::restore(&tiny(), RunSpec { settings, ..job(change) }, &Device::flex(), &checkpoint).unwrap();
        let painted = run(&mut first);
        let report = first.report();
        assert_eq!(report.changes.iter().map(|change| change.evaluation).collect::<Vec<_>>(), [0, 7, 22]);
        let mut again = session(RunSpec { settings: report.settings.clone(), changes: report.changes.clone(), ..job(|_| {}) });
        assert_eq!(run(&mut again), painted, "{kind:?}");
        assert_eq!(again.report().changes, report.changes);
        // And not without them.
        assert_ne!(run(&mut session(RunSpec { settings: report.settings, ..job(|_| {}) })), painted);
    }
}

/// How far two images' mean colours differ.
fn colours_distance(a: &[f32], b: &[f32]) -> f64 {
    let mean = |planar: &[f32]| -> [f64; 3] {
        let colours = colour::colours(planar, None);
        std::array::from_fn(|i| colours.iter().map(|colour| colour[i]).sum::<f64>() / colours.len() as f64)
    };
    mean(a).iter().zip(mean(b)).map(|(a, b)| (a - b).abs()).sum()
}

#[test]
fn colours_stay_the_photos_where_that_is_asked_for() {
    let content = planar(&picture(1, (53, 37)), (48, 34));
    let painted = |keep| planar_of(&run(&mut session(job(|s| (s.colour.keep, s.style.weight) = (keep, 5.0)))));
    let as_the_style = colours_distance(&painted(ColourKeep::Style), &content);
    for keep in [ColourKeep::Luminance, ColourKeep::Linear, ColourKeep::Histogram] {
        let painted = painted(keep);
        let kept = colours_distance(&painted, &content);
        assert!(kept < 0.5 * as_the_style, "{keep:?}: {kept}, and {as_the_style} where nothing is kept");
        assert!(distance(&painted, &content) > 0.02, "{keep:?}: nothing was painted");
        if keep == ColourKeep::Luminance {
            // Light from the result, chroma from the photo, but for rounding to bytes.
            assert!(distance(&luminance::with_chroma(&painted, &content), &painted) < 0.01);
        }
    }
}

/// A grey photo in the style of a grey image is grey, and so is a coloured one: nothing defines another chroma.
#[test]
fn results_in_grey_styles_are_grey() {
    let grey = |mut image: Image| {
        for pixel in image.rgba.as_chunks_mut::<4>().0 {
            *pixel = [pixel[0], pixel[0], pixel[0], pixel[3]];
        }
        image
    };
    for (scales, grey_content) in [(false, true), (true, true), (false, false)] {
        let mut spec = job(|s| (s.scales.on, s.scales.first) = (scales, 20));
        spec.styles = vec![grey(spec.styles[0].clone())];
        if grey_content {
            spec.content = grey(spec.content.clone());
        }
        let result = run(&mut session(spec.clone()));
        assert!(result.rgba.as_chunks::<4>().0.iter().all(|[r, g, b, _]| r == g && g == b), "grey content {grey_content}");
        // With one style that has colours the result has colours.
        spec.styles.push(picture(2, (45, 45)));
        let result = run(&mut session(spec));
        assert!(result.rgba.as_chunks::<4>().0.iter().any(|[r, g, b, _]| r.abs_diff(*g).max(g.abs_diff(*b)) > 40));
    }
}

/// A dark disc with a soft edge on transparency, composited on black: its edge is never lighter than the disc, and at strength 0 it is as it was.
#[test]
fn a_transparent_image_has_no_light_rim() {
    let size = (48, 48);
    let alpha = |n: u32| {
        let (x, y) = (f64::from(n % 48) - 23.5, f64::from(n / 48) - 23.5);
        (255.0 * (18.0 - x.hypot(y)).clamp(0.0, 6.0) / 6.0) as u8
    };
    let rgba: Vec<u8> = (0..48 * 48).flat_map(|n| [30, 25, 40, alpha(n)]).collect();
    let content = Image { size, rgba: rgba.clone(), ..Image::default() };
    for kind in [OptimiserKind::Adam, OptimiserKind::Lbfgs] {
        let spec = |strength| RunSpec { content: content.clone(), ..job(|s| (s.strength, s.optimiser.kind) = (strength, kind)) };
        let same = run(&mut session(spec(0.0)));
        assert_eq!(same.size, size);
        for (found, given) in same.rgba.as_chunks::<4>().0.iter().zip(rgba.as_chunks::<4>().0) {
            assert!(found[3] == given[3] && (given[3] == 0 || found[..3].iter().zip(given).all(|(a, b)| a.abs_diff(*b) <= 1)), "{found:?}");
        }
        // Dark styles, so that every light pixel could only come from a background.
        let mut dark = spec(0.5);
        dark.styles[0].rgba.iter_mut().enumerate().filter(|(n, _)| n % 4 != 3).for_each(|(_, byte)| *byte /= 5);
        let result = run(&mut session(dark));
        let on_black = |pixel: &[u8; 4]| pixel[..3].iter().map(|c| u32::from(*c) * u32::from(pixel[3]) / 255).sum::<u32>();
        let (pixels, given) = (result.rgba.as_chunks::<4>().0, rgba.as_chunks::<4>().0);
        let mean = |of: &dyn Fn(u8) -> bool| {
            let chosen: Vec<u32> = pixels.iter().zip(given).filter(|(_, given)| of(given[3])).map(|(found, _)| on_black(found)).collect();
            f64::from(chosen.iter().sum::<u32>()) / chosen.len() as f64
        };
        let (rim, inside) = (mean(&|alpha| (40..200).contains(&alpha)), mean(&|alpha| alpha == 255));
        assert!(rim < inside, "{kind:?}: {rim} at the rim, {inside} inside");
    }
}

#[test]
fn no_strength_and_no_content_are_refused() {
    let mut spec = job(|s| s.strength = 0.0);
    spec.settings.content.weight = 0.0;
    let error = Session::new(&tiny(), spec, &Device::flex()).err().unwrap().to_string();
    assert!(error.contains("\"strength\" is 0"), "{error}");
}
