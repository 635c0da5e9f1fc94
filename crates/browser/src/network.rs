//! A network's file.

use std::rc::Rc;

use serde_json::json;
use transfer::objective::tiling::{AREA, CHOICES, kept_bytes, largest_tensor_bytes};
use vgg::WeightsFile;
use wasm_bindgen::prelude::*;

use crate::js_error;

/// A network's file, read and checked. Each run loads the layers that it uses.
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
    /// `bytes`: a whole file, safetensors or what `torch.save` wrote.
    ///
    /// # Errors
    ///
    /// When it is not a network with VGG-19's layout; the message says what is wrong.
    pub fn read(bytes: Vec<u8>) -> Result<Self, JsValue> {
        Ok(Self { weights: Rc::new(WeightsFile::parse(bytes).map_err(|error| js_error(&error))?) })
    }

    /// The file as safetensors.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        self.weights.bytes().to_vec()
    }

    /// JSON `{name, sha256, bytes, layout, input, layers, recompute, strip}`. `recompute`: a list of `{blocks, room, kept, widest}`, of which the
    /// first is taken whose `room`, in bytes, `kept` bytes to a pixel do not exceed (null is no bound), and whose largest tensor, of
    /// `largest_tensor_bytes` bytes to a pixel, the device binds. `strip`: pixels that are recomputed at a time.
    #[must_use]
    pub fn info(&self) -> String {
        let info = self.weights.info();
        let layers: Vec<&str> = info.layers.iter().map(|layer| layer.name()).collect();
        let choices = CHOICES.map(|(blocks, room)| {
            let (kept_bytes, largest_tensor_bytes) =
                (kept_bytes(self.weights.architecture(), &info.layout, blocks), largest_tensor_bytes(&info.layout, blocks));
            // No bound is no number in JSON.
            json!({ "blocks": blocks, "room": room.is_finite().then_some(room), "kept": kept_bytes, "widest": largest_tensor_bytes })
        });
        json!({
            "name": info.name, "sha256": info.sha256, "bytes": self.weights.bytes().len(), "layout": info.layout, "input": info.input, "layers": layers, "recompute": choices,
            "strip": AREA,
        })
        .to_string()
    }
}
