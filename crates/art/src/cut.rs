//! "Painting": a woodcut. Black is what the knife left standing, light is what it carved away; two more blocks print
//! vermilion and indigo, not quite in register.

use super::canvas::Canvas;
use super::noise::{fbm, noise};
use super::vector::{V3, hex, mix, smooth};

/// Cut at twice the size, so that edges come out clean.
const FINE: f32 = 2.0;
const WIDTH: usize = 1280;
const HEIGHT: usize = 1000;
const SUN: (f32, f32, f32) = (400.0, 170.0, 92.0);
const SEA: f32 = 322.0;

/// What the three blocks print at a point; each in [0, 1].
struct Print {
    black: f32,
    red: f32,
    blue: f32,
}

/// Prints the picture: 640 x 500.
pub(super) fn draw() -> Canvas {
    let printed = Canvas::each(WIDTH, HEIGHT, |px, py| {
        let (x, y) = (px as f32 / FINE, py as f32 / FINE);
        // The knife's edge is never quite straight.
        let (kx, ky) = (x + 1.1 * noise(x * 0.13, y * 0.13, 1), y + 1.1 * noise(x * 0.13, y * 0.13, 2));
        let key = cut(kx, ky).black;
        let red = cut(kx + 1.6, ky - 1.1).red;
        let blue = cut(kx - 1.3, ky + 1.4).blue;
        let fibre = fbm(x * 0.05, y * 0.9, 3, 3) * 0.4 + fbm(x * 0.8, y * 0.06, 3, 4) * 0.3;
        let paper = hex(0xf0e3c6) * (1.0 + 0.05 * fibre + 0.03 * fbm(x * 0.01, y * 0.01, 3, 5));
        // Ink takes unevenly on wood: along the grain, and in small specks.
        let grain = 0.5 + 0.5 * fbm(x * 0.012 + 2.0 * fbm(x * 0.004, y * 0.02, 2, 6), y * 0.33, 4, 7);
        let speck = smooth(0.42, 0.62, fbm(x * 0.55, y * 0.55, 3, 8));
        let over = |under: V3, ink: V3, cover: f32| under.lerp(under * ink, cover);
        let blueish = over(paper, hex(0x2f6f8f), blue * mix(0.72, 1.0, grain) * (1.0 - 0.4 * speck));
        let redder = over(blueish, hex(0xd8401f), red * mix(0.80, 1.0, grain) * (1.0 - 0.35 * speck));
        redder.lerp(hex(0x17130f), key * mix(0.90, 0.99, grain) * (1.0 - 0.5 * speck * smooth(0.75, 0.4, grain)))
    });
    printed.shrunk(2)
}

/// Lines `pitch` apart where `across` grows: 1 in a line that takes `share` of the pitch, with tapering, uneven ends.
fn lines(across: f32, along: f32, pitch: f32, share: f32, seed: u32) -> f32 {
    let row = (across / pitch).floor();
    let swell = 0.22 * noise(along * 0.035, row * 7.3, seed) + 0.10 * noise(along * 0.15, row * 3.1, seed + 1);
    let distance = ((across / pitch).fract() - 0.5).abs() * 2.0;
    let wide = share + swell * smooth(0.02, 0.3, share) * smooth(0.99, 0.75, share);
    smooth(wide + 0.16, wide - 0.02, distance)
}

/// The height of a mountain chain's skyline at x.
fn ridge(x: f32, base: f32, tall: f32, wave: f32, seed: u32) -> f32 {
    base - tall * (0.5 + 0.75 * noise(x * wave, 0.0, seed))
        - 0.16 * tall * noise(x * wave * 4.1, 0.0, seed + 1)
        - 0.05 * tall * noise(x * wave * 13.0, 0.0, seed + 2)
}

