//! JavaScript bindings of [`transfer`] and [`vgg`], for the page's workers. No other crate uses JavaScript types.
//!
//! Every error that is thrown here is a JavaScript `Error` whose message is a sentence for the person. Compiled to four
//! bundles from one source, by feature: `gpu` (burn on WebGPU), `cpu` (burn's Flex backend with SIMD), `cpu` with `threads`, and that with
//! `relaxed-simd`.

mod console;
#[cfg(feature = "gpu")]
mod constructors;
mod device_error;
mod download;
mod engine;
mod inspect;
mod memory;
mod network;
mod plan;
pub mod run_spec;
mod session;
#[cfg(feature = "threads")]
mod threads;
#[cfg(test)]
mod types;

use wasm_bindgen::prelude::*;

pub use download::Download;
pub use inspect::Inspector;
pub use memory::{memory_in_use, peak_memory};
pub use network::Network;
pub use plan::plan;
pub use session::Session;
#[cfg(feature = "threads")]
pub use threads::{join_in, share_work, shared};

/// Runs once when the module is loaded: sends panics and log lines to the console, and stores the first error of the device.
#[wasm_bindgen(start)]
pub fn load() {
    console::install();
    #[cfg(feature = "gpu")]
    constructors::run();
}

/// Starts the engine and checks its arithmetic. Returns the JSON of an `EngineInfo`.
///
/// # Errors
///
/// When there is no usable device, or it computes wrongly.
#[wasm_bindgen]
pub async fn start() -> Result<String, JsValue> {
    let engine = engine::start().await.map_err(|reason| js_error(&reason))?;
    transfer::self_check::self_test(&engine.device).await.map_err(|error| js_error(&error))?;
    device_error::check()?;
    serde_json::to_string(&engine.info()).map_err(|error| js_error(&error))
}

/// Has the GPU's matrix product use the tile of this name, or, without one that is known here, the quickest by a measurement of at most about 1.5
/// seconds, without those that the device rejects. Returns its name; `None` where there is nothing to choose: on the CPU, and on software adapters.
///
/// # Errors
///
/// When no engine has been started, or the device is lost.
#[wasm_bindgen]
pub async fn choose_tile(known: Option<String>) -> Result<Option<String>, JsValue> {
    /// Compiling one tile and timing it takes up to 0.3 s more.
    const LIMIT: std::time::Duration = std::time::Duration::from_millis(1200);
    let device = engine::device()?;
    if let Some(name) = known.filter(|name| kernels::tuning::use_product_tile(&device, name)) {
        return Ok(Some(name));
    }
    let start = web_time::Instant::now();
    let tile = kernels::tuning::choose_product_tile(&device, || start.elapsed() < LIMIT, device_error::forget).await;
    device_error::check()?;
    Ok(tile)
}

/// The kernels of the GPU's matrix product as JSON, for tests: `[{ tile, size, transposed, whole, source }]`; none on the CPU.
///
/// # Errors
///
/// Never in practice.
#[wasm_bindgen]
pub fn product_kernels() -> Result<String, JsValue> {
    let kernels: Vec<_> = kernels::tuning::product_kernels()
        .into_iter()
        .map(|kernel| {
            let [rows, columns] = kernel.size;
            serde_json::json!({
                "tile": kernel.tile, "size": [rows, columns], "transposed": kernel.transposed, "whole": kernel.whole, "source": kernel.source,
            })
        })
        .collect();
    serde_json::to_string(&kernels).map_err(|error| js_error(&error))
}

/// JSON of a `Description`: every setting, preset and layer, for the page's controls.
///
/// # Errors
///
/// Never in practice: the description is fixed.
#[wasm_bindgen]
pub fn describe() -> Result<String, JsValue> {
    serde_json::to_string(&transfer::settings::describe::describe()).map_err(|error| js_error(&error))
}

/// `preset`'s settings with the partial settings `json` on top: JSON of complete `Settings`.
///
/// # Errors
///
/// When a key is unknown or a value out of range; the sentence says which.
#[wasm_bindgen]
pub fn resolve_settings(preset: &str, json: &str) -> Result<String, JsValue> {
    let settings = transfer::settings::resolve(preset, json).map_err(|error| js_error(&error))?;
    serde_json::to_string(&settings).map_err(|error| js_error(&error))
}

/// Relative errors of this bundle on this device against a file of golden values, as JSON by name; for tests.
///
/// # Errors
///
/// When either file is invalid, or the device fails.
#[wasm_bindgen]
pub async fn golden_errors(network: &Network, golden: Vec<u8>) -> Result<String, JsValue> {
    let device = engine::device()?;
    let weights = network.weights();
    let errors = transfer::self_check::golden_errors(&weights, &golden, &device).await;
    device_error::check()?;
    serde_json::to_string(&errors.map_err(|error| js_error(&error))?).map_err(|error| js_error(&error))
}

/// The started engine's device, for the benchmark.
///
/// # Errors
///
/// When no engine has been started.
pub fn device() -> Result<burn::tensor::Device, JsValue> {
    engine::device()
}

/// Whether the device has reported no error so far, for the benchmark.
///
/// # Errors
///
/// With the first error: a shader that the browser rejected, a lost device.
pub fn check_device() -> Result<(), JsValue> {
    device_error::check()
}

/// A JavaScript `Error` with this sentence.
fn js_error(reason: &impl ToString) -> JsValue {
    js_sys::Error::new(&reason.to_string()).into()
}
