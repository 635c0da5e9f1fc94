//! "Painting": sails at sunset in dots of pure colour that mix only in the eye, as Seurat and Signac did.

use super::brush::{Easel, Stroke, nearby, ramp};
use super::canvas::Canvas;
use super::noise::{Rng, fbm, noise};
use super::vector::{V3, hex, mix, smooth, v};

const WIDTH: f32 = 1280.0;
const HEIGHT: f32 = 960.0;
const HORIZON: f32 = 500.0;
const SUN: (f32, f32) = (470.0, 400.0);
/// Boats: middle of the hull, waterline, height of the mast.
const BOATS: [(f32, f32, f32); 4] = [(900.0, 690.0, 430.0), (300.0, 575.0, 190.0), (640.0, 530.0, 85.0), (1160.0, 545.0, 120.0)];

/// Paints the picture: 640 x 480.
pub(super) fn draw() -> Canvas {
    let mut easel = Easel::new(WIDTH as usize, HEIGHT as usize, hex(0xd8c8a8));
    let mut rng = Rng::new(1886);
    for (spacing, half, body) in [(13.0, 12.0, 0.5), (10.5, 7.6, 0.8), (10.5, 5.8, 1.0)] {
        let (columns, rows) = ((WIDTH / spacing) as i32 + 2, (HEIGHT / spacing) as i32 + 2);
        let mut spots: Vec<(i32, i32)> = (0..columns * rows).map(|i| (i % columns, i / columns)).collect();
        for i in (1..spots.len()).rev() {
            spots.swap(i, (rng.unit() * (i + 1) as f32) as usize);
        }
        for (column, row) in spots {
            let x = (column as f32 + rng.unit() - 0.5) * spacing;
            let y = (row as f32 + rng.unit() - 0.5) * spacing;
            let colour = divided(x, y, &mut rng);
            let turn = if y > HORIZON { 0.12 * rng.bell() } else { 0.5 + 0.5 * noise(x * 0.006, y * 0.006, 3) + 0.3 * rng.bell() };
            let long = half * rng.range(0.2, 0.55);
            let (dx, dy) = (turn.cos() * long, -turn.sin() * long);
            let path = vec![(x - dx, y - dy), (x, y), (x + dx * 1.4, y + dy * 1.4)];
            easel.paint(&Stroke { path, half: half * rng.range(0.75, 1.05), colour, other: nearby(colour, 0.08, &mut rng), body });
        }
    }
    easel.lit(0.4, 0.04).shrunk(2)
}

/// The colour of one dot: the right one, its bright neighbour, or its complement, which makes the others glow.
fn divided(x: f32, y: f32, rng: &mut Rng) -> V3 {
    let right = colour(x, y);
    let grey = V3::all((right.x + right.y + right.z) / 3.0);
    let pure = (grey.lerp(right, 1.7) * 1.03).map(|a| a.clamp(0.03, 1.0));
    let chance = rng.unit();
    if chance < 0.13 {
        let complement = grey.lerp(right, -1.5).map(|a| a.clamp(0.1, 1.0));
        return nearby(complement, 0.05, rng);
    }
    if chance < 0.38 {
        // Turned a sixth of the colour circle to one side or the other.
        let turned = if rng.unit() < 0.5 { v(pure.y, pure.z, pure.x) } else { v(pure.z, pure.x, pure.y) };
        return nearby(pure.lerp(turned, 0.32), 0.07, rng);
    }
    nearby(pure, 0.09, rng)
}

/// The scene that the dots show.
fn colour(x: f32, y: f32) -> V3 {
    for (cx, waterline, mast) in BOATS {
        if let Some(colour) = boat((x - cx) / mast, (waterline - y) / mast) {
            return colour;
        }
    }
    if y < HORIZON { sky(x, y) } else { water(x, y) }
}

