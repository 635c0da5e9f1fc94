//! The things on [`super::table`]: their shapes as distances, their colours, and where they stand. One unit is about
//! eight centimetres; the table top is y = 0, the viewer looks along +z.

use super::noise::{Rng, fbm, noise, worley};
use super::vector::{V3, mix, smooth, v};

/// What a surface does to light.
pub(super) struct Surface {
    /// Share of light scattered, linear RGB.
    pub(super) albedo: V3,
    /// How far reflections are spread: 0 is a mirror.
    pub(super) rough: f32,
    /// Share reflected straight on: 0.04 for varnish or skin, 0 for cloth.
    pub(super) mirror: f32,
}

/// One thing within a sphere.
pub(super) struct Thing {
    pub(super) centre: V3,
    pub(super) radius: f32,
    /// Distance to the thing from a point of the room; never more than the true one by much.
    pub(super) distance: Box<dyn Fn(V3) -> f32 + Send + Sync>,
    /// The surface at a point of the room.
    pub(super) surface: Box<dyn Fn(V3) -> Surface + Send + Sync>,
}

/// Everything on the table.
pub(super) fn things() -> Vec<Thing> {
    let mut all = vec![jug(v(-0.95, 0.0, 0.55))];
    all.push(apple(v(0.22, 0.0, 0.02), 1.0, 0.3, 1));
    all.push(apple(v(1.02, 0.02, 0.62), 0.96, 2.1, 2));
    all.push(pear(v(0.40, 0.0, 1.02), 0.0, 0.0, 1.08, 3));
    all.push(pear(v(-0.62, 0.385, -0.62), 1.45, 0.45, 0.92, 4));
    all.push(lemon(v(1.62, 0.29, -0.05)));
    all.push(grapes(v(0.98, 0.0, -0.62)));
    all.push(cloth());
    all
}

/// The smaller of two distances, with the seam filled by about `k`.
fn blend(a: f32, b: f32, k: f32) -> f32 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

fn capsule(p: V3, a: V3, b: V3, radius: f32) -> f32 {
    let (pa, ba) = (p - a, b - a);
    (pa - ba * (pa.dot(ba) / ba.dot(ba)).clamp(0.0, 1.0)).length() - radius
}

/// Turned about z by `tilt`, then about y by `turn`: from the room into the thing's own axes.
fn turned(p: V3, turn: f32, tilt: f32) -> V3 {
    let q = v(p.x * turn.cos() - p.z * turn.sin(), p.y, p.x * turn.sin() + p.z * turn.cos());
    v(q.x * tilt.cos() + q.y * tilt.sin(), q.y * tilt.cos() - q.x * tilt.sin(), q.z)
}

/// A jug of glazed earthenware with a painted band.
fn jug(at: V3) -> Thing {
    /// Radii at heights 0, 0.2, 0.4 ... 2.0.
    const PROFILE: [f32; 11] = [0.36, 0.50, 0.61, 0.645, 0.60, 0.49, 0.365, 0.295, 0.285, 0.325, 0.39];
    fn profile(y: f32) -> f32 {
        let place = (y / 0.2).clamp(0.0, 9.999);
        let (i, t) = (place as usize, place.fract());
        let get = |k: i32| PROFILE[(i as i32 + k).clamp(0, 10) as usize];
        let (a, b, c, d) = (get(-1), get(0), get(1), get(2));
        b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
    }
    let distance = move |p: V3| {
        let p = turned(p - at, 0.5, 0.0);
        let r = p.x.hypot(p.z);
        let spout = 0.13 * smooth(1.55, 2.0, p.y) * (-p.x / r.max(0.01)).max(0.0).powi(8);
        let wall = ((r - profile(p.y) - spout).abs() - 0.022) * 0.72;
        let body = wall.max(p.y - 2.0 - 0.5 * spout).max(-p.y);
        let foot = (r - 0.35).max(p.y - 0.05).max(-p.y);
        let (u, w) = ((p.x - 0.44) / 0.95, (p.y - 1.30) * 0.86);
        let ring = u.hypot(w) - 0.385;
        let handle = (ring.hypot(p.z * 0.72) - 0.058) * 0.8;
        blend(body.min(foot), handle.max(profile(p.y) - r - 0.01), 0.07)
    };
    let surface = move |p: V3| {
        let q = turned(p - at, 0.5, 0.0);
        let angle = q.z.atan2(q.x);
        let craze = 0.04 * fbm(angle * 6.0, q.y * 8.0, 4, 101);
        let cream = v(0.70, 0.62, 0.47) * (1.0 + craze);
        let cobalt = v(0.030, 0.070, 0.26);
        let hand = 0.012 * noise(angle * 3.0, q.y * 5.0, 102);
        let line = |y: f32, half: f32| smooth(half + 0.012, half - 0.006, (q.y - y + hand).abs());
        let petal = (angle * 9.0).sin().abs();
        let flower = smooth(0.02, -0.02, ((q.y - 0.66) / 0.20).powi(2) - petal * petal * 0.9 + 0.12);
        let vein = smooth(0.05, 0.0, (petal - 0.98).abs()) * smooth(0.15, 0.1, (q.y - 0.66).abs());
        let band = line(0.98, 0.030).max(line(0.34, 0.030)).max(line(1.05, 0.010)).max(line(0.27, 0.010)).max(line(1.93, 0.030));
        let painted = band.max(flower * (1.0 - 0.7 * vein)) * (0.82 + 0.3 * noise(angle * 14.0, q.y * 16.0, 103));
        let clay = smooth(0.085, 0.05, q.y + 0.02 * noise(angle * 3.0, 0.0, 104));
        let albedo = cream.lerp(cobalt, painted.clamp(0.0, 1.0)).lerp(v(0.36, 0.18, 0.09), clay);
        Surface { albedo, rough: mix(0.045, 0.4, clay), mirror: 0.05 }
    };
    Thing { centre: at + v(0.0, 1.0, 0.0), radius: 1.36, distance: Box::new(distance), surface: Box::new(surface) }
}

