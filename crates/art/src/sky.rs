//! Evening skies: a gradient, the sun's glow and two layers of clouds, as linear light.

use super::noise::fbm;
use super::vector::{V3, smooth, v};

/// What makes one evening differ from another.
pub(super) struct Sky {
    /// Unit direction to the sun.
    pub(super) sun: V3,
    /// Light overhead, at the horizon away from the sun, and at the horizon below the sun.
    pub(super) zenith: V3,
    pub(super) horizon: V3,
    pub(super) glow: V3,
    /// Colour of clouds where the sun reaches them, and where it does not.
    pub(super) bright: V3,
    pub(super) dim: V3,
    /// How much of the sky clouds take, about [-0.5, 0.5].
    pub(super) cover: f32,
    pub(super) seed: u32,
}

impl Sky {
    /// The light that comes from the unit direction `way`.
    pub(super) fn light(&self, way: V3) -> V3 {
        let up = way.y.max(0.0);
        let clear = self.clear(way);
        if up < 0.012 {
            return clear;
        }
        let (cover, colour) = self.clouds(way);
        clear.lerp(colour, cover * smooth(0.012, 0.11, up))
    }

    /// The same without clouds.
    pub(super) fn clear(&self, way: V3) -> V3 {
        let up = way.y.max(0.0);
        let toward = way.dot(self.sun).max(0.0);
        let side = 0.5 + 0.5 * v(way.x, 0.0, way.z).unit().dot(v(self.sun.x, 0.0, self.sun.z).unit());
        let low = self.horizon.lerp(self.glow, side.powf(2.2));
        let sky = self.zenith.lerp(low, (-up * 5.0).exp() * 0.75 + 0.25 * (-up * 1.6).exp());
        sky + self.glow * (0.35 * toward.powf(8.0) + 0.7 * toward.powf(60.0)) + self.bright * (9.0 * toward.powf(1800.0))
    }

    /// How much cloud there is in a direction, and its colour.
    fn clouds(&self, way: V3) -> (f32, V3) {
        // The clouds' ceiling bends down with the earth, so that it does not run together at the horizon.
        let far = 1.0 / (way.y + 0.09);
        let (x, z) = (way.x * far, way.z * far);
        let depth = self.density(x, z);
        let (sx, sz) = (self.sun.x * 0.16, self.sun.z * 0.16);
        let shade = self.density(x + sx, z + sz) * 0.6 + self.density(x + 2.2 * sx, z + 2.2 * sz) * 0.4;
        let lit = (-2.6 * shade).exp();
        let through = way.dot(self.sun).max(0.0).powf(5.0) * 0.8 * (-depth * 2.0).exp();
        let colour = self.dim.lerp(self.bright, (lit * 1.15 + through).min(1.6));
        let wisps = self.wisps(x, z);
        let cover = 1.0 - (-depth * 3.4).exp();
        (cover + (1.0 - cover) * wisps, colour.lerp(self.bright, (1.0 - cover) * 0.7))
    }

    /// Thickness of the low clouds at a point of their ceiling, from 0.
    fn density(&self, x: f32, z: f32) -> f32 {
        let wx = x + 0.45 * fbm(x * 0.9, z * 0.9, 3, self.seed + 1);
        let wz = z + 0.45 * fbm(x * 0.9 + 7.0, z * 0.9, 3, self.seed + 2);
        let banks = 0.5 * fbm(wx * 0.32, wz * 0.5, 2, self.seed + 3);
        let puffs = fbm(wx * 0.75, wz * 1.35, 7, self.seed + 4);
        (banks + puffs + self.cover).max(0.0) * 1.7
    }

    /// High, combed ice clouds, in [0, 1].
    fn wisps(&self, x: f32, z: f32) -> f32 {
        let bend = 0.7 * fbm(x * 0.35, z * 0.35, 3, self.seed + 5);
        let combed = fbm((x + z) * 0.45 + bend, (z - x) * 1.9 + 2.0 * bend, 6, self.seed + 6);
        smooth(0.02, 0.75, combed) * 0.65
    }
}
