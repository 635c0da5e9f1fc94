//! "Photo": a canal between gabled houses, the sun just above the roofs, the first lamps lit. Rays are traced against
//! planes (houses, quays, bridge) and boats; daylight is sampled from the sky, one direction a ray.

use super::boats::Boat;
use super::canvas::{Canvas, film, light};
use super::facade::{House, row};
use super::noise::{Rng, fbm, noise, slope};
use super::sky::Sky;
use super::street::{EDGE, Hit, QUAY, bridge, fronts, lantern, quay};
use super::vector::{V3, hex, v};

const WIDTH: usize = 640;
const HEIGHT: usize = 448;
/// Rays a pixel.
const RAYS: u32 = 22;
const EYE: V3 = v(2.6, 3.3, -5.0);
const SUNLIGHT: V3 = v(4.6, 1.9, 0.62);

struct Town {
    sky: Sky,
    left: Vec<House>,
    right: Vec<House>,
    boats: Vec<Boat>,
    lamps: Vec<V3>,
}

/// Takes the picture: 640 x 448.
pub(super) fn draw() -> Canvas {
    let sky = Sky {
        sun: v(0.52, 0.15, 0.83).unit(),
        zenith: v(0.035, 0.11, 0.36),
        horizon: v(0.42, 0.36, 0.48),
        glow: v(1.45, 0.62, 0.22),
        bright: v(1.8, 0.72, 0.40),
        dim: v(0.16, 0.17, 0.30),
        cover: 0.16,
        seed: 820,
    };
    let paint = |hull: u32, plank: u32| (light(hex(hull)), light(hex(plank)));
    let boat = |x: f32, z: f32, size: f32, (hull, plank): (V3, V3)| Boat { at: v(x, 0.0, z), size, hull, plank };
    let boats = vec![
        boat(-4.6, 13.0, 1.15, paint(0x1f4f86, 0xf0e6d0)),
        boat(-4.9, 25.5, 1.25, paint(0x8e2a22, 0xe9d9b0)),
        boat(-4.9, 39.0, 1.3, paint(0xd8cfb8, 0x2a5a4a)),
        boat(9.9, 20.0, 1.2, paint(0x2f6b4f, 0xe8dcc0)),
        boat(10.9, 34.0, 1.3, paint(0xc9962f, 0x5a2a1a)),
    ];
    let lamps = (0..9)
        .flat_map(|i| [v(EDGE[0] - 0.5, QUAY + 3.7, 7.5 + 11.0 * i as f32), v(EDGE[1] + 0.5, QUAY + 3.7, 13.0 + 11.0 * i as f32)])
        .collect();
    let town = Town { sky, left: row(-6.0, 110.0, 40), right: row(16.0, 112.0, 75), boats, lamps };
    let (right, up, forward) = v(-0.155, 0.075, 1.0).frame();
    let raw = Canvas::each(WIDTH, HEIGHT, |x, y| {
        let mut rng = Rng::new((y * WIDTH + x) as u64 + 5_000_000);
        let mut sum = V3::default();
        for _ in 0..RAYS {
            let u = (x as f32 + rng.unit()) / WIDTH as f32 - 0.5;
            let w = (0.5 - (y as f32 + rng.unit()) / HEIGHT as f32) * HEIGHT as f32 / WIDTH as f32;
            let way = (forward + right * (1.15 * u) + up * (1.15 * w)).unit();
            sum += town.look(EYE, way, true, &mut rng).map(|a| a.min(8.0));
        }
        sum / RAYS as f32
    });
    let haze = raw.remade(|_, _, c| c.map(|a| (a - 0.8).clamp(0.0, 3.0))).blurred(8);
    raw.remade(|x, y, c| {
        let (u, w) = (x as f32 / WIDTH as f32 - 0.5, y as f32 / HEIGHT as f32 - 0.5);
        let colour = film((c + haze.at(x as i32, y as i32) * 0.3) * 0.62 * (1.0 - 0.5 * (u * u + w * w)));
        V3::all(colour.luma()).lerp(colour, 0.96)
    })
}

impl Town {
    /// Light that comes along a ray; `first` when the eye looks, and not a mirror.
    fn look(&self, from: V3, way: V3, first: bool, rng: &mut Rng) -> V3 {
        let surface = if way.y < 0.0 { -from.y / way.y } else { 1e9 };
        let hit = self.hit(from, way, surface.min(400.0));
        let (t, colour) = match hit {
            Some(hit) => (hit.t, self.lit(from + way * hit.t, way, &hit, first, rng)),
            None if surface < 400.0 && first => (surface, self.water(from + way * surface, way, surface, rng)),
            None => return self.sky.light(way),
        };
        let air = (v(0.0010, 0.0013, 0.0018) * t).map(|a| 1.0 - (-a).exp());
        colour + (self.sky.clear(v(way.x, way.y.max(0.02), way.z).unit()) - colour) * air
    }

