//! A triple of numbers: a point, a direction, or a colour (red, green, blue).

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// Three 32-bit floats with the arithmetic of geometry and of light.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct V3 {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) z: f32,
}

/// Shorthand for [`V3`].
pub(super) const fn v(x: f32, y: f32, z: f32) -> V3 {
    V3 { x, y, z }
}

/// A colour written as on the web, 0xRRGGBB: sRGB-encoded values in [0, 1].
pub(super) fn hex(code: u32) -> V3 {
    let channel = |shift: u32| ((code >> shift) & 255) as f32 / 255.0;
    v(channel(16), channel(8), channel(0))
}

impl V3 {
    /// The same number three times.
    pub(super) const fn all(a: f32) -> V3 {
        v(a, a, a)
    }
    pub(super) fn dot(self, o: V3) -> f32 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    pub(super) fn cross(self, o: V3) -> V3 {
        v(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
    pub(super) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }
    /// The same direction with length 1.
    pub(super) fn unit(self) -> V3 {
        self * (1.0 / self.length().max(1e-12))
    }
    /// Mirrored by a surface with unit normal `n`.
    pub(super) fn reflect(self, n: V3) -> V3 {
        self - n * (2.0 * self.dot(n))
    }
    /// `self` where t = 0, `o` where t = 1.
    pub(super) fn lerp(self, o: V3, t: f32) -> V3 {
        self + (o - self) * t
    }
    /// `f` of each component.
    pub(super) fn map(self, f: impl Fn(f32) -> f32) -> V3 {
        v(f(self.x), f(self.y), f(self.z))
    }
    /// The brightness the eye sees in a linear colour (Rec. 709 weights).
    pub(super) fn luma(self) -> f32 {
        0.2126 * self.x + 0.7152 * self.y + 0.0722 * self.z
    }
    /// A camera's axes (right, up, forward) for looking along `self`, with y up.
    pub(super) fn frame(self) -> (V3, V3, V3) {
        let forward = self.unit();
        let right = v(0.0, 1.0, 0.0).cross(forward).unit();
        (right, forward.cross(right), forward)
    }
}

impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        v(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}
impl AddAssign for V3 {
    fn add_assign(&mut self, o: V3) {
        *self = *self + o;
    }
}
impl Sub for V3 {
    type Output = V3;
    fn sub(self, o: V3) -> V3 {
        v(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}
impl Mul<f32> for V3 {
    type Output = V3;
    fn mul(self, a: f32) -> V3 {
        v(self.x * a, self.y * a, self.z * a)
    }
}
impl Mul for V3 {
    type Output = V3;
    fn mul(self, o: V3) -> V3 {
        v(self.x * o.x, self.y * o.y, self.z * o.z)
    }
}
impl Div<f32> for V3 {
    type Output = V3;
    fn div(self, a: f32) -> V3 {
        self * (1.0 / a)
    }
}
impl Neg for V3 {
    type Output = V3;
    fn neg(self) -> V3 {
        self * -1.0
    }
}

/// Goes smoothly from 0 at `a` to 1 at `b`; `a` may be the larger.
pub(super) fn smooth(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// `a` where t = 0, `b` where t = 1.
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
