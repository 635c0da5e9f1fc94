//! The specification of a run: images as they were given, and the settings.

use crate::{Image, SettingsEvent, settings::Settings};

/// All that a run is made from, besides the network.
#[derive(Clone, Debug, Default)]
pub struct RunSpec {
    /// The settings, complete.
    pub settings: Settings,
    /// The content image.
    pub content: Image,
    /// The style images; at least one.
    pub styles: Vec<Image>,
    /// Where each style is used, in the styles' order: white there, black elsewhere ([`Mask::from_luminance`](crate::Mask::from_luminance)). Styles
    /// without a mask, or beyond the end of the list, share what the masks leave.
    pub masks: Vec<Option<Image>>,
    /// Changes of live settings to make again during the run: those of the recipe.
    pub changes: Vec<SettingsEvent>,
    /// The image to start from, for [`Start::Picture`](crate::settings::Start::Picture).
    pub start: Option<Image>,
    /// `gpu` or `cpu`, for the report.
    pub engine: String,
    /// The adapter's name, for the report.
    pub adapter: String,
    /// Threads that compute, for the report.
    pub threads: u32,
    /// Bytes fetched for this run, for the report.
    pub downloaded_bytes: u64,
}
