//! "Painting": mountains in mist and bamboo, in ink on paper. Washes pool at their wet edge and settle into the
//! paper's grain; strokes of a drier brush break up.

use super::canvas::Canvas;
use super::noise::{Rng, fbm, noise, ridged};
use super::vector::{V3, hex, mix, smooth};

const WIDTH: usize = 640;
const HEIGHT: usize = 512;

/// Paints the picture: 640 x 512.
pub(super) fn draw() -> Canvas {
    let mut ink = Sheet(vec![0.0; WIDTH * HEIGHT]);
    ink.mountains();
    let mut rng = Rng::new(1420);
    ink.bamboo(&mut rng);
    ink.birds(&mut rng);
    let warm = hex(0xf1e8d6);
    let sheet = ink.0;
    Canvas::each(WIDTH, HEIGHT, |px, py| {
        let (x, y) = (px as f32, py as f32);
        let fibre = noise(x * 0.9, y * 0.09, 1) + noise(x * 0.07 + y * 0.03, y * 0.8, 2) + fbm(x * 0.5, y * 0.5, 3, 3);
        let paper = warm * (1.0 + 0.018 * fibre + 0.04 * fbm(x * 0.008, y * 0.008, 3, 4));
        // A pale sun, and the painter's seal.
        let sun = (x - 452.0).hypot(y - 104.0) + 1.6 * noise(x * 0.06, y * 0.06, 5);
        let wash = smooth(45.0, 42.0, sun) * (0.74 + 0.14 * fbm(x * 0.03, y * 0.03, 4, 6) + 0.18 * smooth(34.0, 43.0, sun));
        let seal = seal(x - 556.0, y - 424.0);
        let coloured = paper * V3::all(1.0).lerp(hex(0xd2452c), wash.max(seal * (0.82 + 0.25 * fibre * 0.4)));
        // Grains of soot settle in the paper's hollows.
        let load = sheet[py * WIDTH + px];
        let grained = load * (1.0 + 0.22 * fbm(x * 0.55, y * 0.55, 3, 7) + 0.10 * fibre * smooth(1.4, 0.3, load));
        let through = (-grained.max(0.0)).exp();
        let tone = hex(0x24262c).lerp(hex(0x56606e), smooth(1.2, 0.1, load) * 0.6);
        tone.lerp(V3::all(1.0), through) * coloured
    })
}

/// Ink on the sheet, as optical density.
struct Sheet(Vec<f32>);

impl Sheet {
    fn add(&mut self, x: i32, y: i32, density: f32) {
        if x >= 0 && y >= 0 && (x as usize) < WIDTH && (y as usize) < HEIGHT {
            self.0[y as usize * WIDTH + x as usize] += density.max(0.0);
        }
    }

