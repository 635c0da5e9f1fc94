//! "Painting": a windy night over wheat, in thick oil. Strokes follow the flow of a few whirls; the sky's blues turn to
//! yellow and white where stars burn.

use super::brush::{Easel, Stroke, follow, nearby, ramp};
use super::canvas::Canvas;
use super::noise::{Rng, fbm, noise};
use super::vector::{V3, hex, mix, smooth};

/// Painted at twice the size, so that bristles finer than a pixel still count.
const WIDTH: f32 = 1280.0;
const HEIGHT: f32 = 1000.0;

/// Stars: x, y, radius of the core in pixels; the first is the moon.
const STARS: [(f32, f32, f32); 9] = [
    (1065.0, 165.0, 50.0),
    (120.0, 130.0, 26.0),
    (335.0, 70.0, 17.0),
    (285.0, 285.0, 22.0),
    (545.0, 120.0, 18.0),
    (815.0, 95.0, 21.0),
    (865.0, 330.0, 19.0),
    (1190.0, 400.0, 20.0),
    (90.0, 430.0, 19.0),
];
/// Whirls of wind: x, y, radius, sense.
const WHIRLS: [(f32, f32, f32, f32); 4] =
    [(570.0, 300.0, 150.0, 1.0), (745.0, 400.0, 95.0, -1.0), (170.0, 330.0, 120.0, -1.0), (1010.0, 420.0, 110.0, 1.0)];

/// Paints the picture: 640 x 500.
pub(super) fn draw() -> Canvas {
    let mut easel = Easel::new(WIDTH as usize, HEIGHT as usize, hex(0x1a2a4c));
    let mut rng = Rng::new(1889);
    // From broad to fine: count, half breadth, length, thickness.
    let passes = [(2600, 16.0, 100.0, 0.5), (5200, 9.5, 84.0, 0.85), (6200, 6.2, 58.0, 1.05)];
    for (count, half, length, body) in passes {
        for _ in 0..count {
            let (x, y) = (rng.range(-20.0, WIDTH + 20.0), rng.range(-20.0, HEIGHT + 20.0));
            let near = STARS.iter().map(|s| (x - s.0).hypot(y - s.1) / s.2).fold(9.0, f32::min);
            let length = length * rng.range(0.6, 1.3) * mix(0.45, 1.0, smooth(0.5, 4.0, near));
            let path = follow(flow, x, y, length);
            let middle = path[path.len() / 2];
            let colour = nearby(colour(middle.0, middle.1), 0.10, &mut rng);
            let other = if rng.unit() < 0.35 { accent(y, &mut rng) } else { nearby(colour, 0.16, &mut rng) };
            easel.paint(&Stroke { path, half: half * rng.range(0.7, 1.25), colour, other: colour.lerp(other, 0.7), body });
        }
    }
    easel.lit(1.3, 0.22).shrunk(2)
}

/// The skyline: far hills.
fn hills(x: f32) -> f32 {
    610.0 - 70.0 * (x * 0.0046 + 0.6).sin() - 40.0 * (x * 0.0105).sin() + 22.0 * noise(x * 0.012, 0.0, 5)
}

/// Where the wheat begins.
fn wheat(x: f32) -> f32 {
    748.0 + 34.0 * (x * 0.0042 + 2.2).sin() + 12.0 * noise(x * 0.02, 3.0, 6)
}

