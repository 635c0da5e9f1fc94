//! A layer of a loss and its weight.

use serde::{Deserialize, Serialize};
use vgg::Layer;

/// VGG-19's convolutions in the order of the network: every layer whose activation (after ReLU) may be used.
pub const LAYERS: [&str; 16] = Layer::NAMES;

/// One layer and its weight among the layers of a loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WeightedLayer {
    /// The layer; in the JSON its name, one of [`LAYERS`].
    #[serde(with = "name")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub layer: Layer,
    /// Relative to the other layers of the list.
    pub weight: f64,
}

impl WeightedLayer {
    /// Layers of equal weight.
    #[must_use]
    pub fn equal(layers: &[Layer]) -> Vec<Self> {
        layers.iter().map(|layer| Self { layer: *layer, weight: 1.0 }).collect()
    }
}

/// A layer as its name.
mod name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use vgg::Layer;

    pub(super) fn serialize<S: Serializer>(layer: &Layer, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(layer.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Layer, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
