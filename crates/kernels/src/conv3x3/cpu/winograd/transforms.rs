//! The three transforms in one dimension, and the filter transform, which is applied once.

#![allow(clippy::needless_range_loop, reason = "rows and columns of several arrays at once read best by their indices")]

use super::{ELEMENTS, INPUT_TILE, OUTPUT_TILE};
use crate::{
    conv3x3::GROUP_PADDING,
    simd::{Kernel, SimdLevel, Vector},
};

/// Input channels whose filters are transformed at a time, with `rows` output channels each.
const CHUNK: usize = 16;
/// Their values of one position of the filters, or of one element of the transformed tiles; `rows` is at most 8.
const LANE: usize = CHUNK * 8;

/// `weight`: `[O, I, 3, 3]` -> `[36, ceil(O / rows), group_length]`, where a group is `[I, rows]`, transformed and zero-padded, with the `rows` of
/// the instruction set's register tile.
pub(in crate::conv3x3::cpu) fn pack(simd: SimdLevel, weight: &[f32], outputs: usize, inputs: usize) -> (Vec<f32>, [usize; 4]) {
    let rows = simd.kernel_rows();
    let groups = outputs.div_ceil(rows);
    let group_length = group_length(rows, inputs);
    let plane = groups * group_length;
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
            let at = group * group_length + start * rows;
            for (plane, from) in values.chunks_exact_mut(plane).zip(transformed.chunks_exact(LANE)) {
                plane[at..at + length * rows].copy_from_slice(&from[..length * rows]);
            }
        }
    }
    (values, [ELEMENTS, groups, 1, group_length])
}

/// Elements of a group of packed weights: its channels in whole groups, for [`convolve`](super::convolve) with `transposed`, and a cache line more, so
/// that the groups of a plane, whose lengths are mostly powers of two, do not map to the same cache sets.
pub(super) fn group_length(rows: usize, inputs: usize) -> usize {
    inputs.next_multiple_of(rows) * rows + GROUP_PADDING
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

/// The interpolation points are 0, these two, their negatives, and infinity: closed under inversion, and the rows of G are scaled to be
/// `(1 / p, 1, p)`, so that flipping a filter exchanges the elements of `p` and `1 / p` and changes nothing else ([`flipped`]). The rounding error
/// is less than half of that with the usual 1 and 2; between 0.64 and 0.7 it hardly depends on A.
const A: f64 = 2.0 / 3.0;
const B: f64 = 1.5;
const AA: f64 = A * A;
const BB: f64 = B * B;
/// What the rows of G lack, in the columns of A.
const SCALE_A: f64 = 0.5 / (A * (AA - BB));
const SCALE_B: f64 = 0.5 / (B * (BB - AA));

/// Where the element `at` of a transformed filter of 3x3 is once the filter is flipped in both directions.
pub(super) fn flipped(at: usize) -> usize {
    const INVERSE: [usize; INPUT_TILE] = [5, 3, 4, 1, 2, 0];
    INVERSE[at / INPUT_TILE] * INPUT_TILE + INVERSE[at % INPUT_TILE]
}

/// G w, of three weights.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
#[inline(always)]
unsafe fn filter_transform<V: Vector>(w: [V; 3]) -> [V; INPUT_TILE] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let (a, b) = (V::splat(A as f32), V::splat(B as f32));
        // Rounded the same way whichever is first, so that flipping changes no bit.
        let even_a = w[0].mul(b).add(w[2].mul(a));
        let even_b = w[0].mul(a).add(w[2].mul(b));
        [w[0], even_a.add(w[1]), even_a.sub(w[1]), even_b.add(w[1]), even_b.sub(w[1]), w[2]]
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
        let [a, b, minus_a, minus_b] = [A, B, -A, -B].map(|value| V::splat(value as f32));
        let [minus_aa, minus_bb, minus_sum] = [-AA, -BB, -AA - BB].map(|value| V::splat(value as f32));
        let (even_a, odd_a) = (d[2].mul_add(minus_bb, d[4]), d[1].mul_add(minus_bb, d[3]));
        let (even_b, odd_b) = (d[2].mul_add(minus_aa, d[4]), d[1].mul_add(minus_aa, d[3]));
        [
            d[0].add(d[2].mul_add(minus_sum, d[4])),
            odd_a.mul_add(a, even_a),
            odd_a.mul_add(minus_a, even_a),
            odd_b.mul_add(b, even_b),
            odd_b.mul_add(minus_b, even_b),
            d[1].add(d[3].mul_add(minus_sum, d[5])),
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
        // A column of A: the powers 0 to 3 of the point, scaled.
        let a = [SCALE_A, SCALE_A * A, SCALE_A * AA, SCALE_A * AA * A].map(|value| V::splat(value as f32));
        let b = [SCALE_B, SCALE_B * B, SCALE_B * BB, SCALE_B * BB * B].map(|value| V::splat(value as f32));
        [
            even_b.mul_add(b[0], even_a.mul_add(a[0], m[0])),
            odd_b.mul_add(b[1], odd_a.mul(a[1])),
            even_b.mul_add(b[2], even_a.mul(a[2])),
            odd_b.mul_add(b[3], odd_a.mul_add(a[3], m[5])),
        ]
    }
}
