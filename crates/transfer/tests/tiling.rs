//! Blocks that are computed again in tiles, against blocks that are kept, on the committed tiny network.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

mod common;

use burn::tensor::Tensor;
use common::{picture, tiny};
use transfer::{
    Image, Images, Mask, Objective, StyleImage,
    objective::tiling::{CHOICES, kept_bytes},
    settings::{Gradient, Padding, Recompute, Settings, StyleKind, TvKind, WeightedLayer},
};
use vgg::Layer;

/// White in the upper part, black below, and grey between.
fn mask(share: f32) -> Mask {
    let pixel = |n: u32| (((share - n as f32 / 40.0) * 1000.0).clamp(0.0, 255.0)) as u8;
    let rgba = (0..40).flat_map(|n| [pixel(n), pixel(n), pixel(n), 255].repeat(3)).collect();
    Mask::from_luminance(&Image { size: (3, 40), rgba, ..Image::default() }).unwrap()
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec::<f32>().unwrap()
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let square = |v: f32| f64::from(v).powi(2);
    let distance: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
    (distance / b.iter().map(|v| square(*v)).sum::<f64>()).sqrt()
}

/// Every kind of style, with a mask of its own, a second style for the rest, an image in part transparent, and sizes that
/// neither tiles nor poolings divide: the losses and the gradient are those of the whole, in many tiles and in one.
#[test]
fn strips_change_neither_losses_nor_gradient() {
    let size = [83, 37];
    for (kind, nearest, padding, tv) in [
        (StyleKind::Gram, 0.0, Padding::Zero, TvKind::Squared),
        (StyleKind::Covariance, 0.0, Padding::Replicate, TvKind::Power),
        (StyleKind::Covariance, 0.7, Padding::Zero, TvKind::Squared),
        (StyleKind::Wasserstein, 0.0, Padding::Replicate, TvKind::Absolute),
        (StyleKind::Wasserstein, 1.0, Padding::Replicate, TvKind::Absolute),
    ] {
        for masked in [false, true] {
            let mut settings = Settings::default();
            (settings.style.kind, settings.network.padding, settings.tv.kind) = (kind, padding, tv);
            (settings.tv.weight, settings.style.nearest) = (1e-4, nearest);
            let mut pictures = Images::uniform(picture(1, size), &[picture(2, [67, 45]), picture(4, [50, 70])]);
            if masked {
                let StyleImage { visible, region, .. } = &mut pictures.styles[0];
                (*visible, *region, pictures.visible) = (Some(mask(0.7)), Some(mask(0.4)), Some(mask(0.9)));
            }
            let objective = Objective::new(&tiny(), &pictures, &settings).unwrap();
            let x = picture(3, size);
            let whole = objective.evaluate(x.clone()).unwrap();
            for (blocks, area) in [(1, 37 * 10), (2, 37 * 12), (2, 37 * 40), (3, 37 * 16), (3, 1 << 18)] {
                let found = objective.clone().tiled(blocks, area).evaluate(x.clone()).unwrap();
                let losses = distance(&values(&found.losses), &values(&whole.losses));
                let gradient = distance(&values(&found.gradient), &values(&whole.gradient));
                assert!(
                    losses < 1e-5 && gradient < 1e-4,
                    "{kind:?}, masks {masked}, {blocks} blocks of {area}: {losses:.1e} {gradient:.1e}"
                );
            }
        }
    }
}

/// A wide image, so that tiles of the size that is used are several, for the content and the style images too.
#[test]
fn settings_choose_the_strips() {
    let size = [150, 4096];
    let pictures = Images::uniform(picture(1, size), &[picture(2, [140, 4100]) * 0.4]);
    let evaluate = |recompute: Recompute| {
        let mut settings = Settings::default();
        settings.network.recompute = recompute;
        Objective::new(&tiny(), &pictures, &settings).unwrap().evaluate(picture(3, size)).unwrap()
    };
    let whole = evaluate(Recompute::None);
    for recompute in [Recompute::Two, Recompute::Three] {
        let found = evaluate(recompute);
        assert!(distance(&values(&found.losses), &values(&whole.losses)) < 1e-5, "{recompute:?}");
        let (found, whole) = (values(&found.gradient), values(&whole.gradient));
        assert_ne!(found, whole, "exactly the same would mean that nothing was chosen");
        // Among so many activations a few are 0 but for rounding, and within their reach the gradient goes either way: a band of
        // rows. Where tiles meet there is nothing to be seen.
        let rows: Vec<f64> = found.chunks_exact(size[1]).zip(whole.chunks_exact(size[1])).map(|(f, w)| distance(f, w)).collect();
        let off = rows.iter().filter(|error| **error > 1e-5).count();
        assert!(off < rows.len() / 3 && rows.iter().all(|error| *error < 5e-2), "{recompute:?}: {off} of {} rows", rows.len());
    }
}

/// A content loss needs its layer whole, and so does a normalised gradient.
#[test]
fn layers_that_are_needed_whole_are_kept() {
    let mut settings = Settings::default();
    settings.network.recompute = Recompute::Three;
    settings.content.layers = WeightedLayer::equal(&[Layer::CONV2_2, Layer::CONV4_2]);
    let pictures = Images::uniform(picture(1, [40, 48]), &[picture(2, [48, 36])]);
    let evaluate = |settings: &Settings| Objective::new(&tiny(), &pictures, settings).unwrap().evaluate(picture(3, [40, 48])).unwrap();
    for gradient in [Gradient::Plain, Gradient::Normalised] {
        settings.style.gradient = gradient;
        let mut whole = settings.clone();
        whole.network.recompute = Recompute::None;
        let (found, whole) = (evaluate(&settings), evaluate(&whole));
        assert!(distance(&values(&found.losses), &values(&whole.losses)) < 1e-5, "{gradient:?}");
        assert!(distance(&values(&found.gradient), &values(&whole.gradient)) < 1e-4, "{gradient:?}");
    }
}

/// VGG-19's, counted by hand: 4 bytes for each of 64 channels twice, 128 twice at a quarter, and so on, and what pooling makes of them.
#[test]
fn bytes_to_a_pixel() {
    let channels = vgg::VGG19.channels;
    assert!((kept_bytes(&vgg::VGG19, &channels, 0) - (512.0 + 256.0 + 256.0 + 128.0 + 8.0 + 64.0 + 32.0 + 16.0 + 8.0)).abs() < 1e-9);
    assert!((kept_bytes(&vgg::VGG19, &channels, 2) - (256.0 + 128.0 + 8.0 + 32.0 + 16.0 + 8.0)).abs() < 1e-9);
    assert!((kept_bytes(&vgg::VGG19, &channels, 3) - (128.0 + 8.0 + 16.0 + 8.0)).abs() < 1e-9);
    assert!(CHOICES.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
}
