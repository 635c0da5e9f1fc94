//! Feature maps, Gram matrices and gradients of a run's images, for the talk.

use js_sys::{Array, Float32Array, Uint8Array, Uint32Array};
use transfer::{
    Image,
    inspect::{self, Subject},
};
use vgg::Layer;
use wasm_bindgen::prelude::*;

use crate::{Network, device_error, engine, js_error, session};

/// A network and the images of a run. It changes no run.
#[wasm_bindgen]
pub struct Inspector {
    inner: inspect::Inspector,
}

#[wasm_bindgen]
impl Inspector {
    /// `spec` and the images as for [`Session::create`](crate::Session::create); `settings.size` is the size of the inspected images.
    ///
    /// # Errors
    ///
    /// When the settings, the images or the network cannot be used.
    #[expect(clippy::unused_async, reason = "as Session::create")]
    pub async fn create(
        network: &Network,
        spec: &str,
        content: Uint8Array,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] styles: Array,
        #[wasm_bindgen(unchecked_optional_param_type = "(Uint8Array | null)[]")] masks: Option<Array>,
    ) -> Result<Self, JsValue> {
        let spec = session::run_spec(spec, &content, &styles, None, masks.as_ref())?;
        device_error::check()?;
        let inner = inspect::Inspector::new(&network.weights(), &spec, &engine::device()?).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Width of the inspected content image and result, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.inner.size().0
    }

    /// Height of the inspected content image and result, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.inner.size().1
    }

    /// Names of the inspected layers, in the order of the network.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn layers(&self) -> Vec<String> {
        self.inner.layers().iter().map(|layer| layer.name().to_owned()).collect()
    }

    /// Sets the result to inspect: RGBA bytes, of any size.
    ///
    /// # Errors
    ///
    /// When the bytes are not as many as width and height say.
    pub fn paint(&mut self, rgba: Vec<u8>, width: u32, height: u32) -> Result<(), JsValue> {
        let result = Image { size: (width, height), rgba, ..Image::default() };
        self.inner.set_result(&result).map_err(|error| js_error(&error))
    }

    /// The channels of a layer with the largest variance over content and style image, in descending order; at most `count`.
    ///
    /// # Errors
    ///
    /// When the layer is not inspected, or reading from the device fails.
    pub async fn strongest(&self, layer: &str, count: u32) -> Result<Uint32Array, JsValue> {
        let order = self.inner.strongest(layer_named(layer)?, count as usize).await.map_err(|error| js_error(&error))?;
        device_error::check()?;
        let order: Vec<u32> = order.into_iter().map(|channel| channel as u32).collect();
        Ok(Uint32Array::from(order.as_slice()))
    }

    /// Feature maps of a layer: `[width, height, values]`, with values `[channels, h, w]`, at least 0. `of`: `content`, `style` or `result`.
    ///
    /// # Errors
    ///
    /// When the layer is not inspected, or reading from the device fails.
    #[wasm_bindgen(unchecked_return_type = "[width: number, height: number, values: Float32Array<ArrayBuffer>]")]
    pub async fn maps(
        &self,
        #[wasm_bindgen(unchecked_param_type = "'content' | 'style' | 'result'")] of: &str,
        layer: &str,
        channels: Vec<u32>,
    ) -> Result<Array, JsValue> {
        let channels: Vec<usize> = channels.into_iter().map(|channel| channel as usize).collect();
        let maps = self.inner.maps(subject(of)?, layer_named(layer)?, &channels).await.map_err(|error| js_error(&error))?;
        device_error::check()?;
        Ok(Array::of3(&maps.size.0.into(), &maps.size.1.into(), &floats(&maps.values)))
    }

    /// A layer's Gram matrix divided by its number of pixels, `[C, C]`, row by row.
    ///
    /// # Errors
    ///
    /// When the layer is not inspected, or reading from the device fails.
    #[wasm_bindgen(unchecked_return_type = "Float32Array<ArrayBuffer>")]
    pub async fn gram(
        &self,
        #[wasm_bindgen(unchecked_param_type = "'content' | 'style' | 'result'")] of: &str,
        layer: &str,
    ) -> Result<Float32Array, JsValue> {
        let gram = self.inner.gram(subject(of)?, layer_named(layer)?).await.map_err(|error| js_error(&error))?;
        device_error::check()?;
        Ok(Float32Array::from(gram.as_slice()))
    }

    /// `[losses, content, style, tv]`: the three unweighted losses of the result, and the gradient of each with respect to the pixels,
    /// `[3, H, W]`.
    ///
    /// # Errors
    ///
    /// When reading from the device fails.
    #[wasm_bindgen(
        unchecked_return_type = "[losses: Float32Array<ArrayBuffer>, content: Float32Array<ArrayBuffer>, style: Float32Array<ArrayBuffer>, tv: Float32Array<ArrayBuffer>]"
    )]
    pub async fn gradients(&self) -> Result<Array, JsValue> {
        let evaluation = self.inner.gradients().await.map_err(|error| js_error(&error))?;
        device_error::check()?;
        let [content, style, tv] = evaluation.gradients.each_ref().map(|gradient| floats(gradient));
        Ok(Array::of4(&floats(&evaluation.losses), &content, &style, &tv))
    }
}

fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

fn layer_named(layer: &str) -> Result<Layer, JsValue> {
    layer.parse().map_err(|error: vgg::UnknownLayer| js_error(&error))
}

fn subject(name: &str) -> Result<Subject, JsValue> {
    match name {
        "content" => Ok(Subject::Content),
        "style" => Ok(Subject::Style),
        "result" => Ok(Subject::Result),
        _ => Err(js_error(&format!("There is no image called \"{name}\" to inspect; there are content, style and result."))),
    }
}
