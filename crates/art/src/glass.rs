//! "Painting": a stained-glass window. Pieces of jewel-coloured glass, streaked and uneven, held in dark lead, with
//! the day behind them.

use super::brush::ramp;
use super::canvas::{Canvas, encode, light};
use super::noise::{Rng, cell, fbm, noise};
use super::vector::{V3, hex, mix, smooth, v};

const WIDTH: usize = 1280;
const HEIGHT: usize = 1040;
const SUN: (f32, f32) = (640.0, 400.0);

/// One piece of glass: the middle that it grew from, its colour, its own number.
struct Piece {
    x: f32,
    y: f32,
    colour: V3,
    id: u32,
}

/// Makes the window: 640 x 520.
pub(super) fn draw() -> Canvas {
    let pieces = cut();
    let bins = Bins::new(&pieces);
    let glowing = Canvas::each(WIDTH, HEIGHT, |px, py| {
        // Lead bends between its joints.
        let (x, y) = (px as f32, py as f32);
        let bent = (x + 7.0 * noise(x * 0.016, y * 0.016, 1), y + 7.0 * noise(x * 0.016, y * 0.016, 2));
        let (piece, border) = bins.nearest(&pieces, bent.0, bent.1);
        glass(&pieces[piece], x, y, border)
    });
    let small = glowing.shrunk(2);
    let halo = small.blurred(6);
    small.remade(|x, y, c| (c * 0.9 + halo.at(x as i32, y as i32) * 0.22).map(|a| encode((a / (1.0 + 0.12 * a)).min(1.0))))
}

/// Light through one piece at a point; `border` is the distance to the lead's middle in pixels.
fn glass(piece: &Piece, x: f32, y: f32, border: f32) -> V3 {
    let turn = cell(piece.id as i32, 5, 3) * std::f32::consts::TAU;
    let (along, across) = (x * turn.cos() + y * turn.sin(), y * turn.cos() - x * turn.sin());
    // Drawn glass has streaks, waves and seeds (small bubbles).
    let streak = fbm(along * 0.006 + 0.4 * noise(x * 0.02, y * 0.02, 4), across * 0.05, 5, piece.id);
    let wave = fbm(x * 0.03, y * 0.03, 3, piece.id ^ 77);
    let seed = noise(x * 0.22, y * 0.22, 6);
    let bubble = smooth(0.80, 0.90, seed) * 0.5;
    let near = smooth(5.0, 34.0, border);
    let patina = 0.62 + 0.38 * near;
    let strength = (1.0 + 0.95 * streak + 0.5 * wave) * patina;
    let tint = v(1.0 + 0.14 * wave, 1.0 + 0.08 * streak, 1.0 - 0.14 * wave);
    let day = 1.15 + 0.8 * smooth(560.0, 0.0, (x - SUN.0).hypot(y - SUN.1));
    let through = light(piece.colour) * tint * (strength * day) + V3::all(bubble * 0.25 * strength);
    // The lead came: round, with a dull shine on its upper left, and grime beside it.
    let half = 6.2 + 1.2 * noise(x * 0.03, y * 0.03, 8);
    let round = (border / half).clamp(0.0, 1.0);
    let shine = smooth(0.9, 0.2, (round - 0.35).abs() * 2.0) * (0.5 + 0.5 * noise(x * 0.05, y * 0.05, 9));
    let lead = v(0.010, 0.011, 0.014) + v(0.05, 0.052, 0.06) * (0.55 * shine * (1.0 - round));
    lead.lerp(through, smooth(half - 1.0, half + 1.6, border))
}

/// Cuts the glass along the design: a sun with rings of petals, rays in the sky, hills, and a river.
fn cut() -> Vec<Piece> {
    let mut rng = Rng::new(1220);
    let mut pieces: Vec<Piece> = Vec::new();
    let add = |pieces: &mut Vec<Piece>, x: f32, y: f32, rng: &mut Rng| {
        let id = pieces.len() as u32;
        let dull = 0.82 + 0.3 * rng.unit();
        pieces.push(Piece { x, y, colour: design(x, y, rng) * dull, id });
    };
    add(&mut pieces, SUN.0, SUN.1, &mut rng);
    let rings = [
        (54.0, 8),
        (98.0, 16),
        (142.0, 16),
        (190.0, 32),
        (240.0, 32),
        (296.0, 36),
        (356.0, 36),
        (420.0, 48),
        (490.0, 48),
        (565.0, 60),
        (645.0, 60),
        (730.0, 72),
    ];
    for (number, (radius, count)) in rings.into_iter().enumerate() {
        for i in 0..count {
            let angle = (i as f32 + 0.5 * (number % 2) as f32) / count as f32 * std::f32::consts::TAU;
            let (x, y) = (SUN.0 + radius * angle.cos(), SUN.1 + radius * angle.sin());
            if y < hill(x, 0) - 12.0 && x > -60.0 && x < WIDTH as f32 + 60.0 {
                let loose = 0.02 * radius;
                add(&mut pieces, x + loose * rng.bell(), y + loose * rng.bell(), &mut rng);
            }
        }
    }
    for layer in 0..7 {
        let mut x = -30.0;
        while x < WIDTH as f32 + 60.0 {
            let thick = hill(x, layer + 1) - hill(x, layer);
            let y = hill(x, layer) + thick * 0.5 + 5.0 * rng.bell();
            add(&mut pieces, x, y, &mut rng);
            x += rng.range(40.0, 88.0);
        }
    }
    pieces
}

