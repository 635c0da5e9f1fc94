//! A direct convolution, for few channels on one side, with which Winograd's transforms cost more than they save.

use std::ops::Range;

use super::feature_map::{Input, Output};
use crate::{
    parallel::parallel_for,
    simd::{Kernel, MAX_LANES, SimdLevel, Vector},
};

/// Positions in the 3x3 kernel.
const POSITIONS: usize = 9;
/// Rows of pixels to a task.
const BAND: usize = 4;
/// Pixels of a row at a time: padded, a band of so many in 64 channels fits into the second-level cache.
const BLOCK: usize = 192;
/// Elements of such a row with its padding, and the surplus of a last vector.
const ROW: usize = BLOCK + 2 * MAX_LANES;
/// An RGB image's channels, for which there is a kernel of its own.
const RGB: usize = 3;

/// Output channels that are computed at a time.
fn kernel_rows(simd: SimdLevel, outputs: usize) -> usize {
    if outputs <= RGB { RGB } else { simd.kernel_rows() }
}

/// `weight`: `[O, I, 3, 3]` -> `[ceil(O / rows), I, 9, rows]`, zero-padded.
pub(super) fn pack(simd: SimdLevel, weight: &[f32], outputs: usize, inputs: usize) -> (Vec<f32>, [usize; 4]) {
    let rows = kernel_rows(simd, outputs);
    let groups = outputs.div_ceil(rows);
    let depth = inputs * POSITIONS;
    let mut values = vec![0.0; groups * depth * rows];
    for (output, kernels) in weight.chunks_exact(depth).enumerate() {
        let start = output / rows * depth * rows + output % rows;
        for (value, to) in kernels.iter().zip(values[start..].iter_mut().step_by(rows)) {
            *to = *value;
        }
    }
    (values, [groups, inputs, POSITIONS, rows])
}

/// See [`super::convolve`].
pub(super) fn convolve(simd: SimdLevel, input: &Input, packed: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    let groups = outputs.div_ceil(kernel_rows(simd, outputs));
    assert_eq!(packed.len(), groups * input.channels * POSITIONS * kernel_rows(simd, outputs), "the weights are packed for this level");
    let [height, width] = input.output_size();
    let fill = |output: &Output| {
        parallel_for(height.div_ceil(BAND), input.channels * (BAND + 2) * ROW, |band, scratch| {
            let ys = band * BAND..((band + 1) * BAND).min(height);
            // SAFETY: the level is available, the weights have the length asked for, scratch holds a band, and bands are different rows.
            unsafe { simd.run(Band { input, packed, outputs, output, ys, scratch }) };
        });
    };
    // SAFETY: the bands cover all rows, and each writes all channels.
    unsafe { Output::fill([outputs, height, width], bias, fill) }
}

/// A band of the output, in all channels.
struct Band<'a> {
    input: &'a Input<'a>,
    packed: &'a [f32],
    outputs: usize,
    output: &'a Output<'a>,
    ys: Range<usize>,
    scratch: &'a mut [f32],
}

impl Kernel for Band<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `scratch` must have `[I, BAND + 2, ROW]` numbers, and the weights be packed for `ROWS`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        // SAFETY: the caller's.
        unsafe { if self.outputs <= RGB { self.compute::<V, RGB, 4>() } else { self.compute::<V, ROWS, COLUMNS>() } }
    }
}

impl Band<'_> {
    /// # Safety
    ///
    /// As of [`Kernel::run`].
    #[inline(always)]
    unsafe fn compute<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let Self { input, packed, outputs, output, ys, scratch } = self;
        let (padded, depth) = (scratch.as_mut_ptr(), input.channels * POSITIONS);
        let [_, width] = input.output_size();
        for start in (0..width).step_by(BLOCK) {
            let length = BLOCK.min(width - start);
            // SAFETY: the caller's; a row of the scratch holds a block in whole vectors and its padding.
            unsafe {
                for channel in 0..input.channels {
                    for n in 0..ys.len() + 2 {
                        let row = padded.add((channel * (BAND + 2) + n) * ROW);
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
                    for (group, weight) in packed.chunks_exact(depth * ROWS).enumerate() {
                        let mut at = 0;
                        while at < length {
                            let tile = Tile { weight: weight.as_ptr(), from: padded.add(n * ROW + at), channels: input.channels };
                            let remaining = (length - at).div_ceil(V::LANES);
                            let (y, xs, first) = (ys.start + n, start + at..start + length, group * ROWS);
                            let rows = ROWS.min(outputs - first);
                            if remaining >= COLUMNS {
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

/// A register tile: `ROWS` output channels of `COLUMNS` vectors of pixels in a row.
struct Tile {
    /// `[I, 9, ROWS]`
    weight: *const f32,
    /// The pixel to the upper left of the first, in the padded band, `[I, BAND + 2, ROW]`.
    from: *const f32,
    channels: usize,
}

impl Tile {
    /// # Safety
    ///
    /// `weight` and `from` must be readable as the fields say, for whole vectors; further, what [`Output::write`] asks for.
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
                for position in 0..POSITIONS {
                    let from = self.from.add((channel * (BAND + 2) + position / 3) * ROW + position % 3);
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
