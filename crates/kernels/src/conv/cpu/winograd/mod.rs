//! Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016):
//! four by four outputs from six by six inputs with 36 multiplications instead of 144.
//!
//! ```text
//! out = At (sum over i of (G weight[o, i] Gt) * (Bt in[i] B)) A
//! ```
//!
//! `*` being element by element, so that for each of the 36 elements, called frequencies here, the sum is a matrix
//! product, `[O, I]` by `[I, tiles]`. A block of tiles at a time goes through all three steps while it lies in the caches;
//! where there are fewer blocks than would keep all threads busy, these take each step together.
//! Tiles are counted along the rows of tiles; a vector holds the same element of as many tiles.

#![allow(clippy::needless_range_loop, reason = "rows and columns of several arrays at once read best by their numbers")]

mod filters;

use std::ops::Range;

use super::picture::{Input, Output};
use crate::{
    threads,
    vector::{Machine, Vector, Work},
};
pub(super) use filters::lay_out;
use filters::{analyse, synthesise};

/// Pixels of a tile's side.
const TILE: usize = 4;
/// Pixels that it needs.
const SIDE: usize = 6;
const FREQUENCIES: usize = SIDE * SIDE;
/// Tiles of a block at most: whole numbers of vectors of every width, and of three.
const BLOCK: usize = 48;
/// Behind a frequency's numbers: room for a vector to end in, and a distance that is no power of two, so that
/// the 36 places of a tile do not fall on the same lines of a cache.
const GAP: usize = 48;

/// See [`super::convolve`].
pub(super) fn convolve(machine: Machine, input: &Input, weight: &[f32], outputs: usize, bias: Option<&[f32]>) -> Vec<f32> {
    let rows = machine.rows();
    let groups = outputs.div_ceil(rows);
    assert_eq!(weight.len(), FREQUENCIES * groups * input.channels * rows, "weights as they are laid out");
    let [height, width] = input.inner();
    let across = width.div_ceil(TILE);
    let tiles = across * height.div_ceil(TILE);
    let length = block(machine.lanes(), tiles, threads::count());
    let blocks = tiles.div_ceil(length);
    // With a few blocks that threads cannot share evenly the outputs are shared too, after the inputs' transform has been. Not with more, for it is
    // all kept meanwhile.
    let pieces = 4 * threads::count();
    let few = blocks < 2 * threads::count() && !blocks.is_multiple_of(threads::count());
    let parts = if few { pieces.div_ceil(blocks).min(outputs.div_ceil(LEAST)) } else { 1 };
    let plan = Plan { machine, input, weight, outputs, groups, across, shared: parts > 1 };
    let tiles_of = |block: usize| block * length..((block + 1) * length).min(tiles);
    let shape = [outputs, height, width];
    let in_one_go = |output: &Output| {
        threads::share(blocks, plan.frequencies() + plan.results() + PIXELS, |block, scratch| {
            let (frequencies, rest) = scratch.split_at_mut(plan.frequencies());
            let (results, pixels) = rest.split_at_mut(plan.results());
            let block = Block { plan: &plan, tiles: tiles_of(block) };
            // SAFETY: the machine is this one, the weights have the length asked for, all memory is as long as the plan says, and blocks are different.
            unsafe {
                machine.run(Analysis { block: &block, channels: 0..input.channels, to: frequencies.as_mut_ptr(), pixels });
                machine.run(Product { block: &block, groups: 0..groups, from: frequencies.as_ptr(), results, output });
            }
        });
    };
    let in_two_steps = |output: &Output| {
        threads::with_shared(blocks * plan.frequencies(), |frequencies| {
            let at = |block: usize| frequencies.at(block * plan.frequencies());
            let chunks = pieces.div_ceil(blocks).min(input.channels.div_ceil(LEAST));
            threads::share(blocks * chunks, PIXELS, |piece, pixels| {
                let (block, chunk) = (piece / chunks, piece % chunks);
                let channels = input.channels * chunk / chunks..input.channels * (chunk + 1) / chunks;
                // SAFETY: as above; no two pieces have the same channel of a block, and what a channel's last vector has more stays in its own row.
                unsafe { machine.run(Analysis { block: &Block { plan: &plan, tiles: tiles_of(block) }, channels, to: at(block), pixels }) };
            });
            threads::share(blocks * parts, plan.results(), |piece, results| {
                let (block, part) = (piece / parts, piece % parts);
                let groups = groups * part / parts..groups * (part + 1) / parts;
                // SAFETY: as above; no two pieces have the same output of a block.
                unsafe {
                    machine.run(Product { block: &Block { plan: &plan, tiles: tiles_of(block) }, groups, from: at(block), results, output })
                };
            });
        });
    };
    // SAFETY: the blocks are all tiles, and the parts all outputs.
    unsafe { if plan.shared { Output::fill(shape, bias, in_two_steps) } else { Output::fill(shape, bias, in_one_go) } }
}

