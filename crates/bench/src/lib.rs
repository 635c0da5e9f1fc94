//! One network and one loss, computed by the kernels that ship and by burn's own, for `./dev bench`.
//!
//! - [`workload`]: VGG-19 down to conv5_1 with random weights, two pictures, and how many operations that is.
//! - [`Program`]: `forward`, and `step`: forward, five-layer Gram loss and the picture's gradient.
//! - [`mod@profile`]: what each operation of ours has of that.
//!
//! Compiled to WebAssembly it is what the benchmark's page runs, in bundles of its own that no visitor downloads; natively the
//! program `bench-native` reads the same commands from its standard input. TensorFlow.js and PyTorch compute the same thing in
//! `tests/bench/`.

#[cfg(target_family = "wasm")]
mod page;
pub mod profile;
mod program;
mod stock;
pub mod workload;

pub use profile::profile;
pub use program::{Error, Implementation, Program};
