//! Byte ranges of a remote network to fetch, and checks of the answers.

use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::js_error;

/// A download of VGG-19's convolutions down to conv5_2. The page fetches the ranges; they are checked here.
#[wasm_bindgen]
pub struct Download {
    inner: vgg::Download,
}

#[wasm_bindgen]
impl Download {
    /// Length of the whole header in bytes, from the file's first 8 bytes.
    ///
    /// # Errors
    ///
    /// When this is not a safetensors file, but an error page for example.
    pub fn header_length(first: &[u8]) -> Result<usize, JsValue> {
        vgg::header_length(first).map_err(|error| js_error(&error))
    }

    /// `header`: as many bytes as [`header_length`](Self::header_length) returned.
    ///
    /// # Errors
    ///
    /// When the file lacks one of the convolutions.
    #[wasm_bindgen(constructor)]
    pub fn new(header: &[u8]) -> Result<Self, JsValue> {
        Ok(Self { inner: vgg::Download::new(header).map_err(|error| js_error(&error))? })
    }

    /// JSON `[{name, start, end}]`, in the file's order; `end` is exclusive.
    #[must_use]
    pub fn ranges(&self) -> String {
        let ranges: Vec<_> = self.inner.ranges().into_iter().map(|r| json!({ "name": r.name, "start": r.start, "end": r.end })).collect();
        json!(ranges).to_string()
    }

    /// Takes one range's bytes.
    ///
    /// # Errors
    ///
    /// When the bytes fail a check; they must then not be stored.
    pub fn accept(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.inner.accept(name, bytes).map_err(|error| js_error(&error))
    }

    /// The complete f16 safetensors file.
    ///
    /// # Errors
    ///
    /// When a range is still missing.
    pub fn finish(&self) -> Result<Vec<u8>, JsValue> {
        self.inner.finish().map_err(|error| js_error(&error))
    }
}
