//! Fuzz targets of what comes from outside: network files, settings, runs as the page sends them, checkpoints, ranged downloads.
//!
//! Each [`Target`](targets::Target) changes a valid input ([`mutate`]) and hands it to the function that the program uses. What is refused is refused
//! with a sentence; what is accepted must meet the target's invariant, which is documented at the target. A panic, an execution that takes longer or
//! more memory than the target allows, and an acceptance against the invariant are failures. [`runner`] counts them and keeps their inputs.
//!
//! Executions are numbered: the seed of a run and an execution's number make its input, on every machine.

pub mod command_line;
pub mod mutate;
pub mod runner;
pub mod targets;
