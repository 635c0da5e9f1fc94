//! A run.

use std::{future::poll_fn, pin::pin};

use js_sys::{Array, Promise, Uint8Array};
use transfer::RunSpec;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_time::Instant;

use crate::{
    Network, device_error, engine, js_error,
    run_spec::{self, ComputedBy, Pixels},
};

/// One run of style transfer.
#[wasm_bindgen]
pub struct Session {
    inner: transfer::Session,
}

/// A preview of the result.
#[wasm_bindgen]
pub struct Preview {
    iteration: u32,
    image: transfer::Preview,
    milliseconds: f64,
}

#[wasm_bindgen]
impl Preview {
    /// Width, pixels: that of the scale at which it was made.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.image.size.0
    }

    /// Height, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.image.size.1
    }

    /// Number of the iterate.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// Milliseconds that this thread worked on it, without waiting for the device.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn milliseconds(&self) -> f64 {
        self.milliseconds
    }

    /// Its RGBA bytes. Consumes the preview.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    #[must_use]
    pub fn into_rgba(self) -> Vec<u8> {
        self.image.rgba
    }
}

/// The spec of a run from its JSON and the images' RGBA bytes. `masks`: in the styles' order, anything but a `Uint8Array` for a style without
/// one.
pub(crate) fn run_spec(
    json: &str,
    content: &Uint8Array,
    styles: &Array,
    start: Option<&Uint8Array>,
    masks: Option<&Array>,
) -> Result<RunSpec, JsValue> {
    let engine = engine::started().ok_or_else(|| js_error(&"The engine has not been started yet."))?;
    let pixels = Pixels {
        content: content.to_vec(),
        styles: styles.iter().map(|rgba| Uint8Array::from(rgba).to_vec()).collect(),
        masks: masks
            .map_or_else(Vec::new, |masks| masks.iter().map(|rgba| rgba.dyn_into::<Uint8Array>().ok().map(|rgba| rgba.to_vec())).collect()),
        start: start.map(Uint8Array::to_vec),
    };
    let by = ComputedBy { engine: engine::NAME, adapter: engine.adapter, threads: engine::threads() as u32 };
    run_spec::parse(json, pixels, by).map_err(|error| js_error(&error))
}

/// Awaits `future`, and adds to `milliseconds` the time that this thread spent polling it.
async fn timed<F: Future>(future: F, milliseconds: &mut f64) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let started = Instant::now();
        let poll = future.as_mut().poll(context);
        *milliseconds += 1000.0 * started.elapsed().as_secs_f64();
        poll
    })
    .await
}

#[wasm_bindgen]
impl Session {
    /// `spec`: JSON of a `RunSpec`. Then each image's RGBA bytes. `masks`: in the styles' order, null for a style without one.
    ///
    /// # Errors
    ///
    /// When the settings, the images or the network cannot be used.
    #[expect(clippy::unused_async, reason = "JavaScript awaits it, so that it can wait for the compilation of kernels later")]
    pub async fn create(
        network: &Network,
        spec: &str,
        content: Uint8Array,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] styles: Array,
        start: Option<Uint8Array>,
        #[wasm_bindgen(unchecked_optional_param_type = "(Uint8Array | null)[]")] masks: Option<Array>,
    ) -> Result<Self, JsValue> {
        let spec = run_spec(spec, &content, &styles, start.as_ref(), masks.as_ref())?;
        device_error::check()?;
        let inner = transfer::Session::new(&network.weights(), spec, &engine::device()?).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Continues from a [`checkpoint`](Session::checkpoint), with the images and the network of its run.
    ///
    /// # Errors
    ///
    /// Those of [`create`](Session::create), and when the checkpoint does not fit.
    #[expect(clippy::unused_async, reason = "as create")]
    pub async fn restore(
        network: &Network,
        spec: &str,
        content: Uint8Array,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] styles: Array,
        start: Option<Uint8Array>,
        checkpoint: Vec<u8>,
        #[wasm_bindgen(unchecked_optional_param_type = "(Uint8Array | null)[]")] masks: Option<Array>,
    ) -> Result<Self, JsValue> {
        let spec = run_spec(spec, &content, &styles, start.as_ref(), masks.as_ref())?;
        device_error::check()?;
        let inner =
            transfer::Session::restore(&network.weights(), spec, &engine::device()?, &checkpoint).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Width of the result at the current scale, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.inner.size().0
    }

    /// Height of the result at the current scale, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.inner.size().1
    }

    /// Makes one evaluation. Returns the JSON of a `Progress`.
    ///
    /// # Errors
    ///
    /// When a loss is not finite, or the device reports a fault.
    pub async fn step(&mut self) -> Result<String, JsValue> {
        let progress = self.inner.step().await.map_err(|error| js_error(&error));
        device_error::check()?;
        serde_json::to_string(&progress?).map_err(|error| js_error(&error))
    }

    /// Resolves to a [`Preview`] of the current iterate. Meanwhile steps may be made, and the session may be freed. Rejected when reading
    /// from the device fails.
    #[wasm_bindgen(unchecked_return_type = "Promise<Preview>")]
    pub fn preview(&self) -> Promise {
        let iteration = self.inner.moved_at();
        let started = Instant::now();
        let preview = self.inner.preview();
        let mut milliseconds = 1000.0 * started.elapsed().as_secs_f64();
        future_to_promise(async move {
            let image = timed(preview, &mut milliseconds).await.map_err(|error| js_error(&error))?;
            Ok(Preview { iteration, image, milliseconds }.into())
        })
    }

    /// Changes live settings, such as the weights of the losses, from the next step on. `settings`: JSON of complete `Settings`.
    ///
    /// # Errors
    ///
    /// When a setting differs that cannot change during a run, or a value is out of range.
    pub fn set(&mut self, settings: &str) -> Result<(), JsValue> {
        let settings = serde_json::from_str(settings).map_err(|error| js_error(&error))?;
        self.inner.set(settings).map_err(|error| js_error(&error))
    }

    /// JSON of a `Report`.
    ///
    /// # Errors
    ///
    /// Never in practice: every part of a report can be serialised.
    pub fn report(&self) -> Result<String, JsValue> {
        serde_json::to_string(&self.inner.report()).map_err(|error| js_error(&error))
    }

    /// A checkpoint, from which [`restore`](Session::restore) continues the run.
    ///
    /// # Errors
    ///
    /// When reading from the device fails, or it has reported a fault meanwhile: what was computed since is not to be continued from.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn checkpoint(&mut self) -> Result<Vec<u8>, JsValue> {
        let checkpoint = self.inner.checkpoint().await.map_err(|error| js_error(&error));
        device_error::check()?;
        checkpoint
    }
}
