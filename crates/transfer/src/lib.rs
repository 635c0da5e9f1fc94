//! Neural style transfer (Gatys, Ecker and Bethge 2015, arXiv:1508.06576): a picture's own pixels are moved downhill on
//! content, style and total-variation loss.
//!
//! - [`settings`]: every setting, its default, range and explanation; presets; the description for the page.
//! - [`geometry`]: sizes and resampling; [`colour`]: whose colours.
//! - [`losses`]: the formulas; [`Objective`]: their weighted sum and its gradient with respect to pixels.
//! - [`optimisers`]: Adam and L-BFGS.
//! - [`scales`]: from coarse to fine.
//! - [`Session`]: one run, step by step; owns every tensor.
//! - [`report`]: what a run did.
//! - [`look`]: what the network sees in its pictures.
//!
//! Images are `[1, 3, H, W]`, sRGB in [0, 1]. Nothing here waits for the device except in `async` functions, so that
//! the same code runs in a browser.

mod error;
pub mod image;
pub mod inspect;
pub mod objective;
pub mod optim;
mod readback;
pub mod run;
pub mod self_check;
pub mod settings;

pub use error::Error;
pub use image::{Image, Mask};
pub use objective::{Evaluation, Images, Objective, StyleImage, Weights};
pub use run::{Preview, Progress, RunSpec, Session, SettingsEvent};
