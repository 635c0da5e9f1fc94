//! What is read and written: pictures of some channels, `[C, H, W]`, with a border of zeros around what is read.

use std::{marker::PhantomData, ops::Range};

use crate::vector::Vector;

/// What is convolved.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    /// `[C, H, W]`
    pub(super) values: &'a [f32],
    /// What the forward pass gave, the same shape, where `values` are its gradient: they count where it is above 0.
    pub(super) output: Option<&'a [f32]>,
    pub(super) channels: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// Pixels by which it reaches further than the result, on every side. Rows and columns are counted as the result's.
    pub(super) margin: isize,
}

impl Input<'_> {
    /// Height and width of the result.
    pub(super) fn inner(&self) -> [usize; 2] {
        [self.height, self.width].map(|size| size.saturating_add_signed(-2 * self.margin))
    }

    /// Where the pixels `from..from + count` of a row lie, if they do inside the picture and need no mask.
    #[inline(always)]
    pub(super) fn inside(&self, channel: usize, y: isize, from: isize, count: usize) -> Option<*const f32> {
        let (y, from) = (y + self.margin, from + self.margin);
        let rows = 0..self.height as isize;
        if self.output.is_some() || !rows.contains(&y) || from < 0 || from as usize + count > self.width {
            return None;
        }
        Some(self.values[(channel * self.height + y as usize) * self.width + from as usize..].as_ptr())
    }

    /// Writes the pixels `from..from + count` of a row, masked, and 0 for those outside of the picture.
    ///
    /// # Safety
    ///
    /// `to` must have room for `count` numbers, and the machine the instructions of `V`.
    #[inline(always)]
    pub(super) unsafe fn read<V: Vector>(&self, channel: usize, y: isize, from: isize, count: usize, to: *mut f32) {
        let (y, from) = (y + self.margin, from + self.margin);
        let (first, last) = (from.max(0), (from + count as isize).min(self.width as isize));
        if y < 0 || y >= self.height as isize || first >= last {
            // SAFETY: there is room for `count`.
            unsafe { to.write_bytes(0, count) };
            return;
        }
        let (before, length) = ((first - from) as usize, (last - first) as usize);
        let start = (channel * self.height + y as usize) * self.width + first as usize;
        let values = &self.values[start..start + length];
        // SAFETY: `before + length` is at most `count`, for which there is room, and both slices have `length` numbers.
        unsafe {
            to.write_bytes(0, before);
            let end = before + length;
            to.add(end).write_bytes(0, count - end);
            let to = to.add(before);
            let Some(output) = self.output else {
                to.copy_from_nonoverlapping(values.as_ptr(), length);
                return;
            };
            let output = &output[start..start + length];
            let whole = length - length % V::LANES;
            let mut at = 0;
            while at < whole {
                V::load(values.as_ptr().add(at)).where_positive(V::load(output.as_ptr().add(at))).store(to.add(at));
                at += V::LANES;
            }
            for at in whole..length {
                *to.add(at) = values[at].where_positive(output[at]);
            }
        }
    }
}

/// Where the result goes: memory of `[C, H, W]`, each pixel of which is written once, by any thread.
pub(super) struct Output<'a> {
    to: *mut f32,
    bias: Option<&'a [f32]>,
    height: usize,
    width: usize,
    memory: PhantomData<&'a mut [f32]>,
}

// SAFETY: threads write to different pixels, and nobody reads before all are done.
unsafe impl Send for Output<'_> {}
// SAFETY: as above.
unsafe impl Sync for Output<'_> {}

impl<'a> Output<'a> {
    /// Room for a result of `[channels, height, width]`.
    ///
    /// # Safety
    ///
    /// `fill` must write every pixel.
    pub(super) unsafe fn fill([channels, height, width]: [usize; 3], bias: Option<&'a [f32]>, fill: impl FnOnce(&Output<'a>)) -> Vec<f32> {
        assert!(bias.is_none_or(|bias| bias.len() == channels), "one bias for every output channel");
        let length = channels * height * width;
        let mut values = Vec::with_capacity(length);
        fill(&Output { to: values.as_mut_ptr(), bias, height, width, memory: PhantomData });
        // SAFETY: all have been written.
        unsafe { values.set_len(length) };
        values
    }

    /// Writes `N` vectors to the pixels `xs` of a row, after bias and ReLU, where there is a bias. What lies outside of the
    /// picture is left out, and so is what the vectors have more.
    ///
    /// # Safety
    ///
    /// The channel must exist, nobody else may write these pixels, and the machine must have the instructions of `V`.
    #[inline(always)]
    pub(super) unsafe fn write<V: Vector, const N: usize>(&self, channel: usize, y: usize, xs: Range<usize>, mut vectors: [V; N]) {
        let room = xs.end.min(self.width).saturating_sub(xs.start);
        if y >= self.height || room == 0 {
            return;
        }
        // SAFETY: `room` pixels from the first on lie in the row.
        unsafe {
            if let Some(bias) = self.bias {
                let bias = V::splat(bias[channel]);
                for vector in &mut vectors {
                    *vector = vector.add(bias).relu();
                }
            }
            let to = self.to.add((channel * self.height + y) * self.width + xs.start);
            for (n, vector) in vectors.into_iter().enumerate() {
                let at = n * V::LANES;
                if at + V::LANES <= room {
                    vector.store(to.add(at));
                } else if at < room {
                    // A vector has at most 16 numbers.
                    let mut edge = [0.0f32; 16];
                    vector.store(edge.as_mut_ptr());
                    to.add(at).copy_from_nonoverlapping(edge.as_ptr(), room - at);
                }
            }
        }
    }
}
