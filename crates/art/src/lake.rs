//! "Photo": evening at a mountain lake. Land is [`Terrain`], found by walking along each ray; air takes light away with
//! distance and gives the sky's back; the water mirrors both through ripples.

use super::canvas::{Canvas, film};
use super::noise::{Rng, fbm, noise, slope};
use super::sky::Sky;
use super::terrain::{Terrain, wooded};
use super::vector::{V3, mix, smooth, v};

const WIDTH: usize = 640;
const HEIGHT: usize = 432;
/// Rays to a side of a pixel.
const FINE: usize = 2;
const EYE: V3 = v(0.0, 0.24, 0.0);
const SUNLIGHT: V3 = v(8.6, 4.1, 1.75);

struct Scene {
    land: Terrain,
    sky: Sky,
}

/// Paints the picture with light: 640 x 432.
pub(super) fn draw() -> Canvas {
    let sky = Sky {
        sun: v(-0.86, 0.235, 0.12).unit(),
        zenith: v(0.045, 0.17, 0.50),
        horizon: v(0.62, 0.62, 0.66),
        glow: v(1.5, 0.92, 0.52),
        bright: v(1.95, 1.10, 0.72),
        dim: v(0.30, 0.31, 0.45),
        cover: 0.10,
        seed: 700,
    };
    let scene = Scene { land: Terrain::new(), sky };
    let (right, up, forward) = v(0.02, 0.085, 1.0).frame();
    let fine = Canvas::each(WIDTH * FINE, HEIGHT * FINE, |x, y| {
        let mut rng = Rng::new((y * WIDTH * FINE + x) as u64);
        let u = (x as f32 + rng.unit()) / (WIDTH * FINE) as f32 - 0.5;
        let w = 0.5 - (y as f32 + rng.unit()) / (HEIGHT * FINE) as f32;
        let wide = 0.94;
        let way = (forward + right * (wide * u) + up * (wide * w * HEIGHT as f32 / WIDTH as f32)).unit();
        // A lens gives less light to the corners.
        scene.look(way) * (1.0 - 0.5 * (u * u + w * w))
    });
    let crisp = fine.shrunk(FINE);
    let haze = crisp.remade(|_, _, c| c.map(|a| (a - 0.9).clamp(0.0, 2.0))).blurred(7);
    crisp.remade(|x, y, c| vivid(film((c + haze.at(x as i32, y as i32) * 0.35) * 0.76)))
}

/// A little more colour than the film gives.
fn vivid(c: V3) -> V3 {
    V3::all(c.luma()).lerp(c, 1.22)
}

impl Scene {
    /// Light that reaches the eye from the unit direction `way`.
    fn look(&self, way: V3) -> V3 {
        let surface = if way.y < -1e-4 { -EYE.y / way.y } else { 1e9 };
        if let Some(t) = self.land.hit(EYE, way, 0.5, surface.min(76.0)) {
            return self.lit(EYE, way, t);
        }
        if surface < 76.0 { self.water(way, surface) } else { self.air(EYE, way, 200.0, self.sky.light(way)) }
    }

    /// The lake: what it mirrors, and a little of its own depth.
    fn water(&self, way: V3, t: f32) -> V3 {
        let p = EYE + way * t;
        // Wind writes bands on a calm lake; ripples flatten with distance, as many share one pixel.
        let wind = smooth(-0.25, 0.5, fbm(p.x * 0.22, p.z * 0.75, 4, 81));
        let ripple = mix(0.002, 0.013, wind) / (1.0 + 0.05 * t);
        let (mut sx, mut sz) = (0.0, 0.0);
        for octave in 0..4 {
            let scale = 3.0 * 2.3_f32.powi(octave);
            let (_, dx, dz) = slope(p.x * scale * 0.6, p.z * scale, 90 + octave as u32);
            sx += dx * 0.35;
            sz += dz;
        }
        let normal = v(sx * ripple, 1.0, sz * ripple).unit();
        let mut mirrored = way.reflect(normal);
        mirrored.y = mirrored.y.abs().max(0.002);
        let mirrored = mirrored.unit();
        let seen = match self.land.hit(p, mirrored, 0.02, 76.0) {
            Some(far) => self.lit(p, mirrored, far),
            None => self.sky.light(mirrored),
        };
        let fresnel = 0.03 + 0.97 * (1.0 - (-way.dot(normal)).clamp(0.0, 1.0)).powi(5);
        let deep = v(0.012, 0.035, 0.045);
        let colour = deep.lerp(seen * v(0.93, 0.95, 0.97), (fresnel * 1.12).min(1.0));
        self.air(EYE, way, t, colour)
    }

