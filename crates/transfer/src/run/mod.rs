//! One run: what goes in, its schedule of scales, its steps, its checkpoints and its report.

pub(crate) mod checkpoint;
pub(crate) mod images;
mod memory;
pub mod plan;
pub mod report;
pub mod schedule;
mod session;
mod settings_event;
mod spec;

pub use session::{Preview, Progress, Session};
pub use settings_event::SettingsEvent;
pub use spec::RunSpec;
