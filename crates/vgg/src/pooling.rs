//! Pooling between blocks.

/// Between blocks: 2x2, stride 2, an odd last row or column dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// What the VGG networks were trained with.
    Max,
    /// Gatys et al.'s choice for smoother gradients; no gain is applied.
    Average,
    /// The average times [`AVERAGE_GAINS`], so that the next block's input is as large as in training.
    Scaled,
}

/// The largest of four activations over their mean, behind blocks 1 to 4, as the ratio of their root mean squares: without it every
/// average would make the biases, which were trained with maxima, weigh more. Measured with VGG-19 on a photo (1.17, 1.66, 1.45,
/// 1.95) and a painting (1.22, 1.66, 1.44, 2.19); crowsonkb's style-transfer-pytorch has 2 behind each.
pub const AVERAGE_GAINS: [f32; 4] = [1.2, 1.66, 1.45, 2.05];
