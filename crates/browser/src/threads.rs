//! Threads for the `cpu` engine: workers of the page that share this module and its memory, together rayon's pool.
//!
//! The page starts them with what [`shared`] returns, each instantiates the module and calls [`join_in`], and the worker that
//! hosts the engine calls [`share_work`]. WebAssembly cannot start a thread by itself, so the page does. Needs `atomics`, a
//! page that is cross-origin isolated, and a worker: a page's own thread is not allowed to wait.

use std::sync::{Condvar, Mutex, PoisonError};

use js_sys::{Object, Reflect};
use rayon::{ThreadBuilder, ThreadPoolBuilder};
use wasm_bindgen::prelude::*;

use crate::js_error;

/// Places in the pool that no worker has taken yet.
static PLACES: Mutex<Vec<ThreadBuilder>> = Mutex::new(Vec::new());
static OFFERED: Condvar = Condvar::new();

/// `{module, memory}`, with which another worker instantiates this engine.
///
/// # Errors
///
/// Never in practice: both are set on a new object.
#[wasm_bindgen(unchecked_return_type = "{ module: WebAssembly.Module, memory: WebAssembly.Memory }")]
pub fn shared() -> Result<JsValue, JsValue> {
    let shared = Object::new();
    Reflect::set(&shared, &"module".into(), &wasm_bindgen::module())?;
    Reflect::set(&shared, &"memory".into(), &wasm_bindgen::memory())?;
    Ok(shared.into())
}

/// Takes a place in the pool, waiting for one if necessary, and runs the pool's work for as long as the engine exists.
#[wasm_bindgen]
pub fn join_in() {
    let places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut places = OFFERED.wait_while(places, |places| places.is_empty()).unwrap_or_else(PoisonError::into_inner);
    let place = places.pop();
    // The others are waiting for it.
    drop(places);
    if let Some(place) = place {
        place.run();
    }
}

/// Makes one pool of the calling worker and `threads - 1` others, which have called [`join_in`] or will. Waits until all have started. To be called once, before [`start`](crate::start).
///
/// # Errors
///
/// When it has been called before.
#[wasm_bindgen]
pub fn share_work(threads: usize) -> Result<(), JsValue> {
    let offer = |place| {
        PLACES.lock().unwrap_or_else(PoisonError::into_inner).push(place);
        OFFERED.notify_one();
        Ok(())
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads.max(1)).use_current_thread().spawn_handler(offer);
    pool.build_global().map_err(|error| js_error(&format!("The threads could not be started ({error}). Reload the page.")))
}
