//! The device that computes: the same interface for both backends.

#[cfg(feature = "gpu")]
mod awake;
#[cfg(all(feature = "cpu", not(feature = "gpu")))]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use std::cell::RefCell;

use burn::tensor::Device;
#[cfg(all(feature = "cpu", not(feature = "gpu")))]
use cpu as here;
#[cfg(feature = "gpu")]
use gpu as here;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::js_error;

/// A started engine.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) device: Device,
    /// The adapter's name, as shown to people.
    pub(crate) adapter: String,
}

/// A started engine, for the page.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct EngineInfo<'a> {
    #[cfg_attr(test, ts(type = "'gpu' | 'cpu'"))]
    engine: &'static str,
    /// Name of the graphics adapter, or of the processor's instruction set.
    adapter: &'a str,
    /// Threads that compute.
    threads: usize,
}

/// `gpu` or `cpu`.
pub(crate) const NAME: &str = here::NAME;

/// Bytes that tensors can have, as far as that is known.
pub(crate) const ROOM: Option<f64> = here::ROOM;

thread_local! {
    static STARTED: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

impl Engine {
    pub(crate) fn info(&self) -> EngineInfo<'_> {
        EngineInfo { engine: NAME, adapter: &self.adapter, threads: threads() }
    }
}

/// How many threads compute; on the GPU engine one, which only issues work.
pub(crate) fn threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Starts the device, or gives the one that was started before.
pub(crate) async fn start() -> Result<Engine, String> {
    if let Some(engine) = started() {
        return Ok(engine);
    }
    let engine = here::start().await?;
    STARTED.with_borrow_mut(|started| *started = Some(engine.clone()));
    Ok(engine)
}

pub(crate) fn started() -> Option<Engine> {
    STARTED.with_borrow(Clone::clone)
}

/// The started engine's device.
pub(crate) fn device() -> Result<Device, JsValue> {
    started().map(|engine| engine.device).ok_or_else(|| js_error(&"The engine has not been started yet."))
}
