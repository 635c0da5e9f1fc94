//! "Photo": a jug and fruit by a window. Paths of light are followed from the eye to the window (next-event
//! estimation, at most four surfaces), and the remaining grain is smoothed along surfaces.

use super::canvas::{Canvas, film};
use super::fruit::{Surface, Thing, things};
use super::noise::{Rng, fbm, noise};
use super::vector::{V3, mix, smooth, v};

const WIDTH: usize = 640;
const HEIGHT: usize = 496;
/// Paths a pixel; more than this the smoothing makes invisible.
const PATHS: u32 = 26;
const EYE: V3 = v(0.30, 1.95, -6.4);
/// The window: its middle, its two half sides, the way it faces, and its light.
const WINDOW: V3 = v(-4.6, 3.3, -1.9);
const SIDE: V3 = v(0.55, 0.0, -1.05);
const RISE: V3 = v(0.0, 1.35, 0.0);
const DAY: V3 = v(22.0, 19.6, 16.8);
const WALL: f32 = 3.0;
const EDGE: f32 = -1.62;

/// What a ray meets.
struct Hit {
    t: f32,
    normal: V3,
    surface: Surface,
}

struct Room {
    things: Vec<Thing>,
}

/// What is known about a pixel: its light without the surface's colour, the shine on top, and what smoothing must respect.
#[derive(Clone, Copy, Default)]
struct Sample {
    lit: V3,
    shine: V3,
    albedo: V3,
    normal: V3,
    depth: f32,
}

/// Takes the picture: 640 x 496.
pub(super) fn draw() -> Canvas {
    use rayon::prelude::*;
    let room = Room { things: things() };
    let samples: Vec<Sample> = (0..WIDTH * HEIGHT).into_par_iter().map(|i| room.pixel(i % WIDTH, i / WIDTH)).collect();
    let lit = smoothed(&samples, |s| s.lit);
    let shine = smoothed(&samples, |s| s.shine);
    let raw = Canvas::each(WIDTH, HEIGHT, |x, y| {
        let i = y * WIDTH + x;
        lit[i] * samples[i].albedo + shine[i]
    });
    let haze = raw.remade(|_, _, c| c.map(|a| (a - 0.8).clamp(0.0, 3.0))).blurred(6);
    raw.remade(|x, y, c| {
        let (u, w) = (x as f32 / WIDTH as f32 - 0.5, y as f32 / HEIGHT as f32 - 0.5);
        let colour = film((c + haze.at(x as i32, y as i32) * 0.15) * (1.18 - 0.75 * (u * u + w * w)));
        let grain = 0.010 * noise(x as f32 * 0.9, y as f32 * 0.9, 5);
        V3::all(colour.luma()).lerp(colour, 1.10) + V3::all(grain)
    })
}

impl Room {
    fn pixel(&self, x: usize, y: usize) -> Sample {
        let (right, up, forward) = (v(0.22, 0.56, 0.0) - EYE).frame();
        let mut rng = Rng::new((y * WIDTH + x) as u64 + 900_000);
        let mut sum = Sample::default();
        let share = 1.0 / PATHS as f32;
        for _ in 0..PATHS {
            let u = ((x as f32 + rng.unit()) / WIDTH as f32 - 0.5) * 0.66;
            let w = (0.5 - (y as f32 + rng.unit()) / HEIGHT as f32) * 0.66 * HEIGHT as f32 / WIDTH as f32;
            // A lens of some width keeps only the fruit quite sharp.
            let (turn, reach) = (rng.unit() * std::f32::consts::TAU, 0.028 * rng.unit().sqrt());
            let shift = right * (reach * turn.cos()) + up * (reach * turn.sin());
            let focus = (forward + right * u + up * w) * 6.3;
            let one = self.path(EYE + shift, (focus - shift).unit(), &mut rng);
            sum.lit += one.lit.map(|a| a.min(9.0)) * share;
            sum.shine += one.shine.map(|a| a.min(9.0)) * share;
            sum.albedo += one.albedo * share;
            sum.normal += one.normal * share;
            sum.depth += one.depth * share;
        }
        sum.normal = sum.normal.unit();
        sum
    }

