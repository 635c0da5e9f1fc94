//! Whole runs on the committed tiny network: both optimisers go downhill, runs can be stopped, changed and saved, and
//! what goes wrong is said.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use burn::tensor::{Device, Tensor, TensorData};
use transfer::{
    Error, Image, Images, Objective, Preview, RunSpec, Session,
    optim::{Adam, Optimizer},
    settings::{ContentKind, Normalisation, OptimiserKind, Precision, Settings, SettingsError, Start, StyleKind, TvKind, WeightedLayer},
};
use vgg::{Layer, WeightsFile};

fn tiny_path() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/tiny/tiny-network.safetensors")
}

fn tiny() -> WeightsFile {
    WeightsFile::parse(fs::read(tiny_path()).unwrap()).unwrap()
}

/// Waves with an edge: `kind` sets their direction and colour.
fn picture(kind: u32, (width, height): (u32, u32)) -> Image {
    let value = |x: u32, y: u32, c: u32| {
        let wave = (f64::from(x * (c + kind) + y * (3 + kind - c)) / 9.0).sin();
        (128.0 + 70.0 * wave + if x > width / 2 { 40.0 } else { 0.0 }) as u8
    };
    let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
    Image { name: format!("picture {kind}"), sha256: format!("checksum {kind}"), size: (width, height), rgba }
}

fn job(change: impl FnOnce(&mut Settings)) -> RunSpec {
    let mut settings = Settings { size: 40, evaluations: 30, ..Settings::default() };
    change(&mut settings);
    RunSpec {
        settings,
        content: picture(1, (53, 37)),
        styles: vec![picture(2, (31, 45))],
        start: Some(picture(3, (20, 20))),
        ..RunSpec::default()
    }
}

fn session(job: RunSpec) -> Result<Session, Error> {
    Session::new(&tiny(), job, &Device::flex())
}

fn run(session: &mut Session) {
    while !pollster::block_on(session.step()).unwrap().done {}
}

fn last_total(session: &Session) -> f64 {
    session.report().losses.last().unwrap().total
}

#[test]
fn both_optimisers_go_downhill_from_every_start() {
    for kind in [OptimiserKind::Adam, OptimiserKind::Lbfgs] {
        for start in [Start::Content, Start::Noise, Start::Picture] {
            let mut session = session(job(|s| (s.optimiser.kind, s.start) = (kind, start))).unwrap();
            run(&mut session);
            let report = session.report();
            assert!(report.losses.iter().all(|losses| losses.is_finite()));
            let fell = last_total(&session) / report.losses[0].total;
            assert!(fell < 0.8, "{kind:?} from {start:?} fell to {fell}");
            let painted = pollster::block_on(session.preview()).unwrap();
            assert_eq!((session.size(), painted.size, painted.rgba.len()), ((40, 28), (40, 28), 40 * 28 * 4));
        }
    }
}

/// The talk's comparison, on both objectives: the same start, the same number of evaluations, and the total of what is
/// shown (for Adam the moving average, as the reference has it) recomputed from its bytes.
#[test]
fn lbfgs_gets_further_than_adam() {
    for normalisation in [Normalisation::Relative, Normalisation::Sum] {
        let total = |kind| {
            let job = job(|s| {
                (s.optimiser.kind, s.loss.normalisation, s.evaluations) = (kind, normalisation, 60);
                if normalisation == Normalisation::Sum {
                    (s.content.weight, s.tv.weight, s.tv.kind) = (0.025, 1.0, TvKind::Power);
                }
            });
            let mut painting = session(job.clone()).unwrap();
            run(&mut painting);
            let shown = pollster::block_on(painting.preview()).unwrap();
            let shown = Image { size: shown.size, rgba: shown.rgba, ..Image::default() };
            let settings = Settings { start: Start::Picture, evaluations: 1, ..job.settings.clone() };
            let mut judge = session(RunSpec { settings, start: Some(shown), ..job }).unwrap();
            run(&mut judge);
            last_total(&judge)
        };
        let (adam, lbfgs) = (total(OptimiserKind::Adam), total(OptimiserKind::Lbfgs));
        assert!(lbfgs < adam, "{normalisation:?}: L-BFGS {lbfgs}, Adam {adam}");
    }
}

#[test]
fn lbfgs_never_accepts_a_step_uphill_and_counts_evaluations() {
    let mut session = session(job(|s| (s.optimiser.kind, s.evaluations) = (OptimiserKind::Lbfgs, 40))).unwrap();
    run(&mut session);
    let report = session.report();
    assert!(report.losses.windows(2).all(|pair| pair[1].total < pair[0].total));
    assert!(report.evaluations == 40 && report.iterations as usize + 1 == report.losses.len());
    assert!(report.losses.iter().zip(0..).all(|(losses, n)| losses.iteration == n && losses.evaluation >= n));
}

