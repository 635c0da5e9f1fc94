//! Files of weights: reading, recognising and downloading them. None of this needs burn, so tools can be built without it.

mod convert;
mod download;
mod file;
mod palette;
mod torch;
mod write;

pub use download::{Download, Range};
pub use file::{AUGMENTATIONS, Convolution, Info, Matrix, WeightsFile, header_length};
pub use write::{Stored, write};