/// The upper edge of band `layer` of the land.
fn hill(x: f32, layer: usize) -> f32 {
    let base = 640.0 + 66.0 * layer as f32;
    base + (44.0 - 3.0 * layer as f32) * (x * 0.0052 + 1.9 * layer as f32).sin() + 14.0 * (x * 0.013 + layer as f32).sin()
}

/// The colour of the piece that lies at a point of the design.
fn design(x: f32, y: f32, rng: &mut Rng) -> V3 {
    let r = (x - SUN.0).hypot(y - SUN.1);
    let sun = [hex(0xfff0a0), hex(0xffc928), hex(0xff8a12), hex(0xe8361c), hex(0xb0123a)];
    let night = [hex(0x8a1a78), hex(0x4a23a8), hex(0x1c3fd0), hex(0x0f6fd6), hex(0x18a3c8), hex(0x1344b0)];
    if y > hill(x, 0) - 12.0 {
        let layer = (0..6).rev().find(|l| y > hill(x, *l) - 8.0).unwrap_or(0);
        let river = (x - 640.0 - 150.0 * ((y - 640.0) * 0.011).sin()).abs() < 34.0 + 0.22 * (y - 640.0);
        if river {
            return rng.pick(&[hex(0x7fd8f0), hex(0x2fa8e0), hex(0xbfe6d8), hex(0x1f7fd0)]);
        }
        let greens = [hex(0x0a8f5a), hex(0x3fae2a), hex(0x0f6b5f), hex(0x9cc81e), hex(0x08506a), hex(0x167a2e)];
        let green = greens[(layer * 2 + (rng.unit() * 2.4) as usize) % 6];
        return if rng.unit() < 0.10 { rng.pick(&[hex(0xe83a2a), hex(0xffb52a), hex(0xc02a8a)]) } else { green };
    }
    if r < 255.0 {
        return ramp(&sun, r / 250.0 + 0.05 * rng.bell());
    }
    // Rays of warm glass alternate with the night.
    let ray = ((y - SUN.1).atan2(x - SUN.0) * 8.0).cos() > 0.55 && rng.unit() < 0.75;
    let warm = [hex(0xd81e4a), hex(0xf0622a), hex(0xf7a823), hex(0xc02a8a)];
    if ray && r < 560.0 { rng.pick(&warm) } else { ramp(&night, mix(0.0, 1.0, (r - 255.0) / 480.0) + 0.16 * rng.bell()) }
}

/// Pieces sorted into squares, to find the nearest quickly.
struct Bins(Vec<Vec<usize>>);

const BIN: f32 = 110.0;
const ACROSS: i32 = 16;

impl Bins {
    fn new(pieces: &[Piece]) -> Bins {
        let mut bins = vec![Vec::new(); (ACROSS * ACROSS) as usize];
        for (i, piece) in pieces.iter().enumerate() {
            bins[Bins::of(piece.x, piece.y)].push(i);
        }
        Bins(bins)
    }

    fn of(x: f32, y: f32) -> usize {
        let place = |a: f32| ((a / BIN) as i32 + 2).clamp(0, ACROSS - 1);
        (place(y) * ACROSS + place(x)) as usize
    }

    /// The nearest piece, and how far the border to its nearest neighbour is.
    fn nearest(&self, pieces: &[Piece], x: f32, y: f32) -> (usize, f32) {
        let mut close: Vec<(f32, usize)> = Vec::with_capacity(32);
        for dy in -1..=1 {
            for dx in -1..=1 {
                for &i in &self.0[Bins::of(x + dx as f32 * BIN, y + dy as f32 * BIN)] {
                    close.push(((pieces[i].x - x).powi(2) + (pieces[i].y - y).powi(2), i));
                }
            }
        }
        let Some(&(_, first)) = close.iter().min_by(|a, b| a.0.total_cmp(&b.0)) else { return (0, 99.0) };
        let a = &pieces[first];
        let border = close.iter().filter(|(_, i)| *i != first).map(|(_, i)| {
            let b = &pieces[*i];
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            ((0.5 * (a.x + b.x) - x) * dx + (0.5 * (a.y + b.y) - y) * dy) / dx.hypot(dy).max(1e-3)
        });
        (first, border.fold(99.0, f32::min))
    }
}
