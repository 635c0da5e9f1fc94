//! A run.

use std::{future::poll_fn, pin::pin};

use js_sys::{Array, Promise, Uint8Array};
use serde::Deserialize;
use transfer::{Image, Preview, RunSpec, SettingsEvent, settings::Settings};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_time::Instant;

use crate::{Network, engine, fault, js_error};

/// One run of style transfer.
#[wasm_bindgen]
pub struct Session {
    inner: transfer::Session,
}

/// A picture of the painting, for the page.
#[wasm_bindgen]
pub struct Painting {
    iteration: u32,
    painted: Preview,
    milliseconds: f64,
}

#[wasm_bindgen]
impl Painting {
    /// Width, pixels: of the scale it was painted at.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.painted.size.0
    }

    /// Height, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.painted.size.1
    }

    /// Which iterate it is.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// Milliseconds of this thread that it took, without the time that the device took to answer.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn milliseconds(&self) -> f64 {
        self.milliseconds
    }

    /// Its RGBA bytes; the picture is used up.
    #[must_use]
    pub fn into_rgba(self) -> Vec<u8> {
        self.painted.rgba
    }
}

/// What the page knows of a picture, besides its pixels.
#[derive(Deserialize)]
struct Picture {
    name: String,
    #[serde(default)]
    sha256: String,
    width: u32,
    height: u32,
}

/// A style picture, and where it is used.
#[derive(Deserialize)]
struct StyleWords {
    #[serde(flatten)]
    picture: Picture,
    #[serde(default)]
    mask: Option<Picture>,
}

/// What the page sends with the pixels.
#[derive(Deserialize)]
struct JobWords {
    settings: Settings,
    content: Picture,
    styles: Vec<StyleWords>,
    #[serde(default)]
    start: Option<Picture>,
    #[serde(default)]
    changes: Vec<SettingsEvent>,
    #[serde(default)]
    downloaded_bytes: u64,
}

impl Picture {
    fn source(self, pixels: &Uint8Array) -> Image {
        Image { name: self.name, sha256: self.sha256, size: (self.width, self.height), rgba: pixels.to_vec() }
    }
}

pub(crate) fn job(
    words: &str,
    content: &Uint8Array,
    styles: &Array,
    start: Option<&Uint8Array>,
    masks: Option<&Array>,
) -> Result<RunSpec, JsValue> {
    let words: JobWords =
        serde_json::from_str(words).map_err(|error| js_error(&format!("The page sent a run that makes no sense ({error}).")))?;
    let engine = engine::started().ok_or_else(|| js_error(&"The engine has not been started yet."))?;
    if styles.length() as usize != words.styles.len() {
        let (sent, wanted) = (styles.length(), words.styles.len());
        return Err(js_error(&format!("The page sent the pixels of {sent} style pictures, and described {wanted}.")));
    }
    let (mut pictures, mut regions) = (Vec::new(), Vec::new());
    for (n, (style, pixels)) in words.styles.into_iter().zip(styles.iter()).enumerate() {
        pictures.push(style.picture.source(&Uint8Array::from(pixels)));
        // Past the end of the array there is `undefined`, as where a style has no mask.
        let pixels = masks.map_or(JsValue::UNDEFINED, |masks| masks.get(n as u32)).dyn_into::<Uint8Array>().ok();
        regions.push(style.mask.zip(pixels).map(|(mask, pixels)| mask.source(&pixels)));
    }
    Ok(RunSpec {
        settings: words.settings,
        content: words.content.source(content),
        styles: pictures,
        masks: regions,
        changes: words.changes,
        start: words.start.zip(start).map(|(picture, pixels)| picture.source(pixels)),
        engine: engine::NAME.to_owned(),
        adapter: engine.adapter,
        threads: engine::threads() as u32,
        downloaded_bytes: words.downloaded_bytes,
    })
}