/// The direction in which the brush moves.
fn flow(x: f32, y: f32) -> (f32, f32) {
    let wave = 0.55 * (x * 0.0055 + y * 0.004).sin() + 0.4 * fbm(x * 0.004, y * 0.006, 2, 7);
    if y > wheat(x) {
        // Wheat leans away from the wind in waves.
        let lean = 0.75 + 0.8 * noise(x * 0.006, y * 0.008, 8);
        return (lean, -1.0);
    }
    if y > hills(x) {
        let tilt = (hills(x + 4.0) - hills(x - 4.0)) / 8.0;
        return (1.0, tilt + 0.55 * noise(x * 0.011, y * 0.014, 9));
    }
    let (mut fx, mut fy) = (1.0, wave);
    for (cx, cy, radius, sense) in WHIRLS {
        let (dx, dy) = (x - cx, y - cy);
        let r = dx.hypot(dy) / radius;
        let pull = 3.6 * (-r * r * 0.75).exp();
        fx += sense * pull * (-dy / radius / (r + 0.08)) - 0.22 * pull * dx / radius;
        fy += sense * pull * (dx / radius / (r + 0.08)) - 0.22 * pull * dy / radius;
    }
    for (cx, cy, core) in STARS {
        let (dx, dy) = (x - cx, y - cy);
        let r = dx.hypot(dy) / core;
        let pull = 4.5 * (-(r / 2.9).powi(2)).exp();
        fx += pull * -dy / (core * (r + 0.1));
        fy += pull * dx / (core * (r + 0.1));
    }
    (fx, fy)
}

/// A colour that is not asked for there, and sings.
fn accent(y: f32, rng: &mut Rng) -> V3 {
    let sky = [hex(0xd9e4d0), hex(0x5fa7b8), hex(0xe8cf6a), hex(0x27458f), hex(0x122047)];
    let land = [hex(0xf3d25c), hex(0xb4521f), hex(0x3d6b4a), hex(0x1d3557), hex(0xe9a63a)];
    rng.pick(if y < 640.0 { &sky } else { &land })
}

/// The colour that the picture has at a point.
fn colour(x: f32, y: f32) -> V3 {
    if y > wheat(x) {
        let golds = [hex(0x8a4b18), hex(0xc9821f), hex(0xe8b52f), hex(0xf6d766), hex(0xd79a2a)];
        let bands = 0.5 + 0.5 * fbm(x * 0.006, y * 0.02, 3, 14) + 0.14 * (y - 760.0) / 240.0;
        let poppy = noise(x * 0.055, y * 0.07, 15) > 0.72;
        return if poppy { hex(0xc8321e) } else { ramp(&golds, bands) };
    }
    if y > hills(x) {
        let deep = (y - hills(x)) / (wheat(x) - hills(x)).max(30.0);
        let greens = [hex(0x1b3a6b), hex(0x20566f), hex(0x2f6f55), hex(0x7b9a46), hex(0x23483c)];
        return ramp(&greens, 0.9 * deep + 0.45 * fbm(x * 0.009, y * 0.014, 3, 13));
    }
    let blues = [hex(0x0f1c46), hex(0x1c3a86), hex(0x2a5cae), hex(0x5b93c9), hex(0x2f67b4), hex(0x9cc6d2)];
    let high = smooth(0.0, hills(x), y);
    let mut sky = ramp(&blues, 0.12 + 0.45 * high + 0.62 * fbm(x * 0.0045, y * 0.009, 3, 12) + 0.1 * (x * 0.01).sin());
    for (cx, cy, radius, _) in WHIRLS {
        let (dx, dy) = (x - cx, y - cy);
        let r = dx.hypot(dy) / radius;
        // A spiral of light that winds inwards.
        let arm = 0.5 + 0.5 * (2.0 * dy.atan2(dx) + 5.5 * (r + 0.15).ln()).sin();
        let pale = hex(0xcfe0d8).lerp(hex(0x77b0cf), smooth(0.4, 1.2, r));
        sky = sky.lerp(pale, smooth(1.35, 0.3, r) * smooth(0.45, 0.85, arm) * 0.85);
    }
    for (cx, cy, core) in STARS {
        let r = (x - cx).hypot(y - cy) / core;
        let rings = [hex(0xfffbe0), hex(0xffe680), hex(0xf5b930), hex(0xf2d77a), hex(0xa9cf9f), hex(0x6fb0c4)];
        let ring = ramp(&rings, r / 3.6 + 0.06 * (r * 5.0).sin());
        sky = sky.lerp(ring, smooth(3.9, 1.6, r));
    }
    // Dawn lies on the hills.
    sky.lerp(hex(0xbfd3b4), 0.55 * smooth(130.0, 10.0, hills(x) - y) * (0.6 + 0.5 * noise(x * 0.01, y * 0.03, 16)))
}
