//! Neural style transfer (Gatys, Ecker and Bethge 2015, arXiv:1508.06576): gradient descent on an image's own pixels, against content loss, style
//! loss and total variation.
//!
//! - [`settings`]: every setting, its default, range and explanation; presets.
//! - [`image`]: decoded images, resizing, masks, colours, augmentation.
//! - [`objective`]: the losses ([`objective::StyleLoss`] and its implementations), [`Objective`]: their weighted sum and its gradient.
//! - [`optim`]: [`optim::Optimizer`], Adam and L-BFGS.
//! - [`Registry`]: which losses and which optimizer a setting stands for.
//! - [`run`]: [`Session`], one run, step by step; its schedule of scales, checkpoints and report.
//! - [`inspect`]: feature maps, Gram matrices and gradients, for whoever explains the algorithm.
//!
//! Images are `[1, 3, H, W]`, sRGB in [0, 1]. Nothing here waits for the device except in `async` functions, so that the same code runs in a
//! browser.
//!
//! ```
//! use transfer::{Image, RunSpec, Session, settings};
//! use vgg::WeightsFile;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # pollster::block_on(async {
//! // A network in safetensors: here a tiny one of random weights.
//! let network = WeightsFile::parse(std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/tiny/tiny-network.safetensors"))?)?;
//! let image = |red: u8| Image { size: (32, 24), rgba: [red, 90, 200, 255, 20, red, 60, 255].repeat(32 * 12), ..Image::default() };
//! let spec = RunSpec {
//!     settings: settings::resolve("painting", r#"{"size": 32, "evaluations": 10}"#)?,
//!     content: image(40),
//!     styles: vec![image(220)],
//!     ..RunSpec::default()
//! };
//! let mut session = Session::new(&network, spec, &burn::tensor::Device::flex())?;
//! while !session.step().await?.done {}
//! let result = session.preview().await?;
//! assert_eq!((result.size, result.rgba.len()), ((32, 24), 32 * 24 * 4));
//! let losses = session.report().losses;
//! assert!(losses[losses.len() - 1].total < losses[0].total);
//! # Ok(())
//! # })
//! # }
//! ```

mod error;
pub mod image;
pub mod inspect;
pub mod objective;
pub mod optim;
pub mod readback;
mod registry;
pub mod run;
pub mod self_check;
pub mod settings;

pub use error::Error;
pub use image::{Image, Mask};
pub use objective::{Evaluation, Images, Objective, StyleImage, Weights};
pub use readback::Readback;
pub use registry::Registry;
pub use run::{Preview, Progress, RunSpec, Session, SettingsEvent};
