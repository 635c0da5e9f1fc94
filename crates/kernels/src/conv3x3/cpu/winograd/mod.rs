//! Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, arXiv:1509.09308):
//! output tiles of 4x4 from input tiles of 6x6 with 36 multiplications instead of 144.
//!
//! ```text
//! out = At (sum over i of (G weight[o, i] Gt) * (Bt in[i] B)) A
//! ```
//!
//! `*` being element by element, so that for each of the 36 elements of a transformed tile the sum is a matrix
//! product, `[O, I]` by `[I, tiles]`. A block of tiles at a time goes through all three stages (input transform, products, output transform)
//! while it is in the caches; where there are fewer blocks than would keep all threads busy, the threads work on the same stage of all blocks.
//! Tiles are numbered in row-major order; a vector holds the same element of consecutive tiles.
//!
//! The gradient's convolution has the filters flipped and their channels swapped. Flipping only exchanges elements of a transformed filter (see
//! `transforms.rs`), so one copy of the packed weights serves both directions: the products read it transposed.

#![allow(clippy::needless_range_loop, reason = "rows and columns of several arrays at once read best by their indices")]

mod packed;
mod product;
mod tiles;
mod transforms;

use std::ops::Range;

use super::feature_map::{Input, Output};
use crate::{
    parallel::{num_threads, parallel_for, with_shared_buffer},
    simd::{Kernel, MAX_LANES, SimdLevel, Vector},
};
use packed::PackedWeights;
use product::multiply;
use tiles::{PIXELS, Span, transform_input_tiles, transform_output_tiles};
pub(super) use transforms::pack;

/// Side of an output tile, in pixels.
const OUTPUT_TILE: usize = 4;
/// Side of an input tile, and of a transformed tile.
const INPUT_TILE: usize = 6;
/// Elements of a transformed tile.
const ELEMENTS: usize = INPUT_TILE * INPUT_TILE;
/// The most tiles of a block: a multiple of every vector's length, and of three vectors.
const MAX_BLOCK: usize = 48;
/// Behind the plane of an element of the transformed tiles: the surplus of a last vector, and a stride that is no power of two, so that
/// the 36 elements of a tile do not map to the same cache sets.
const PLANE_PADDING: usize = 48;
/// The fewest channels that are worth a task.
const MIN_CHANNELS: usize = 32;