/// An apple, red where the sun was.
fn apple(at: V3, size: f32, turn: f32, seed: u32) -> Thing {
    let stem = |q: V3| capsule(q, v(0.0, 0.50, 0.0), v(0.055, 0.79, 0.02), 0.018 + 0.02 * smooth(0.7, 0.8, q.y));
    let distance = move |p: V3| {
        let q = turned((p - at) / size, turn, 0.10);
        let r = q.x.hypot(q.z);
        let lobes = 1.0 + 0.022 * (5.0 * q.z.atan2(q.x)).cos() * smooth(0.5, 0.0, q.y);
        let taper = 1.0 + 0.16 * (0.38 - q.y);
        let skin = ((r / lobes * taper - 0.185).hypot((q.y - 0.375) * 0.93) - 0.319) * 0.85;
        skin.min(stem(q) * 0.9) * size
    };
    let surface = move |p: V3| {
        let q = turned((p - at) / size, turn, 0.10);
        if stem(q) < 0.006 {
            return Surface { albedo: v(0.10, 0.06, 0.03), rough: 0.5, mirror: 0.02 };
        }
        let angle = q.z.atan2(q.x);
        let streak = fbm(angle * 9.0, q.y * 2.0, 4, seed * 10) + 0.6 * fbm(angle * 26.0, q.y * 3.0, 3, seed * 10 + 1);
        let blush = 0.62 + 0.5 * (angle + 0.9).cos() + 0.38 * streak;
        let yellow = v(0.66, 0.42, 0.075).lerp(v(0.40, 0.46, 0.09), smooth(0.1, 0.0, q.x.hypot(q.z) - 0.06));
        let red = v(0.46, 0.022, 0.022).lerp(v(0.24, 0.010, 0.016), smooth(0.2, 0.9, blush - 0.4));
        let dimple = smooth(0.16, 0.03, q.x.hypot(q.z));
        let spot = worley(angle * 10.0, q.y * 17.0, 0.9, seed + 50);
        let freckle = smooth(0.11, 0.05, spot) * 0.5;
        let albedo = yellow.lerp(red, smooth(0.12, 0.62, blush) * (1.0 - 0.75 * dimple)).lerp(v(0.66, 0.50, 0.30), freckle);
        Surface { albedo, rough: 0.14, mirror: 0.04 }
    };
    Thing { centre: at + v(0.0, 0.42, 0.0) * size, radius: 0.58 * size, distance: Box::new(distance), surface: Box::new(surface) }
}

