//! What goes into a run: pictures as they were given, and the settings.

use crate::{Change, Source, settings::Settings};

/// All that a run is made from, besides the network.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Every knob.
    pub settings: Settings,
    /// What is painted.
    pub content: Source,
    /// How it is painted; at least one.
    pub styles: Vec<Source>,
    /// Where each style is used, in the styles' order: white there, black elsewhere ([`Plane::mask`](crate::Plane::mask)). Styles
    /// without a mask, or beyond the end of the list, share what the masks leave.
    pub masks: Vec<Option<Source>>,
    /// Knobs that are turned by themselves on the way, as a person turned them in a run before: the recipe's.
    pub changes: Vec<Change>,
    /// What the canvas shows first, for [`Start::Picture`](crate::settings::Start::Picture).
    pub start: Option<Source>,
    /// `gpu` or `cpu`, for the report.
    pub engine: String,
    /// The adapter's name, for the report.
    pub adapter: String,
    /// Threads that compute, for the report.
    pub threads: u32,
    /// Bytes fetched for this run, for the report.
    pub downloaded_bytes: u64,
}