/// See [`super::convolve`]; with `transposed` the weights are those of the convolution whose gradient this is.
pub(super) fn convolve(simd: SimdLevel, input: &Input, packed: &[f32], transposed: bool, outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    let rows = simd.kernel_rows();
    let groups = outputs.div_ceil(rows);
    let weights =
        PackedWeights::new(packed, rows, if transposed { [input.channels, outputs] } else { [outputs, input.channels] }, transposed);
    let [height, width] = input.output_size();
    let tiles_across = width.div_ceil(OUTPUT_TILE);
    let tiles = tiles_across * height.div_ceil(OUTPUT_TILE);
    let length = block_length(simd.lanes(), tiles, num_threads());
    let blocks = tiles.div_ceil(length);
    // With a few blocks that the threads cannot share evenly, the output channels are split too, after the input transform of all blocks. Not with
    // more blocks, for all transformed inputs are in memory at the same time.
    let tasks = 4 * num_threads();
    let few = blocks < 2 * num_threads() && !blocks.is_multiple_of(num_threads());
    let parts = if few { tasks.div_ceil(blocks).min(outputs.div_ceil(MIN_CHANNELS)) } else { 1 };
    let plan = Plan { simd, input, weights, outputs, groups, tiles_across, staged: parts > 1 };
    let tiles_of = |block: usize| block * length..((block + 1) * length).min(tiles);
    let shape = [outputs, height, width];
    let fused = |output: &Output| {
        parallel_for(blocks, plan.transformed_length() + plan.products_length() + PIXELS, |block, scratch| {
            let (transformed, rest) = scratch.split_at_mut(plan.transformed_length());
            let (products, pixels) = rest.split_at_mut(plan.products_length());
            let block = Block { plan: &plan, tiles: tiles_of(block) };
            // SAFETY: the level is available, the weights have the length asked for, all memory is as long as the plan says, and blocks are different.
            unsafe {
                simd.run(InputTransform { block: &block, channels: 0..input.channels, to: transformed.as_mut_ptr(), pixels });
                simd.run(ProductsAndOutputTransform { block: &block, groups: 0..groups, from: transformed.as_ptr(), products, output });
            }
        });
    };
    let staged = |output: &Output| {
        with_shared_buffer(blocks * plan.transformed_length(), |transformed| {
            let at = |block: usize| transformed.at(block * plan.transformed_length());
            let chunks = tasks.div_ceil(blocks).min(input.channels.div_ceil(MIN_CHANNELS));
            parallel_for(blocks * chunks, PIXELS, |task, pixels| {
                let (block, chunk) = (task / chunks, task % chunks);
                let channels = input.channels * chunk / chunks..input.channels * (chunk + 1) / chunks;
                // SAFETY: as above; no two tasks have the same channel of a block, and the surplus of a channel's last vector stays in its own row.
                unsafe {
                    simd.run(InputTransform { block: &Block { plan: &plan, tiles: tiles_of(block) }, channels, to: at(block), pixels })
                };
            });
            parallel_for(blocks * parts, plan.products_length(), |task, products| {
                let (block, part) = (task / parts, task % parts);
                let groups = groups * part / parts..groups * (part + 1) / parts;
                // SAFETY: as above; no two tasks have the same output channel of a block.
                unsafe {
                    simd.run(ProductsAndOutputTransform {
                        block: &Block { plan: &plan, tiles: tiles_of(block) },
                        groups,
                        from: at(block),
                        products,
                        output,
                    })
                };
            });
        });
    };
    // SAFETY: the blocks cover all tiles, and the parts all output channels.
    unsafe { if plan.staged { Output::fill(shape, bias, staged) } else { Output::fill(shape, bias, fused) } }
}

/// How many tiles a block should have: fewer than the most where the last thread would finish a tenth sooner.
fn block_length(lanes: usize, tiles: usize, threads: usize) -> usize {
    if threads == 1 || tiles <= MAX_BLOCK {
        return MAX_BLOCK;
    }
    let last = |length: &usize| tiles.div_ceil(*length).div_ceil(threads) * length;
    let shorter = [32usize, 40].into_iter().filter(|length| length.is_multiple_of(lanes)).min_by_key(last);
    shorter.filter(|shorter| 10 * last(shorter) < 9 * last(&MAX_BLOCK)).unwrap_or(MAX_BLOCK)
}

/// What all tasks of a convolution have in common.
struct Plan<'a> {
    simd: SimdLevel,
    input: &'a Input<'a>,
    weights: PackedWeights<'a>,
    outputs: usize,
    /// Groups of as many output channels as a register tile has rows.
    groups: usize,
    /// Tiles in a row of tiles.
    tiles_across: usize,
    /// Whether all blocks go through a stage before the next: then several threads transform a block's inputs, and none may write past the end of a
    /// channel's row.
    staged: bool,
}

impl Plan<'_> {
    /// Elements of a block's transformed inputs.
    fn transformed_length(&self) -> usize {
        ELEMENTS * (self.input.channels * (MAX_BLOCK + if self.staged { MAX_LANES } else { 0 }) + PLANE_PADDING)
    }

    /// Elements of a block's products with all output channels.
    fn products_length(&self) -> usize {
        ELEMENTS * (self.groups * self.simd.kernel_rows() * MAX_BLOCK + PLANE_PADDING)
    }
}

/// Tiles that are taken through all stages at a time.
struct Block<'a> {
    plan: &'a Plan<'a>,
    tiles: Range<usize>,
}

