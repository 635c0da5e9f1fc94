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

mod transforms;

use std::ops::Range;

use super::feature_map::{Input, Output};
use crate::{
    parallel::{num_threads, parallel_for, with_shared_buffer},
    simd::{Kernel, MAX_LANES, SimdLevel, Vector},
};
pub(super) use transforms::pack;
use transforms::{flipped, group_length, input_transform, output_transform};

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
/// Groups of output channels whose transposed weights are copied together, into the order of the forward pass: they lie beside each other in every
/// group of the depth, which are kilobytes apart.
const PANEL: usize = 4;
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

/// The filters of a convolution, as [`pack`] gives them.
#[derive(Clone, Copy)]
struct PackedWeights<'a> {
    values: &'a [f32],
    /// Elements of a group of output channels.
    group_length: usize,
    /// Elements of a plane: all groups.
    plane: usize,
    /// Whether they are read for the gradient.
    transposed: bool,
}

impl<'a> PackedWeights<'a> {
    /// `channels`: O and I of the weights.
    fn new(values: &'a [f32], rows: usize, [outputs, inputs]: [usize; 2], transposed: bool) -> Self {
        let group_length = group_length(rows, inputs);
        let plane = outputs.div_ceil(rows) * group_length;
        assert_eq!(values.len(), ELEMENTS * plane, "the weights are packed for this level");
        Self { values, group_length, plane, transposed }
    }

    /// Where a group of the convolution's output channels begins in an element's plane.
    #[inline(always)]
    fn at<const ROWS: usize>(&self, element: usize, group: usize) -> &'a [f32] {
        let [element, offset] =
            if self.transposed { [flipped(element), group * ROWS * ROWS] } else { [element, group * self.group_length] };
        &self.values[element * self.plane + offset..(element + 1) * self.plane]
    }
}

impl PackedWeights<'_> {
    /// Copies the transposed weights of `count` groups of output channels from where the first begins in its plane: for each `[depth, ROWS]`,
    /// as the forward pass reads them.
    ///
    /// # Safety
    ///
    /// `to` must be writable for `count` times the depth, in whole groups, times `ROWS` numbers.
    #[inline(always)]
    unsafe fn copy_panel<const ROWS: usize>(&self, from: &[f32], count: usize, depth: usize, to: *mut f32) {
        let block = ROWS * ROWS;
        let groups = depth.div_ceil(ROWS);
        for group in 0..groups {
            let row = &from[group * self.group_length..][..count * block];
            for (n, values) in row.chunks_exact(block).enumerate() {
                for (at, value) in values.iter().enumerate() {
                    // SAFETY: the caller's.
                    unsafe { *to.add((n * groups + group) * block + at % ROWS * ROWS + at / ROWS) = *value };
                }
            }
        }
    }
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

    /// Elements of a block's products with all output channels, and of a panel of transposed weights.
    fn products_length(&self) -> usize {
        let rows = self.simd.kernel_rows();
        let panel = if self.weights.transposed { PANEL * rows * self.input.channels.next_multiple_of(rows) } else { 0 };
        ELEMENTS * (self.groups * rows * MAX_BLOCK + PLANE_PADDING) + panel
    }
}

/// Pixels of a block's row of tiles, and the surplus of a last vector.
const ROW: usize = OUTPUT_TILE * MAX_BLOCK + 64;
/// Six rows of pixels as they are read, and six after the vertical half of the transform, deinterleaved by the columns of their tiles.
const PIXELS: usize = 2 * INPUT_TILE * ROW;

/// Consecutive tiles of a block that are in the same row of tiles.
struct Span {
    /// The first one's index in the block.
    at: usize,
    /// The first one's position in the output, in tiles.
    x: usize,
    y: usize,
    length: usize,
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
        // SAFETY: the products are as long as the plan says: the panel is behind them.
        let panel = unsafe { products.add(ELEMENTS * (self.block.plan.groups * ROWS * MAX_BLOCK + PLANE_PADDING)) };
        // SAFETY: the caller's; rows are at most `MAX_BLOCK`, a multiple of every vector's length.
        unsafe {
            for element in 0..ELEMENTS {
                for (n, group) in self.groups.clone().enumerate() {
                    let weight = if weights.transposed {
                        let length = input.channels.next_multiple_of(ROWS) * ROWS;
                        if n % PANEL == 0 {
                            let count = PANEL.min(self.groups.len() - n);
                            weights.copy_panel::<ROWS>(weights.at::<ROWS>(element, group), count, input.channels, panel);
                        }
                        panel.add(n % PANEL * length).cast_const()
                    } else {
                        weights.at::<ROWS>(element, group).as_ptr()
                    };
                    let (from, to) = (self.from.add(element * element_stride), products.add(element * product_stride + n * ROWS * row));
                    let mut at = 0;
                    while at < row {
                        let (from, to) = (from.add(at), to.add(at));
                        let (depth, strides) = (input.channels, [channel_stride, row]);
                        match ((row - at) / V::LANES).min(COLUMNS) {
                            1 => multiply::<V, ROWS, 1>(weight, from, to, depth, strides),
                            2 => multiply::<V, ROWS, 2>(weight, from, to, depth, strides),
                            _ => multiply::<V, ROWS, COLUMNS>(weight, from, to, depth, strides),
                        }
                        at += V::LANES * COLUMNS;
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

/// The input transform of a span of tiles in a channel; the elements are written to `to`, at a stride of `stride`.
///
/// # Safety
///
/// `rows` must be writable for `PIXELS` numbers, and `to`, for each element, for the span in whole vectors.
#[inline(always)]
unsafe fn transform_input_tiles<V: Vector>(input: &Input, channel: usize, span: &Span, rows: *mut f32, to: *mut f32, stride: usize) {
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

/// A register tile of the product for one element of the transformed tiles: `ROWS` output channels of `COLUMNS` vectors of tiles.
///
/// # Safety
///
/// `weight` must be readable for `[depth, ROWS]`, `from` for `depth` rows of `COLUMNS` vectors, and `to` writable for `ROWS` rows of as many; rows
/// have the strides `from_stride` and `to_stride`.
#[inline(always)]
unsafe fn multiply<V: Vector, const ROWS: usize, const COLUMNS: usize>(
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
            let mut values = [V::splat(0.0); COLUMNS];
            for (column, value) in values.iter_mut().enumerate() {
                *value = V::load(from.add(n * from_stride + column * V::LANES));
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let factor = V::splat(*weight.add(n * ROWS + row));
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = value.mul_add(factor, *sum);
                }
            }
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (column, sum) in sums.into_iter().enumerate() {
                sum.store(to.add(row * to_stride + column * V::LANES));
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
unsafe fn transform_output_tiles<V: Vector>(output: &Output, channel: usize, span: &Span, from: *const f32, stride: usize) {
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
