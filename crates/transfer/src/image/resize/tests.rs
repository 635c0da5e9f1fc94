//! Compares sizes with Python, pixels with Pillow, and bytes with numpy.

use super::pillow::CASES;
use super::*;

/// A test image of high contrast, made by the same formula in Python: `(7 x^2 + 31 y + 13 x y + 97 c) mod 256`, as opaque RGBA.
fn test_image((width, height): Size) -> Vec<u8> {
    let mut bytes = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                bytes.push(((x * x * 7 + y * 31 + x * y * 13 + c * 97) % 256) as u8);
            }
            bytes.push(255);
        }
    }
    bytes
}

#[test]
fn sizes_are_those_of_python() {
    // max(16, round(side * (size / max(width, height)))) in Python 3.
    for (width, height, size, expected) in [
        (4032, 3024, 384, (384, 288)),
        (101, 75, 512, (512, 380)),
        (333, 1000, 100, (33, 100)),
        (20000, 1, 512, (512, 16)),
        (3, 5, 16, (16, 16)),
        (1000, 425, 100, (100, 42)),
        (1000, 415, 100, (100, 42)),
        (7, 7, 4096, (4096, 4096)),
    ] {
        assert_eq!(target_size(width, height, size).unwrap(), expected);
    }
    assert!(target_size(0, 5, 100).is_err() && target_size(5, 0, 100).is_err() && target_size(5, 5, 0).is_err());
}

#[test]
fn styles_fit_or_stretch() {
    let mut settings = Settings { size: 200, ..Settings::default() };
    settings.style.scale = 0.5;
    assert_eq!(style_size(300, 150, (200, 133), 200, &settings).unwrap(), (100, 50));
    settings.style.resize = StyleResize::Stretch;
    assert_eq!(style_size(300, 150, (200, 133), 200, &settings).unwrap(), (200, 133));
    assert!(style_size(0, 150, (200, 133), 200, &settings).is_err());
    assert_eq!(enlarged("The style picture", (300, 150), (100, 50)), None);
    let sentence = enlarged("The style picture", (50, 25), (100, 50)).unwrap();
    assert_eq!(sentence, "The style picture was enlarged from 50 x 25 to 100 x 50 pixels, which adds no detail.");
}

#[test]
fn resampling_is_pillows() {
    for (from, to, expected) in CASES {
        let resized = resize_rgba_on_white(&test_image(from), from, to).unwrap();
        assert_eq!(resized.len(), expected.len());
        let differences: Vec<u8> = resized.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).collect();
        let mean = differences.iter().map(|d| f64::from(*d)).sum::<f64>() / differences.len() as f64;
        assert!(differences.iter().all(|d| *d <= 1) && mean < 0.02, "{from:?} to {to:?}: mean {mean}, {differences:?}");
    }
}

#[test]
fn equal_sizes_change_nothing() {
    let rgba = test_image((5, 3));
    let rgb: Vec<u8> = rgba.chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    assert_eq!(resize_rgba_on_white(&rgba, (5, 3), (5, 3)).unwrap(), rgb);
}

#[test]
fn transparency_becomes_white() {
    let rgba = [10, 20, 30, 0, 0, 100, 255, 128, 1, 2, 3, 255];
    // 255 - 255 * 128 / 255 = 127; 255 - 155 * 128 / 255 = 177.2
    assert_eq!(on_white(&rgba, (3, 1)).unwrap(), [255, 255, 255, 127, 177, 255, 1, 2, 3]);
}

#[test]
fn numbers_are_planar_and_come_back() {
    let rgb = [0, 51, 255, 1, 2, 3];
    let numbers = planar(&rgb, (1, 2)).unwrap();
    assert_eq!(numbers, [0.0, 1.0 / 255.0, 0.2, 2.0 / 255.0, 1.0, 3.0 / 255.0]);
    assert_eq!(rgba(&numbers, (1, 2)).unwrap(), [0, 51, 255, 255, 1, 2, 3, 255]);
    // Out of range, not a number, and halves: numpy rounds 0.5 to 0 and 1.5 to 2.
    assert_eq!(rgba(&[-1.0, 7.0, f32::NAN, 0.5 / 255.0, 1.5 / 255.0, f32::INFINITY], (2, 1)).unwrap(), [0, 0, 2, 255, 255, 0, 255, 255]);
}

#[test]
fn every_byte_survives() {
    let rgb: Vec<u8> = (0..=255).flat_map(|byte| [byte; 3]).collect();
    let back = rgba(&planar(&rgb, (16, 16)).unwrap(), (16, 16)).unwrap();
    assert_eq!(on_white(&back, (16, 16)).unwrap(), rgb);
}

#[test]
fn contradictions_are_said() {
    let message = resize_rgba_on_white(&[0; 15], (2, 2), (16, 16)).unwrap_err().to_string();
    assert_eq!(message, "A picture of 2 x 2 pixels needs 16 bytes, but 15 were given. Try loading the picture again.");
    let message = resize_rgba_on_white(&[], (0, 2), (16, 16)).unwrap_err().to_string();
    assert_eq!(message, "The picture is 0 x 2 pixels: it is empty. Choose another picture.");
    assert!(resize_rgba_on_white(&[0; 16], (2, 2), (0, 16)).is_err());
    assert!(planar(&[0; 3], (u32::MAX, u32::MAX)).is_err());
    assert!(rgba(&[0.0; 4], (1, 1)).is_err());
}

/// The alpha channel of an opaque image is carried along, and changes no colour.
#[test]
fn opaque_images_are_resampled_as_their_colours_alone() {
    for (from, to) in [((37, 23), (16, 16)), ((37, 23), (37, 20)), ((37, 23), (20, 23)), ((20, 31), (61, 44)), ((300, 5), (64, 16))] {
        let rgba: Vec<u8> =
            (0..from.0 * from.1).flat_map(|n| [(n * 37 % 256) as u8, (n * 91 % 253) as u8, (n / 3 % 256) as u8, 255]).collect();
        let rgb = on_white(&rgba, from).unwrap();
        let between = (to.0, from.1);
        let rows = if between == from { rgb } else { resample(&rgb, from, between, PixelType::U8x3, false).unwrap() };
        let expected = if between == to { rows } else { resample(&rows, between, to, PixelType::U8x3, false).unwrap() };
        assert_eq!(resize_rgba_on_white(&rgba, from, to).unwrap(), expected, "{from:?} to {to:?}");
    }
}

/// A red disc with a soft edge on nothing: no other colour comes in, at any size.
#[test]
fn straight_colours_have_no_background_in_them() {
    let from = (40, 30);
    let pixel = |n: u32| {
        let (x, y) = (f64::from(n % 40) - 19.5, f64::from(n / 40) - 14.5);
        [200, 20, 30, (255.0 * (12.0 - x.hypot(y)).clamp(0.0, 4.0) / 4.0) as u8]
    };
    let rgba: Vec<u8> = (0..from.0 * from.1).flat_map(pixel).collect();
    for to in [from, (20, 16), (80, 60)] {
        let values = load_straight(&rgba, from, to).unwrap();
        let pixels = (to.0 * to.1) as usize;
        for (channel, expected) in [200.0, 20.0, 30.0].into_iter().enumerate() {
            // Eight bits times a low alpha are coarse.
            let worst = values[channel * pixels..][..pixels].iter().map(|v| (v * 255.0 - expected).abs()).fold(0.0, f32::max);
            assert!(worst <= if to == from { 0.01 } else { 17.0 }, "{to:?}, channel {channel}: {worst}");
        }
    }
}
