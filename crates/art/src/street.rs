//! What stands beside the water in [`super::canal`]: fronts, roofs, quays, lamps, the bridge and the town beyond. Each
//! function offers what a ray meets; the nearest offer wins. Metres; x to the right, y up from the water, z away.

use super::facade::House;
use super::noise::{fbm, noise};
use super::vector::{V3, mix, smooth, v};

/// The fronts' planes, the quays' edges (x) and the quays' height, metres.
const LEFT: f32 = -10.5;
const RIGHT: f32 = 17.0;
pub(super) const EDGE: [f32; 2] = [-6.6, 13.5];
pub(super) const QUAY: f32 = 1.25;
const BRIDGE: f32 = 74.0;
const FAR: f32 = 170.0;

/// What a ray meets.
pub(super) struct Hit {
    pub(super) t: f32,
    pub(super) normal: V3,
    pub(super) albedo: V3,
    pub(super) glow: V3,
    /// Share mirrored, as by a pane.
    pub(super) pane: f32,
}

fn dull(t: f32, normal: V3, albedo: V3) -> Hit {
    Hit { t, normal, albedo, glow: V3::default(), pane: 0.0 }
}

/// Fronts, roofs, gable sides and chimneys of one row; side 0 is on the left.
pub(super) fn fronts(side: usize, houses: &[House], from: V3, way: V3, offer: &mut impl FnMut(Hit)) {
    let (plane, out) = if side == 0 { (LEFT, 1.0) } else { (RIGHT, -1.0) };
    let t = (plane - from.x) / way.x;
    let p = from + way * t;
    if t > 0.0 && way.x * out < 0.0 {
        let found = houses.iter().find(|h| p.z >= h.from && p.z < h.to);
        if let Some(house) = found
            && p.y > QUAY
            && p.y - QUAY < house.outline(p.z)
        {
            let front = house.front(p.z, p.y - QUAY);
            offer(Hit { t, normal: v(out, 0.0, 0.0), albedo: front.albedo, glow: front.glow, pane: front.pane });
        }
    }
    let within = |x: f32| (plane - x) * out > 0.05 && (plane - x) * out < 11.0;
    for house in houses {
        let (half, middle) = (0.5 * (house.to - house.from), 0.5 * (house.to + house.from));
        let steep = (house.ridge - house.eaves) / half;
        for slant in [-1.0, 1.0] {
            // y = ridge - steep |z - middle|
            let speed = way.y + steep * slant * way.z;
            let t = (QUAY + house.ridge - from.y - steep * slant * (from.z - middle)) / speed;
            let p = from + way * t;
            let off = (p.z - middle) * slant;
            if t > 0.0 && off >= 0.0 && off < half + 0.1 && within(p.x) {
                let tile = 0.75 + 0.25 * (off * 16.0).sin() + 0.3 * noise(p.x * 4.0, off * 4.0, house.id as u32);
                let red = v(0.24, 0.085, 0.05).lerp(v(0.10, 0.09, 0.10), if house.id % 3 == 0 { 1.0 } else { 0.1 });
                offer(dull(t, v(0.0, 1.0, steep * slant).unit(), red * tile));
            }
            let t = (middle + slant * half - from.z) / way.z;
            let p = from + way * t;
            if t > 0.0 && way.z * slant < 0.0 && within(p.x) && p.y > QUAY && p.y < QUAY + house.eaves {
                offer(dull(t, v(0.0, 0.0, slant), v(0.30, 0.22, 0.17) * (1.0 + 0.3 * fbm(p.x, p.y, 3, 5))));
            }
            // A chimney: only the faces that can be seen from the canal.
            let (cx, cz) = (plane - out * 3.2, middle + 0.55 * half);
            for (t, normal) in [((cx - from.x) / way.x, v(out, 0.0, 0.0)), ((cz + 0.45 * slant - from.z) / way.z, v(0.0, 0.0, slant))] {
                let p = from + way * t;
                let inside =
                    (p.x - cx).abs() < 0.46 && (p.z - cz).abs() < 0.4501 && p.y > QUAY + house.eaves && p.y < QUAY + house.ridge + 1.0;
                if t > 0.0 && way.dot(normal) < 0.0 && inside {
                    offer(dull(t, normal, v(0.26, 0.12, 0.08)));
                }
            }
        }
    }
}

