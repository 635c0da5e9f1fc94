//! burn on WebGPU.

use std::sync::Arc;

use burn::tensor::Device;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Engine, awake};
use crate::device_error;

pub(crate) const NAME: &str = "gpu";

/// No browser says how much memory an adapter has.
pub(crate) const ROOM: Option<f64> = None;

/// Kernels in a submission on a software adapter, where CubeCL has 32. A browser composites nothing while a submission is computed, and ends a GPU
/// process that works on one for 10 s.
const SOFTWARE_TASKS: usize = 3;

/// Requests the browser's adapter. The page has already made sure that there is one with `timestamp-query`, without
/// which cubecl-wgpu 0.11.3 panics.
pub(crate) async fn start() -> Result<Engine, String> {
    let adapter = adapter_info().await;
    let options = Device::wgpu_options();
    let options = if adapter.as_ref().is_some_and(is_software) { options.tasks_max(SOFTWARE_TASKS) } else { options };
    let (device, setup) = options
        .init_with_setup_async()
        .await
        .map_err(|error| format!("The browser gave no graphics device ({error}). Use the cpu engine instead."))?;
    setup.device.on_uncaptured_error(Arc::new(|error: wgpu::Error| device_error::record(&error.to_string())));
    setup.device.set_device_lost_callback(|reason, message| {
        device_error::record(&format!("{}: {reason:?} {message}", device_error::LOST));
    });
    awake::install(&setup.queue);
    let name = adapter.as_ref().and_then(name);
    Ok(Engine { device, adapter: name.unwrap_or_else(|| "WebGPU adapter without a name".to_owned()) })
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(object, &key.into()).ok()
}

/// What the browser says of its adapter, a `GPUAdapterInfo`. wgpu passes on little of it, so the browser's own API is used.
async fn adapter_info() -> Option<JsValue> {
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let options = Object::new();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into()).ok()?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call1(&gpu, &options).ok()?.dyn_into().ok()?;
    get(&JsFuture::from(promise).await.ok()?, "info")
}

fn is_software(info: &JsValue) -> bool {
    get(info, "isFallbackAdapter").is_some_and(|is| is.is_truthy())
}

/// What browsers disclose of an adapter's name: vendor and architecture, rarely a product.
fn name(info: &JsValue) -> Option<String> {
    let fields =
        ["description", "vendor", "architecture"].map(|key| get(info, key).and_then(|field| field.as_string()).unwrap_or_default());
    let known: Vec<&str> = fields.iter().map(String::as_str).filter(|field| !field.is_empty()).collect();
    (!known.is_empty()).then(|| known.join(", "))
}