/// Adam asks before it has been answered, but never more than two steps ahead.
#[test]
fn adam_is_at_most_two_steps_ahead_of_its_losses() {
    let mut session = session(job(|s| s.evaluations = 10)).unwrap();
    while !session.is_done() {
        let progress = pollster::block_on(session.step()).unwrap();
        let answered = progress.latest.map_or(0, |losses| losses.evaluation + 1);
        assert!(progress.issued_evaluation - answered <= 2);
    }
    assert_eq!(session.report().losses.len(), 10);
}

#[test]
fn weights_change_between_steps_and_nothing_else_does() {
    let mut session = session(job(|_| {})).unwrap();
    pollster::block_on(session.step()).unwrap();
    let mut settings = session.report().settings;
    settings.style.weight = 0.0;
    settings.content.weight = 2.0;
    session.set(settings.clone()).unwrap();
    run(&mut session);
    assert!(last_total(&session) >= 2.0 * session.report().losses.last().unwrap().content);
    settings.size = 64;
    assert!(matches!(session.set(settings), Err(Error::Settings(SettingsError::FixedDuringRun { path })) if path == "size"));
}

/// The start is iterate 0, and neither its evaluation nor another one after the weights have changed makes it a new image.
#[test]
fn an_evaluation_that_does_not_move_the_image_is_no_iteration() {
    let mut session = session(job(|s| s.optimiser.kind = OptimiserKind::Lbfgs)).unwrap();
    let start = pollster::block_on(session.preview()).unwrap();
    pollster::block_on(session.step()).unwrap();
    assert_eq!((session.report().iterations, pollster::block_on(session.preview()).unwrap() == start), (0, true));
    assert_eq!(session.moved_at(), 0);
    while session.report().iterations < 2 {
        pollster::block_on(session.step()).unwrap();
    }
    let before = pollster::block_on(session.preview()).unwrap();
    let moved_at = session.moved_at();
    assert!(before != start && moved_at == session.report().evaluations);
    let mut settings = session.report().settings;
    settings.content.weight *= 2.0;
    session.set(settings).unwrap();
    pollster::block_on(session.step()).unwrap();
    assert_eq!((session.report().iterations, pollster::block_on(session.preview()).unwrap() == before), (2, true));
    assert_eq!(session.moved_at(), moved_at);
}

/// A run that was saved and resumed in the middle ends where the run that was not ends, to the bit.
#[test]
fn a_resumed_run_is_the_same_to_the_bit() {
    for (kind, scales) in [OptimiserKind::Adam, OptimiserKind::Lbfgs].into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let (nearest, preconditioner) = if scales { (0.5, 2.0) } else { (0.0, 0.0) };
        let change = |s: &mut Settings| {
            (s.optimiser.kind, s.optimiser.preconditioner) = (kind, preconditioner);
            (s.scales.on, s.scales.first, s.style.nearest) = (scales, 16, nearest);
            s.content.kind = if scales { ContentKind::SelfSimilarity } else { ContentKind::Activations };
        };
        let (mut whole, mut first) = (session(job(change)).unwrap(), session(job(change)).unwrap());
        run(&mut whole);
        for _ in 0..if scales { 50 } else { 11 } {
            pollster::block_on(first.step()).unwrap();
        }
        let checkpoint = pollster::block_on(first.checkpoint()).unwrap();
        let mut second = Session::restore(&tiny(), job(change), &Device::flex(), &checkpoint).unwrap();
        run(&mut second);
        assert_eq!(pollster::block_on(whole.preview()).unwrap(), pollster::block_on(second.preview()).unwrap(), "{kind:?}");
        // JSON may round the last bit of a loss that is only reported.
        let last = [&whole, &second].map(|session| last_total(session) as f32);
        assert_eq!(last[0].to_bits(), last[1].to_bits());

        let restore = |job, bytes: &[u8]| Session::restore(&tiny(), job, &Device::flex(), bytes).err().map(|e| e.to_string()).unwrap();
        assert!(restore(job(|s| s.size = 48), &checkpoint).contains("size"));
        assert!(restore(job(change), &checkpoint[..100]).contains("damaged"));

        // The report covers the whole run, and other images of the same size are not taken for the run's own.
        let (before, after) = (first.report(), second.report());
        // JSON may round the last bit of a time, as of a loss.
        let first_step = (after.seconds_to_first_step - before.seconds_to_first_step).abs();
        assert!(after.seconds > before.seconds && first_step < 1e-9, "{kind:?}: {first_step}");
        assert_eq!((&after.warnings, after.device_bytes), (&before.warnings, before.device_bytes));
        let other = |sha256: &str| {
            let mut job = job(change);
            job.styles[0].sha256 = sha256.to_owned();
            job
        };
        assert!(restore(other("another"), &checkpoint).contains("another picture"));
        assert!(Session::restore(&tiny(), other(""), &Device::flex(), &checkpoint).is_ok(), "where there is no checksum, none is missed");
    }
}

