//! What can go wrong in a run, in sentences for the person.

use crate::{image::resize::ResizeError, settings::SettingsError};

/// Why a run cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// An image's size.
    #[error(transparent)]
    Geometry(#[from] ResizeError),
    /// The network.
    #[error(transparent)]
    Network(#[from] vgg::Error),
    /// A layer's name.
    #[error(transparent)]
    Layer(#[from] vgg::UnknownLayer),
    /// NaN or infinity in a loss.
    #[error(
        "The losses stopped being numbers at evaluation {evaluation}, so the run has ended; the last good picture was kept. Smaller weights or a smaller step help."
    )]
    NotFinite {
        /// The evaluation, from 0.
        evaluation: u32,
    },
    /// The run asks to start from an image, and there is none.
    #[error("The run is set to start from a third picture, but none was given. Choose one, or start from the content or from noise.")]
    NoStartPicture,
    /// No style image at all.
    #[error("There is no style picture. Choose one.")]
    NoStyle,
    /// More weights of styles than styles.
    #[error(
        "\"style.blend\" has {weights} weights, but there {}. Give one weight for each style picture, in their order, or leave some out at the end.",
        style_pictures(*.styles)
    )]
    TooManyWeights {
        /// How many weights.
        weights: usize,
        /// How many styles.
        styles: usize,
    },
    /// More changes of settings during a run than anybody makes.
    #[error("The run has more than {most} changes of settings on the way. Leave some out.")]
    TooManyChanges {
        /// As many as there may be.
        most: usize,
    },
    /// Styles, but nowhere to use them.
    #[error(
        "No style has a place in the result: every mask is black, or every weight in \"style.blend\" is 0. Paint some white into a mask, or give a style a weight."
    )]
    NoPlace,
    /// The device failed to give an answer.
    #[error(
        "The graphics device or processor gave no answer ({0}). The last good picture was kept; paint again, at a smaller size or with the other engine."
    )]
    Device(String),
    /// A checkpoint that does not fit.
    #[error("This checkpoint cannot be continued: {0}.")]
    Checkpoint(String),
}

/// `is 1 style picture`, `are 2 style pictures`
fn style_pictures(count: usize) -> String {
    if count == 1 { "is 1 style picture".to_owned() } else { format!("are {count} style pictures") }
}