    /// Land at distance `t`, lit and seen through the air.
    fn lit(&self, from: V3, way: V3, t: f32) -> V3 {
        let p = from + way * t;
        let ground = self.land.ground(p.x, p.z);
        let over = p.y - ground;
        let normal = self.land.normal(p.x, p.z, t);
        let (albedo, normal) = if over > 0.015 { self.foliage(p, over, normal) } else { (bare(p, ground, normal, self.near(t)), normal) };
        let sun = self.sky.sun;
        let direct = normal.dot(sun).max(0.0) * self.land.sunlit(p + normal * 0.02, sun);
        let open = 0.5 + 0.5 * normal.y;
        let skylight = self.sky.zenith.lerp(self.sky.horizon, 0.5) * (0.95 * open);
        let bounce = v(0.16, 0.11, 0.08) * (0.5 + 0.5 * normal.dot(v(-sun.x, 0.0, -sun.z)).max(0.0));
        self.air(from, way, t, albedo * (SUNLIGHT * direct + skylight + bounce))
    }

    /// 1 close by, 0 where trees are only texture.
    fn near(&self, t: f32) -> f32 {
        smooth(30.0, 18.0, t)
    }

    /// A conifer's colour, and a normal that turns about its trunk.
    fn foliage(&self, p: V3, over: f32, ground: V3) -> (V3, V3) {
        let e = 0.012;
        let dx = self.land.height(p.x - e, p.z) - self.land.height(p.x + e, p.z);
        let dz = self.land.height(p.x, p.z - e) - self.land.height(p.x, p.z + e);
        let round = v(dx / (2.0 * e), 2.2, dz / (2.0 * e)).unit();
        let kind = noise(p.x * 5.0, p.z * 5.0, 71);
        let green = v(0.040, 0.062, 0.026).lerp(v(0.105, 0.088, 0.024), smooth(0.1, 0.8, kind));
        let speckle = 0.75 + 0.4 * noise(p.x * 130.0, p.y * 130.0 + p.z * 90.0, 72);
        (green * speckle * (0.35 + 3.2 * over.min(0.24)), round.lerp(ground, 0.25).unit())
    }

    /// What the air between `from` and `from + t way` does to `colour`: blue haze, and mist on the lake.
    fn air(&self, from: V3, way: V3, t: f32, colour: V3) -> V3 {
        let thick = |scale: f32| {
            let k = way.y / scale;
            let length = if (k * t).abs() < 1e-3 { t } else { (1.0 - (-k * t).exp()) / k };
            (-from.y / scale).exp() * length.min(t.max(400.0))
        };
        let toward = way.dot(self.sky.sun).max(0.0);
        let haze = thick(9.0);
        let gone = (v(0.0032, 0.0049, 0.0080) * haze).map(|a| 1.0 - (-a).exp());
        let scattered = v(0.36, 0.47, 0.72).lerp(self.sky.glow, 0.16 + 0.5 * toward.powf(2.0));
        let hazy = colour + (scattered - colour) * gone;
        let p = from + way * t.min(60.0);
        let drift = smooth(-0.35, 0.6, fbm(p.x * 0.16, p.z * 0.10 + p.y * 0.9, 4, 95));
        let mist = (1.0 - (-0.016 * drift * (thick(0.42) - 6.0).max(0.0)).exp()) * 0.6;
        hazy.lerp(v(0.78, 0.68, 0.66) + self.sky.glow * (0.3 * toward), mist)
    }
}

/// Colour of the bare ground: grass and shingle, woods seen from afar, rock, snow.
fn bare(p: V3, ground: f32, normal: V3, near: f32) -> V3 {
    let grain = fbm(p.x * 3.0, p.z * 3.0, 5, 73);
    let strata = fbm(p.x * 0.4, p.y * 3.2 + 0.6 * p.x, 4, 74);
    let rock = v(0.17, 0.145, 0.13).lerp(v(0.30, 0.265, 0.235), 0.5 + 0.5 * strata) * (0.85 + 0.4 * grain);
    let grass = v(0.13, 0.125, 0.035).lerp(v(0.20, 0.14, 0.05), 0.5 + 0.6 * grain);
    let shingle = v(0.20, 0.18, 0.155) * (0.8 + 0.5 * noise(p.x * 60.0, p.z * 60.0, 75));
    let woods = v(0.030, 0.042, 0.022).lerp(v(0.062, 0.066, 0.026), 0.5 + 0.5 * noise(p.x * 6.0, p.z * 6.0, 76));
    let steep = smooth(0.66, 0.48, normal.y);
    let low = shingle.lerp(grass, smooth(0.03, 0.09, ground + 0.02 * grain));
    let wild = smooth(-0.05, 0.15, wooded(p.x, p.z) + 0.45 * smooth(0.2, 1.2, ground)) * (1.0 - near);
    let planted = low.lerp(woods, wild * smooth(5.4, 3.6, ground + 1.6 * grain) * smooth(0.03, 0.12, ground));
    let land = planted.lerp(rock, (steep * smooth(0.8, 2.0, ground)).max(smooth(3.8, 5.2, ground + 1.5 * grain)));
    let snow = smooth(3.6, 4.8, ground + 1.3 * grain + 0.5 * strata) * smooth(0.42, 0.58, normal.y + 0.12 * grain);
    land.lerp(v(0.86, 0.88, 0.93), snow)
}