/// Three scales: their sizes grow, the work is what was asked for, and the result goes on from where it was.
#[test]
fn a_run_goes_from_coarse_to_fine() {
    for kind in [OptimiserKind::Adam, OptimiserKind::Lbfgs] {
        let mut session =
            session(job(|s| (s.optimiser.kind, s.scales.on, s.scales.first, s.scales.ratio) = (kind, true, 20, 1.4))).unwrap();
        let (mut widths, mut work) = (vec![session.size().0], 0.0);
        loop {
            let progress = pollster::block_on(session.step()).unwrap();
            assert!(progress.work > work && progress.scales == 3);
            work = progress.work;
            if widths.last() != Some(&progress.width) {
                widths.push(progress.width);
                assert_eq!(progress.scale as usize, widths.len());
            }
            assert_eq!(pollster::block_on(session.preview()).unwrap().size, (progress.width, progress.height));
            if progress.done {
                break;
            }
        }
        assert_eq!(widths, [20, 29, 40]);
        let report = session.report();
        assert!((work - 30.0).abs() <= 0.5, "{kind:?}: {work}");
        assert_eq!((report.scale, report.width, report.height), (3, 40, 28));
        assert_eq!(report.scales.iter().map(|scale| scale.evaluations).sum::<u32>(), report.evaluations);
        // What a scale hands on is far better than the photo.
        let first = |n: usize| report.scales[..n].iter().map(|scale| scale.evaluations).sum::<u32>();
        let at = |evaluation: u32| report.losses.iter().find(|losses| losses.evaluation >= evaluation).unwrap().style;
        let photo = Session::new(&tiny(), job(|_| {}), &Device::flex()).unwrap();
        let photo = pollster::block_on(async {
            let mut photo = photo;
            photo.step().await.unwrap();
            photo.checkpoint().await.unwrap();
            photo.report().losses[0].style
        });
        assert!(at(first(2)) < 0.8 * photo, "{kind:?}: {} after {photo}", at(first(2)));
    }
}

/// Adam's moments at a new scale: the second stays positive, and no step is longer than it could have been before.
#[test]
fn moments_are_carried_up_and_stay_sound() {
    let device = Device::flex();
    let (settings, size) = (Settings::default().optimiser, (13, 11));
    let random = |n: usize| (0..n).map(|i| ((i * 7919 % 101) as f32 / 50.0 - 1.0).powi(5)).collect::<Vec<f32>>();
    let mut adam = Adam::new(Tensor::from_data(TensorData::new(random(3 * 8 * 9), [1, 3, 8, 9]), &device) * 0.5 + 0.5);
    for n in 1..20 {
        let gradient = Tensor::from_data(TensorData::new(random(3 * 8 * 9 + n)[n..].to_vec(), [1, 3, 8, 9]), &device);
        adam.update(&gradient, &settings, 0.9);
    }
    let mut carried = adam.clone();
    carried.rescale(size, &settings, 0.9);
    assert_eq!((carried.x.dims(), carried.updates), ([1, 3, 11, 13], 19));
    let values = |tensor: &Tensor<4>| tensor.to_data().try_to_vec::<f32>().unwrap();
    assert!(values(&carried.exp_avg_sq).iter().all(|v| *v > 0.0));
    assert!(values(&carried.x).iter().all(|v| (0.0..=1.0).contains(v)));
    assert_eq!(values(&carried.shown(0.9).image()), values(&carried.x));
    let longest = |adam: &Adam| {
        let steps = values(&adam.exp_avg).into_iter().zip(values(&adam.exp_avg_sq)).map(|(first, second)| first.abs() / second.sqrt());
        steps.fold(0.0, f32::max)
    };
    assert!(longest(&carried) <= longest(&adam) * 1.0001, "{} after {}", longest(&carried), longest(&adam));
}