/// The drawing at (x, y) in the picture's pixels.
fn cut(x: f32, y: f32) -> Print {
    let edge = 9.0 + 1.5 * noise(x * 0.03, y * 0.03, 9);
    if x < edge || y < edge || x > 640.0 - edge || y > 500.0 - edge {
        return Print { black: 0.0, red: 0.0, blue: 0.0 };
    }
    let frame = x < edge + 4.0 || y < edge + 4.0 || x > 636.0 - edge || y > 496.0 - edge;
    if frame || pine(x, y) {
        return Print { black: 1.0, red: 0.0, blue: 0.0 };
    }
    // A margin is carved free around the tree, so that black stands against light.
    const AROUND: [(f32, f32); 6] = [(3.2, 0.0), (-3.2, 0.0), (1.6, 2.8), (-1.6, 2.8), (1.6, -2.8), (-1.6, -2.8)];
    let freed = x < 290.0 && AROUND.iter().any(|(dx, dy)| pine(x + dx, y + dy));
    let print = if y > SEA { sea(x, y) } else { land(x, y) };
    if freed { Print { black: 0.0, ..print } } else { print }
}

/// Mountains before the sky.
fn land(x: f32, y: f32) -> Print {
    let near = ridge(x, 330.0, 95.0, 0.009, 21);
    if y > near {
        return slope(x, y, near, 7.0, 0.72, 24);
    }
    let middle = ridge(x, 300.0, 135.0, 0.0075, 31);
    if y > middle {
        return slope(x, y, middle, 6.0, 0.5, 34);
    }
    let far = ridge(x, 262.0, 130.0, 0.006, 41);
    if y > far {
        let mut print = slope(x, y, far, 5.0, 0.26, 44);
        print.blue = print.blue.max(0.55);
        return print;
    }
    sky(x, y)
}

/// One mountain: a black outline, a lit flank left to the paper, a shaded one hatched down the fall line.
fn slope(x: f32, y: f32, top: f32, pitch: f32, dark: f32, seed: u32) -> Print {
    let down = y - top;
    let lean = noise(x * 0.02, y * 0.008, seed);
    // Spurs run down from the ridge; one side of each lies in shadow.
    let spur = noise(x * 0.021 + down * 0.006 * lean, down * 0.004, seed + 1);
    let shade = smooth(-0.25, 0.30, spur + 0.16 * noise(x * 0.09, y * 0.05, seed + 2));
    let across = x + down * 0.55 * (spur * 1.2 + 0.4) + 5.0 * noise(x * 0.02, y * 0.03, seed + 3);
    let share = mix(dark * 0.35, (dark + 0.42).min(0.98), shade) * smooth(140.0, 30.0, down - 30.0 * shade);
    let hatch = lines(across, y, pitch, share, seed + 4);
    let outline = smooth(4.2, 2.6, down + 1.2 * noise(x * 0.1, 0.0, seed + 5));
    Print { black: hatch.max(outline), red: 0.0, blue: 0.9 * smooth(0.15, 0.6, shade) * smooth(150.0, 70.0, down) }
}

/// Rays carved outwards from the sun, and streaming clouds.
fn sky(x: f32, y: f32) -> Print {
    let (dx, dy) = (x - SUN.0, y - SUN.1);
    let r = dx.hypot(dy);
    if r < SUN.2 {
        let ripple = lines(y + 3.0 * (x * 0.05).sin(), x, 9.0, 0.18 * smooth(-20.0, 80.0, dy), 51);
        return Print { black: ripple * smooth(0.0, 50.0, dy), red: 1.0, blue: 0.0 };
    }
    let bank = fbm(x * 0.0075, y * 0.021, 3, 52) + 0.10;
    if bank > 0.16 {
        // A cloud: its rim is left white, its belly is cut in flowing lines.
        let deep = smooth(0.19, 0.45, bank);
        let curl = lines(bank * 260.0 + 0.1 * y, x, 9.0, 0.12 + 0.62 * deep, 53);
        return Print { black: curl * smooth(0.185, 0.21, bank), red: 0.0, blue: 0.35 * deep };
    }
    let turns = dy.atan2(dx) / std::f32::consts::TAU;
    // Between long rays start shorter ones, so that the black between them never gets too broad.
    let count = if r < 150.0 {
        60.0
    } else if r < 290.0 {
        120.0
    } else {
        240.0
    };
    let share = mix(0.30, 0.86, smooth(SUN.2, 420.0, r + 40.0 * noise(turns * 90.0, 0.0, 54)));
    let rays = lines(turns * count * 8.0 + 4000.0, r, 8.0, share, 55);
    let halo = smooth(SUN.2 + 9.0, SUN.2 + 14.0, r);
    Print { black: rays * halo, red: 0.62 * smooth(330.0, 90.0, r), blue: smooth(250.0, 420.0, r) }
}

