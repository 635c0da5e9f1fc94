//! The feature maps that a convolution reads and writes, `[C, H, W]`: the input with its zero padding, and the output with bias and ReLU.

use std::ops::Range;

use crate::{
    parallel::SharedMut,
    simd::{MAX_LANES, Vector},
};

/// The input of a convolution.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    /// `[C, H, W]`
    pub(super) values: &'a [f32],
    /// The output of the forward pass, the same shape, where `values` are its gradient: they are masked to where it is above 0.
    pub(super) relu_output: Option<&'a [f32]>,
    pub(super) channels: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    /// Pixels by which it is larger than the output on every side: 0 with zero padding, 1 where the caller has padded, -1 for the gradient of
    /// that. Rows and columns are counted from the output's first.
    pub(super) border: isize,
}

impl Input<'_> {
    /// # Panics
    ///
    /// When the values are not as many as the shape says, on which the methods rely.
    pub(super) fn check(&self) {
        let length = self.channels * self.height * self.width;
        assert_eq!(self.values.len(), length, "the input has its shape");
        assert!(self.relu_output.is_none_or(|output| output.len() == length), "the mask has the input's shape");
    }

    /// Height and width of the output.
    pub(super) fn output_size(&self) -> [usize; 2] {
        [self.height, self.width].map(|size| size.saturating_add_signed(-2 * self.border))
    }

    /// A pointer to the pixels `from..from + count` of a row, if all of them are in the input and it needs no mask.
    #[inline(always)]
    pub(super) fn inside(&self, channel: usize, y: isize, from: isize, count: usize) -> Option<*const f32> {
        let (y, from) = (y + self.border, from + self.border);
        let rows = 0..self.height as isize;
        if self.relu_output.is_some() || !rows.contains(&y) || from < 0 || from as usize + count > self.width {
            return None;
        }
        Some(self.values[(channel * self.height + y as usize) * self.width + from as usize..].as_ptr())
    }

    /// Copies the pixels `from..from + count` of a row, masked, to `to`, and 0 for those outside of the input.
    ///
    /// # Safety
    ///
    /// `to` must be writable for `count` numbers, and the processor have the instructions of `V`.
    #[inline(always)]
    pub(super) unsafe fn read<V: Vector>(&self, channel: usize, y: isize, from: isize, count: usize, to: *mut f32) {
        let (y, from) = (y + self.border, from + self.border);
        let (first, last) = (from.max(0), (from + count as isize).min(self.width as isize));
        if y < 0 || y >= self.height as isize || first >= last {
            // SAFETY: the caller's.
            unsafe { to.write_bytes(0, count) };
            return;
        }
        let (before, length) = ((first - from) as usize, (last - first) as usize);
        let start = (channel * self.height + y as usize) * self.width + first as usize;
        let values = &self.values[start..start + length];
        // SAFETY: `before + length` is at most `count`, for which `to` is writable, and both slices have `length` numbers.
        unsafe {
            to.write_bytes(0, before);
            let end = before + length;
            to.add(end).write_bytes(0, count - end);
            let to = to.add(before);
            let Some(relu_output) = self.relu_output else {
                to.copy_from_nonoverlapping(values.as_ptr(), length);
                return;
            };
            let relu_output = &relu_output[start..start + length];
            let whole = length - length % V::LANES;
            let mut at = 0;
            while at < whole {
                V::load(values.as_ptr().add(at)).mask_positive(V::load(relu_output.as_ptr().add(at))).store(to.add(at));
                at += V::LANES;
            }
            for at in whole..length {
                *to.add(at) = values[at].mask_positive(relu_output[at]);
            }
        }
    }
}

/// The output of a convolution: memory of `[C, H, W]`, each pixel of which is written once, by any thread.
pub(super) struct Output<'a> {
    to: SharedMut<'a>,
    bias: Option<&'a [f32]>,
    height: usize,
    width: usize,
}

impl Output<'_> {
    /// The output of `[channels, height, width]` that `fill` writes.
    ///
    /// # Safety
    ///
    /// `fill` must write every pixel.
    pub(super) unsafe fn fill([channels, height, width]: [usize; 3], bias: Option<&[f32]>, fill: impl FnOnce(&Output)) -> Vec<f32> {
        assert!(bias.is_none_or(|bias| bias.len() == channels), "there is one bias for each output channel");
        let length = channels * height * width;
        let mut values = Vec::with_capacity(length);
        let to = SharedMut::uninit(&mut values.spare_capacity_mut()[..length]);
        fill(&Output { to, bias, height, width });
        // SAFETY: all have been written.
        unsafe { values.set_len(length) };
        values
    }

    /// Writes `N` vectors to the pixels `xs` of a row, after bias and ReLU, where there is a bias. Pixels outside of the output are
    /// skipped, and so are surplus elements of the vectors.
    ///
    /// # Safety
    ///
    /// The channel must exist, no other thread may access these pixels, and the processor must have the instructions of `V`.
    #[inline(always)]
    pub(super) unsafe fn write<V: Vector, const N: usize>(&self, channel: usize, y: usize, xs: Range<usize>, mut vectors: [V; N]) {
        let count = xs.end.min(self.width).saturating_sub(xs.start);
        if y >= self.height || count == 0 {
            return;
        }
        // SAFETY: `count` pixels from the first on lie in the row.
        unsafe {
            if let Some(bias) = self.bias {
                let bias = V::splat(bias[channel]);
                for vector in &mut vectors {
                    *vector = vector.add(bias).relu();
                }
            }
            let to = self.to.at((channel * self.height + y) * self.width + xs.start);
            for (n, vector) in vectors.into_iter().enumerate() {
                let at = n * V::LANES;
                if at + V::LANES <= count {
                    vector.store(to.add(at));
                } else if at < count {
                    let mut edge = [0.0f32; MAX_LANES];
                    vector.store(edge.as_mut_ptr());
                    to.add(at).copy_from_nonoverlapping(edge.as_ptr(), count - at);
                }
            }
        }
    }
}
