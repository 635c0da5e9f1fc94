//! How much of WebAssembly's memory is in use, so that the page can say beforehand what a painting will need. On the CPU engine
//! tensors live here; on the GPU engine they do not.

use peak_alloc::PeakAlloc;
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes in use now. The next [`peak_memory`] counts from here.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub fn memory_in_use() -> f64 {
    ALLOCATOR.reset_peak_usage();
    ALLOCATOR.current_usage() as f64
}

/// The most bytes that were in use at once since [`memory_in_use`] was asked.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub fn peak_memory() -> f64 {
    ALLOCATOR.peak_usage() as f64
}
