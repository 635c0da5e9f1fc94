//! The fronts of the houses in [`super::canal`]: gables, windows, doors, plaster and brick.

use super::canvas::light;
use super::noise::{cell, fbm, noise};
use super::vector::{V3, hex, mix, smooth, v};

/// One house of a row.
pub(super) struct House {
    /// Where it begins and ends along the street, metres.
    pub(super) from: f32,
    pub(super) to: f32,
    /// Heights of the eaves and of the ridge above the quay, metres.
    pub(super) eaves: f32,
    pub(super) ridge: f32,
    pub(super) id: i32,
}

/// What a point of a front does to light.
pub(super) struct Front {
    pub(super) albedo: V3,
    /// Light of its own: lamps behind windows.
    pub(super) glow: V3,
    /// 1 for window panes, which mirror the sky.
    pub(super) pane: f32,
}

const WALLS: [u32; 10] = [0xc9853a, 0xa8452f, 0xd9a27c, 0xe6d3a8, 0x6f8ea3, 0x8f9d74, 0x8c2f2b, 0xdfb455, 0xb86a4a, 0xcfc2b4];

/// A row of houses from `from` to `to` along the street.
pub(super) fn row(from: f32, to: f32, seed: i32) -> Vec<House> {
    let (mut houses, mut z, mut id) = (Vec::new(), from, seed);
    while z < to {
        let wide = mix(5.2, 7.8, cell(id, 1, 5));
        let eaves = 6.9 + 3.0 * (cell(id, 2, 5) * 2.4).floor() + 0.8 * cell(id, 3, 5);
        houses.push(House { from: z, to: z + wide, eaves, ridge: eaves + wide * mix(0.42, 0.62, cell(id, 4, 5)), id });
        z += wide;
        id += 1;
    }
    houses
}

impl House {
    /// How high the front reaches at `z`: a plain, a stepped or a bell gable.
    pub(super) fn outline(&self, z: f32) -> f32 {
        let half = 0.5 * (self.to - self.from);
        let off = ((z - self.from - half) / half).abs();
        let rise = self.ridge - self.eaves + 0.7;
        match self.id.rem_euclid(4) {
            0 => self.eaves + rise * (1.0 - (off * 5.0).floor() / 5.0) + 0.1,
            1 => self.eaves + rise * (0.16 * smooth(1.0, 0.97, off) + 0.84 * smooth(0.86, 0.16, off)),
            2 => self.eaves + rise * (1.0 - off) + 0.25,
            _ => self.eaves + rise * if off < 0.42 { 1.0 - 0.12 * smooth(0.0, 0.42, off) } else { 0.42 * smooth(1.02, 0.42, off) + 0.02 },
        }
    }

    /// The front at `z` along the street and `h` metres above the quay.
    pub(super) fn front(&self, z: f32, h: f32) -> Front {
        let (wide, along) = (self.to - self.from, z - self.from);
        let seed = self.id as u32;
        let stain = fbm(z * 0.5, h * 0.35, 4, seed) + 0.5 * fbm(z * 3.5, h * 1.2, 3, seed + 9);
        let wall = light(hex(WALLS[(self.id * 7).rem_euclid(10) as usize]));
        let damp = 0.72 + 0.28 * smooth(0.0, 2.2, h + 0.6 * stain);
        let mut albedo = wall * ((1.0 + 0.22 * stain) * damp);
        if matches!(self.id.rem_euclid(5), 1 | 3) {
            albedo = albedo * brick(along, h, seed);
        }
        let white = v(0.72, 0.68, 0.60) * (0.95 + 0.15 * stain);
        let trim = self.outline(z) - h;
        let edge = along.min(wide - along);
        if trim < 0.30 && h > self.eaves - 0.4 || (h - self.eaves).abs() < 0.16 || (h - 3.45).abs() < 0.10 {
            albedo = white * if trim < 0.06 { 0.7 } else { 1.0 };
        } else if h < 0.55 {
            albedo = v(0.16, 0.155, 0.15) * (1.0 + 0.4 * stain);
        } else if edge < 0.05 {
            albedo = albedo * 0.35;
        }
        self.opening(along, h, Front { albedo, glow: V3::default(), pane: 0.0 }, white)
    }

