//! The matrix product for one element of the transformed tiles, a register tile at a time: `ROWS` output channels of `COLUMNS` vectors of tiles.

use std::ops::Range;

use crate::simd::Vector;

type Sums<V, const ROWS: usize, const COLUMNS: usize> = [[V; COLUMNS]; ROWS];

/// The weights of a group of `ROWS` output channels, from some step of the depth on.
#[derive(Clone, Copy)]
pub(super) enum Weights {
    /// `[depth, ROWS]`.
    Forward(*const f32),
    /// For the gradient.
    Transposed(Blocks),
}

/// Some `steps` of the depth, `from` the first of them on. Only transposed weights may have them in parts: the products of those before are in `to`.
///
/// # Safety
///
/// The processor must have the instructions of `V`. The weights of these steps must be readable, `from` for as many rows of the vectors, and `to`
/// writable for `ROWS` rows of them, and readable where the steps do not begin with the first; rows have the strides `from_stride` and `to_stride`.
#[inline(always)]
pub(super) unsafe fn multiply<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    weights: Weights,
    from: *const f32,
    to: *mut f32,
    steps: &Range<usize>,
    strides: [usize; 2],
) {
    // SAFETY: the caller's.
    unsafe {
        match weights {
            Weights::Forward(weight) => multiply_forward::<V, ROWS, COLUMNS>(weight, from, to, steps.len(), strides),
            Weights::Transposed(blocks) => multiply_transposed::<V, ROWS, COLUMNS>(blocks, from, to, steps, strides),
        }
    }
}

/// # Safety
///
/// That of [`multiply`].
#[inline(always)]
unsafe fn multiply_forward<V: Vector, const ROWS: usize, const COLUMNS: usize>(
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
    /// `ROWS`, where the compiler does not see it: unrolled, the loop over a block's columns has more addresses than there are registers for
    /// (`./dev bench` on the CPU engines).
    pub(super) rows: usize,
}

/// `steps`: from the first of a block on.
///
/// # Safety
///
/// That of [`multiply`].
#[inline(always)]
unsafe fn multiply_transposed<V: Vector, const ROWS: usize, const COLUMNS: usize>(
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
