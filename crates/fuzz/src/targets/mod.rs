//! The targets: what each changes, and what it may accept.

mod checkpoints;
mod downloads;
mod networks;
mod run_specs;
mod settings;
mod tiny;
mod torch;

use std::time::Duration;

use mutatis::Session;

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was accepted, and the invariant holds.
    Accepted,
    /// It was refused with a sentence.
    Refused,
}

/// What an execution may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longer is a failure.
    pub time: Duration,
    /// Bytes of memory at once, whatever the input.
    pub memory: usize,
    /// Bytes more for every byte of the input.
    pub memory_per_byte: usize,
}

/// A parser under test.
pub trait Target {
    /// As on the command line.
    fn name(&self) -> &'static str;

    /// What an execution may take.
    fn limits(&self) -> Limits;

    /// Valid inputs, by name.
    fn seeds(&self) -> Vec<(String, Vec<u8>)>;

    /// A changed one.
    fn input(&mut self, session: &mut Session) -> Vec<u8>;

    /// Hands the input to the parser.
    ///
    /// # Errors
    ///
    /// Which part of the invariant does not hold.
    fn check(&mut self, input: &[u8]) -> Result<Verdict, String>;
}

/// Makes a target.
pub type New = fn() -> Box<dyn Target>;

/// All of them, by name.
#[must_use]
pub fn all() -> Vec<(&'static str, New)> {
    vec![
        ("networks", networks::target),
        ("torch", torch::target),
        ("settings", settings::target),
        ("run-specs", run_specs::target),
        ("checkpoints", checkpoints::target),
        ("downloads", downloads::target),
    ]
}

/// The most of a sentence that an error may be, in bytes: what is quoted of an input is cut.
const LONGEST_SENTENCE: usize = 2000;

/// A refusal, which must be a sentence.
fn refused(error: &dyn std::fmt::Display) -> Result<Verdict, String> {
    let sentence = error.to_string();
    let ends = sentence.ends_with(['.', '!']);
    if sentence.is_empty() || sentence.len() > LONGEST_SENTENCE || !ends {
        let start: String = sentence.chars().take(200).collect();
        return Err(format!("it is refused with {} bytes that are no sentence: {start}", sentence.len()));
    }
    Ok(Verdict::Refused)
}

/// Fails with a reason where something does not hold.
fn holds(condition: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(reason()) }
}
