//! The settings of a run, with serde (schema 1): nested JSON in which every key may be left out.
//!
//! - [`schema`]: [`Settings`], each setting declared once, with its type, default, range, label and help; `choices`: the enums.
//! - `validate`: checks against that declaration; [`merge()`] puts partial JSON over complete settings.
//! - [`presets`]: complete settings under a name; [`resolve`] puts a settings file over a preset.
//! - [`mod@variations`]: values to try beside a setting's own.
//! - [`describe`]: all of it for the page, which builds its controls from it.
//!
//! Inside this module imports point one way: declare, choices, schema, validate, merge, presets, describe.

mod choices;
mod declare;
pub mod describe;
mod error;
mod merge;
pub mod presets;
pub mod schema;
mod suggest;
#[cfg(test)]
mod tests;
mod validate;
pub mod variations;
mod weighted_layer;

pub use choices::{
    ColourKeep, ContentKind, Gradient, Normalisation, OptimiserKind, Padding, Pooling, Precision, Recompute, Start, StyleKind, StyleResize,
    TvKind, Views,
};
pub use declare::{Choice, Choices, Kind, Range, Scale, Setting};
pub use error::SettingsError;
pub use merge::merge;
pub use presets::resolve;
pub use schema::{
    ColourSettings, ContentSettings, LossSettings, NetworkSettings, OptimiserSettings, SCHEMA, ScalesSettings, Settings, StyleSettings,
    TvSettings,
};
pub(crate) use validate::{at, write};
pub use weighted_layer::{LAYERS, WeightedLayer};
