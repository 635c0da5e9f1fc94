//! The sum over channels and the kernel's places as it is defined, for a picture on either side: its few channels give
//! Winograd's transforms nothing to share their cost with.

use std::ops::Range;

use super::picture::{Input, Output};
use crate::{
    threads,
    vector::{Machine, Vector, Work},
};

/// Places of the kernel.
const PLACES: usize = 9;
/// Rows of pixels to a piece of work.
const BAND: usize = 4;
/// Pixels of a row at a time: with its frame, a band of so many in 64 channels stays in the second cache.
const BLOCK: usize = 192;
/// Numbers of such a row with its frame, and a vector more.
const ROW: usize = BLOCK + 32;
/// A picture's channels, which get a kernel of their own.
const PICTURE: usize = 3;

/// Outputs that are computed together.
fn rows(machine: Machine, outputs: usize) -> usize {
    if outputs <= PICTURE { PICTURE } else { machine.rows() }
}

/// `weight`: `[O, I, 3, 3]` -> `[ceil(O / rows), I, 9, rows]`, filled up with zeros.
pub(super) fn lay_out(machine: Machine, weight: &[f32], outputs: usize, inputs: usize) -> (Vec<f32>, [usize; 4]) {
    let rows = rows(machine, outputs);
    let groups = outputs.div_ceil(rows);
    let depth = inputs * PLACES;
    let mut values = vec![0.0; groups * depth * rows];
    for (output, kernels) in weight.chunks_exact(depth).enumerate() {
        let start = output / rows * depth * rows + output % rows;
        for (value, to) in kernels.iter().zip(values[start..].iter_mut().step_by(rows)) {
            *to = *value;
        }
    }
    (values, [groups, inputs, PLACES, rows])
}

/// See [`super::convolve`].
pub(super) fn convolve(machine: Machine, input: &Input, weight: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    let groups = outputs.div_ceil(rows(machine, outputs));
    assert_eq!(weight.len(), groups * input.channels * PLACES * rows(machine, outputs), "weights as they are laid out");
    let [height, width] = input.inner();
    let fill = |output: &Output| {
        threads::share(height.div_ceil(BAND), input.channels * (BAND + 2) * ROW, |band, scratch| {
            let ys = band * BAND..((band + 1) * BAND).min(height);
            // SAFETY: the machine is this one, the weights have the length asked for, scratch holds a band, and bands are different rows.
            unsafe { machine.run(Band { input, weight, outputs, output, ys, scratch }) };
        });
    };
    // SAFETY: the bands are all rows, and each has all outputs.
    unsafe { Output::fill([outputs, height, width], bias, fill) }
}

/// Some rows of the output, in all channels.
struct Band<'a> {
    input: &'a Input<'a>,
    weight: &'a [f32],
    outputs: usize,
    output: &'a Output<'a>,
    ys: Range<usize>,
    scratch: &'a mut [f32],
}

impl Work for Band<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `scratch` must have `[I, BAND + 2, ROW]` numbers, and the weights be laid out for `ROWS`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        // SAFETY: the caller's.
        unsafe { if self.outputs <= PICTURE { self.compute::<V, PICTURE, 4>() } else { self.compute::<V, ROWS, COLUMNS>() } }
    }
}

impl Band<'_> {
    #[inline(always)]
    unsafe fn compute<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let Self { input, weight, outputs, output, ys, scratch } = self;
        let (framed, depth) = (scratch.as_mut_ptr(), input.channels * PLACES);
        let [_, width] = input.inner();
        for start in (0..width).step_by(BLOCK) {
            let length = BLOCK.min(width - start);
            // SAFETY: a row of the scratch holds a block in whole vectors, of at most 16 numbers, and its frame.
            unsafe {
                for channel in 0..input.channels {
                    for n in 0..ys.len() + 2 {
                        let row = framed.add((channel * (BAND + 2) + n) * ROW);
                        input.read::<V>(
                            channel,
                            (ys.start + n) as isize - 1,
                            start as isize - 1,
                            length.next_multiple_of(V::LANES) + 2,
                            row,
                        );
                    }
                }
                for n in 0..ys.len() {
                    for (group, weight) in weight.chunks_exact(depth * ROWS).enumerate() {
                        let mut at = 0;
                        while at < length {
                            let tile = Tile { weight: weight.as_ptr(), from: framed.add(n * ROW + at), channels: input.channels };
                            let left = (length - at).div_ceil(V::LANES);
                            let (y, xs, first) = (ys.start + n, start + at..start + length, group * ROWS);
                            let rows = ROWS.min(outputs - first);
                            if left >= COLUMNS {
                                tile.compute::<V, ROWS, COLUMNS>(output, first..first + rows, y, xs);
                                at += COLUMNS * V::LANES;
                            } else {
                                tile.compute::<V, ROWS, 1>(output, first..first + rows, y, xs);
                                at += V::LANES;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Some outputs of some pixels in a row.
struct Tile {
    /// `[I, 9, ROWS]`
    weight: *const f32,
    /// The pixel to the upper left of the first, in `[I, BAND + 2, ROW]`.
    from: *const f32,
    channels: usize,
}

impl Tile {
    /// # Safety
    ///
    /// What the fields say, for whole vectors.
    #[inline(always)]
    unsafe fn compute<V: Vector, const ROWS: usize, const COLUMNS: usize>(
        &self,
        output: &Output,
        channels: Range<usize>,
        y: usize,
        xs: Range<usize>,
    ) {
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [[V::splat(0.0); COLUMNS]; ROWS];
            let mut weight = self.weight;
            for channel in 0..self.channels {
                for place in 0..PLACES {
                    let from = self.from.add((channel * (BAND + 2) + place / 3) * ROW + place % 3);
                    let mut values = [V::splat(0.0); COLUMNS];
                    for (column, value) in values.iter_mut().enumerate() {
                        *value = V::load(from.add(column * V::LANES));
                    }
                    for (row, sums) in sums.iter_mut().enumerate() {
                        let factor = V::splat(*weight.add(row));
                        for (sum, value) in sums.iter_mut().zip(values) {
                            *sum = value.mul_add(factor, *sum);
                        }
                    }
                    weight = weight.add(ROWS);
                }
            }
            for (channel, sums) in channels.zip(sums) {
                output.write(channel, y, xs.clone(), sums);
            }
        }
    }
}
