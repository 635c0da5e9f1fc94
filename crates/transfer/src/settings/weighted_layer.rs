//! A layer of a loss and its weight.

use serde::{Deserialize, Serialize};

/// VGG-19's convolutions in the order of the network: every layer whose activation (after ReLU) may be used.
pub const LAYERS: [&str; 16] = vgg::Layer::NAMES;

/// One layer and its weight among the layers of a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightedLayer {
    /// One of [`LAYERS`].
    pub layer: String,
    /// Relative to the other layers of the list.
    pub weight: f64,
}

impl WeightedLayer {
    /// Layers of equal weight.
    #[must_use]
    pub fn equal(layers: &[&str]) -> Vec<Self> {
        layers.iter().map(|layer| Self { layer: (*layer).to_owned(), weight: 1.0 }).collect()
    }
}
