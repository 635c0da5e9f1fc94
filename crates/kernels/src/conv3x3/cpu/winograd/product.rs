//! The matrix product for one element of the transformed tiles, a register tile at a time: `ROWS` output channels of `COLUMNS` vectors of tiles.

use std::ops::Range;

use crate::simd::Vector;

type Sums<V, const ROWS: usize, const COLUMNS: usize> = [[V; COLUMNS]; ROWS];

/// `weight`: `[depth, ROWS]`.
///
/// # Safety
///
/// The processor must have the instructions of `V`. `weight` must be readable, `from` too for `depth` rows of the vectors, and `to` writable for
/// `ROWS` rows of them; rows have the strides `from_stride` and `to_stride`.
#[inline(always)]
pub(super) unsafe fn multiply<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    weight: *const f32,
    from: *const f32,
    to: *mut f32,
    depth: usize,
    [from_stride, to_stride]: [usize; 2],
) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[V::splat(0.0); COLUMNS]; ROWS];
        for n in 0..depth {
            step::<V, ROWS, COLUMNS, 1>(&mut sums, weight.add(n * ROWS), from.add(n * from_stride));
        }
        store(sums, to, to_stride);
    }
}

/// Transposed weights, whose steps of the depth are the columns of blocks `[ROWS, ROWS]`.
#[derive(Clone, Copy)]
pub(super) struct Blocks {
    /// The first step's.
    pub(super) first: *const f32,
    /// From a block to the next.
    pub(super) stride: usize,
    /// `ROWS`, where the compiler does not see it: unrolled, the loop over a block's columns has more addresses than there are registers for, and a
    /// step of VGG-19 at 128 pixels takes 1.1 times as long in Chromium.
    pub(super) rows: usize,
}

/// As [`multiply`] with transposed weights, and some `steps` of the depth, from the first of a block on: the products of those before are in `to`.
///
/// # Safety
///
/// That of [`multiply`], of the blocks and rows of these steps; `to` must be readable where they do not begin with the first.
#[inline(always)]
pub(super) unsafe fn multiply_transposed<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    blocks: Blocks,
    mut from: *const f32,
    to: *mut f32,
    steps: &Range<usize>,
    [from_stride, to_stride]: [usize; 2],
) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[V::splat(0.0); COLUMNS]; ROWS];
        if steps.start > 0 {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (column, sum) in sums.iter_mut().enumerate() {
                    *sum = V::load(to.add(row * to_stride + column * V::LANES));
                }
            }
        }
        let (mut block, mut left) = (blocks.first, steps.len());
        while left > 0 {
            let count = left.min(blocks.rows);
            for column in 0..count {
                step::<V, ROWS, COLUMNS, ROWS>(&mut sums, block.add(column), from);
                from = from.add(from_stride);
            }
            block = block.add(blocks.stride);
            left -= count;
        }
        store(sums, to, to_stride);
    }
}

/// Adds a step of the depth: the outer product of `ROWS` weights, `STRIDE` apart, and `COLUMNS` vectors.
///
/// # Safety
///
/// The processor must have the instructions of `V`; `weight` and `from` must be readable for as many.
#[inline(always)]
unsafe fn step<V: Vector, const ROWS: usize, const COLUMNS: usize, const STRIDE: usize>(
    sums: &mut Sums<V, ROWS, COLUMNS>,
    weight: *const f32,
    from: *const f32,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut values = [V::splat(0.0); COLUMNS];
        for (column, value) in values.iter_mut().enumerate() {
            *value = V::load(from.add(column * V::LANES));
        }
        for (row, sums) in sums.iter_mut().enumerate() {
            let factor = V::splat(*weight.add(row * STRIDE));
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = value.mul_add(factor, *sum);
            }
        }
    }
}

/// # Safety
///
/// The processor must have the instructions of `V`; `to` must be writable for `ROWS` rows of `COLUMNS` vectors at the stride.
#[inline(always)]
unsafe fn store<V: Vector, const ROWS: usize, const COLUMNS: usize>(sums: Sums<V, ROWS, COLUMNS>, to: *mut f32, stride: usize) {
    for (row, sums) in sums.into_iter().enumerate() {
        for (column, sum) in sums.into_iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { sum.store(to.add(row * stride + column * V::LANES)) };
        }
    }
}
