//! Boats for [`super::canal`], as distances that rays step along. The water lies at y = 0; a boat points along z.

use super::noise::{fbm, noise};
use super::vector::{V3, mix, smooth, v};

/// A moored sailing boat.
pub(super) struct Boat {
    /// Middle of the waterline.
    pub(super) at: V3,
    /// 1 is six metres long.
    pub(super) size: f32,
    /// Colours of the hull above and of its upper plank.
    pub(super) hull: V3,
    pub(super) plank: V3,
}

fn capsule(p: V3, a: V3, b: V3, radius: f32) -> f32 {
    let (pa, ba) = (p - a, b - a);
    (pa - ba * (pa.dot(ba) / ba.dot(ba)).clamp(0.0, 1.0)).length() - radius
}

impl Boat {
    /// The hull, hollow, with a deck at the bow.
    fn body(&self, q: V3) -> f32 {
        let end = (q.z / 3.0).clamp(-1.0, 1.0);
        let broad = if end > 0.0 { 1.08 * (1.0 - end * end).powf(0.75) } else { 1.08 * (1.0 - 0.45 * end * end) };
        let top = 0.72 + 0.42 * end * end * if end > 0.0 { 1.2 } else { 0.5 };
        let flare = broad * (0.62 + 0.38 * (q.y / top).clamp(-0.5, 1.1));
        let outside = (q.x.abs() - flare).max(q.y - top).max(-0.4 - q.y).max(q.z.abs() - 3.0);
        let inside = (q.x.abs() - flare + 0.11).max(0.42 - q.y).max(q.z - 1.2).max(-2.8 - q.z);
        outside.max(-inside) * 0.6
    }

    /// Mast, boom, furled sail and stays.
    fn rig(&self, q: V3) -> (f32, f32) {
        let top = v(0.0, 7.6, 0.5);
        let mast = capsule(q, v(0.0, 0.4, 0.5), top, 0.075);
        let boom = capsule(q, v(0.0, 1.75, 0.4), v(0.0, 1.95, -2.6), 0.06);
        let sag = 0.03 * (q.z * 7.0).sin();
        let sail = capsule(q, v(0.0, 1.98 + sag, 0.1), v(0.0, 2.14 + sag, -2.4), 0.15);
        let stays = [(0.0, 1.2, 2.9), (0.0, 0.9, -2.9), (0.95, 0.8, 0.2), (-0.95, 0.8, 0.2)];
        let rope = stays.iter().map(|&(x, y, z)| capsule(q, v(x, y, z), top, 0.016)).fold(9.0, f32::min);
        (mast.min(boom).min(rope), sail)
    }

    fn distance(&self, p: V3) -> f32 {
        let q = (p - self.at) / self.size;
        let (rig, sail) = self.rig(q);
        self.body(q).min(rig).min(sail) * self.size
    }

    /// Where a ray meets the boat before `end`, with the normal and the colour.
    pub(super) fn hit(&self, from: V3, way: V3, end: f32) -> Option<(f32, V3, V3)> {
        // A box around hull and mast.
        let low = self.at + v(-1.25, -0.05, -3.2) * self.size;
        let high = self.at + v(1.25, 7.8, 3.2) * self.size;
        let span = |o: f32, d: f32, a: f32, b: f32| {
            let (s, t) = ((a - o) / d, (b - o) / d);
            (s.min(t), s.max(t))
        };
        let (x, y, z) = (span(from.x, way.x, low.x, high.x), span(from.y, way.y, low.y, high.y), span(from.z, way.z, low.z, high.z));
        let (start, stop) = (x.0.max(y.0).max(z.0).max(0.0), x.1.min(y.1).min(z.1).min(end));
        let mut t = start;
        for _ in 0..90 {
            if t >= stop {
                return None;
            }
            let distance = self.distance(from + way * t);
            if distance < 0.0006 * t.max(2.0) {
                let p = from + way * t;
                let e = 0.004;
                let d = |dx, dy, dz| self.distance(p + v(dx, dy, dz));
                let normal = v(d(e, 0.0, 0.0) - d(-e, 0.0, 0.0), d(0.0, e, 0.0) - d(0.0, -e, 0.0), d(0.0, 0.0, e) - d(0.0, 0.0, -e));
                return Some((t, normal.unit(), self.colour(p)));
            }
            t += distance.max(0.004);
        }
        None
    }

    fn colour(&self, p: V3) -> V3 {
        let q = (p - self.at) / self.size;
        let (rig, sail) = self.rig(q);
        if sail < 0.02 {
            return v(0.66, 0.58, 0.44) * (0.8 + 0.3 * noise(q.z * 9.0, q.x * 20.0, 1));
        }
        let grain = fbm(q.z * 2.0, q.y * 30.0, 3, 2);
        if rig < 0.02 {
            return v(0.26, 0.15, 0.07) * (1.0 + 0.4 * grain);
        }
        let planks = 1.0 - 0.35 * smooth(0.03, 0.0, ((q.y * 5.0).fract() - 0.5).abs());
        let weather = 1.0 + 0.35 * fbm(q.z * 1.5, q.y * 4.0, 4, 3);
        let painted = if q.y > 0.60 + 0.30 * (q.z / 3.0).powi(2) {
            self.plank
        } else if q.y < 0.14 {
            v(0.05, 0.05, 0.05)
        } else {
            self.hull * planks
        };
        let wood = v(0.24, 0.13, 0.06) * (1.0 + 0.4 * grain);
        // Seen from inside, it is bare wood.
        let inner = q.y < 0.47 && q.y > 0.40 || q.y > 0.45 && q.x.abs() < 0.4;
        if inner { wood } else { painted * mix(0.8, weather, 0.9) }
    }
}
