//! Seeded randomness: a generator for placing things, and smooth noise for everything that nature makes uneven.

use super::vector::mix;

/// Bits well mixed (the output permutation of PCG, O'Neill 2014).
fn scramble(n: u32) -> u32 {
    let state = n.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// A number in [0, 1) that belongs to the grid cell (x, y).
pub(super) fn cell(x: i32, y: i32, seed: u32) -> f32 {
    let mixed = scramble(x as u32 ^ scramble(y as u32 ^ scramble(seed)));
    (mixed >> 8) as f32 / 16_777_216.0
}

/// A small random generator (PCG32), the same on every machine.
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Rng {
        let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        rng.unit();
        rng.unit();
        rng
    }
    /// In [0, 1).
    pub(super) fn unit(&mut self) -> f32 {
        let old = self.0;
        self.0 = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let xorshifted = (((old >> 18) ^ old) >> 27) as u32;
        (xorshifted.rotate_right((old >> 59) as u32) >> 8) as f32 / 16_777_216.0
    }
    /// In [a, b).
    pub(super) fn range(&mut self, a: f32, b: f32) -> f32 {
        mix(a, b, self.unit())
    }
    /// Bell-shaped around 0 with deviation 1.
    pub(super) fn bell(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.unit()).cos()
    }
    /// One of `choices`, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[((self.unit() * choices.len() as f32) as usize).min(choices.len() - 1)]
    }
}

/// Value noise in [-1, 1] with its two derivatives: (value, d/dx, d/dy). Quintic, so that slopes are smooth too.
pub(super) fn slope(x: f32, y: f32, seed: u32) -> (f32, f32, f32) {
    let (fx, fy) = (x.floor(), y.floor());
    let (ix, iy, u, w) = (fx as i32, fy as i32, x - fx, y - fy);
    let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let rate = |t: f32| 30.0 * t * t * (t * (t - 2.0) + 1.0);
    let at = |dx: i32, dy: i32| cell(ix.wrapping_add(dx), iy.wrapping_add(dy), seed) * 2.0 - 1.0;
    let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
    let (su, sw, k) = (fade(u), fade(w), a - b - c + d);
    (a + (b - a) * su + (c - a) * sw + k * su * sw, rate(u) * (b - a + k * sw), rate(w) * (c - a + k * su))
}

/// Smooth noise in about [-1, 1], one bump a unit.
pub(super) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    slope(x, y, seed).0
}

/// Noise summed over octaves, each twice as fine and half as strong, turned so that no grid shows; in about [-1, 1].
pub(super) fn fbm(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut strength) = (0.0, 0.5);
    for octave in 0..octaves {
        sum += strength * noise(x, y, seed.wrapping_add(octave * 101));
        strength *= 0.5;
        (x, y) = (1.6 * x - 1.2 * y + 3.7, 1.2 * x + 1.6 * y + 1.3);
    }
    sum
}

/// Sharp crests and round valleys, in [0, 1].
pub(super) fn ridged(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut strength) = (0.0, 0.5);
    for octave in 0..octaves {
        let crest = 1.0 - noise(x, y, seed.wrapping_add(octave * 101)).abs();
        sum += strength * crest * crest;
        strength *= 0.5;
        (x, y) = (1.6 * x - 1.2 * y + 3.7, 1.2 * x + 1.6 * y + 1.3);
    }
    sum
}

/// How far the nearest of points is that are scattered one to a cell (Worley's cellular noise); `jitter` in [0, 1]
/// says how far points stray from their cell's middle.
pub(super) fn worley(x: f32, y: f32, jitter: f32, seed: u32) -> f32 {
    let (ix, iy) = (x.floor() as i32, y.floor() as i32);
    let mut nearest = 9.0_f32;
    for cy in iy - 1..=iy + 1 {
        for cx in ix - 1..=ix + 1 {
            let px = cx as f32 + 0.5 + jitter * (cell(cx, cy, seed) - 0.5);
            let py = cy as f32 + 0.5 + jitter * (cell(cx, cy, seed ^ 0x55aa) - 0.5);
            nearest = nearest.min((px - x).hypot(py - y));
        }
    }
    nearest
}
