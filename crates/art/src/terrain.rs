//! Land for [`super::lake`]: peaks, shores and conifers as a height over a plane. One unit is a hundred metres;
//! x runs to the right, y up (the lake lies at 0), z away from the viewer.

use rayon::prelude::*;

use super::noise::{cell, fbm, noise, ridged, slope};
use super::vector::{V3, mix, smooth, v};

/// Metres between baked heights would be too fine to see: at 45 units a pixel covers 0.06.
const SPACING: f32 = 0.045;
const LEFT: f32 = -48.0;
const COLUMNS: usize = 2140;
const ROWS: usize = 1780;
/// Beyond this distance a tree is smaller than two pixels and becomes texture.
const TREES_END: f32 = 26.0;

/// Summits: x, z, height, radius of the foot. They are placed to compose the picture.
const PEAKS: [(f32, f32, f32, f32); 11] = [
    (4.5, 50.0, 14.3, 15.0),
    (9.5, 54.0, 12.0, 12.0),
    (-3.0, 56.0, 11.0, 12.0),
    (-13.0, 47.0, 11.5, 12.0),
    (-20.0, 40.0, 12.0, 13.0),
    (-30.0, 52.0, 14.0, 15.0),
    (19.0, 44.0, 9.5, 11.0),
    (28.0, 48.0, 13.0, 14.0),
    (-11.0, 24.0, 3.6, 8.0),
    (15.5, 27.0, 4.4, 10.0),
    (1.0, 36.0, 2.0, 9.0),
];

/// The ground's heights, computed once on a grid.
pub(super) struct Terrain(Vec<f32>);

impl Terrain {
    pub(super) fn new() -> Terrain {
        let height = |i: usize| raw(LEFT + (i % COLUMNS) as f32 * SPACING, (i / COLUMNS) as f32 * SPACING);
        Terrain((0..COLUMNS * ROWS).into_par_iter().map(height).collect())
    }

    /// The ground without trees.
    pub(super) fn ground(&self, x: f32, z: f32) -> f32 {
        let (gx, gz) = ((x - LEFT) / SPACING, z / SPACING);
        let cx = gx.clamp(0.0, COLUMNS as f32 - 2.001);
        let cz = gz.clamp(0.0, ROWS as f32 - 2.001);
        let (i, u, w) = (cz as usize * COLUMNS + cx as usize, cx.fract(), cz.fract());
        mix(mix(self.0[i], self.0[i + 1], u), mix(self.0[i + COLUMNS], self.0[i + COLUMNS + 1], u), w)
    }

    /// The ground with whatever grows on it.
    pub(super) fn height(&self, x: f32, z: f32) -> f32 {
        let ground = self.ground(x, z);
        if ground < 0.01 || z > TREES_END || ground > 3.2 {
            return ground;
        }
        ground + tree(x, z, 0.14, 11).max(tree(x + 0.4, z, 0.21, 12))
    }

    /// Unit normal of the bare ground, seen from distance `t`.
    pub(super) fn normal(&self, x: f32, z: f32, t: f32) -> V3 {
        let e = (0.0012 * t).max(SPACING);
        let dx = self.ground(x - e, z) - self.ground(x + e, z);
        let dz = self.ground(x, z - e) - self.ground(x, z + e);
        // What the grid is too coarse for: the roughness of rock.
        let (_, rx, rz) = slope(x * 9.0, z * 9.0, 3);
        let (_, sx, sz) = slope(x * 23.0, z * 23.0, 4);
        let rough = 0.09 * smooth(0.3, 2.0, self.ground(x, z));
        v(dx / (2.0 * e) + rough * (rx + sx), 1.0, dz / (2.0 * e) + rough * (rz + sz)).unit()
    }

    /// Where the ray from `from` along unit `way` first meets land, as a distance; none before `end`.
    pub(super) fn hit(&self, from: V3, way: V3, start: f32, end: f32) -> Option<f32> {
        let (mut t, mut before) = (start, start);
        while t < end {
            let p = from + way * t;
            if p.y > 18.0 && way.y > 0.0 {
                return None;
            }
            let above = p.y - self.height(p.x, p.z);
            if above < 0.0 {
                return Some(self.refine(from, way, before, t));
            }
            before = t;
            let near_trees = p.z < TREES_END && p.y < 4.0;
            t += (above * if near_trees { 0.22 } else { 0.45 }).max(0.0011 * t + 0.002);
        }
        None
    }

    /// Halves the interval in which the ray goes under ground.
    fn refine(&self, from: V3, way: V3, mut outside: f32, mut inside: f32) -> f32 {
        for _ in 0..7 {
            let middle = 0.5 * (outside + inside);
            let p = from + way * middle;
            if p.y < self.height(p.x, p.z) { inside = middle } else { outside = middle }
        }
        inside
    }

