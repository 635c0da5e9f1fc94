//! The convolutions of VGG networks on burn (Simonyan and Zisserman 2014, arXiv:1409.1556): file format, architectures, and the activations
//! after each ReLU.
//!
//! - [`Architecture`]: a row of the table of networks ([`ARCHITECTURES`]): VGG-11, 13, 16, 19 and Sketch.
//! - [`WeightsFile`]: a file of weights in memory, checked: safetensors, or what `torch.save` wrote; [`WeightsFile::network`] builds a
//!   network from it.
//! - [`Network::features`]: from an image to the activations of chosen [`Layer`]s, as [`FeatureMap`]s; [`Tile`]: the same with less memory.
//! - [`Download`]: which byte ranges of a published file are needed, and checks on the bytes received.
//!
//! A network may have any channel counts. Images are `[1, 3, H, W]`, sRGB in [0, 1],
//! channels R, G, B; what a network wants instead (order, scale) is folded into its first convolution on loading, and
//! the mean is subtracted from the image, so that padding pads the mean-subtracted image.
//!
//! Activations are kept divided by a fixed power of two per layer, so that their mean is near 1
//! ([`FeatureMap::raw_scale`] says by how much). ReLU(affine) layers let that pass exactly.
//!
//! Without the feature `network` there is no burn: files can be read, checked, converted and written, which is what tools need.

mod arch;
#[cfg(feature = "network")]
mod checkpointing;
mod error;
#[cfg(feature = "network")]
mod extractor;
mod known;
mod layer;
#[cfg(feature = "network")]
mod load;
mod pooling;
mod weights;

pub use arch::{ARCHITECTURES, Architecture, Part, SKETCH, VGG11, VGG13, VGG16, VGG19};
#[cfg(feature = "network")]
pub use checkpointing::Tile;
pub use error::Error;
#[cfg(feature = "network")]
pub use extractor::{FeatureMap, Features, Network, Padding, Precision};
pub use layer::{Layer, UnknownLayer};
pub use pooling::{AVERAGE_GAINS, Pooling};
pub use weights::{AUGMENTATIONS, Convolution, Download, Info, Matrix, Range, Stored, WeightsFile, header_length, write};
