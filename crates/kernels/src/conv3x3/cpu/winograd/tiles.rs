//! The input and the output transform of the tiles of a block that are in one row of tiles, in both dimensions and in one channel.

#![allow(clippy::needless_range_loop, reason = "rows and columns of several arrays at once read best by their indices")]

use super::{
    INPUT_TILE, MAX_BLOCK, OUTPUT_TILE,
    transforms::{input_transform, output_transform},
};
use crate::{
    conv3x3::cpu::feature_map::{Input, Output},
    simd::Vector,
};

/// Pixels of a block's row of tiles, and the surplus of a last vector.
const ROW: usize = OUTPUT_TILE * MAX_BLOCK + 64;
/// Six rows of pixels as they are read, and six after the vertical half of the transform, deinterleaved by the columns of their tiles.
pub(super) const PIXELS: usize = 2 * INPUT_TILE * ROW;

/// Consecutive tiles of a block that are in the same row of tiles.
pub(super) struct Span {
    /// The first one's index in the block.
    pub(super) at: usize,
    /// The first one's position in the output, in tiles.
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) length: usize,
}

/// The input transform of a span of tiles in a channel; the elements are written to `to`, at a stride of `stride`.
///
/// # Safety
///
/// `rows` must be writable for `PIXELS` numbers, and `to`, for each element, for the span in whole vectors.
#[inline(always)]
pub(super) unsafe fn transform_input_tiles<V: Vector>(
    input: &Input,
    channel: usize,
    span: &Span,
    rows: *mut f32,
    to: *mut f32,
    stride: usize,
) {
    let steps = span.length.div_ceil(V::LANES);
    let tiles = steps * V::LANES;
    let (top, left) = ((span.y * OUTPUT_TILE) as isize - 1, (span.x * OUTPUT_TILE) as isize - 1);
    // SAFETY: a span in whole vectors has at most MAX_BLOCK tiles, a row at most 4 MAX_BLOCK + 2 pixels; planes of MAX_BLOCK numbers and a vector
    // have a stride of ROW / 4.
    unsafe {
        let mut pixels = [rows.cast_const(); INPUT_TILE];
        for (n, pixels) in pixels.iter_mut().enumerate() {
            let (y, count) = (top + n as isize, tiles * OUTPUT_TILE + 2);
            *pixels = match input.inside(channel, y, left, count) {
                Some(inside) => inside,
                None => {
                    let row = rows.add(n * ROW);
                    input.read::<V>(channel, y, left, count, row);
                    row.cast_const()
                }
            };
        }
        let planes = rows.add(INPUT_TILE * ROW);
        for step in 0..steps {
            let at = step * V::LANES;
            let mut halves = [[V::splat(0.0); OUTPUT_TILE]; INPUT_TILE];
            for n in 0..OUTPUT_TILE {
                let mut column = [V::splat(0.0); INPUT_TILE];
                for y in 0..INPUT_TILE {
                    column[y] = V::load(pixels[y].add(at * OUTPUT_TILE + n * V::LANES));
                }
                let column = input_transform(column);
                for y in 0..INPUT_TILE {
                    halves[y][n] = column[y];
                }
            }
            for y in 0..INPUT_TILE {
                let columns = V::deinterleave4(halves[y]);
                for x in 0..OUTPUT_TILE {
                    columns[x].store(planes.add(y * ROW + x * (ROW / OUTPUT_TILE) + at));
                }
            }
        }
        // The last tile's input ends two pixels later. With vectors too, though one element of each is needed: scalar code may round
        // twice where a vector's multiply-add rounds once, and which tile is the last depends on how the tiles are split among threads.
        for x in 0..2 {
            let mut column = [V::splat(0.0); INPUT_TILE];
            for y in 0..INPUT_TILE {
                column[y] = V::splat(*pixels[y].add(tiles * OUTPUT_TILE + x));
            }
            for (y, value) in input_transform(column).into_iter().enumerate() {
                value.store(planes.add(y * ROW + x * (ROW / OUTPUT_TILE) + tiles));
            }
        }
        for step in 0..steps {
            let at = step * V::LANES;
            for y in 0..INPUT_TILE {
                let mut row = [V::splat(0.0); INPUT_TILE];
                for x in 0..INPUT_TILE {
                    row[x] = V::load(planes.add(y * ROW + x % OUTPUT_TILE * (ROW / OUTPUT_TILE) + x / OUTPUT_TILE + at));
                }
                for (x, value) in input_transform(row).into_iter().enumerate() {
                    value.store(to.add((y * INPUT_TILE + x) * stride + at));
                }
            }
        }
    }
}

/// The output transform of a span of tiles in a channel, from elements at `from`, at a stride of `stride`.
///
/// # Safety
///
/// `from` must, for each element, be readable for the span in whole vectors, and no other thread access these pixels of the output.
#[inline(always)]
pub(super) unsafe fn transform_output_tiles<V: Vector>(output: &Output, channel: usize, span: &Span, from: *const f32, stride: usize) {
    // SAFETY: the caller's.
    unsafe {
        for step in 0..span.length.div_ceil(V::LANES) {
            let at = step * V::LANES;
            let mut halves = [[V::splat(0.0); INPUT_TILE]; OUTPUT_TILE];
            for x in 0..INPUT_TILE {
                let mut column = [V::splat(0.0); INPUT_TILE];
                for y in 0..INPUT_TILE {
                    column[y] = V::load(from.add((y * INPUT_TILE + x) * stride + at));
                }
                for (y, value) in output_transform(column).into_iter().enumerate() {
                    halves[y][x] = value;
                }
            }
            for (y, half) in halves.into_iter().enumerate() {
                let pixels = V::interleave4(output_transform(half));
                let end = (span.x + span.length) * OUTPUT_TILE;
                output.write(channel, span.y * OUTPUT_TILE + y, (span.x + at) * OUTPUT_TILE..end, pixels);
            }
        }
    }
}
