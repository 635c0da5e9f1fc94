//! A network's file.

use std::rc::Rc;

use serde_json::json;
use vgg::WeightsFile;
use wasm_bindgen::prelude::*;

use crate::js_error;

/// A network's file, read and checked; what layers are in use is decided by the run.
#[wasm_bindgen]
pub struct Network {
    weights: Rc<WeightsFile>,
}

impl Network {
    pub(crate) fn weights(&self) -> Rc<WeightsFile> {
        Rc::clone(&self.weights)
    }
}

#[wasm_bindgen]
impl Network {
    /// `bytes`: a whole safetensors file.
    ///
    /// # Errors
    ///
    /// When it is not a network with VGG-19's layout; the sentence says what is wrong.
    pub fn read(bytes: Vec<u8>) -> Result<Self, JsValue> {
        Ok(Self { weights: Rc::new(WeightsFile::parse(bytes).map_err(|error| js_error(&error))?) })
    }

    /// JSON `{name, sha256, layout, input, layers}`.
    #[must_use]
    pub fn info(&self) -> String {
        let info = self.weights.info();
        let layers: Vec<&str> = info.layers.iter().map(|layer| layer.name()).collect();
        json!({ "name": info.name, "sha256": info.sha256, "layout": info.layout, "input": info.input, "layers": layers }).to_string()
    }
}
