//! Finds what the commands need, and installs what is missing. `dev` has seen to Rust and a C compiler before.

mod apt;
mod chromium;
mod firefox;
mod node;
mod pip;
mod refusal;
mod rust;
mod vulkan;

pub(crate) use chromium::chromium;
pub(crate) use firefox::firefox;
pub(crate) use node::node;
pub(crate) use pip::pip;
pub(crate) use rust::{clippy_and_rustfmt, std_sources};
pub(crate) use vulkan::vulkan_loader;