    /// One path; its light is divided by the first surface's colour, which smoothing would blur.
    fn path(&self, from: V3, way: V3, rng: &mut Rng) -> Sample {
        let (mut from, mut way, mut carried, mut sum) = (from, way, V3::all(1.0), V3::default());
        let mut first = Sample { albedo: V3::all(1.0), normal: -way, depth: 20.0, ..Sample::default() };
        let (mut mirrored, mut shines) = (false, false);
        for bounce in 0..4 {
            let hit = self.hit(from, way, 40.0);
            if mirrored
                && let Some(t) = window(from, way)
                && hit.as_ref().is_none_or(|h| t < h.t)
            {
                sum += carried * panes(from + way * t);
                break;
            }
            let Some(hit) = hit else {
                sum += carried * ambient(way);
                break;
            };
            let p = from + way * hit.t + hit.normal * 0.003;
            let mut albedo = hit.surface.albedo;
            if bounce == 0 {
                first = Sample { albedo, normal: hit.normal, depth: hit.t, ..first };
                albedo = V3::all(1.0);
            }
            let facing = (-way.dot(hit.normal)).clamp(0.0, 1.0);
            let fresnel = hit.surface.mirror * (1.0 + 24.0 * (1.0 - facing).powi(5)).min(20.0) * (1.0 - 0.6 * hit.surface.rough);
            let chance = if hit.surface.mirror > 0.0 { fresnel.clamp(if bounce == 0 { 0.3 } else { 0.1 }, 0.8) } else { 0.0 };
            if rng.unit() < chance {
                // The shine has the light's colour, not the skin's.
                shines |= bounce == 0;
                carried = carried * (fresnel / chance);
                way = (way.reflect(hit.normal) + sphere(rng) * (hit.surface.rough * rng.unit())).unit();
                mirrored = bounce == 0;
            } else {
                carried = carried * albedo * ((1.0 - fresnel.min(0.9)) / (1.0 - chance));
                sum += carried * self.daylight(p, hit.normal, rng);
                way = (hit.normal + sphere(rng)).unit();
                mirrored = false;
            }
            if way.dot(hit.normal) <= 0.0 {
                break;
            }
            from = p;
        }
        if shines { Sample { shine: sum, ..first } } else { Sample { lit: sum, ..first } }
    }

    /// Light that comes straight from one random spot of the window.
    fn daylight(&self, p: V3, normal: V3, rng: &mut Rng) -> V3 {
        let spot = WINDOW + SIDE * rng.range(-1.0, 1.0) + RISE * rng.range(-1.0, 1.0);
        let way = spot - p;
        let far = way.length();
        let way = way / far;
        let facing = SIDE.cross(RISE).unit().dot(way).abs();
        let cosine = normal.dot(way);
        if cosine <= 0.0 || self.hit_thing(p, way, far).is_some() {
            return V3::default();
        }
        let area = 4.0 * SIDE.length() * RISE.length();
        panes(spot) * (cosine * facing * area / (std::f32::consts::PI * far * far))
    }

    /// The nearest surface along a ray.
    fn hit(&self, from: V3, way: V3, end: f32) -> Option<Hit> {
        let plain = plain(from, way);
        let end = plain.as_ref().map_or(end, |h| h.t.min(end));
        let Some((t, i)) = self.hit_thing(from, way, end) else { return plain };
        let p = from + way * t;
        let thing = &self.things[i];
        let e = 0.0012;
        let d = |dx, dy, dz| (thing.distance)(p + v(dx, dy, dz));
        let normal = v(d(e, 0.0, 0.0) - d(-e, 0.0, 0.0), d(0.0, e, 0.0) - d(0.0, -e, 0.0), d(0.0, 0.0, e) - d(0.0, 0.0, -e)).unit();
        Some(Hit { t, normal, surface: (thing.surface)(p) })
    }

    /// The nearest of the things, by steps as long as the distance to them; only those near the ray are asked.
    fn hit_thing(&self, from: V3, way: V3, end: f32) -> Option<(f32, usize)> {
        let mut near: [(f32, f32, usize); 12] = [(0.0, 0.0, 0); 12];
        let mut count = 0;
        for (i, thing) in self.things.iter().enumerate() {
            let to = thing.centre - from;
            let along = to.dot(way);
            let room = thing.radius * thing.radius - (to.dot(to) - along * along);
            if room > 0.0 && along + room.sqrt() > 0.0 && along - room.sqrt() < end {
                near[count] = ((along - room.sqrt()).max(0.0), (along + room.sqrt()).min(end), i);
                count += 1;
            }
        }
        let mut best: Option<(f32, usize)> = None;
        for &(start, stop, i) in &near[..count] {
            let stop = best.map_or(stop, |b| b.0.min(stop));
            let mut t = start.max(0.004);
            for _ in 0..110 {
                if t > stop {
                    break;
                }
                let distance = (self.things[i].distance)(from + way * t);
                if distance < 0.0005 {
                    best = Some((t, i));
                    break;
                }
                t += distance.max(0.0007);
            }
        }
        best
    }
}

/// The wall, the table's top and its front edge.
fn plain(from: V3, way: V3) -> Option<Hit> {
    let mut best: Option<Hit> = None;
    let mut offer = |t: f32, normal: V3, surface: &dyn Fn(V3) -> Option<Surface>| {
        if t > 0.003
            && best.as_ref().is_none_or(|b| t < b.t)
            && let Some(surface) = surface(from + way * t)
        {
            best = Some(Hit { t, normal, surface });
        }
    };
    offer((WALL - from.z) / way.z, v(0.0, 0.0, -1.0), &|p| Some(plaster(p)));
    if way.y < 0.0 {
        offer(-from.y / way.y, v(0.0, 1.0, 0.0), &|p| (p.z > EDGE).then(|| wood(p.x, p.z, 1.0)));
    }
    if way.z > 0.0 {
        offer((EDGE - from.z) / way.z, v(0.0, 0.0, -1.0), &|p| {
            (p.y < 0.0).then(|| wood(p.x, p.y * 1.7, if p.y > -0.22 { 0.9 } else { 0.25 }))
        });
    }
    best
}

