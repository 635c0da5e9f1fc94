//! Oil paint: strokes of a bristle brush that carry colour and thickness, and the lamp that makes the thickness visible.

use super::canvas::Canvas;
use super::noise::{Rng, noise};
use super::vector::{V3, mix, smooth, v};

/// A canvas with paint of some thickness on it.
pub(super) struct Easel {
    colour: Canvas,
    /// Thickness of the paint at each pixel, about [0, 1.5].
    relief: Vec<f32>,
    strokes: u32,
}

/// One movement of the brush.
pub(super) struct Stroke {
    /// Points at most a few pixels apart.
    pub(super) path: Vec<(f32, f32)>,
    /// Half of the stroke's breadth, in pixels.
    pub(super) half: f32,
    pub(super) colour: V3,
    /// A second colour that was on the brush: some bristles carry it.
    pub(super) other: V3,
    /// How thickly the paint lies, about [0.2, 1.2].
    pub(super) body: f32,
}

/// Where a stroke covers a pixel: distance along it, place across it in [-1, 1].
#[derive(Clone, Copy)]
struct Touch {
    along: f32,
    across: f32,
}

impl Easel {
    /// A canvas primed with one colour.
    pub(super) fn new(width: usize, height: usize, ground: V3) -> Easel {
        Easel { colour: Canvas::each(width, height, |_, _| ground), relief: vec![0.0; width * height], strokes: 0 }
    }

    /// Lays a stroke on top of what is there.
    pub(super) fn paint(&mut self, stroke: &Stroke) {
        self.strokes += 1;
        let reach = stroke.half + 1.0;
        let low = |f: fn(&(f32, f32)) -> f32| stroke.path.iter().map(f).fold(f32::MAX, f32::min) - reach;
        let high = |f: fn(&(f32, f32)) -> f32| stroke.path.iter().map(f).fold(f32::MIN, f32::max) + reach;
        let (w, h) = (self.colour.width as i32, self.colour.height as i32);
        let (left, top) = ((low(|p| p.0) as i32).max(0), (low(|p| p.1) as i32).max(0));
        let (right, bottom) = ((high(|p| p.0) as i32 + 1).min(w), (high(|p| p.1) as i32 + 1).min(h));
        if right <= left || bottom <= top {
            return;
        }
        let (touched, length) = trace(stroke, left, top, (right - left) as usize, (bottom - top) as usize);
        for (i, touch) in touched.iter().enumerate() {
            if let Some(touch) = touch {
                let x = left as usize + i % (right - left) as usize;
                let y = top as usize + i / (right - left) as usize;
                self.deposit(stroke, *touch, length, y * w as usize + x);
            }
        }
    }

    /// Leaves paint at pixel `i`: more in the middle, furrowed by the bristles, thinner and broken toward the end.
    fn deposit(&mut self, stroke: &Stroke, touch: Touch, length: f32, i: usize) {
        let seed = self.strokes;
        let px = touch.across * stroke.half;
        let bristle = noise(px * 0.55 + 40.0, touch.along * 0.025, seed);
        let hair = noise(px * 1.3, touch.along * 0.05 + 9.0, seed ^ 0xabc);
        let end = touch.along / length.max(1.0);
        let edge = 1.0 - touch.across.abs() + 0.16 * hair;
        let body = smooth(0.0, (2.2 / stroke.half).min(0.7), edge);
        let dry = smooth(1.02, 0.72, end + 0.26 * bristle) * smooth(-0.02, 1.5 / length.max(4.0), end);
        let cover = body * dry * (0.93 + 0.07 * hair);
        if cover <= 0.01 {
            return;
        }
        let blend = smooth(0.05, 0.75, bristle + 0.25 * hair);
        let shade = 1.0 + 0.10 * hair + 0.06 * bristle;
        let colour = stroke.colour.lerp(stroke.other, blend) * shade;
        let pixel = &mut self.colour.pixels[i];
        *pixel = pixel.lerp(colour, cover);
        // Paint is pushed to the rims of a stroke and heaped where it began.
        let rim = smooth(0.45, 0.85, touch.across.abs()) * 0.35;
        let thick = stroke.body * (0.55 + 0.32 * bristle + 0.26 * hair + rim + 0.25 * smooth(0.2, 0.0, end));
        self.relief[i] = mix(self.relief[i], 0.35 * self.relief[i] + thick, cover);
    }