/// Waits for it, and counts the time that this thread was busy with it.
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
    /// `job`: JSON `{settings, content, styles, start, changes, downloaded_bytes}` with complete settings and, for each picture,
    /// `{name, sha256, width, height}`, for a style that has a mask with `mask`, the same for that; then each picture's RGBA
    /// bytes. `masks`: in the styles' order, null for a style without one.
    ///
    /// # Errors
    ///
    /// When the settings, the pictures or the network will not do.
    #[expect(clippy::unused_async, reason = "what will be waited for here is the device's compilation of kernels")]
    pub async fn create(
        network: &Network,
        job: &str,
        content: Uint8Array,
        styles: Array,
        start: Option<Uint8Array>,
        masks: Option<Array>,
    ) -> Result<Self, JsValue> {
        let job = self::job(job, &content, &styles, start.as_ref(), masks.as_ref())?;
        fault::check()?;
        let inner = transfer::Session::new(&network.weights(), job, &engine::device()?).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Continues from a [`snapshot`](Session::snapshot), with the pictures and network it was taken with.
    ///
    /// # Errors
    ///
    /// Those of [`create`](Session::create), and when the snapshot does not fit.
    #[expect(clippy::unused_async, reason = "as create")]
    pub async fn restore(
        network: &Network,
        job: &str,
        content: Uint8Array,
        styles: Array,
        start: Option<Uint8Array>,
        snapshot: Vec<u8>,
        masks: Option<Array>,
    ) -> Result<Self, JsValue> {
        let job = self::job(job, &content, &styles, start.as_ref(), masks.as_ref())?;
        fault::check()?;
        let inner = transfer::Session::restore(&network.weights(), job, &engine::device()?, &snapshot).map_err(|error| js_error(&error))?;
        Ok(Self { inner })
    }

    /// Width of the painting at the scale under way, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.inner.size().0
    }

    /// Height of the painting at the scale under way, pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.inner.size().1
    }

    /// One evaluation further. JSON `{issued_evaluation, evaluations, work, budget, scale, scales, width, height, done, latest}`:
    /// [`Progress`](transfer::Progress).
    ///
    /// # Errors
    ///
    /// When a loss is not finite, or the device reports a fault.
    pub async fn step(&mut self) -> Result<String, JsValue> {
        let progress = self.inner.step().await.map_err(|error| js_error(&error));
        fault::check()?;
        serde_json::to_string(&progress?).map_err(|error| js_error(&error))
    }

    /// The picture to show, a [`Painting`] once the device has answered. Steps may go on meanwhile, and the session may be
    /// given up. Rejected when the device gives no answer.
    pub fn picture(&self) -> Promise {
        let iteration = self.inner.evaluations();
        let asked = Instant::now();
        let picture = self.inner.preview();
        let mut milliseconds = 1000.0 * asked.elapsed().as_secs_f64();
        future_to_promise(async move {
            let painted = timed(picture, &mut milliseconds).await.map_err(|error| js_error(&error))?;
            Ok(Painting { iteration, painted, milliseconds }.into())
        })
    }

    /// New weights or a new step, between two steps. `settings`: complete, JSON.
    ///
    /// # Errors
    ///
    /// When something else differs, or a value is out of range.
    pub fn set(&mut self, settings: &str) -> Result<(), JsValue> {
        let settings = serde_json::from_str(settings).map_err(|error| js_error(&error))?;
        self.inner.set(settings).map_err(|error| js_error(&error))
    }

    /// The report, JSON.
    ///
    /// # Errors
    ///
    /// Never in practice: every part of a report can be written.
    pub fn report(&self) -> Result<String, JsValue> {
        serde_json::to_string(&self.inner.report()).map_err(|error| js_error(&error))
    }

    /// All that is needed to go on later, in another worker.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn snapshot(&mut self) -> Result<Vec<u8>, JsValue> {
        self.inner.checkpoint().await.map_err(|error| js_error(&error))
    }
}
