//! VGG-19's convolutions on burn (Simonyan and Zisserman 2014, arXiv:1409.1556): the file format, the layers, and features
//! on the activations after each ReLU.
//!
//! - [`WeightsFile`]: a file of weights in memory, checked: safetensors, or what `torch.save` wrote; [`WeightsFile::network`] builds a
//!   network from it.
//! - [`Network::features`]: a picture in, the activations of chosen [`Layer`]s out, as [`FeatureMap`]s; [`Tile`]: the same with less memory.
//! - [`Download`]: which byte ranges of a file at its public home are needed, and checks on what came.
//!
//! Any network with VGG-19's layout will do, whatever its channel counts. Pictures are `[1, 3, H, W]`, sRGB in [0, 1],
//! channels R, G, B; what a network wants instead (order, scale) is folded into its first convolution on loading, and
//! the mean is subtracted from the picture, so that padding pads the mean-subtracted picture.
//!
//! Activations are kept divided by a fixed power of two per layer, so that their mean is near 1
//! ([`FeatureMap::raw_scale`] says by how much). ReLU(affine) layers let that pass exactly.
//!
//! Without the feature `network` there is no burn: files can be read, checked, converted and written, which is what tools need.

#[cfg(feature = "network")]
mod checkpointing;
mod error;
#[cfg(feature = "network")]
mod extractor;
mod layer;
#[cfg(feature = "network")]
mod load;
mod pooling;
mod weights;

#[cfg(feature = "network")]
pub use checkpointing::Tile;
pub use error::Error;
#[cfg(feature = "network")]
pub use extractor::{FeatureMap, Features, Network, Padding, Precision};
pub use layer::{Layer, UnknownLayer};
pub use pooling::{AVERAGE_GAINS, Pooling};
pub use weights::{AUGMENTATIONS, Convolution, Download, Info, Matrix, Range, Stored, WeightsFile, header_length, write};