    /// The painting under a lamp at the upper left; `gloss` in [0, 1] is how the paint's ridges shine.
    pub(super) fn lit(&self, depth: f32, gloss: f32) -> Canvas {
        let (w, h) = (self.colour.width as i32, self.colour.height as i32);
        let raw = |x: i32, y: i32| self.relief[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
        // Paint flows together a little before it dries.
        let settled: Vec<f32> = (0..w * h)
            .map(|i| (i % w, i / w))
            .map(|(x, y)| 0.4 * raw(x, y) + 0.15 * (raw(x - 1, y) + raw(x + 1, y) + raw(x, y - 1) + raw(x, y + 1)))
            .collect();
        let relief = |x: i32, y: i32| settled[(y.clamp(0, h - 1) * w + x.clamp(0, w - 1)) as usize];
        self.colour.remade(|x, y, colour| {
            let (x, y) = (x as i32, y as i32);
            let dx = (relief(x - 1, y) - relief(x + 1, y)) * depth;
            let dy = (relief(x, y - 1) - relief(x, y + 1)) * depth;
            let normal = v(dx, dy, 1.0).unit();
            let lamp = v(-0.52, -0.62, 0.72).unit();
            let lambert = normal.dot(lamp) / lamp.z;
            let shine = normal.dot((lamp + v(0.0, 0.0, 1.0)).unit()).max(0.0).powf(38.0);
            let flat = v(0.0, 0.0, 1.0).dot((lamp + v(0.0, 0.0, 1.0)).unit()).powf(38.0);
            colour * mix(1.0, lambert, 0.62).clamp(0.62, 1.3) + V3::all(gloss * (shine - flat).max(0.0))
        })
    }
}

/// Finds which pixels of the window a stroke touches, and where on the stroke they lie; also the stroke's length.
fn trace(stroke: &Stroke, left: i32, top: i32, width: usize, height: usize) -> (Vec<Option<Touch>>, f32) {
    let mut touched: Vec<Option<Touch>> = vec![None; width * height];
    let mut length = 0.0;
    for pair in stroke.path.windows(2) {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        let (dx, dy) = (bx - ax, by - ay);
        let long = dx.hypot(dy).max(1e-3);
        let reach = stroke.half + 1.0;
        let span = |a: f32, b: f32, from: i32, size: usize| {
            let low = (a.min(b) - reach).floor() as i32 - from;
            let high = (a.max(b) + reach).ceil() as i32 - from;
            low.clamp(0, size as i32) as usize..high.clamp(0, size as i32) as usize
        };
        for y in span(ay, by, top, height) {
            for x in span(ax, bx, left, width) {
                let (px, py) = ((x as i32 + left) as f32 - ax, (y as i32 + top) as f32 - ay);
                let t = ((px * dx + py * dy) / (long * long)).clamp(0.0, 1.0);
                let (qx, qy) = (px - t * dx, py - t * dy);
                let across = qx.hypot(qy) / stroke.half * (px * dy - py * dx).signum();
                let slot = &mut touched[y * width + x];
                if across.abs() <= 1.1 && slot.is_none_or(|s| across.abs() < s.across.abs()) {
                    *slot = Some(Touch { along: length + t * long, across });
                }
            }
        }
        length += long;
    }
    (touched, length)
}

/// A path from (x, y) along a flow for `length` pixels, in steps of 3; `flow` gives a direction of any length.
pub(super) fn follow(flow: impl Fn(f32, f32) -> (f32, f32), x: f32, y: f32, length: f32) -> Vec<(f32, f32)> {
    let mut path = vec![(x, y)];
    let (mut x, mut y) = (x, y);
    for _ in 0..(length / 3.0) as usize + 1 {
        let (dx, dy) = flow(x, y);
        let long = dx.hypot(dy).max(1e-6);
        (x, y) = (x + 3.0 * dx / long, y + 3.0 * dy / long);
        path.push((x, y));
    }
    path
}

/// A colour near `colour`, as a painter's hand picks it: warmer, cooler, lighter or darker by about `much`.
pub(super) fn nearby(colour: V3, much: f32, rng: &mut Rng) -> V3 {
    let lighter = 1.0 + much * rng.bell();
    (colour * lighter + v(rng.bell(), 0.6 * rng.bell(), rng.bell()) * (0.45 * much)).map(|a| a.clamp(0.0, 1.0))
}

/// The colour of a list at `t` in [0, 1], mixed between neighbours.
pub(super) fn ramp(colours: &[V3], t: f32) -> V3 {
    let place = t.clamp(0.0, 1.0) * (colours.len() - 1) as f32;
    let i = (place as usize).min(colours.len().saturating_sub(2));
    colours[i].lerp(colours[(i + 1).min(colours.len() - 1)], place - i as f32)
}
