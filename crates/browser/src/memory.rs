//! WebAssembly memory in use, from which the page estimates what a run will need. On the CPU engine tensors are in this memory, on the
//! GPU engine they are not.

use peak_alloc::PeakAlloc;
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes in use now. Resets the peak of [`peak_memory`].
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub fn memory_in_use() -> f64 {
    ALLOCATOR.reset_peak_usage();
    ALLOCATOR.current_usage() as f64
}

/// Peak of the bytes in use since the last call of [`memory_in_use`].
#[wasm_bindgen]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub fn peak_memory() -> f64 {
    ALLOCATOR.peak_usage() as f64
}
