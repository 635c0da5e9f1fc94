//! The three transforms in one dimension, and the filter transform, which is applied once.

#![allow(clippy::needless_range_loop, reason = "rows and columns of several arrays at once read best by their indices")]

use super::{ELEMENTS, INPUT_TILE, OUTPUT_TILE};
use crate::simd::{Kernel, SimdLevel, Vector};

/// Input channels whose filters are transformed at a time, with `rows` output channels each.
const CHUNK: usize = 16;
/// Their values of one position of the filters, or of one element of the transformed tiles; `rows` is at most 8.
const LANE: usize = CHUNK * 8;

/// `weight`: `[O, I, 3, 3]` -> `[36, ceil(O / rows), I, rows]`, transformed and zero-padded, with the `rows` of the instruction set's register
/// tile.
pub(in crate::conv3x3::cpu) fn pack(simd: SimdLevel, weight: &[f32], outputs: usize, inputs: usize) -> (Vec<f32>, [usize; 4]) {
    let rows = simd.kernel_rows();
    let groups = outputs.div_ceil(rows);
    let plane = groups * inputs * rows;
    let mut values = vec![0.0; ELEMENTS * plane];
    // By way of a small buffer: writing a few numbers at a time to 36 planes, whose stride is a power of two, is slow.
    let mut transformed = [0.0; ELEMENTS * LANE];
    for group in 0..groups {
        for start in (0..inputs).step_by(CHUNK) {
            let length = CHUNK.min(inputs - start);
            let mut filters = [0.0; 9 * LANE];
            for row in 0..rows.min(outputs - group * rows) {
                let from = ((group * rows + row) * inputs + start) * 9;
                for (n, filter) in weight[from..from + length * 9].as_chunks::<9>().0.iter().enumerate() {
                    for (position, value) in filter.iter().enumerate() {
                        filters[position * LANE + n * rows + row] = *value;
                    }
                }
            }
            // SAFETY: the level is available.
            unsafe { simd.run(FilterTransform { filters: &filters, transformed: &mut transformed }) };
            let at = (group * inputs + start) * rows;
            for (plane, from) in values.chunks_exact_mut(plane).zip(transformed.chunks_exact(LANE)) {
                plane[at..at + length * rows].copy_from_slice(&from[..length * rows]);
            }
        }
    }
    (values, [ELEMENTS, groups, inputs, rows])
}

/// The transform of `LANE` filters: `[9, LANE]` -> `[36, LANE]`.
struct FilterTransform<'a> {
    filters: &'a [f32; 9 * LANE],
    transformed: &'a mut [f32; ELEMENTS * LANE],
}

impl Kernel for FilterTransform<'_> {
    type Output = ();

    /// # Safety
    ///
    /// The processor must have the instructions of `V`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let (from, to) = (self.filters.as_ptr(), self.transformed.as_mut_ptr());
        for at in (0..LANE).step_by(V::LANES) {
            // SAFETY: the caller has the instructions, and `LANE` is a multiple of every vector's length.
            unsafe {
                let mut halves = [[V::splat(0.0); 3]; INPUT_TILE];
                for x in 0..3 {
                    let column = [0, 1, 2].map(|y| from.add((y * 3 + x) * LANE + at));
                    let column = filter_transform([V::load(column[0]), V::load(column[1]), V::load(column[2])]);
                    for (y, value) in column.into_iter().enumerate() {
                        halves[y][x] = value;
                    }
                }
                for (y, half) in halves.into_iter().enumerate() {
                    for (x, value) in filter_transform(half).into_iter().enumerate() {
                        value.store(to.add((y * INPUT_TILE + x) * LANE + at));
                    }
                }
            }
        }
    }
}

/// The interpolation points are 0, these two, their negatives, and infinity. With them the rounding error is less than half of that with the
/// usual 1 and 2, and the coefficients are exact.
const A: f32 = 0.625;
const B: f32 = 1.5;
const AA: f32 = A * A;
const BB: f32 = B * B;

/// G w, of three weights.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
unsafe fn filter_transform<V: Vector>(w: [V; 3]) -> [V; INPUT_TILE] {
    const SCALE_A: f32 = 0.5 / (AA * (AA - BB));
    const SCALE_B: f32 = 0.5 / (BB * (BB - AA));
    // SAFETY: the caller has the instructions.
    unsafe {
        let even_a = w[2].mul(V::splat(AA * SCALE_A)).add(w[0].mul(V::splat(SCALE_A)));
        let even_b = w[2].mul(V::splat(BB * SCALE_B)).add(w[0].mul(V::splat(SCALE_B)));
        let (odd_a, odd_b) = (w[1].mul(V::splat(A * SCALE_A)), w[1].mul(V::splat(B * SCALE_B)));
        [w[0].mul(V::splat(1.0 / (AA * BB))), even_a.add(odd_a), even_a.sub(odd_a), even_b.add(odd_b), even_b.sub(odd_b), w[2]]
    }
}

/// Bt d, of six inputs.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn input_transform<V: Vector>(d: [V; INPUT_TILE]) -> [V; INPUT_TILE] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let (a, b, minus_a, minus_b) = (V::splat(A), V::splat(B), V::splat(-A), V::splat(-B));
        let (minus_aa, minus_bb, minus_sum, product) = (V::splat(-AA), V::splat(-BB), V::splat(-AA - BB), V::splat(AA * BB));
        let (even_a, odd_a) = (d[2].mul_add(minus_bb, d[4]), d[1].mul_add(minus_bb, d[3]));
        let (even_b, odd_b) = (d[2].mul_add(minus_aa, d[4]), d[1].mul_add(minus_aa, d[3]));
        [
            d[0].mul_add(product, d[2].mul_add(minus_sum, d[4])),
            odd_a.mul_add(a, even_a),
            odd_a.mul_add(minus_a, even_a),
            odd_b.mul_add(b, even_b),
            odd_b.mul_add(minus_b, even_b),
            d[1].mul_add(product, d[3].mul_add(minus_sum, d[5])),
        ]
    }
}

/// At m, of six elements: four outputs.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn output_transform<V: Vector>(m: [V; INPUT_TILE]) -> [V; OUTPUT_TILE] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let (even_a, odd_a, even_b, odd_b) = (m[1].add(m[2]), m[1].sub(m[2]), m[3].add(m[4]), m[3].sub(m[4]));
        [
            m[0].add(even_a).add(even_b),
            odd_b.mul_add(V::splat(B), odd_a.mul(V::splat(A))),
            even_b.mul_add(V::splat(BB), even_a.mul(V::splat(AA))),
            odd_b.mul_add(V::splat(B * BB), odd_a.mul_add(V::splat(A * AA), m[5])),
        ]
    }
}