/// How many tiles a block should have: less than the most where the last thread would be done a tenth sooner.
fn block(lanes: usize, tiles: usize, threads: usize) -> usize {
    if threads == 1 || tiles <= BLOCK {
        return BLOCK;
    }
    let last = |length: &usize| tiles.div_ceil(*length).div_ceil(threads) * length;
    let shorter = [32usize, 40].into_iter().filter(|length| length.is_multiple_of(lanes)).min_by_key(last);
    shorter.filter(|shorter| 10 * last(shorter) < 9 * last(&BLOCK)).unwrap_or(BLOCK)
}

/// Channels that are at least worth a piece of work.
const LEAST: usize = 32;

struct Plan<'a> {
    machine: Machine,
    input: &'a Input<'a>,
    weight: &'a [f32],
    outputs: usize,
    /// Of outputs, of the matrix product's rows each.
    groups: usize,
    /// Tiles of a row.
    across: usize,
    /// Whether several threads transform a block's inputs: then none may write over the end of a channel's row.
    shared: bool,
}

impl Plan<'_> {
    /// Numbers that a block's transformed inputs need. No vector has more than 16.
    fn frequencies(&self) -> usize {
        FREQUENCIES * (self.input.channels * (BLOCK + if self.shared { 16 } else { 0 }) + GAP)
    }

    /// Numbers that products with all outputs need.
    fn results(&self) -> usize {
        FREQUENCIES * (self.groups * self.machine.rows() * BLOCK + GAP)
    }
}

/// Pixels of a block's row of tiles, and a vector more.
const ROW: usize = TILE * BLOCK + 64;
/// Six rows of pixels as they are read, and six after the transform's first half, by columns of their tiles.
const PIXELS: usize = 2 * SIDE * ROW;

/// Tiles of one row of tiles, within a block.
struct Run {
    /// The first one's number in the block.
    at: usize,
    /// The first one's place in the picture, in tiles.
    x: usize,
    y: usize,
    length: usize,
}

/// Tiles that go through all steps together.
struct Block<'a> {
    plan: &'a Plan<'a>,
    tiles: Range<usize>,
}

impl Block<'_> {
    fn runs(&self) -> impl Iterator<Item = Run> + use<> {
        let (across, tiles) = (self.plan.across, self.tiles.clone());
        (tiles.start / across..tiles.end.div_ceil(across)).map(move |y| {
            let (start, end) = (tiles.start.max(y * across), tiles.end.min((y + 1) * across));
            Run { at: start - tiles.start, x: start - y * across, y, length: end - start }
        })
    }

    /// Tiles in whole vectors. What stands in those that do not exist is computed and left.
    fn row<V: Vector>(&self) -> usize {
        self.tiles.len().next_multiple_of(V::LANES)
    }

    /// How far apart channels of the transformed inputs are, and frequencies.
    fn distances<V: Vector>(&self) -> [usize; 2] {
        let channel = self.row::<V>() + if self.plan.shared { V::LANES } else { 0 };
        [channel, self.plan.input.channels * channel + GAP]
    }
}

/// The transform of a block's inputs in some channels.
struct Analysis<'a> {
    block: &'a Block<'a>,
    channels: Range<usize>,
    to: *mut f32,
    pixels: &'a mut [f32],
}

