//! What training measures, for the log.

/// Losses and errors of an example, or their means over several.
#[derive(Default)]
pub(crate) struct Losses {
    /// [`crate::loss`]'s.
    pub(crate) loss: f32,
    /// [`crate::direction`]'s error.
    pub(crate) direction: f32,
    /// Features' and Gram matrices' errors in turn for each compared layer.
    pub(crate) errors: Vec<f32>,
}

/// The student's score on images that it was never trained on.
pub(crate) struct Score {
    /// Means of [`crate::loss`]'s errors over the examples.
    pub(crate) errors: Vec<f32>,
    /// Mean of [`crate::direction`]'s error over the examples and the layers that style is taken from.
    pub(crate) direction: f32,
    /// The results' distance to the style over the content image's, both by the teacher; their mean.
    pub(crate) style_ratio: f32,
    /// The results' content loss by the teacher; their mean.
    pub(crate) content: f32,
}