    /// Cuts windows and the door into the wall.
    fn opening(&self, along: f32, h: f32, wall: Front, white: V3) -> Front {
        let wide = self.to - self.from;
        let columns = if wide > 6.6 { 4.0 } else { 3.0 };
        let pitch = (wide - 0.7) / columns;
        let column = ((along - 0.35) / pitch).floor().clamp(0.0, columns - 1.0);
        let x = along - 0.35 - (column + 0.5) * pitch;
        let (floor, y, tall) =
            if h < 3.4 { (0, h - 0.7, 2.2) } else { ((1.0 + (h - 3.4) / 3.0) as i32, (h - 3.4).rem_euclid(3.0) - 0.75, 1.75) };
        if h > self.eaves - 0.5 {
            let x = along - 0.5 * wide;
            let small = self.eaves + 0.55;
            return if self.ridge - self.eaves > 2.4 { self.window(x, h - small, 0.42, 1.05, 90, wall, white) } else { wall };
        }
        let door = self.id.rem_euclid(columns as i32);
        if floor == 0 && column as i32 == door {
            let inside = x.abs() < 0.55 && h < 2.75;
            if !inside {
                return if x.abs() < 0.72 && h < 2.95 { Front { albedo: white, ..wall } } else { wall };
            }
            if h > 2.2 {
                return Front { glow: v(2.6, 1.5, 0.62), ..wall };
            }
            let panel = (x.abs() - 0.28).abs() < 0.18 && (h.rem_euclid(1.0) - 0.5).abs() < 0.36;
            let paint = light(hex([0x1f4a3a, 0x5a1f1d, 0x22324f, 0x3a2a1c][self.id.rem_euclid(4) as usize]));
            return Front { albedo: paint * if panel { 0.75 } else { 1.0 }, ..wall };
        }
        self.window(x, y, (0.36 * pitch).min(0.62), tall, floor * 10 + column as i32, wall, white)
    }

    /// A window whose sill lies at y = 0; `lot` numbers it within the house.
    #[allow(clippy::too_many_arguments, reason = "a window has these measures, and is drawn in one place")]
    fn window(&self, x: f32, y: f32, half: f32, tall: f32, lot: i32, wall: Front, white: V3) -> Front {
        let (u, w) = (x / half, y / tall);
        let out = (x.abs() - half).max(-y).max(y - tall);
        if out > 0.13 {
            let sill = (-0.26..-0.13).contains(&y) && x.abs() < half + 0.22;
            let shutter = self.id.rem_euclid(3) == 0 && (half + 0.13..half + 0.55).contains(&x.abs()) && y > 0.0 && y < tall;
            if shutter {
                let slat = 0.75 + 0.35 * (y * 42.0).sin();
                let paint = light(hex([0x2f5d4a, 0x2c4a6e, 0x7a2a22][self.id.rem_euclid(7) as usize % 3]));
                return Front { albedo: paint * slat, ..wall };
            }
            return if sill { Front { albedo: white * 0.9, ..wall } } else { wall };
        }
        let bars = x.abs() < 0.03 || (w - 0.62).abs() * tall < 0.035 || (w - 0.31).abs() * tall < 0.02;
        if out > -0.05 || bars {
            // Frames are set back: the wall shades their upper edge.
            return Front { albedo: white * smooth(-0.02, 0.25, tall - y + 0.03).max(0.35), ..wall };
        }
        let lit = cell(self.id, lot, 17) < if lot < 10 { 0.75 } else { 0.42 };
        if !lit {
            return Front { albedo: v(0.012, 0.014, 0.018), glow: V3::default(), pane: 1.0 };
        }
        let warmth = cell(self.id, lot, 18);
        let curtain = smooth(0.35 + 0.3 * warmth, 0.95, u.abs()) * (0.7 + 0.3 * (x * 55.0).sin());
        let deep = 0.55 + 0.5 * fbm(u * 1.3 + 9.0 * warmth, w * 1.6, 3, 300 + lot as u32) + 0.35 * smooth(0.2, 0.9, w);
        let lamp = v(2.5, 1.32, 0.46).lerp(v(2.3, 1.62, 0.88), warmth);
        Front {
            albedo: v(0.02, 0.02, 0.02),
            glow: lamp * (deep.max(0.12) * mix(1.0, 0.62, curtain) * mix(0.6, 1.35, cell(self.id, lot, 19))),
            pane: 0.5,
        }
    }
}

/// Courses of brick with pale mortar, as a factor.
fn brick(along: f32, h: f32, seed: u32) -> f32 {
    let course = (h / 0.14).floor();
    let shift = 0.5 * course.rem_euclid(2.0);
    let stone = (along / 0.34 + shift).floor();
    let tone = cell(stone as i32, course as i32, seed);
    let mortar = (h / 0.14).fract() < 0.16 || (along / 0.34 + shift).rem_euclid(1.0) < 0.07;
    (0.78 + 0.4 * tone) * if mortar { 1.22 } else { 1.0 } * (1.0 + 0.1 * noise(along * 2.0, h * 2.0, seed))
}
