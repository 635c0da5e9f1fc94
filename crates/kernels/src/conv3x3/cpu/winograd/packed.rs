//! The packed filters as the products read them, in either direction.

use super::{
    ELEMENTS,
    transforms::{flipped, group_length},
};
use crate::conv3x3::PANEL;

/// The filters of a convolution, as [`pack`](super::pack) gives them.
#[derive(Clone, Copy)]
pub(super) struct PackedWeights<'a> {
    values: &'a [f32],
    /// O and I of the weights.
    channels: [usize; 2],
    /// Elements of a group of output channels.
    group_length: usize,
    /// Elements of a plane: all groups.
    plane: usize,
    /// Whether they are read for the gradient.
    transposed: bool,
}

impl<'a> PackedWeights<'a> {
    /// `channels`: O and I of the weights; `rows`: of the register tile that they are packed for.
    pub(super) fn new(values: &'a [f32], rows: usize, channels: [usize; 2], transposed: bool) -> Self {
        let group_length = group_length(rows, channels[1]);
        let plane = channels[0].div_ceil(rows) * group_length;
        assert_eq!(values.len(), ELEMENTS * plane, "the weights are packed for this level");
        Self { values, channels, group_length, plane, transposed }
    }

    /// Elements of the panel that [`group`](Self::group) copies into.
    pub(super) fn panel_length(&self, rows: usize) -> usize {
        if self.transposed { PANEL * rows * self.channels[0].next_multiple_of(rows) } else { 0 }
    }

    /// The weights of a group of the convolution's output channels, `[depth, ROWS]`, for one element of the transformed tiles. Transposed, those of
    /// [`PANEL`] groups are copied together into the panel, in that order. `n`: how many groups of `count` have been asked for before, one after the
    /// other.
    ///
    /// # Safety
    ///
    /// `panel` must be writable for [`panel_length`](Self::panel_length) elements, and be the same in all calls for an element.
    #[inline(always)]
    pub(super) unsafe fn group<const ROWS: usize>(
        &self,
        element: usize,
        group: usize,
        n: usize,
        count: usize,
        panel: *mut f32,
    ) -> *const f32 {
        if !self.transposed {
            return self.values[element * self.plane + group * self.group_length..].as_ptr();
        }
        let length = self.channels[0].next_multiple_of(ROWS) * ROWS;
        // SAFETY: the caller's; a panel has so many groups at most, each of this length.
        unsafe {
            if n.is_multiple_of(PANEL) {
                self.copy_panel::<ROWS>(element, group, PANEL.min(count - n), panel);
            }
            panel.add(n % PANEL * length)
        }
    }

    /// # Safety
    ///
    /// `to` must be writable for `count` groups.
    #[inline(always)]
    unsafe fn copy_panel<const ROWS: usize>(&self, element: usize, group: usize, count: usize, to: *mut f32) {
        let block = ROWS * ROWS;
        let groups = self.channels[0].div_ceil(ROWS);
        let from = &self.values[flipped(element) * self.plane + group * block..(flipped(element) + 1) * self.plane];
        for depth in 0..groups {
            let blocks = &from[depth * self.group_length..][..count * block];
            for (n, values) in blocks.chunks_exact(block).enumerate() {
                for (at, value) in values.iter().enumerate() {
                    // SAFETY: the caller's.
                    unsafe { *to.add((n * groups + depth) * block + at % ROWS * ROWS + at / ROWS) = *value };
                }
            }
        }
    }
}
