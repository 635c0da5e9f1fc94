//! The device's first complaint, kept until somebody asks: WebGPU reports errors beside the work, not in its results.

use std::sync::Mutex;

use wasm_bindgen::JsValue;

use crate::js_error;

static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps `message` if it is the first.
pub(crate) fn keep(message: &str) {
    if let Ok(mut first) = FIRST.lock() {
        first.get_or_insert_with(|| message.to_owned());
    }
}

/// An error with the first complaint, if there was one.
pub(crate) fn check() -> Result<(), JsValue> {
    let message = FIRST.lock().ok().and_then(|first| first.clone());
    message.map_or(Ok(()), |message| {
        Err(js_error(&format!(
            "The graphics device reported a fault, so what it computes cannot be trusted ({message}). The last good picture was kept. \
             Paint again at a smaller size, or with the cpu engine."
        )))
    })
}
