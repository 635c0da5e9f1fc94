//! Vulkan's loader, for the benchmark's native programs on GPUs.

use std::process::Command;

use anyhow::Result;

use super::apt;

/// Sees to libvulkan.so.1, where there is an ldconfig to say whether it is here.
///
/// # Errors
///
/// Where it is missing and cannot be installed.
pub(crate) fn vulkan_loader() -> Result<()> {
    match Command::new("ldconfig").arg("-p").output() {
        Ok(output) if !String::from_utf8_lossy(&output.stdout).contains("libvulkan.so.1") => {
            apt::install("Vulkan's loader", &["libvulkan1"])
        }
        _ => Ok(()),
    }
}
