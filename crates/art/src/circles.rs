//! "Painting": rhythms of discs, arcs and triangles, in the manner of the Delaunays and of Kandinsky. Colours change
//! wherever two forms cross; each field has its own brushwork.

use super::canvas::Canvas;
use super::noise::{Rng, cell, fbm, noise};
use super::vector::{V3, hex, smooth, v};

const WIDTH: usize = 1280;
const HEIGHT: usize = 1040;

/// Colours that were mixed for this picture.
const PAINTS: [u32; 14] = [
    0xd7301f, 0xf28a1c, 0xf7c93a, 0xf5ecd0, 0x1f5fa8, 0x12305f, 0x3fa0b5, 0x2e8b57, 0xa8c256, 0x7a2f7d, 0xe56a8a, 0x1b1a1f, 0xb9541f,
    0x8fc3d6,
];

/// A disc of rings: middle, radius, number of rings and sectors, turn of the sectors.
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
    rings: f32,
    sectors: f32,
    turn: f32,
}

const DISCS: [Disc; 9] = [
    Disc { x: 455.0, y: 400.0, radius: 330.0, rings: 7.0, sectors: 4.0, turn: 0.2 },
    Disc { x: 935.0, y: 640.0, radius: 285.0, rings: 6.0, sectors: 4.0, turn: 0.9 },
    Disc { x: 975.0, y: 205.0, radius: 180.0, rings: 5.0, sectors: 2.0, turn: 0.5 },
    Disc { x: 215.0, y: 845.0, radius: 205.0, rings: 5.0, sectors: 4.0, turn: 1.2 },
    Disc { x: 590.0, y: 880.0, radius: 120.0, rings: 4.0, sectors: 2.0, turn: 0.0 },
    Disc { x: 1200.0, y: 930.0, radius: 120.0, rings: 4.0, sectors: 2.0, turn: 2.0 },
    Disc { x: 95.0, y: 160.0, radius: 130.0, rings: 4.0, sectors: 2.0, turn: 0.7 },
    Disc { x: 690.0, y: 110.0, radius: 62.0, rings: 3.0, sectors: 1.0, turn: 0.0 },
    Disc { x: 1195.0, y: 420.0, radius: 70.0, rings: 3.0, sectors: 2.0, turn: 0.3 },
];

/// Paints the picture: 640 x 520.
pub(super) fn draw() -> Canvas {
    let field = |x: i32, y: i32| place(x as f32, y as f32);
    let marks = marks();
    let painted = Canvas::each(WIDTH, HEIGHT, |px, py| {
        let (x, y) = (px as f32, py as f32);
        // A steady hand, not a ruler.
        let wx = x + 3.0 * noise(x * 0.012, y * 0.012, 1) + 1.1 * noise(x * 0.09, y * 0.09, 2);
        let wy = y + 3.0 * noise(x * 0.012, y * 0.012, 3) + 1.1 * noise(x * 0.09, y * 0.09, 4);
        let (number, turn) = field(wx as i32, wy as i32);
        let base = touched(x, y, number, turn);
        marks.iter().fold(base, |under, mark| mark.over(under, wx, wy))
    });
    let weave = |x: usize, y: usize| 0.5 * ((x as f32 * 1.05).sin() + (y as f32 * 1.05).sin());
    let lit = painted.remade(|x, y, c| {
        let (i, j) = (x as i32, y as i32);
        // Light rakes over ridges of paint, found from the colour's own unevenness, and over the canvas.
        let ridge = (painted.at(i - 1, j - 1).luma() - painted.at(i + 1, j + 1).luma()).clamp(-0.12, 0.12);
        c * (1.0 + 0.9 * ridge + 0.022 * weave(x, y) + 0.03 * fbm(x as f32 * 0.3, y as f32 * 0.3, 2, 9))
    });
    lit.shrunk(2)
}

/// Which field a point lies in, as a number that also chooses its colour, and how the brush ran there.
fn place(x: f32, y: f32) -> (u32, f32) {
    // Planes of the ground: three great arcs and two diagonals.
    let arcs = ((x + 160.0).hypot(y - 1240.0) / 250.0) as u32;
    let second = ((x - 1500.0).hypot(y + 200.0) / 330.0) as u32;
    let diagonal = u32::from(x * 0.62 + y > 840.0) + 2 * u32::from(x * -0.9 + y > 40.0);
    let mut number = arcs * 7 + second * 13 + diagonal * 29;
    let mut turn = 0.5 + 0.8 * (number % 5) as f32;
    for triangle in [
        [(640.0, 330.0), (900.0, 985.0), (420.0, 1010.0)],
        [(30.0, 590.0), (420.0, 520.0), (190.0, 250.0)],
        [(760.0, 20.0), (1240.0, 60.0), (1090.0, 520.0)],
    ] {
        if inside(&triangle, x, y) {
            number = number.wrapping_mul(5) + 3;
            turn += 0.9;
        }
    }
    for (i, disc) in DISCS.iter().enumerate() {
        let (dx, dy) = (x - disc.x, y - disc.y);
        let r = dx.hypot(dy);
        if r < disc.radius {
            // Rings are broader outside; every sector shifts the sequence of colours.
            let ring = ((r / disc.radius).powf(0.85) * disc.rings) as u32;
            let angle = (dy.atan2(dx) + disc.turn).rem_euclid(std::f32::consts::TAU) / std::f32::consts::TAU;
            let sector = (angle * disc.sectors) as u32;
            let crossing = number % 2;
            number = 1000 * (i as u32 + 1) + ring * 17 + sector * 131 + crossing * 61;
            turn = dy.atan2(dx) + std::f32::consts::FRAC_PI_2;
        }
    }
    // Two ribbons of squares.
    let ribbon = y - (690.0 - 0.42 * x + 70.0 * (x * 0.005).sin());
    if ribbon.abs() < 42.0 && x > 560.0 {
        number = 50_000 + ((x / 42.0) as u32 + u32::from(ribbon > 0.0)) % 2 * 7 + (x / 250.0) as u32 * 16;
        turn = 0.4;
    }
    (number, turn)
}

