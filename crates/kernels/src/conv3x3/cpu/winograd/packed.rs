//! The packed filters as the products read them, in either direction.

use std::ops::Range;

use super::{
    ELEMENTS,
    product::{Blocks, Weights},
    transforms::{flipped, group_length},
};

/// Groups of the depth whose transposed weights are read side by side: each is a stream of cache lines through one group, and a processor fetches
/// a few of them ahead. All of the depth at once would touch a page for every line.
const STREAMS: usize = 8;

/// The filters of a convolution, as [`pack`](super::pack) gives them.
#[derive(Clone, Copy)]
pub(super) struct PackedWeights<'a> {
    values: &'a [f32],
    /// Elements of a group of output channels.
    group_length: usize,
    /// Elements of a plane: all groups.
    plane: usize,
    /// Channels of a group.
    rows: usize,
    /// Whether they are read for the gradient.
    transposed: bool,
}

impl<'a> PackedWeights<'a> {
    /// `channels`: O and I of the weights; `rows`: of the register tile that they are packed for.
    pub(super) fn new(values: &'a [f32], rows: usize, [outputs, inputs]: [usize; 2], transposed: bool) -> Self {
        let group_length = group_length(rows, inputs);
        let plane = outputs.div_ceil(rows) * group_length;
        assert_eq!(values.len(), ELEMENTS * plane, "the weights are packed for this level");
        Self { values, group_length, plane, rows, transposed }
    }

    /// The steps of the depth in parts: a product goes through all output channels with one of them before the next.
    pub(super) fn chunks(&self, depth: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let length = if self.transposed { STREAMS * self.rows } else { depth };
        (0..depth).step_by(length.max(1)).map(move |start| start..depth.min(start + length))
    }

    /// The weights of a group of the convolution's output channels, from a step of the depth on that begins a chunk.
    #[inline(always)]
    pub(super) fn group<const ROWS: usize>(&self, element: usize, group: usize, step: usize) -> Weights {
        if self.transposed {
            let at = flipped(element) * self.plane + step / ROWS * self.group_length + group * ROWS * ROWS;
            Weights::Transposed(Blocks { first: self.values[at..].as_ptr(), stride: self.group_length, rows: self.rows })
        } else {
            Weights::Forward(self.values[element * self.plane + group * self.group_length..].as_ptr())
        }
    }
}