fn sky(x: f32, y: f32) -> V3 {
    let coast = HORIZON - 46.0 * smooth(760.0, 1280.0, x) - 30.0 * smooth(190.0, 0.0, x) - 10.0 * noise(x * 0.02, 0.0, 4);
    if y > coast {
        return hex(0x6a5fa3).lerp(hex(0x4a6fb0), 0.5 + 0.5 * noise(x * 0.02, y * 0.05, 5));
    }
    let bands = [hex(0x3f78c4), hex(0x6fb0d8), hex(0xa9d0c8), hex(0xf2dc9a), hex(0xf9b868), hex(0xf08a62)];
    let r = (x - SUN.0).hypot((y - SUN.1) * 1.25);
    let ring = 0.05 * (r * 0.045).sin() * smooth(460.0, 60.0, r);
    let clouds = smooth(0.05, 0.45, fbm(x * 0.004, y * 0.011, 4, 6)) * smooth(HORIZON, 260.0, y);
    let clear = ramp(&bands, y / HORIZON + ring).lerp(hex(0xffe58a), 0.75 * smooth(300.0, 40.0, r));
    let colour = clear.lerp(hex(0xf6b7a4).lerp(hex(0xb79bd0), smooth(-0.1, 0.5, fbm(x * 0.01, y * 0.02, 3, 7))), 0.75 * clouds);
    colour.lerp(hex(0xfff7cf), smooth(56.0, 46.0, r))
}

fn water(x: f32, y: f32) -> V3 {
    let down = (y - HORIZON) / (HEIGHT - HORIZON);
    let wave = (0.5 + 2.0 * down) * 14.0 * noise(x * 0.008 / (0.3 + down), y * 0.11 / (0.4 + down), 8);
    // Boats are seen again, upside down and broken by waves.
    for (cx, waterline, mast) in BOATS {
        let across = (x + wave * 1.6 - cx) / mast;
        if y > waterline
            && let Some(colour) = boat(across, (y - waterline) / mast * 1.15)
        {
            return colour.lerp(hex(0x2c7fa0), 0.42);
        }
    }
    let mirrored = sky(x + wave * 2.0, (HORIZON - (y - HORIZON) * 1.05 + wave * 1.5).clamp(0.0, HORIZON - 60.0));
    let sea = [hex(0x4fa3b5), hex(0x2b86b0), hex(0x1f5f9e), hex(0x2a4a8c)];
    let own = ramp(&sea, down + 0.35 * noise(x * 0.01, y * 0.06, 9));
    let glitter = smooth(95.0 + 120.0 * down, 10.0, (x - SUN.0 + wave * 2.4).abs()) * smooth(-0.3, 0.25, noise(x * 0.02, y * 0.12, 10));
    own.lerp(mirrored, mix(0.6, 0.3, down)).lerp(hex(0xffc66b), 0.85 * glitter)
}

/// A boat one mast high with its waterline at 0; none beside it.
fn boat(x: f32, y: f32) -> Option<V3> {
    let belly = 0.02 * (y * 6.0).sin();
    if (0.0..0.085).contains(&y) && x > -0.34 - 0.35 * y && x < 0.30 + 0.8 * y {
        return Some(if y > 0.06 { hex(0xf0dfae) } else { hex(0x7c2d2a).lerp(hex(0x2c2350), smooth(-0.3, 0.3, x)) });
    }
    if !(0.10..1.0).contains(&y) {
        return None;
    }
    let main = x < -0.012 && x > -0.36 * (1.0 - ((y - 0.12) / 0.88).max(0.0)).powf(0.8) - belly;
    let jib = x > 0.012 && y < 0.86 && x < 0.33 * (1.0 - (y - 0.1) / 0.76).powf(1.15) + belly;
    if main {
        return Some(hex(0xe8552f).lerp(hex(0xa52a5a), smooth(-0.02, -0.32, x) * 0.9));
    }
    if jib {
        return Some(hex(0xfdf3d6).lerp(hex(0x8f7fd0), smooth(0.0, 0.3, x)));
    }
    (x.abs() < 0.013).then(|| hex(0x4a2a45))
}
