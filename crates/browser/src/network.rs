//! A network's file.

use std::rc::Rc;

use serde::Serialize;
use vgg::WeightsFile;
use wasm_bindgen::prelude::*;

use crate::js_error;

/// A network's file, read and checked. Each run loads the layers that it uses, unless one before it has.
#[wasm_bindgen]
pub struct Network {
    weights: Rc<WeightsFile>,
}

impl Network {
    pub(crate) fn weights(&self) -> Rc<WeightsFile> {
        Rc::clone(&self.weights)
    }
}

/// A network, for the page.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct NetworkInfo<'a> {
    name: &'a str,
    /// Of the file, hexadecimal.
    sha256: &'a str,
    /// Size of the file, after a conversion to safetensors where it was in another format.
    bytes: usize,
    /// Channels of each block.
    layout: &'a [usize],
    /// How the input image is normalised: `bgr255-mean`, `rgb-imagenet` or `rgb-mean`.
    input: &'a str,
    /// The layers in the file, in the order of the network.
    layers: Vec<&'static str>,
}

#[wasm_bindgen]
impl Network {
    /// `bytes`: a whole file, safetensors or what `torch.save` wrote.
    ///
    /// # Errors
    ///
    /// When it is not a network with VGG-19's layout, or holds values that no network has; the message says what is wrong.
    pub fn read(bytes: Vec<u8>) -> Result<Self, JsValue> {
        let weights = WeightsFile::parse(bytes).and_then(|weights| weights.check_values().map(|()| weights));
        Ok(Self { weights: Rc::new(weights.map_err(|error| js_error(&error))?.keeping_layers()) })
    }

    /// The file as safetensors.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        self.weights.bytes().to_vec()
    }

    /// JSON of a `NetworkInfo`.
    ///
    /// # Errors
    ///
    /// Never in practice: every field can be serialised.
    pub fn info(&self) -> Result<String, JsValue> {
        let info = self.weights.info();
        let info = NetworkInfo {
            name: &info.name,
            sha256: &info.sha256,
            bytes: self.weights.bytes().len(),
            layout: &info.layout,
            input: &info.input,
            layers: info.layers.iter().map(|layer| layer.name()).collect(),
        };
        serde_json::to_string(&info).map_err(|error| js_error(&error))
    }
}