fn plaster(p: V3) -> Surface {
    let stain = fbm(p.x * 0.5, p.y * 0.6, 5, 11) + 0.35 * fbm(p.x * 3.0, p.y * 3.0, 4, 12);
    let albedo = v(0.20, 0.205, 0.165).lerp(v(0.33, 0.29, 0.22), 0.5 + 0.6 * stain);
    Surface { albedo, rough: 1.0, mirror: 0.0 }
}

fn wood(x: f32, z: f32, shade: f32) -> Surface {
    let board = ((z + 0.35) / 0.82).floor();
    let (gx, gz) = (x + 3.7 * board, (z + 0.35) / 0.82 - board);
    let warp = 0.8 * fbm(gx * 0.35, gz * 1.4 + board, 3, 21);
    let ring = (0.5 + 0.5 * ((gz * 9.0 + 5.0 * warp) * 2.2).sin()).powf(1.6);
    let pore = smooth(0.15, 0.5, fbm(gx * 2.2, gz * 60.0, 3, 22));
    let tone = 0.85 + 0.35 * noise(board * 3.3, 0.0, 23) + 0.15 * fbm(gx, gz * 3.0, 3, 24);
    let seam = smooth(0.0, 0.014, gz.min(1.0 - gz));
    let brown = v(0.15, 0.070, 0.030).lerp(v(0.30, 0.155, 0.070), 0.6 * ring + 0.25);
    let worn = fbm(x * 1.6, z * 1.6, 4, 25);
    let albedo = brown * (tone * (1.0 - 0.45 * pore) * mix(0.12, 1.0, seam) * shade);
    Surface { albedo, rough: 0.20 + 0.16 * worn.abs() + 0.25 * pore, mirror: 0.035 }
}

/// Where a ray passes the window.
fn window(from: V3, way: V3) -> Option<f32> {
    let facing = SIDE.cross(RISE).unit();
    let t = (WINDOW - from).dot(facing) / way.dot(facing);
    let at = from + way * t - WINDOW;
    let inside = at.dot(SIDE).abs() < SIDE.dot(SIDE) && at.dot(RISE).abs() < RISE.dot(RISE);
    (t > 0.0 && inside).then_some(t)
}

/// The window's light: brighter above, crossed by bars.
fn panes(p: V3) -> V3 {
    let (u, w) = ((p - WINDOW).dot(SIDE) / SIDE.dot(SIDE), (p - WINDOW).dot(RISE) / RISE.dot(RISE));
    let bar = u.abs().min((w - 0.15).abs());
    DAY * (0.85 + 0.3 * w) * if bar < 0.05 { 0.06 } else { 1.0 }
}

/// What the rest of the room gives back.
fn ambient(way: V3) -> V3 {
    v(0.21, 0.185, 0.16) * (0.55 + 0.45 * way.y) + v(0.10, 0.075, 0.05) * way.x.max(0.0)
}

/// A random unit direction.
fn sphere(rng: &mut Rng) -> V3 {
    let (y, turn) = (rng.range(-1.0, 1.0), rng.unit() * std::f32::consts::TAU);
    let r = (1.0 - y * y).max(0.0).sqrt();
    v(r * turn.cos(), y, r * turn.sin())
}

/// Evens out the light over neighbours that face the same way at the same depth, in passes of growing stride (the
/// "a-trous" filter of Dammertz et al. 2010).
fn smoothed(samples: &[Sample], part: impl Fn(&Sample) -> V3) -> Vec<V3> {
    use rayon::prelude::*;
    let mut light: Vec<V3> = samples.iter().map(part).collect();
    for (stride, tolerance) in [(1, 0.45), (2, 0.28), (4, 0.16)] {
        let next = |i: usize| {
            let (x, y, here) = ((i % WIDTH) as i32, (i / WIDTH) as i32, samples[i]);
            let (mut sum, mut total) = (light[i] * 0.02, 0.02);
            for k in 0..25 {
                let (nx, ny) = (x + (k % 5 - 2) * stride, y + (k / 5 - 2) * stride);
                if nx < 0 || ny < 0 || nx >= WIDTH as i32 || ny >= HEIGHT as i32 {
                    continue;
                }
                let j = ny as usize * WIDTH + nx as usize;
                let there = samples[j];
                let turned = 1.0 - here.normal.dot(there.normal).min(1.0);
                let deep = (here.depth - there.depth).abs();
                let tint = (here.albedo - there.albedo).length();
                let differs = (light[i] - light[j]).length() / (tolerance * (0.15 + light[i].luma()));
                let weight = (-90.0 * turned - 9.0 * deep / stride as f32 - 4.0 * tint - differs * differs).exp();
                sum += light[j] * weight;
                total += weight;
            }
            sum / total
        };
        light = (0..light.len()).into_par_iter().map(next).collect();
    }
    light
}
