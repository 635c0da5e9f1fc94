//! A run.

use js_sys::{Array, Uint8Array};
use serde::Deserialize;
use transfer::{Change, Job, Source, settings::Settings};
use wasm_bindgen::prelude::*;

use crate::{Network, engine, fault, js_error};

/// One run of style transfer.
#[wasm_bindgen]
pub struct Session {
    inner: transfer::Session,
    shown: Shown,
}

/// The last picture that was asked for.
#[derive(Clone, Copy)]
struct Shown {
    iteration: u32,
    size: (u32, u32),
}

impl Shown {
    fn before_the_first(inner: &transfer::Session) -> Self {
        Self { iteration: inner.iteration(), size: inner.size() }
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
    changes: Vec<Change>,
    #[serde(default)]
    downloaded_bytes: u64,
}

impl Picture {
    fn source(self, pixels: &Uint8Array) -> Source {
        Source { name: self.name, sha256: self.sha256, size: (self.width, self.height), rgba: pixels.to_vec() }
    }
}

pub(crate) fn job(
    words: &str,
    content: &Uint8Array,
    styles: &Array,
    start: Option<&Uint8Array>,
    masks: Option<&Array>,
) -> Result<Job, JsValue> {
    let words: JobWords =
        serde_json::from_str(words).map_err(|error| js_error(&format!("The page sent a run that makes no sense ({error}).")))?;
    let engine = engine::started().ok_or_else(|| js_error(&"The engine has not been started yet."))?;
    let (mut pictures, mut regions) = (Vec::new(), Vec::new());
    for (n, (style, pixels)) in words.styles.into_iter().zip(styles.iter()).enumerate() {
        pictures.push(style.picture.source(&Uint8Array::from(pixels)));
        // Past the end of the array there is `undefined`, as where a style has no mask.
        let pixels = masks.map_or(JsValue::UNDEFINED, |masks| masks.get(n as u32)).dyn_into::<Uint8Array>().ok();
        regions.push(style.mask.zip(pixels).map(|(mask, pixels)| mask.source(&pixels)));
    }
    Ok(Job {
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
        Ok(Self { shown: Shown::before_the_first(&inner), inner })
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
        Ok(Self { shown: Shown::before_the_first(&inner), inner })
    }

    /// Width of the last [`picture`](Session::picture), pixels: of the scale it was painted at.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn width(&self) -> u32 {
        self.shown.size.0
    }

    /// Height of the last [`picture`](Session::picture), pixels.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn height(&self) -> u32 {
        self.shown.size.1
    }

    /// Which iterate the last [`picture`](Session::picture) was.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn picture_iteration(&self) -> u32 {
        self.shown.iteration
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

    /// RGBA bytes of the picture to show.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn picture(&mut self) -> Result<Vec<u8>, JsValue> {
        let iteration = self.inner.iteration();
        let painted = self.inner.picture().await.map_err(|error| js_error(&error))?;
        self.shown = Shown { iteration, size: painted.size };
        Ok(painted.rgba)
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
        self.inner.snapshot().await.map_err(|error| js_error(&error))
    }
}
