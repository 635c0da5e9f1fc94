//! Pooling between blocks.

/// Between blocks: 2x2, stride 2, an odd last row or column dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// VGG-19's own.
    Max,
    /// Gatys et al.'s choice for smoother gradients; no gain is applied.
    Average,
    /// The average times [`AVERAGE_GAINS`], so that what follows sees activations as large as it was trained on.
    Scaled,
}

/// The largest of four activations over their mean, behind blocks 1 to 4, as the ratio of their root mean squares: without it every
/// average would make the biases, which were trained beside maxima, weigh more. Measured with VGG-19 on a photo (1.17, 1.66, 1.45,
/// 1.95) and a painting (1.22, 1.66, 1.44, 2.19); crowsonkb's style-transfer-pytorch has 2 behind each.
pub const AVERAGE_GAINS: [f32; 4] = [1.2, 1.66, 1.45, 2.05];