/// A network whose weights are so large that its activations overflow: the first loss is not a number.
#[test]
fn a_loss_that_is_not_finite_ends_the_run_and_keeps_the_last_good_picture() {
    let mut bytes = fs::read(tiny_path()).unwrap();
    let data = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    for value in bytes[data..].as_chunks_mut::<4>().0 {
        *value = (f32::from_le_bytes(*value) * 1e20).to_le_bytes();
    }
    let weights = WeightsFile::parse(bytes).unwrap();
    for kind in [OptimiserKind::Adam, OptimiserKind::Lbfgs] {
        let mut session = Session::new(&weights, job(|s| s.optimiser.kind = kind), &Device::flex()).unwrap();
        let start = pollster::block_on(session.preview()).unwrap();
        let error = loop {
            match pollster::block_on(session.step()) {
                Ok(progress) => assert!(!progress.done, "{kind:?} saw nothing: {:?}", progress.latest),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::NotFinite { evaluation: 0 }), "{error}");
        assert!(session.is_done());
        assert_eq!(pollster::block_on(session.preview()).unwrap(), start);
    }
}

#[test]
fn what_is_missing_is_said() {
    let no_start = RunSpec { start: None, ..job(|s| s.start = Start::Picture) };
    assert!(matches!(session(no_start).err(), Some(Error::NoStartPicture)));
    let no_style = RunSpec { styles: vec![], ..job(|_| {}) };
    assert!(matches!(session(no_style).err(), Some(Error::NoStyle)));
    let zero = session(job(|s| s.size = 0)).err().unwrap().to_string();
    assert!(zero.contains("size"), "{zero}");
}

/// The gradient against central differences, in directions that f32 can resolve.
#[test]
fn finite_differences_agree_with_the_gradient() {
    let device = Device::flex();
    let at = |kind| {
        let values =
            picture(kind, (24, 20)).rgba.chunks(4).flat_map(|p| [p[0], p[1], p[2]]).map(|b| f32::from(b) / 255.0).collect::<Vec<_>>();
        let planar = (0..3).flat_map(|c| values.iter().skip(c).step_by(3).copied().collect::<Vec<_>>()).collect::<Vec<f32>>();
        Tensor::<4>::from_data(TensorData::new(planar, [1, 3, 20, 24]), &device)
    };
    for kind in [TvKind::Squared, TvKind::Power] {
        let mut settings = Settings::default();
        settings.tv.kind = kind;
        let objective = Objective::new(&tiny(), &Images::uniform(at(1), &[at(2)]), &settings).unwrap();
        let x = at(3);
        let gradient = objective.evaluate(x.clone()).unwrap().gradient;
        // Along the gradient the difference is largest, so that f32's rounding matters least.
        let length = gradient.clone().square().sum().sqrt().reshape([1, 1, 1, 1]);
        let direction = gradient.clone() / length;
        let total = |step: f32| -> f32 {
            let losses = objective.evaluate(x.clone() + direction.clone() * step).unwrap().losses;
            losses.into_data().try_to_vec::<f32>().unwrap()[3]
        };
        let step = 2e-3;
        let difference = (total(step) - total(-step)) / (2.0 * step);
        let slope: f32 = (gradient * direction).sum().into_data().try_to_vec::<f32>().unwrap()[0];
        assert!((difference / slope - 1.0).abs() < 2e-2, "{kind:?}: difference {difference}, slope {slope}");
    }
}

/// White where `inside` says so.
/// Where a device has no numbers of 16 bits the report says that they were not used, and the result is the one in 32.
#[test]
fn sixteen_bits_are_said_to_be_missing() {
    let job = |precision| job(|s| (s.network.precision, s.evaluations) = (precision, 3));
    let mut half = session(job(Precision::Half)).unwrap();
    run(&mut half);
    assert_eq!(half.report().warnings.iter().filter(|warning| warning.contains("16 bits")).count(), 1);
    assert_eq!(pollster::block_on(half.preview()).unwrap(), painted(job(Precision::Full)));
}

fn mask((width, height): (u32, u32), inside: impl Fn(u32, u32) -> bool) -> Image {
    let pixel = |x: u32, y: u32| if inside(x, y) { [255; 4] } else { [0, 0, 0, 255] };
    let rgba = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    Image { name: "mask".to_owned(), size: (width, height), rgba, ..Image::default() }
}

/// The left or right half of an image.
fn half(Preview { size: (width, height), rgba }: &Preview, right: bool) -> Image {
    let from = if right { width / 2 } else { 0 };
    let row = |y: u32| &rgba[4 * (y * width + from) as usize..][..4 * (width / 2) as usize];
    Image { size: (width / 2, *height), rgba: (0..*height).flat_map(row).copied().collect(), ..Image::default() }
}