    /// How much of the sun's disc is seen from `p`, in [0, 1].
    pub(super) fn sunlit(&self, p: V3, sun: V3) -> f32 {
        let (mut t, mut seen) = (0.05, 1.0_f32);
        while t < 34.0 {
            let q = p + sun * t;
            if q.y > 16.0 {
                break;
            }
            let above = q.y - if t < 2.5 { self.height(q.x, q.z) } else { self.ground(q.x, q.z) };
            seen = seen.min(26.0 * above / t);
            if seen < 0.0 {
                return 0.0;
            }
            t += (0.5 * above).max(0.02 + 0.012 * t);
        }
        seen
    }
}

/// How far a point is inland, in units: negative on the lake.
fn inland(x: f32, z: f32) -> f32 {
    let ragged = 1.1 * fbm(x * 0.32 + 5.0, z * 0.32, 5, 21);
    let headland = 4.3 * (-((z - 7.0) / 1.7).powi(2)).exp();
    let left = -x - (2.3 + 0.42 * z - headland - 3.6 * (-((z - 14.5) / 2.4).powi(2)).exp());
    let right = x - (3.0 + 0.33 * z - 3.2 * (-((z - 10.5) / 2.0).powi(2)).exp() - 3.0 * (-((z - 20.0) / 2.4).powi(2)).exp());
    let far = z - 27.0 - 0.05 * x;
    left.max(right).max(far) + ragged
}

/// The bare ground, computed in full.
fn raw(x: f32, z: f32) -> f32 {
    let s = inland(x, z);
    if s < -0.6 {
        return -0.2;
    }
    let shore = if s < 0.0 { 0.25 * s } else { 0.07 * s + 0.05 * (1.0 - (-3.0 * s).exp()) };
    let (wx, wz) = (x + 2.2 * fbm(x * 0.11, z * 0.11, 4, 31), z + 2.2 * fbm(x * 0.11 + 9.0, z * 0.11, 4, 32));
    let mut envelope = 0.0_f32;
    for (px, pz, top, radius) in PEAKS {
        let r = (wx - px).hypot(wz - pz) / radius;
        let cone = top * (1.0 - r).max(0.0).powf(1.15);
        envelope = envelope.max(cone) + 0.18 * envelope.min(cone);
    }
    let rise = envelope * smooth(0.0, 4.0, s);
    let crests = ridged(wx * 0.16, wz * 0.16, 8, 41);
    let gullies = eroded(x * 0.33, z * 0.33);
    shore.min(1.2)
        + rise * (0.42 + 0.62 * crests)
        + rise.min(4.0) * 0.26 * gullies
        + 0.03 * smooth(0.0, 1.0, s) * fbm(x * 2.0, z * 2.0, 4, 43)
}

/// Noise whose fine octaves fade on slopes, as if rain had washed them (after Inigo Quilez's terrain).
fn eroded(mut x: f32, mut y: f32) -> f32 {
    let (mut sum, mut strength, mut dx, mut dy) = (0.0, 1.0, 0.0, 0.0);
    for octave in 0..9 {
        let (n, nx, ny) = slope(x, y, 51 + octave);
        dx += 0.5 * nx;
        dy += 0.5 * ny;
        sum += strength * n / (1.0 + dx * dx + dy * dy);
        strength *= 0.5;
        (x, y) = (1.6 * x - 1.2 * y, 1.2 * x + 1.6 * y);
    }
    sum
}

/// Where woods stand, about [-1, 1]: trees grow above 0.
pub(super) fn wooded(x: f32, z: f32) -> f32 {
    fbm(x * 0.55, z * 0.55, 3, 61) + 0.28
}

/// The height of conifers over the ground, one to a cell of `size` units.
fn tree(x: f32, z: f32, size: f32, seed: u32) -> f32 {
    let (ix, iz) = ((x / size).floor() as i32, (z / size).floor() as i32);
    let mut top = 0.0_f32;
    for cz in iz - 1..=iz + 1 {
        for cx in ix - 1..=ix + 1 {
            let px = (cx as f32 + cell(cx, cz, seed)) * size;
            let pz = (cz as f32 + cell(cx, cz, seed + 100)) * size;
            let lot = cell(cx, cz, seed + 200);
            let r = (px - x).hypot(pz - z);
            if r > 0.6 * size || wooded(px, pz) < 0.6 * cell(cx, cz, seed + 300) - 0.1 || inland(px, pz) < 0.12 {
                continue;
            }
            let tall = size * (0.9 + 2.6 * lot * lot + 0.5 * lot);
            let wide = size * (0.24 + 0.16 * cell(cx, cz, seed + 400));
            // Boughs: the cone's radius goes in and out along its height and around it.
            let bough = 1.0 + 0.22 * noise(x * 70.0, z * 70.0, seed);
            let left = 1.0 - r * bough / wide;
            if left > 0.0 {
                let layered = left + 0.035 * (left * 42.0).sin();
                top = top.max(tall * layered.clamp(0.0, 1.0).powf(0.85));
            }
        }
    }
    top
}