impl Block<'_> {
    fn spans(&self) -> impl Iterator<Item = Span> + use<> {
        let (across, tiles) = (self.plan.tiles_across, self.tiles.clone());
        (tiles.start / across..tiles.end.div_ceil(across)).map(move |y| {
            let (start, end) = (tiles.start.max(y * across), tiles.end.min((y + 1) * across));
            Span { at: start - tiles.start, x: start - y * across, y, length: end - start }
        })
    }

    /// Tiles in whole vectors. Surplus tiles are computed and ignored.
    fn padded_tiles<V: Vector>(&self) -> usize {
        self.tiles.len().next_multiple_of(V::LANES)
    }

    /// Strides of the transformed inputs `[36, I, tiles]`: of channels, and of elements.
    fn strides<V: Vector>(&self) -> [usize; 2] {
        let channel = self.padded_tiles::<V>() + if self.plan.staged { V::LANES } else { 0 };
        [channel, self.plan.input.channels * channel + PLANE_PADDING]
    }
}

/// The input transform of a block, in some channels.
struct InputTransform<'a> {
    block: &'a Block<'a>,
    channels: Range<usize>,
    to: *mut f32,
    pixels: &'a mut [f32],
}

impl Kernel for InputTransform<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `to` must be writable for the transformed tiles of all channels, and `pixels` have `PIXELS` elements.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let [channel_stride, element_stride] = self.block.strides::<V>();
        for channel in self.channels {
            for span in self.block.spans() {
                // SAFETY: the caller's.
                unsafe {
                    let to = self.to.add(channel * channel_stride + span.at);
                    transform_input_tiles::<V>(self.block.plan.input, channel, &span, self.pixels.as_mut_ptr(), to, element_stride);
                }
            }
        }
    }
}

/// The products of a block with some groups of output channels, and their output transform.
struct ProductsAndOutputTransform<'a> {
    block: &'a Block<'a>,
    groups: Range<usize>,
    from: *const f32,
    products: &'a mut [f32],
    output: &'a Output<'a>,
}

impl Kernel for ProductsAndOutputTransform<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `from` must hold what [`InputTransform`] writes, of all channels, `products` be as long as the plan says, the weights be packed for `ROWS`, and
    /// no other thread access these channels of the block.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let Plan { input, weights, outputs, .. } = *self.block.plan;
        let (row, [channel_stride, element_stride]) = (self.block.padded_tiles::<V>(), self.block.strides::<V>());
        let (product_stride, products) = (self.groups.len() * ROWS * row + PLANE_PADDING, self.products.as_mut_ptr());
        // SAFETY: the caller's; rows are at most `MAX_BLOCK`, a multiple of every vector's length.
        unsafe {
            for element in 0..ELEMENTS {
                let from = self.from.add(element * element_stride);
                let strides = [channel_stride, row];
                for steps in weights.chunks(input.channels) {
                    for (n, group) in self.groups.clone().enumerate() {
                        let weights = weights.group::<ROWS>(element, group, steps.start);
                        let to = products.add(element * product_stride + n * ROWS * row);
                        let mut at = 0;
                        while at < row {
                            let (from, to) = (from.add(steps.start * channel_stride + at), to.add(at));
                            match ((row - at) / V::LANES).min(COLUMNS) {
                                1 => multiply::<V, ROWS, 1>(weights, from, to, &steps, strides),
                                2 => multiply::<V, ROWS, 2>(weights, from, to, &steps, strides),
                                _ => multiply::<V, ROWS, COLUMNS>(weights, from, to, &steps, strides),
                            }
                            at += V::LANES * COLUMNS;
                        }
                    }
                }
            }
            let first = self.groups.start * ROWS;
            for channel in first..outputs.min(self.groups.end * ROWS) {
                for span in self.block.spans() {
                    transform_output_tiles::<V>(
                        self.output,
                        channel,
                        &span,
                        products.add((channel - first) * row + span.at),
                        product_stride,
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::block_length;

    #[test]
    fn blocks_are_split_evenly() {
        // Sides of 128, 64, 48 and 32 pixels in tiles of four, with vectors of 4 and 16.
        assert_eq!([1024, 256, 144, 64].map(|tiles| block_length(4, tiles, 2)), [48, 32, 40, 32]);
        assert_eq!([1024, 256, 144, 64].map(|tiles| block_length(16, tiles, 2)), [48, 32, 48, 32]);
        assert_eq!([(64, 1), (16, 2)].map(|(tiles, threads)| block_length(4, tiles, threads)), [48, 48]);
    }
}
