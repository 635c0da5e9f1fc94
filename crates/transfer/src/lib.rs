//! Neural style transfer (Gatys, Ecker and Bethge 2015, arXiv:1508.06576): a picture's own pixels are moved downhill on
//! content, style and total-variation loss.
//!
//! - [`settings`], [`presets`], [`describe`]: every knob, its default, range and explanation.
//! - [`geometry`]: sizes and resampling; [`colour`]: whose colours.
//! - [`losses`]: the formulas; [`Objective`]: their weighted sum and its gradient with respect to pixels.
//! - [`optimisers`]: Adam and L-BFGS.
//! - [`scales`]: from coarse to fine.
//! - [`Session`]: one run, step by step; owns every tensor.
//! - [`report`]: what a run did.
//! - [`look`]: what the network sees in its pictures.
//!
//! Pictures are `[1, 3, H, W]`, sRGB in [0, 1]. Nothing here waits for the device except in `async` functions, so that
//! the same code runs in a browser.

mod change;
pub mod check;
pub mod colour;
pub mod describe;
mod error;
pub mod geometry;
mod job;
pub mod look;
pub mod losses;
mod objective;
pub mod optimisers;
mod pictures;
mod plane;
pub mod presets;
mod readback;
pub mod recompute;
pub mod report;
pub mod scales;
mod session;
pub mod settings;
mod snapshot;

pub use change::Change;
pub use error::Error;
pub use job::{Job, Source};
pub use objective::{Evaluation, Objective, Pictures, StylePicture, Weights};
pub use plane::Plane;
pub use session::{Painted, Progress, Session};