fn painted(job: RunSpec) -> Preview {
    let mut session = session(job).unwrap();
    run(&mut session);
    pollster::block_on(session.preview()).unwrap()
}

/// The first losses of a run that starts from this image.
fn judge(content: Image, style: Image, picture: Image, change: impl FnOnce(&mut Settings)) -> f64 {
    let size = picture.size.0.max(picture.size.1);
    let job = job(|s| {
        change(s);
        (s.start, s.size, s.evaluations, s.style.scale) = (Start::Picture, size, 1, 64.0 / f64::from(size));
    });
    let mut session = session(RunSpec { content, styles: vec![style], start: Some(picture), ..job }).unwrap();
    run(&mut session);
    session.report().losses[0].style
}

/// Cut in two, each half of a result in two styles is as near to its own style as if it had been made in that alone.
#[test]
fn masks_keep_styles_apart() {
    for kind in [StyleKind::Gram, StyleKind::Wasserstein] {
        let change = |s: &mut Settings| {
            (s.size, s.evaluations, s.style.kind, s.content.weight) = (64, 60, kind, 0.0);
            s.style.layers = WeightedLayer::equal(&[Layer::CONV1_1, Layer::CONV2_1, Layer::CONV3_1]);
        };
        let styles = [picture(2, (64, 64)), picture(6, (64, 64))];
        let base = RunSpec { content: picture(1, (64, 48)), ..job(change) };
        let (left, right) = (mask((32, 24), |x, _| x < 16), mask((128, 96), |x, _| x >= 64));
        let both = painted(RunSpec { styles: styles.to_vec(), masks: vec![Some(left.clone()), Some(right)], ..base.clone() });
        // A style without a mask takes what is left: here the same.
        assert_eq!(painted(RunSpec { styles: styles.to_vec(), masks: vec![Some(left)], ..base.clone() }).size, both.size);
        for (n, style) in styles.iter().enumerate() {
            let alone = painted(RunSpec { styles: vec![style.clone()], ..base.clone() });
            let of =
                |whole: &Preview, style: &Image| judge(half(&painted(base.clone()), n == 1), style.clone(), half(whole, n == 1), change);
            let (own, alone, other) = (of(&both, style), of(&alone, style), of(&both, &styles[1 - n]));
            println!("{kind:?} {n}: own {own}, alone {alone}, other {other}");
            assert!(own < 1.15 * alone.max(0.02) && other > 2.0 * own, "{kind:?}, half {n}: {own}, alone {alone}, the other {other}");
        }
    }
}

#[test]
fn styles_are_blended_as_their_weights_say() {
    let styles = [picture(2, (31, 45)), picture(6, (40, 40))];
    let first = |styles: &[Image], blend: &[f64]| {
        let mut session =
            session(RunSpec { styles: styles.to_vec(), ..job(|s| (s.style.blend, s.evaluations) = (blend.to_vec(), 1)) }).unwrap();
        run(&mut session);
        session.report().losses[0].style
    };
    let (one, other) = (first(&styles[..1], &[]), first(&styles[1..], &[]));
    assert_eq!(first(&styles, &[3.0, 0.0]), one);
    assert_eq!(first(&styles, &[0.0]), other);
    assert_eq!(first(&styles, &[]), first(&styles, &[2.0, 2.0]));
    assert!(![one, other].contains(&first(&styles, &[])));
    let nowhere = RunSpec { masks: vec![Some(mask((8, 8), |_, _| false))], ..job(|_| {}) };
    assert!(matches!(session(nowhere).err(), Some(Error::NoPlace)));
}

/// The result is as transparent as the photo, and what nobody sees has no say in the style.
#[test]
fn transparency_is_kept() {
    let mut content = picture(1, (40, 28));
    for (n, pixel) in content.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        pixel[3] = if n % 40 < 20 { 0 } else { 255 };
    }
    let job = |transparency| RunSpec { content: content.clone(), ..job(|s| (s.content.transparency, s.evaluations) = (transparency, 2)) };
    let (kept_bytes, opaque) = (painted(job(true)), painted(job(false)));
    let alpha = |painted: &Preview, x: usize| painted.rgba[4 * (40 * 5 + x) + 3];
    assert_eq!([3, 30].map(|x| alpha(&kept_bytes, x)), [0, 255]);
    assert_eq!([3, 30].map(|x| alpha(&opaque, x)), [255, 255]);
    assert_ne!(half(&kept_bytes, true).rgba, half(&opaque, true).rgba);
}