/// A pear, standing (tilt 0) or lying.
fn pear(at: V3, tilt: f32, turn: f32, size: f32, seed: u32) -> Thing {
    // A lying pear turns about its belly, a standing one stands on its base.
    let lift = if tilt == 0.0 { 0.395 } else { 0.0 };
    let local = move |p: V3| turned((p - at) / size - v(0.0, lift, 0.0), turn, tilt);
    let stem = |q: V3| capsule(q, v(0.03, 0.66, 0.0), v(0.10, 0.96, 0.03), 0.020);
    let distance = move |p: V3| {
        let q = local(p);
        let lean = v(q.x - 0.05 * q.y.max(0.0), q.y, q.z);
        let belly = v(lean.x, lean.y * 0.98, lean.z).length() - 0.405;
        let neck = (lean - v(0.0, 0.52, 0.0)).length() - 0.185;
        let uneven = 0.008 * noise(q.x * 4.0 + q.z * 3.0, q.y * 4.0, seed * 10 + 5);
        blend(belly, neck, 0.46).min(stem(q)) * (0.92 * size) + uneven * size
    };
    let surface = move |p: V3| {
        let q = local(p);
        if stem(q) < 0.006 {
            return Surface { albedo: v(0.12, 0.075, 0.035), rough: 0.5, mirror: 0.02 };
        }
        let angle = q.z.atan2(q.x);
        let mottle = fbm(angle * 2.2, q.y * 3.2, 4, seed * 10);
        let green = v(0.43, 0.42, 0.065).lerp(v(0.60, 0.46, 0.085), smooth(-0.3, 0.4, mottle));
        let blush = smooth(0.25, 0.95, (angle + 2.3).cos() + 0.5 * mottle);
        let russet = smooth(0.28, 0.55, fbm(q.x * 9.0 + q.z * 6.0, q.y * 9.0, 4, seed * 10 + 2) + 0.7 * smooth(0.38, 0.72, q.y.abs()));
        let dots = smooth(0.16, 0.08, worley(angle * 15.0, q.y * 26.0, 0.9, seed + 60)) * 0.55;
        let albedo = green.lerp(v(0.55, 0.15, 0.05), 0.6 * blush).lerp(v(0.27, 0.15, 0.05), 0.65 * russet).lerp(v(0.25, 0.16, 0.05), dots);
        Surface { albedo, rough: 0.24, mirror: 0.035 }
    };
    let middle = if tilt == 0.0 { v(0.0, 0.65, 0.0) * size } else { v(0.0, 0.1, 0.0) };
    Thing {
        centre: at + middle,
        radius: if tilt == 0.0 { 0.76 } else { 1.02 } * size,
        distance: Box::new(distance),
        surface: Box::new(surface),
    }
}

fn lemon(at: V3) -> Thing {
    let distance = move |p: V3| {
        let q = turned(p - at, 0.6, 0.12);
        let body = v(q.x * 0.73, q.y, q.z).length() - 0.295;
        let tip = capsule(q, v(-0.38, 0.0, 0.0), v(0.42, 0.0, 0.0), 0.055);
        let pores = 0.0035 * noise(q.x * 34.0 + q.z * 8.0, q.y * 34.0 + q.z * 21.0, 140);
        blend(body, tip, 0.16) * 0.85 + pores
    };
    let surface = move |p: V3| {
        let q = turned(p - at, 0.6, 0.12);
        let tone = fbm(q.x * 5.0, q.y * 5.0 + q.z * 3.0, 3, 141);
        let ripe = v(0.82, 0.60, 0.035).lerp(v(0.60, 0.54, 0.05), smooth(0.28, 0.42, q.x.abs()) * 0.6);
        Surface { albedo: ripe * (1.0 + 0.12 * tone), rough: 0.22, mirror: 0.04 }
    };
    Thing { centre: at, radius: 0.52, distance: Box::new(distance), surface: Box::new(surface) }
}

/// A bunch of dark grapes with bloom on their skins.
fn grapes(at: V3) -> Thing {
    let mut rng = Rng::new(33);
    let mut berries: Vec<(V3, f32)> = Vec::new();
    for _ in 0..4000 {
        let (turn, reach) = (rng.unit() * std::f32::consts::TAU, rng.unit().sqrt());
        let radius = rng.range(0.105, 0.132);
        let x = 0.66 * reach * turn.cos();
        let z = 0.34 * reach * turn.sin();
        let high = radius + 0.34 * (1.0 - reach * reach) * rng.unit();
        let c = at + v(x, high, z);
        if berries.iter().all(|(o, r)| (*o - c).length() > 0.82 * (r + radius)) && berries.len() < 40 {
            berries.push((c, radius));
        }
    }
    let stalk = move |p: V3| {
        capsule(p, at + v(-0.10, 0.36, 0.0), at + v(-0.56, 0.50, 0.10), 0.022).min(capsule(
            p,
            at + v(-0.52, 0.44, 0.02),
            at + v(-0.60, 0.56, 0.18),
            0.026,
        ))
    };
    let found = berries.clone();
    let distance = move |p: V3| berries.iter().map(|(c, r)| (p - *c).length() - r).fold(stalk(p), f32::min);
    let surface = move |p: V3| {
        if stalk(p) < 0.004 {
            return Surface { albedo: v(0.20, 0.15, 0.05), rough: 0.5, mirror: 0.02 };
        }
        let own = found.iter().enumerate().min_by(|a, b| ((p - a.1.0).length() - a.1.1).total_cmp(&((p - b.1.0).length() - b.1.1)));
        let lot = own.map_or(0.5, |(i, _)| (i as f32 * 0.618).fract());
        let bloom = smooth(-0.25, 0.5, fbm(p.x * 7.0 + p.z * 4.0, p.y * 9.0, 4, 151));
        let skin = v(0.055, 0.012, 0.050).lerp(v(0.14, 0.020, 0.045), lot);
        Surface { albedo: skin.lerp(v(0.16, 0.15, 0.24), 0.6 * bloom), rough: mix(0.09, 0.35, bloom), mirror: 0.04 }
    };
    Thing { centre: at + v(-0.05, 0.22, 0.0), radius: 0.80, distance: Box::new(distance), surface: Box::new(surface) }
}