    /// Ranges from far and pale to near and dark, each dissolving into mist at its foot.
    fn mountains(&mut self) {
        // Base of the skyline, height, width of its shapes, density, depth of the wash.
        let ranges = [
            (205.0, 62.0, 0.0085, 0.20, 70.0),
            (262.0, 150.0, 0.0068, 0.36, 110.0),
            (300.0, 130.0, 0.0090, 0.62, 105.0),
            (372.0, 96.0, 0.0105, 0.95, 85.0),
            (470.0, 62.0, 0.0125, 1.7, 90.0),
        ];
        for (i, (base, tall, wave, density, depth)) in ranges.into_iter().enumerate() {
            let seed = 100 + 10 * i as u32;
            for px in 0..WIDTH {
                let x = px as f32;
                let peak = noise(x * wave + 3.0, 0.0, seed).max(-0.3) + 0.3 * noise(x * wave * 2.6, 0.0, seed + 1);
                let rough = 4.0 * noise(x * 0.06, 0.0, seed + 2) + 1.6 * noise(x * 0.21, 0.0, seed + 3);
                let top = base - tall * peak - rough;
                // The range behind is left out where this one is painted.
                for py in (top.max(0.0) as usize)..HEIGHT {
                    let down = py as f32 - top;
                    let covered = smooth(0.0, 3.0, down) * smooth(2.6 * depth, 0.5 * depth, down);
                    self.0[py * WIDTH + px] *= 1.0 - covered;
                    let y = py as f32;
                    let mist = smooth(0.9 + 0.5 * fbm(x * 0.007, y * 0.02, 3, seed + 4), -0.1, down / depth);
                    let edge = 0.55 * (-down / 2.6).exp() + 0.30 * (-down / 13.0).exp();
                    let pool = 1.0 + 0.5 * fbm(x * 0.018, y * 0.022, 4, seed + 5);
                    // "Axe-cut" wrinkles that give rock its faces.
                    let folds = ridged(x * 0.022 + down * 0.010, down * 0.011 + x * 0.003, 4, seed + 6);
                    let dry = smooth(0.0, 0.5, fbm(x * 0.12 + down * 0.08, down * 0.03, 3, seed + 7) + 0.15);
                    let wrinkle = smooth(0.62, 0.78, folds) * dry * smooth(1.0, 0.1, down / depth);
                    let here = density * mist * (0.62 * pool + edge + 1.05 * wrinkle) * smooth(0.0, 1.6, down);
                    self.0[py * WIDTH + px] += here.max(0.0);
                }
            }
        }
        // Pines along the nearer ridges are dabs of the tip of the brush.
        let mut rng = Rng::new(7);
        for _ in 0..150 {
            let x = rng.range(0.0, 640.0);
            let i = if rng.unit() < 0.5 { 3 } else { 4 };
            let (base, tall, wave, _, _) = ranges[i];
            let seed = 100 + 10 * i as u32;
            let peak = noise(x * wave + 3.0, 0.0, seed).max(-0.3) + 0.3 * noise(x * wave * 2.6, 0.0, seed + 1);
            let foot = base - tall * peak + rng.range(-2.0, 14.0);
            let high = rng.range(8.0, 20.0) * if i == 4 { 1.5 } else { 1.0 };
            for step in 0..5 {
                let t = step as f32 / 5.0;
                let reach = high * 0.42 * (0.25 + t);
                let y = foot - high * (1.0 - t);
                let tip = (x + reach * rng.range(0.6, 1.2), y + reach * 0.35);
                let other = (x - reach * rng.range(0.6, 1.2), y + reach * 0.35);
                self.stroke(&[other, (x, y), tip], 1.7, 0.55, 0.3, rng.unit());
            }
        }
    }