/// The quay's wall and its cobbles.
pub(super) fn quay(side: usize, from: V3, way: V3, offer: &mut impl FnMut(Hit)) {
    let (edge, out) = if side == 0 { (EDGE[0], 1.0) } else { (EDGE[1], -1.0) };
    let t = (edge - from.x) / way.x;
    let p = from + way * t;
    if t > 0.0 && way.x * out < 0.0 && p.y < QUAY && p.y > -0.1 && p.z < FAR {
        let (course, shift) = ((p.y / 0.32).floor(), 0.5 * (p.y / 0.32).floor());
        let joint = smooth(0.0, 0.05, (p.y / 0.32).fract()) * smooth(0.0, 0.03, (p.z / 0.9 + shift).rem_euclid(1.0));
        let stone = 0.8 + 0.4 * noise((p.z / 0.9 + shift).floor() * 3.1, course * 2.3, 6);
        let weed = smooth(0.55, 0.1, p.y + 0.2 * fbm(p.z, p.y, 3, 7));
        offer(dull(t, v(out, 0.0, 0.0), v(0.22, 0.20, 0.18).lerp(v(0.05, 0.07, 0.03), weed) * (stone * mix(0.4, 1.0, joint))));
    }
    let t = (QUAY - from.y) / way.y;
    let p = from + way * t;
    if t > 0.0 && way.y < 0.0 && (edge - p.x) * out > 0.0 && p.z < FAR {
        let cobble = 0.7 + 0.45 * noise(p.x * 5.0, p.z * 5.0, 8) + 0.2 * fbm(p.x * 0.7, p.z * 0.7, 3, 9);
        offer(dull(t, v(0.0, 1.0, 0.0), v(0.20, 0.18, 0.165) * cobble));
    }
}

/// An arched bridge, and the town beyond it with a church.
pub(super) fn bridge(from: V3, way: V3, offer: &mut impl FnMut(Hit)) {
    let (t, far) = ((BRIDGE - from.z) / way.z, (FAR - from.z) / way.z);
    let p = from + way * t;
    let u = (p.x - 3.45) / 11.0;
    let deck = QUAY + 0.6 + 3.1 * (1.0 - u * u).max(0.0);
    let arch = (u * 1.42).powi(2) + (p.y / 3.1).powi(2) < 1.0;
    if t > 0.0 && p.y < deck + 0.9 && p.y > -0.1 && u.abs() < 1.0 && !arch {
        let stone = 0.85 + 0.3 * noise((p.x * 1.3).floor() * 2.7, (p.y * 2.6).floor() * 1.9, 10);
        let rim = (u * 1.32).powi(2) + (p.y / 3.5).powi(2) < 1.0 || (p.y - deck).abs() < 0.12;
        offer(dull(t, v(0.0, 0.0, -1.0), v(0.30, 0.24, 0.19) * (stone * if rim { 1.3 } else { 1.0 })));
    }
    let p = from + way * far;
    let roofs = 8.0 + 3.5 * noise((p.x / 6.5).floor() * 3.3, 0.0, 11) + 2.6 * (1.0 - 2.0 * ((p.x / 6.5).fract().abs() - 0.5).abs());
    let off = (p.x + 4.0).abs();
    let tower = if off < 3.6 { 31.0 } else { 0.0 };
    let spire = if off < 3.4 { 31.0 + 23.0 * (1.0 - off / 3.4) } else { 0.0 };
    if far > 0.0 && p.y > -0.1 && p.y < roofs.max(tower).max(spire) && p.x.abs() < 90.0 {
        let clock = (p.x + 4.0).hypot(p.y - 25.0) < 1.5;
        let louvre = off < 0.9 && (p.y - 19.0).abs() < 2.4;
        let albedo = if louvre {
            v(0.05, 0.04, 0.04)
        } else if p.y > 31.0 {
            v(0.10, 0.17, 0.15)
        } else {
            v(0.25, 0.17, 0.13)
        };
        let glow = if clock { v(1.6, 1.1, 0.6) } else { V3::default() };
        offer(Hit { t: far, normal: v(0.0, 0.0, -1.0), albedo, glow, pane: 0.0 });
    }
}

/// A street lamp: a thin post and a glowing lantern.
pub(super) fn lantern(at: V3, from: V3, way: V3, offer: &mut impl FnMut(Hit)) {
    let to = at - from;
    let along = to.dot(way);
    let off = to - way * along;
    if along > 0.0 && off.dot(off) < 0.05 {
        offer(Hit { t: along - 0.2, normal: -way, albedo: V3::all(0.1), glow: v(7.5, 4.6, 2.0), pane: 0.0 });
    }
    let flat = way.x * way.x + way.z * way.z;
    let t = (to.x * way.x + to.z * way.z) / flat.max(1e-6);
    let p = from + way * t;
    if t > 0.0 && (p.x - at.x).hypot(p.z - at.z) < 0.06 && p.y > QUAY && p.y < at.y {
        offer(dull(t, v(-way.x, 0.0, -way.z).unit(), v(0.03, 0.035, 0.035)));
    }
}
