//! Images: decoded pixels, sizes and resampling, masks, colours.

pub mod augment;
pub mod colour;
mod decode;
pub(crate) mod mask;
pub mod resize;

pub use decode::Image;
pub(crate) use decode::tensor;
pub use mask::Mask;