    /// Daylight, sun and lamps on a surface.
    fn lit(&self, p: V3, way: V3, hit: &Hit, first: bool, rng: &mut Rng) -> V3 {
        let off = p + hit.normal * 0.02;
        let mut sum = V3::default();
        let shaken = (self.sky.sun + v(rng.bell(), rng.bell(), rng.bell()) * 0.012).unit();
        let cosine = hit.normal.dot(shaken);
        if cosine > 0.0 && self.hit(off, shaken, 200.0).is_none() {
            sum += SUNLIGHT * cosine;
        }
        let scattered = (hit.normal + ball(rng)).unit();
        sum += match self.hit(off, scattered, 60.0) {
            // What other walls give back, estimated.
            Some(other) => other.albedo * v(0.55, 0.42, 0.36) + other.glow * 0.3,
            None if scattered.y < 0.0 => v(0.10, 0.11, 0.13),
            None => self.sky.clear(scattered) * 0.95,
        };
        for lamp in &self.lamps {
            let to = *lamp - p;
            let square = to.dot(to);
            if square < 90.0 {
                sum += v(2.6, 1.5, 0.62) * (2.2 * hit.normal.dot(to.unit()).max(0.0) / (square + 0.5));
            }
        }
        let mut colour = hit.albedo * sum + hit.glow;
        if hit.pane > 0.0 && first {
            let wavy = hit.normal + v(0.0, 0.02 * noise(p.z * 1.5, p.y * 1.5, 3), 0.02 * noise(p.z * 1.1, p.y * 1.7, 4));
            let mirrored = way.reflect(wavy.unit());
            let share = hit.pane * (0.08 + 0.92 * (1.0 - (-way.dot(hit.normal)).clamp(0.0, 1.0)).powi(4)).min(1.0);
            colour = colour.lerp(self.look(off, mirrored, false, rng), share);
        }
        colour
    }

    /// The canal mirrors the town through small waves.
    fn water(&self, p: V3, way: V3, t: f32, rng: &mut Rng) -> V3 {
        let breeze = 0.6 + 0.4 * fbm(p.x * 0.10, p.z * 0.05, 3, 11);
        let (mut sx, mut sz) = (0.0, 0.0);
        for octave in 0..4 {
            let scale = 0.55 * 2.1_f32.powi(octave);
            let (_, dx, dz) = slope(p.x * scale * 0.7 + 3.0, p.z * scale, 12 + octave as u32);
            sx += 0.45 * dx;
            sz += dz;
        }
        let calm = 0.017 * breeze / (1.0 + 0.012 * t);
        let normal = v(sx * calm, 1.0, sz * calm).unit();
        let mut mirrored = way.reflect(normal);
        mirrored.y = mirrored.y.max(0.004);
        let seen = self.look(p + v(0.0, 0.01, 0.0), mirrored.unit(), false, rng);
        let fresnel = 0.03 + 0.97 * (1.0 - (-way.dot(normal)).clamp(0.0, 1.0)).powi(5);
        v(0.018, 0.032, 0.034).lerp(seen, (0.18 + 0.95 * fresnel).min(0.95))
    }

    /// The nearest surface before `end`.
    fn hit(&self, from: V3, way: V3, end: f32) -> Option<Hit> {
        let mut best: Option<Hit> = None;
        let mut limit = end;
        let mut offer = |hit: Hit| {
            if hit.t > 0.005 && hit.t < limit {
                limit = hit.t;
                best = Some(hit);
            }
        };
        for (side, houses) in [(0, &self.left), (1, &self.right)] {
            fronts(side, houses, from, way, &mut offer);
            quay(side, from, way, &mut offer);
        }
        bridge(from, way, &mut offer);
        for boat in &self.boats {
            if let Some((t, normal, albedo)) = boat.hit(from, way, end) {
                offer(Hit { t, normal, albedo, glow: V3::default(), pane: 0.0 });
            }
        }
        for lamp in &self.lamps {
            lantern(*lamp, from, way, &mut offer);
        }
        best
    }
}

/// A random direction, uniform on the sphere.
fn ball(rng: &mut Rng) -> V3 {
    let (y, turn) = (rng.range(-1.0, 1.0), rng.unit() * std::f32::consts::TAU);
    let r = (1.0 - y * y).max(0.0).sqrt();
    v(r * turn.cos(), y, r * turn.sin())
}