    /// A stroke of the brush through `path`: swelling, breadth `half` at most; `dry` in [0, 1] breaks it up.
    fn stroke(&mut self, path: &[(f32, f32)], half: f32, density: f32, dry: f32, lot: f32) {
        let mut along = 0.0;
        let seed = (lot * 9999.0) as u32;
        let total: f32 = path.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum();
        for pair in path.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let long = dx.hypot(dy).max(1e-3);
            for step in 0..(long * 2.0) as i32 + 1 {
                let t = (step as f32 / (long * 2.0)).min(1.0);
                let place = (along + t * long) / total;
                let wide = half * smooth(-0.03, 0.22, place) * smooth(1.02, 0.55, place);
                let (cx, cy) = (pair[0].0 + t * dx, pair[0].1 + t * dy);
                for side in -(wide * 2.0) as i32..=(wide * 2.0) as i32 {
                    let across = side as f32 * 0.5;
                    let hair = noise(across * 1.1, (along + t * long) * 0.03, seed);
                    let wet = 0.75 + 0.45 * (across / wide.max(0.5)).abs().powi(3);
                    let broken = smooth(0.9 * dry - 0.75, 0.9 * dry - 0.35, hair + 0.4 - 0.6 * dry * place);
                    let (x, y) = (cx - dy / long * across, cy + dx / long * across);
                    self.add(x.round() as i32, y.round() as i32, 0.25 * density * wet * broken);
                }
            }
            along += long;
        }
    }

    /// Stalks in sections, twigs, and leaves in groups like the character for "individual".
    fn bamboo(&mut self, rng: &mut Rng) {
        for (foot, lean, half, density) in [(96.0, 34.0, 8.0, 1.5), (42.0, 22.0, 6.0, 0.75), (160.0, 70.0, 4.2, 1.15)] {
            let mut y = 520.0;
            while y > -30.0 {
                let next = y - rng.range(62.0, 86.0);
                let at = |y: f32| foot + lean * ((512.0 - y) / 512.0_f32).powf(1.5);
                let path = [(at(y), y - 2.0), (at(0.5 * (y + next)), 0.5 * (y + next)), (at(next), next + 3.0)];
                self.stalk(&path, half, density, rng.unit());
                self.stroke(
                    &[(at(next) - half, next + 1.0), (at(next), next + 3.0), (at(next) + half, next)],
                    2.0,
                    density * 1.3,
                    0.1,
                    rng.unit(),
                );
                if rng.unit() < 0.8 && y < 470.0 {
                    self.twig(at(next), next, density, rng);
                }
                y = next;
            }
        }
    }

    /// One section of a stalk: pressed at both joints, dry in the middle.
    fn stalk(&mut self, path: &[(f32, f32); 3], half: f32, density: f32, lot: f32) {
        let seed = (lot * 9999.0) as u32;
        let steps = (path[0].1 - path[2].1).abs() * 2.0;
        for step in 0..steps as i32 {
            let t = step as f32 / steps;
            let x = mix(path[0].0, path[2].0, t);
            let y = mix(path[0].1, path[2].1, t);
            let ends = (2.0 * t - 1.0).abs().powi(6);
            let wide = half * (0.9 + 0.18 * ends);
            for side in -(wide * 2.0) as i32..=(wide * 2.0) as i32 {
                let across = side as f32 / (2.0 * wide);
                let hair = noise(across * 9.0, y * 0.012, seed) + 0.5 * noise(across * 22.0, y * 0.02, seed + 1);
                let load = (0.5 + 0.7 * across.abs().powi(2) + 0.25 * across + 0.5 * ends) * smooth(-0.62, 0.05, hair);
                self.add((x + across * wide).round() as i32, y.round() as i32, 0.28 * density * load);
            }
        }
    }

    fn twig(&mut self, x: f32, y: f32, density: f32, rng: &mut Rng) {
        let side = if rng.unit() < 0.72 { 1.0 } else { -1.0 };
        let long = rng.range(40.0, 110.0);
        let tip = (x + side * long, y - rng.range(8.0, 50.0));
        self.stroke(&[(x, y), (x + 0.55 * side * long, tip.1 + 6.0), tip], 1.5, density * 0.9, 0.2, rng.unit());
        for knot in [0.45, 0.75, 1.0] {
            let (kx, ky) = (mix(x, tip.0, knot), mix(y, tip.1, knot) + 3.0 * (1.0 - knot));
            for leaf in 0..(rng.range(2.0, 5.0) as i32) {
                let turn = 0.35 + 0.42 * leaf as f32 + rng.range(-0.15, 0.15) - 0.25;
                let reach = rng.range(30.0, 62.0);
                let (dx, dy) = (side * turn.cos() * reach, turn.sin() * reach);
                let bend = rng.range(-4.0, 4.0);
                let path = [(kx, ky), (kx + 0.5 * dx + bend, ky + 0.45 * dy - 2.0), (kx + dx, ky + dy)];
                self.stroke(&path, rng.range(3.0, 5.4), density * rng.range(0.6, 1.5), rng.range(0.1, 0.6), rng.unit());
            }
        }
    }

    /// A skein of geese, far off.
    fn birds(&mut self, rng: &mut Rng) {
        for i in 0..7 {
            let (x, y) = (262.0 + 17.0 * i as f32 + rng.range(-3.0, 3.0), 96.0 - 5.0 * (3.0 - i as f32).abs() + rng.range(-2.0, 2.0));
            self.stroke(
                &[(x - 6.0, y - 3.0), (x - 2.0, y - 3.5), (x, y), (x + 3.0, y - 3.5), (x + 7.0, y - 2.0)],
                1.1,
                1.2,
                0.0,
                rng.unit(),
            );
        }
    }
}

/// A square seal with carved marks, in [0, 1]; coordinates in pixels from its middle.
fn seal(x: f32, y: f32) -> f32 {
    let (wx, wy) = (x + 0.9 * noise(x * 0.3, y * 0.3, 8), y + 0.9 * noise(x * 0.3, y * 0.3, 9));
    let inside = smooth(20.0, 18.6, wx.abs().max(wy.abs()));
    let bars = [
        (-9.0, -10.0, 7.0, 1.3),
        (-9.0, -3.0, 7.0, 1.3),
        (-9.0, 6.0, 1.4, 9.0),
        (8.0, -4.0, 1.4, 11.0),
        (9.0, -10.0, 6.0, 1.3),
        (8.0, 2.0, 6.0, 1.3),
        (9.0, 10.0, 7.0, 1.3),
    ];
    let carved = bars.iter().any(|(bx, by, bw, bh)| (wx - bx).abs() < *bw && (wy - by).abs() < *bh);
    let worn = smooth(0.55, 0.35, fbm(x * 0.25, y * 0.25, 3, 10));
    if carved { 0.0 } else { inside * worn }
}
