//! A network that sees a picture turned round, mirrored and with its channels exchanged, without the picture being touched.
//!
//! A small network imitates a large one up to errors of its own, and a picture that is optimised against it drifts to where they are.
//! The errors depend on the view, the style does not: who looks in another way at every step is misled less (an expectation over
//! transformations, as in Athalye et al. 2018, arXiv:1707.07397).
//!
//! Convolutions of 3x3 with kernels that are turned and mirrored give the turned and mirrored activations of the turned and mirrored
//! picture, where they belong in the picture as it is; Gram matrices do not even see that. Exchanged channels are the first layer's
//! alone.

/// What the picture looks like to the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Rows for columns.
    pub transposed: bool,
    /// By half a turn, before that.
    pub turned: bool,
    /// Which of R, G, B is seen as R, as G and as B.
    pub channels: [usize; 3],
}

/// Views that differ as much as can be, the picture as it is first. More of them make steps differ more from one to the next, which costs
/// likeness to the photo.
pub const VIEWS: [View; 4] = [
    View::PLAIN,
    View { transposed: true, turned: true, channels: [0, 2, 1] },
    View { transposed: true, turned: false, channels: [2, 0, 1] },
    View { transposed: false, turned: true, channels: [1, 2, 0] },
];

impl View {
    /// The picture as it is.
    pub const PLAIN: Self = Self { transposed: false, turned: false, channels: [0, 1, 2] };
}

#[cfg(feature = "network")]
impl View {
    /// `weight`: `[O, I, 3, 3]`.
    pub(crate) fn kernels(self, weight: &mut [f32]) {
        for kernel in weight.as_chunks_mut::<9>().0 {
            if self.turned {
                kernel.reverse();
            }
            if self.transposed {
                kernel.swap(1, 3);
                kernel.swap(2, 6);
                kernel.swap(5, 7);
            }
        }
    }

    /// `weight`: conv1_1's, `[O, 3, 3, 3]`.
    pub(crate) fn inputs(self, weight: &mut [f32]) {
        for output in weight.as_chunks_mut::<27>().0 {
            let seen = *output;
            for (channel, seen) in self.channels.into_iter().zip(seen.as_chunks::<9>().0) {
                output[channel * 9..channel * 9 + 9].copy_from_slice(seen);
            }
        }
    }

    /// What is subtracted from R, G and B, given what is subtracted from what is seen as such.
    pub(crate) fn mean(self, seen: [f32; 3]) -> [f32; 3] {
        let mut mean = seen;
        self.channels.into_iter().zip(seen).for_each(|(channel, value)| mean[channel] = value);
        mean
    }
}