/// The height of the linen over the table, negative where there is none.
fn linen(x: f32, z: f32) -> f32 {
    let (cx, cz) = (x - 0.62, z + 0.22);
    let (u, w) = (cx * 0.96 + cz * 0.28, cz * 0.96 - cx * 0.28);
    let hem = 0.05 * noise(x * 2.2, z * 2.2, 161);
    let inside = (1.62 + hem - u.abs()).min(1.02 + hem - w.abs());
    // Creases run out from where it was gathered, at the left.
    let turn = (w + 0.9).atan2(u + 3.4);
    let reach = (u + 3.4).hypot(w + 0.9);
    let crease = 1.0 - noise(turn * 7.5 + 0.35 * noise(x * 1.3, z * 1.3, 162), reach * 0.35, 163).abs();
    let fine = 1.0 - noise(turn * 17.0 + 0.5 * noise(x * 2.0, z * 2.0, 164), reach * 0.8, 165).abs();
    let soft = 0.5 + 0.5 * fbm(x * 1.1, z * 1.1, 2, 166);
    let folds = 0.125 * crease.powi(5) * soft + 0.035 * fine.powi(4);
    // Fruit presses it flat.
    let pressed = smooth(0.15, 0.55, (x - 0.22).hypot(z - 0.02))
        * smooth(0.15, 0.7, (x - 0.98).hypot((z + 0.62) * 1.5))
        * smooth(0.1, 0.5, (x - 1.62).hypot(z + 0.05));
    mix(-0.12, 0.012 + folds * mix(0.12, 1.0, pressed) * smooth(-0.15, 0.4, inside), smooth(-0.02, 0.06, inside))
}

/// Linen whose height is computed once, on a grid of one hundredth of a unit.
fn cloth() -> Thing {
    const LEFT: f32 = -1.6;
    const NEAR: f32 = -1.9;
    const COLUMNS: usize = 440;
    const ROWS: usize = 340;
    let heights: Vec<f32> =
        (0..COLUMNS * ROWS).map(|i| linen(LEFT + (i % COLUMNS) as f32 * 0.01, NEAR + (i / COLUMNS) as f32 * 0.01)).collect();
    let distance = move |p: V3| {
        if p.y > 0.3 {
            return p.y - 0.2;
        }
        let gx = ((p.x - LEFT) * 100.0).clamp(0.0, COLUMNS as f32 - 2.001);
        let gz = ((p.z - NEAR) * 100.0).clamp(0.0, ROWS as f32 - 2.001);
        let (i, t, s) = (gz as usize * COLUMNS + gx as usize, gx.fract(), gz.fract());
        let height = mix(mix(heights[i], heights[i + 1], t), mix(heights[i + COLUMNS], heights[i + COLUMNS + 1], t), s);
        ((p.y - height) * 0.6).max(-0.03 - p.y)
    };
    let surface = |p: V3| {
        let (u, w) = (p.x * 0.96 + p.z * 0.28, p.z * 0.96 - p.x * 0.28);
        let weave = 0.05 * ((u * 190.0).sin() * (w * 190.0).sin()) + 0.05 * fbm(p.x * 14.0, p.z * 14.0, 3, 171);
        let stripe = smooth(0.022, 0.016, (w.abs() - 0.86).abs()).max(smooth(0.009, 0.004, (w.abs() - 0.80).abs()));
        let albedo = v(0.78, 0.74, 0.66).lerp(v(0.50, 0.10, 0.08), 0.85 * stripe) * (0.96 + weave);
        Surface { albedo, rough: 1.0, mirror: 0.0 }
    };
    Thing { centre: v(0.62, 0.0, -0.22), radius: 2.1, distance: Box::new(distance), surface: Box::new(surface) }
}
