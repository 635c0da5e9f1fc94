//! The layers at which student and teacher are compared.

use vgg::{Layer, SKETCH};

/// A layer that presets take style or content from, with its weights in training.
#[derive(Clone, Copy)]
pub(crate) struct ComparedLayer {
    /// Its name.
    pub(crate) name: &'static str,
    /// Weight of its features' error in training.
    pub(crate) features: f32,
    /// Weight of its Gram matrix's error; 0 where no preset takes style from it.
    pub(crate) gram: f32,
    /// Share of examples that its image gradient's direction is trained with ([`crate::direction`]); they sum to 1.
    pub(crate) direction: f32,
}

/// From the input to the deepest. Style transfer matches Gram matrices, so their errors weigh more than those of the features, which make
/// the Gram matrices right for every image; and most in the deep layers, which a small network learns last. Content is compared feature by
/// feature, so the features of its layer count twice.
pub(crate) const COMPARED: [ComparedLayer; 7] = [
    ComparedLayer { name: "conv1_1", features: 1.0, gram: 4.0, direction: 0.05 },
    ComparedLayer { name: "conv2_1", features: 1.0, gram: 4.0, direction: 0.1 },
    ComparedLayer { name: "conv3_1", features: 1.0, gram: 6.0, direction: 0.15 },
    ComparedLayer { name: "conv4_1", features: 1.0, gram: 8.0, direction: 0.25 },
    ComparedLayer { name: "conv4_2", features: 2.0, gram: 0.0, direction: 0.1 },
    ComparedLayer { name: "conv5_1", features: 1.0, gram: 8.0, direction: 0.35 },
    ComparedLayer { name: "conv5_2", features: 0.5, gram: 0.0, direction: 0.0 },
];

impl ComparedLayer {
    /// Whether Gram matrices are compared there; content, feature by feature, if not.
    pub(crate) fn is_of_style(self) -> bool {
        self.gram > 0.0
    }

    pub(crate) fn layer(self) -> Layer {
        Layer::all().find(|layer| layer.name() == self.name).unwrap_or(SKETCH.deepest_in_use)
    }
}

/// The layers of [`COMPARED`].
pub(crate) fn layers() -> [Layer; 7] {
    COMPARED.map(ComparedLayer::layer)
}