impl Work for Analysis<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `to` must have room for all channels' frequencies, and `pixels` for `PIXELS` numbers.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let [distance, frequency] = self.block.distances::<V>();
        for channel in self.channels {
            for run in self.block.runs() {
                // SAFETY: the caller's.
                unsafe {
                    let to = self.to.add(channel * distance + run.at);
                    transform_input::<V>(self.block.plan.input, channel, &run, self.pixels.as_mut_ptr(), to, frequency);
                }
            }
        }
    }
}

/// The products with some groups of outputs, and what they become.
struct Product<'a> {
    block: &'a Block<'a>,
    groups: Range<usize>,
    from: *const f32,
    results: &'a mut [f32],
    output: &'a Output<'a>,
}

impl Work for Product<'_> {
    type Output = ();

    /// # Safety
    ///
    /// `from` must hold what [`Analysis`] writes, of all channels, `results` be as long as the plan says, and the weights be laid out for `ROWS`.
    #[inline(always)]
    unsafe fn run<V: Vector, const ROWS: usize, const COLUMNS: usize>(self) {
        let Plan { input, weight, outputs, groups, .. } = *self.block.plan;
        let (row, [distance, frequency]) = (self.block.row::<V>(), self.block.distances::<V>());
        let (result, results) = (self.groups.len() * ROWS * row + GAP, self.results.as_mut_ptr());
        // SAFETY: the caller's; rows are at most `BLOCK`, a multiple of every vector's length.
        unsafe {
            for f in 0..FREQUENCIES {
                for (n, group) in self.groups.clone().enumerate() {
                    let weight = weight.as_ptr().add((f * groups + group) * input.channels * ROWS);
                    let (from, to) = (self.from.add(f * frequency), results.add(f * result + n * ROWS * row));
                    let mut at = 0;
                    while at < row {
                        let (from, to) = (from.add(at), to.add(at));
                        let (depth, distances) = (input.channels, [distance, row]);
                        match ((row - at) / V::LANES).min(COLUMNS) {
                            1 => multiply::<V, ROWS, 1>(weight, from, to, depth, distances),
                            2 => multiply::<V, ROWS, 2>(weight, from, to, depth, distances),
                            _ => multiply::<V, ROWS, COLUMNS>(weight, from, to, depth, distances),
                        }
                        at += V::LANES * COLUMNS;
                    }
                }
            }
            let first = self.groups.start * ROWS;
            for channel in first..outputs.min(self.groups.end * ROWS) {
                for run in self.block.runs() {
                    transform_output::<V>(self.output, channel, &run, results.add((channel - first) * row + run.at), result);
                }
            }
        }
    }
}

/// The frequencies of a run of tiles in a channel: to `to`, `distance` apart.
///
/// # Safety
///
/// `rows` must have room for `PIXELS` numbers, and `to`, at each frequency, for the run in whole vectors.
#[inline(always)]
unsafe fn transform_input<V: Vector>(input: &Input, channel: usize, run: &Run, rows: *mut f32, to: *mut f32, distance: usize) {
    let steps = run.length.div_ceil(V::LANES);
    let tiles = steps * V::LANES;
    let (top, left) = ((run.y * TILE) as isize - 1, (run.x * TILE) as isize - 1);
    // SAFETY: a run in whole vectors has at most BLOCK tiles, a row at most 4 BLOCK + 2 pixels; planes of BLOCK numbers and a vector
    // lie ROW / 4 apart.
    unsafe {
        let mut pixels = [rows.cast_const(); SIDE];
        for (n, pixels) in pixels.iter_mut().enumerate() {
            let (y, count) = (top + n as isize, tiles * TILE + 2);
            *pixels = match input.inside(channel, y, left, count) {
                Some(inside) => inside,
                None => {
                    let row = rows.add(n * ROW);
                    input.read::<V>(channel, y, left, count, row);
                    row.cast_const()
                }
            };
        }
        let planes = rows.add(SIDE * ROW);
        for step in 0..steps {
            let at = step * V::LANES;
            let mut halves = [[V::splat(0.0); TILE]; SIDE];
            for n in 0..TILE {
                let mut column = [V::splat(0.0); SIDE];
                for y in 0..SIDE {
                    column[y] = V::load(pixels[y].add(at * TILE + n * V::LANES));
                }
                let column = analyse(column);
                for y in 0..SIDE {
                    halves[y][n] = column[y];
                }
            }
            for y in 0..SIDE {
                let apart = V::deinterleave(halves[y]);
                for x in 0..TILE {
                    apart[x].store(planes.add(y * ROW + x * (ROW / TILE) + at));
                }
            }
        }
        // The last tile reaches two pixels further. With vectors too, though one number of each is needed: a number alone may be rounded
        // twice where a vector's multiply-add rounds once, and which tile is the last depends on how the tiles are shared.
        for x in 0..2 {
            let mut column = [V::splat(0.0); SIDE];
            for y in 0..SIDE {
                column[y] = V::splat(*pixels[y].add(tiles * TILE + x));
            }
            for (y, value) in analyse(column).into_iter().enumerate() {
                value.store(planes.add(y * ROW + x * (ROW / TILE) + tiles));
            }
        }
        for step in 0..steps {
            let at = step * V::LANES;
            for y in 0..SIDE {
                let mut row = [V::splat(0.0); SIDE];
                for x in 0..SIDE {
                    row[x] = V::load(planes.add(y * ROW + x % TILE * (ROW / TILE) + x / TILE + at));
                }
                for (x, value) in analyse(row).into_iter().enumerate() {
                    value.store(to.add((y * SIDE + x) * distance + at));
                }
            }
        }
    }
}

