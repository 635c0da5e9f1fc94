//! Questions about what the network sees, for whoever explains it.

use js_sys::{Array, Float32Array, Uint8Array, Uint32Array};
use transfer::{
    Image,
    inspect::{self, Subject},
};
use vgg::Layer;
use wasm_bindgen::prelude::*;

use crate::{Network, engine, fault, js_error, session};

/// A network and the pictures of a run, to be asked about; no run is changed by it.
#[wasm_bindgen]
pub struct Inspector {
    inner: inspect::Inspector,
}

#[wasm_bindgen]
impl Inspector {
    /// `job` and the pictures as for [`Session::create`](crate::Session::create), with the size at which to look as `settings.size`.
    ///
    /// # Errors
    ///
    /// When the settings, the pictures or the network will not do.
    #[expect(clippy::unused_async, reason = "as Session::create")]
    pub async fn create(network: &Network, job: &str, content: Uint8Array, styles: Array, masks: Option<Array>) -> Result<Self, JsValue> {
        let job = session::job(job, &content, &styles, None, masks.as_ref())?;
        fault::check()?;
        let inner = inspect::Inspector::new(&network.weights(), &job, &engine::device()?).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Width at which content and painting are looked at, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.inner.size().0
    }

    /// Height at which content and painting are looked at, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.inner.size().1
    }

    /// Names of the layers that can be asked about, from the picture downwards.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn layers(&self) -> Vec<String> {
        self.inner.layers().iter().map(|layer| layer.name().to_owned()).collect()
    }

    /// The painting as it now is: RGBA bytes, of any size.
    ///
    /// # Errors
    ///
    /// When the bytes are not as many as width and height say.
    pub fn paint(&mut self, rgba: Vec<u8>, width: u32, height: u32) -> Result<(), JsValue> {
        let painting = Image { size: (width, height), rgba, ..Image::default() };
        self.inner.set_result(&painting).map_err(|error| js_error(&error))
    }

    /// The channels of a layer that vary most over content and style, most first.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn strongest(&self, layer: &str, count: u32) -> Result<Uint32Array, JsValue> {
        let order = self.inner.strongest(parse(layer)?, count as usize).await.map_err(|error| js_error(&error))?;
        fault::check()?;
        let order: Vec<u32> = order.into_iter().map(|channel| channel as u32).collect();
        Ok(Uint32Array::from(order.as_slice()))
    }

    /// `of`: `content`, `style` or `painting` -> `[width, height, values]`, values `[channels, h, w]`, at least 0.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn maps(&self, of: &str, layer: &str, channels: Vec<u32>) -> Result<Array, JsValue> {
        let channels: Vec<usize> = channels.into_iter().map(|channel| channel as usize).collect();
        let maps = self.inner.maps(whose(of)?, parse(layer)?, &channels).await.map_err(|error| js_error(&error))?;
        fault::check()?;
        Ok(Array::of3(&maps.size.0.into(), &maps.size.1.into(), &floats(&maps.values)))
    }

    /// A layer's Gram matrix over its number of pixels, `[C, C]` row by row.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn gram(&self, of: &str, layer: &str) -> Result<Float32Array, JsValue> {
        let gram = self.inner.gram(whose(of)?, parse(layer)?).await.map_err(|error| js_error(&error))?;
        fault::check()?;
        Ok(Float32Array::from(gram.as_slice()))
    }

    /// `[losses, content, style, tv]`: the three losses of the painting, unweighted, and the gradient of each in the pixels, `[3, H, W]`.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn gradients(&self) -> Result<Array, JsValue> {
        let found = self.inner.gradients().await.map_err(|error| js_error(&error))?;
        fault::check()?;
        let [content, style, tv] = found.gradients.each_ref().map(|gradient| floats(gradient));
        Ok(Array::of4(&floats(&found.losses), &content, &style, &tv))
    }
}

fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

fn parse(layer: &str) -> Result<Layer, JsValue> {
    layer.parse().map_err(|error: vgg::UnknownLayer| js_error(&error))
}

fn whose(name: &str) -> Result<Subject, JsValue> {
    match name {
        "content" => Ok(Subject::Content),
        "style" => Ok(Subject::Style),
        "painting" => Ok(Subject::Result),
        _ => Err(js_error(&format!("There is no picture called \"{name}\" to look at; there are content, style and painting."))),
    }
}
