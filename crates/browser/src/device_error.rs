//! The first error of the device. WebGPU reports errors through callbacks, not as results of the calls that caused them.

use std::sync::Mutex;

use wasm_bindgen::JsValue;

use crate::js_error;

/// How the error of a lost device begins.
pub(crate) const LOST: &str = "the graphics device was lost";

static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Stores `message` if it is the first.
pub(crate) fn record(message: &str) {
    if let Ok(mut first) = FIRST.lock() {
        first.get_or_insert_with(|| message.to_owned());
    }
}

/// Forgets the first error, unless it was that the device is lost -> whether there was one: of a kernel that was tried and is not used.
pub(crate) fn forget() -> bool {
    let Ok(mut first) = FIRST.lock() else { return true };
    let is_lost = first.as_ref().is_some_and(|message| message.starts_with(LOST));
    if is_lost { true } else { first.take().is_some() }
}

/// The first error, if there was one.
///
/// # Errors
///
/// When the device has reported an error.
pub(crate) fn check() -> Result<(), JsValue> {
    let message = FIRST.lock().ok().and_then(|first| first.clone());
    message.map_or(Ok(()), |message| {
        Err(js_error(&format!(
            "The graphics device reported an error, so its results cannot be trusted ({message}). The last valid image was kept. \
             Try again at a smaller size, or with the cpu engine."
        )))
    })
}
