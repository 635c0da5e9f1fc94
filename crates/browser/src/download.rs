//! Byte ranges of a remote network to fetch, and checks of the answers.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::js_error;

/// A download of VGG-19's convolutions down to conv5_2. The page fetches the ranges; they are checked here.
#[wasm_bindgen]
pub struct Download {
    inner: vgg::Download,
}

/// Where a tensor is in the remote file.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct TensorRange {
    name: String,
    /// Its first byte.
    start: usize,
    /// The byte after its last.
    end: usize,
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

    /// JSON of a list of `TensorRange`s, in the file's order.
    ///
    /// # Errors
    ///
    /// Never in practice: every field can be serialised.
    pub fn ranges(&self) -> Result<String, JsValue> {
        let ranges = self.inner.ranges().into_iter().map(|vgg::Range { name, start, end }| TensorRange { name, start, end });
        serde_json::to_string(&ranges.collect::<Vec<_>>()).map_err(|error| js_error(&error))
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
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub fn finish(&self) -> Result<Vec<u8>, JsValue> {
        self.inner.finish().map_err(|error| js_error(&error))
    }
}
