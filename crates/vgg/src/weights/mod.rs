//! Files of weights: reading, recognising and fetching them. Nothing here computes with them, so that tools can do without burn.

mod convert;
mod download;
mod file;
mod known;
mod palette;
mod torch;
mod write;

pub use download::{Download, Range};
pub use file::{AUGMENTATIONS, Convolution, Info, Matrix, WeightsFile, header_length};
pub use write::{Stored, write};