/// Waves: rows of crests, larger toward the viewer, white on black, with the sun's path in red.
fn sea(x: f32, y: f32) -> Print {
    let down = (y - SEA) / (500.0 - SEA);
    let depth = 46.0 * (1.0 + 5.0 * down).ln();
    let heave = (2.2 + 9.0 * down) * (x * 0.045 / (0.35 + down) + 2.5 * noise(x * 0.01, depth * 0.12, 61) + depth * 0.35).sin();
    let across = depth * 3.0 + heave * 0.42 / (0.2 + down) * 0.6 + 4.0 * noise(x * 0.02, y * 0.04, 62);
    let path = smooth(70.0 + 80.0 * down, 20.0, (x - SUN.0 + 16.0 * noise(y * 0.12, x * 0.01, 63)).abs());
    let tone = 0.62 + 0.25 * noise(x * 0.012, y * 0.03, 64) - 0.42 * path;
    let crest = lines(across, x, 12.0, tone.clamp(0.1, 0.93), 65);
    let fleck = lines(across + 6.0, x + 300.0, 12.0, 0.2, 66) * smooth(0.1, 0.4, noise(x * 0.09, across * 0.2, 67));
    let shore = smooth(5.0, 2.0, y - SEA);
    Print { black: (crest - fleck * 0.9).max(0.0).max(shore), red: path, blue: (1.0 - path) * mix(0.75, 1.0, down) }
}

/// A windblown pine at the left, black all through.
fn pine(x: f32, y: f32) -> bool {
    let bend = 92.0 + 30.0 * ((500.0 - y) * 0.0088).sin() + 5.0 * noise(y * 0.03, 0.0, 71);
    let bark = 1.8 * noise(x * 0.2, y * 0.12, 72);
    if y > 95.0 && (x - bend).abs() < 4.5 + 13.0 * ((y - 95.0) / 405.0).powf(1.5) + bark {
        // Light on the bark: two or three carved strokes.
        let carved = noise((x - bend) * 0.22, y * 0.035, 73) > 0.34 && (x - bend).abs() < 11.0 && y > 200.0;
        return !carved;
    }
    let ground = 470.0 - 42.0 * smooth(260.0, 0.0, x) - 6.0 * noise(x * 0.05, 0.0, 74);
    if y > ground {
        let blade = noise(x * 0.35 + y * 0.12, y * 0.05, 75) > 0.42 && y > ground + 5.0;
        return !blade;
    }
    // Needles in flat clouds of tufts.
    const TUFTS: [(f32, f32, f32, f32); 8] = [
        (120.0, 84.0, 66.0, 21.0),
        (62.0, 118.0, 56.0, 17.0),
        (176.0, 132.0, 62.0, 16.0),
        (98.0, 60.0, 38.0, 17.0),
        (52.0, 190.0, 50.0, 15.0),
        (196.0, 204.0, 52.0, 14.0),
        (150.0, 256.0, 34.0, 11.0),
        (52.0, 268.0, 36.0, 11.0),
    ];
    for (tx, ty, wide, tall) in TUFTS {
        let (dx, dy) = ((x - tx) / wide, (y - ty) / tall);
        let r = dx.hypot(dy);
        let spikes = 0.17 * noise(dy.atan2(dx) * 13.0, tx, 76) + 0.12 * noise(x * 0.3, y * 0.3, 77);
        if r < 1.0 + spikes {
            let fan = ((x - tx) * 0.42 + 0.5 * (y - ty - tall)).abs() % 6.0 < 1.5 && dy < 0.25 && r > 0.25 && dy > -0.8;
            return !fan;
        }
        // The bough that carries it.
        let (from, t) = (ty + 26.0, (x - bend) / (tx - bend + 0.01));
        if (0.0..1.0).contains(&t) && (y - mix(from + 8.0, ty + 3.0, t)).abs() < 3.4 * (1.15 - t) {
            return true;
        }
    }
    false
}