/// `ROWS` outputs' products of one frequency for `COLUMNS` vectors of tiles.
///
/// # Safety
///
/// `weight`: `[depth, ROWS]`; `from`: `depth` rows, `to`: `ROWS` rows of `COLUMNS` vectors, so far apart.
#[inline(always)]
unsafe fn multiply<V: Vector, const ROWS: usize, const COLUMNS: usize>(
    weight: *const f32,
    from: *const f32,
    to: *mut f32,
    depth: usize,
    [from_distance, to_distance]: [usize; 2],
) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[V::splat(0.0); COLUMNS]; ROWS];
        for n in 0..depth {
            let mut values = [V::splat(0.0); COLUMNS];
            for (column, value) in values.iter_mut().enumerate() {
                *value = V::load(from.add(n * from_distance + column * V::LANES));
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
                sum.store(to.add(row * to_distance + column * V::LANES));
            }
        }
    }
}

/// The pixels of a run of tiles in a channel, from frequencies at `from`, `distance` apart.
///
/// # Safety
///
/// `from` must, at each frequency, hold the run in whole vectors, and nobody else write these pixels.
#[inline(always)]
unsafe fn transform_output<V: Vector>(output: &Output, channel: usize, run: &Run, from: *const f32, distance: usize) {
    // SAFETY: the caller's.
    unsafe {
        for step in 0..run.length.div_ceil(V::LANES) {
            let at = step * V::LANES;
            let mut halves = [[V::splat(0.0); SIDE]; TILE];
            for x in 0..SIDE {
                let mut column = [V::splat(0.0); SIDE];
                for y in 0..SIDE {
                    column[y] = V::load(from.add((y * SIDE + x) * distance + at));
                }
                for (y, value) in synthesise(column).into_iter().enumerate() {
                    halves[y][x] = value;
                }
            }
            for (y, half) in halves.into_iter().enumerate() {
                let pixels = V::interleave(synthesise(half));
                let end = (run.x + run.length) * TILE;
                output.write(channel, run.y * TILE + y, (run.x + at) * TILE..end, pixels);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::block;

    #[test]
    fn blocks_are_shared_evenly() {
        // 128, 64, 48 and 32 pixels in tiles of four, with vectors of four.
        assert_eq!([1024, 256, 144, 64].map(|tiles| block(4, tiles, 2)), [48, 32, 40, 32]);
        assert_eq!([1024, 256, 144, 64].map(|tiles| block(16, tiles, 2)), [48, 32, 48, 32]);
        assert_eq!([(64, 1), (16, 2)].map(|(tiles, threads)| block(4, tiles, threads)), [48, 48]);
    }
}