fn inside(t: &[(f32, f32); 3], x: f32, y: f32) -> bool {
    let side = |a: (f32, f32), b: (f32, f32)| (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0) > 0.0;
    let (a, b, c) = (side(t[0], t[1]), side(t[1], t[2]), side(t[2], t[0]));
    a == b && b == c
}

/// The paint of field `number` at a point: bristle marks along `turn`, thin places, a darker or lighter second coat.
fn touched(x: f32, y: f32, number: u32, turn: f32) -> V3 {
    let paint = |salt: i32| hex(PAINTS[(cell(number as i32, salt, 31) * PAINTS.len() as f32) as usize % PAINTS.len()]);
    let (main, second) = (paint(0), paint(1));
    let (along, across) = (x * turn.cos() + y * turn.sin(), y * turn.cos() - x * turn.sin());
    let bristle = fbm(along * 0.010, across * 0.20, 4, number % 97);
    let dab = noise(along * 0.028, across * 0.085, number % 89 + 200);
    let cloud = fbm(x * 0.008, y * 0.008, 3, number % 83 + 300);
    let graded = main.lerp(second, 0.20 * smooth(-0.2, 0.7, cloud) + 0.22 * smooth(0.35, 0.6, dab));
    let thin = smooth(0.36, 0.62, bristle + 0.25 * cloud);
    let ground = hex(0xd9cba6);
    graded.lerp(ground, 0.35 * thin) * (1.0 + 0.22 * bristle + 0.10 * dab) + V3::all(0.015 * bristle)
}

/// What is drawn over the fields: a line, an arc, or a dot with a halo.
enum Mark {
    Line { from: (f32, f32), to: (f32, f32), half: f32, colour: V3 },
    Arc { x: f32, y: f32, radius: f32, half: f32, start: f32, sweep: f32, colour: V3 },
    Dot { x: f32, y: f32, radius: f32, colour: V3 },
}

impl Mark {
    fn over(&self, under: V3, x: f32, y: f32) -> V3 {
        let dry = 0.93 + 0.10 * noise(x * 0.12, y * 0.12, 41);
        match *self {
            Mark::Line { from, to, half, colour } => {
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let t = (((x - from.0) * dx + (y - from.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                let r = (x - from.0 - t * dx).hypot(y - from.1 - t * dy);
                // The brush is lifted toward the end.
                let half = half * (1.0 - 0.6 * t);
                under.lerp(colour, dry * smooth(half + 0.8, half - 0.8, r))
            }
            Mark::Arc { x: cx, y: cy, radius, half, start, sweep, colour } => {
                let angle = ((y - cy).atan2(x - cx) - start).rem_euclid(std::f32::consts::TAU) / sweep;
                let half = half * smooth(-0.05, 0.3, angle) * smooth(1.05, 0.6, angle);
                let r = ((x - cx).hypot(y - cy) - radius).abs();
                if angle > 1.0 { under } else { under.lerp(colour, dry * smooth(half + 0.8, half - 0.8, r)) }
            }
            Mark::Dot { x: cx, y: cy, radius, colour } => {
                let r = (x - cx).hypot(y - cy);
                let glow = under.lerp(colour.lerp(v(1.0, 0.97, 0.85), 0.5), 0.5 * smooth(1.9 * radius, 0.9 * radius, r));
                glow.lerp(colour, dry * smooth(radius + 1.0, radius - 1.0, r))
            }
        }
    }
}

fn marks() -> Vec<Mark> {
    let mut rng = Rng::new(1912);
    let black = hex(0x17151a);
    let mut marks = Vec::new();
    for i in 0..7 {
        let y = 60.0 + 19.0 * i as f32;
        marks.push(Mark::Line { from: (190.0, y + 330.0), to: (640.0 - 14.0 * i as f32, y - 40.0), half: 3.4, colour: black });
    }
    for (from, to, half) in [
        ((20.0, 1010.0), (1010.0, 30.0), 7.0),
        ((330.0, 20.0), (1190.0, 1000.0), 5.0),
        ((700.0, 560.0), (1270.0, 300.0), 6.0),
        ((120.0, 700.0), (700.0, 980.0), 5.0),
    ] {
        marks.push(Mark::Line { from, to, half, colour: black });
    }
    for (x, y, radius, half, start, sweep) in [
        (640.0, 560.0, 420.0, 11.0, 3.4, 1.6),
        (820.0, 330.0, 250.0, 9.0, 0.2, 1.7),
        (330.0, 700.0, 190.0, 8.0, 4.4, 1.5),
        (1060.0, 860.0, 150.0, 8.0, 2.6, 2.0),
    ] {
        marks.push(Mark::Arc { x, y, radius, half, start, sweep, colour: black });
    }
    for _ in 0..16 {
        let colour = hex(rng.pick(&[0xd7301f, 0xf7c93a, 0x1f5fa8, 0xf5ecd0, 0x17151a, 0xe56a8a]));
        marks.push(Mark::Dot { x: rng.range(40.0, 1240.0), y: rng.range(40.0, 1000.0), radius: rng.range(9.0, 26.0), colour });
    }
    marks
}
