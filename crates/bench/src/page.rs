//! For the benchmark's page: a program in a worker.

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use crate::{Implementation, Program};

/// A program on the engine that was started.
#[wasm_bindgen]
pub struct Bench(Program);

#[wasm_bindgen]
impl Bench {
    /// `stock`: burn's own operations instead of ours.
    ///
    /// # Errors
    ///
    /// When no engine has been started.
    #[wasm_bindgen(constructor)]
    pub fn new(stock: bool) -> Result<Self, JsValue> {
        let implementation = if stock { Implementation::Stock } else { Implementation::Pastiche };
        Program::new(implementation, &browser::device()?).map(Self).map_err(|error| js_error(&error))
    }

    /// See [`Program::prepare`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn prepare(&mut self, height: usize, width: usize) -> Result<(), JsValue> {
        self.0.prepare([height, width]).map_err(|error| js_error(&error))
    }

    /// See [`profile`](crate::profile()), as JSON.
    ///
    /// # Errors
    ///
    /// As there, and when the browser has refused a shader.
    pub async fn profile(height: usize, width: usize, repeats: usize) -> Result<String, JsValue> {
        let costs = crate::profile(&browser::device()?, [height, width], repeats).await.map_err(|error| js_error(&error))?;
        browser::check_device()?;
        serde_json::to_string(&costs).map_err(|error| js_sys::Error::new(&error.to_string()).into())
    }

    /// See [`Program::forward`].
    ///
    /// # Errors
    ///
    /// As there, and when the browser has refused a shader.
    pub async fn forward(&self) -> Result<f32, JsValue> {
        let mean = self.0.forward().await.map_err(|error| js_error(&error))?;
        browser::check_device()?;
        Ok(mean)
    }

    /// See [`Program::step`]: the loss, then the gradient.
    ///
    /// # Errors
    ///
    /// As there, and when the browser has refused a shader.
    pub async fn step(&self) -> Result<Float32Array, JsValue> {
        let (loss, gradient) = self.0.step().await.map_err(|error| js_error(&error))?;
        browser::check_device()?;
        let all = Float32Array::new_with_length(gradient.len() as u32 + 1);
        all.set_index(0, loss);
        all.subarray(1, all.length()).copy_from(&gradient);
        Ok(all)
    }
}

fn js_error(error: &crate::Error) -> JsValue {
    js_sys::Error::new(&error.to_string()).into()
}
