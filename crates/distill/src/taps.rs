//! Where the student is held against the teacher.

use vgg::Layer;

/// A layer that losses look at.
#[derive(Clone, Copy)]
pub(crate) struct TapKind {
    /// Its name.
    pub(crate) name: &'static str,
    /// Weight of its features' error in training.
    pub(crate) features: f32,
    /// Weight of its Gram matrix's error; 0 where no preset takes style from it.
    pub(crate) gram: f32,
    /// Share of examples that its image gradient's direction is trained with ([`crate::direction`]); they sum to 1.
    pub(crate) direction: f32,
}

/// The layers that presets take style and content from, from the picture downwards. A painting is made by matching Gram
/// matrices, so their errors weigh more than the features', which are what makes them right for every picture; and most in the deep
/// layers, which a small network gets wrong first. Content is compared feature by feature, so its layer's features count twice.
pub(crate) const TAPS: [TapKind; 7] = [
    TapKind { name: "conv1_1", features: 1.0, gram: 4.0, direction: 0.05 },
    TapKind { name: "conv2_1", features: 1.0, gram: 4.0, direction: 0.1 },
    TapKind { name: "conv3_1", features: 1.0, gram: 6.0, direction: 0.15 },
    TapKind { name: "conv4_1", features: 1.0, gram: 8.0, direction: 0.25 },
    TapKind { name: "conv4_2", features: 2.0, gram: 0.0, direction: 0.1 },
    TapKind { name: "conv5_1", features: 1.0, gram: 8.0, direction: 0.35 },
    TapKind { name: "conv5_2", features: 0.5, gram: 0.0, direction: 0.0 },
];

impl TapKind {
    /// Whether Gram matrices are compared there; content, feature by feature, if not.
    pub(crate) fn is_of_style(self) -> bool {
        self.gram > 0.0
    }

    pub(crate) fn layer(self) -> Layer {
        Layer::all().find(|layer| layer.name() == self.name).unwrap_or(vgg::SKETCH.deepest_in_use)
    }
}

/// The layers of [`TAPS`].
pub(crate) fn layers() -> [Layer; 7] {
    TAPS.map(TapKind::layer)
}
