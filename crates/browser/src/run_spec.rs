//! The JSON of a run, and the pixels that come with it, as a [`RunSpec`]. Nothing here is JavaScript, so that native tests and `crates/fuzz` can
//! call it.

use std::fmt;

use serde::Deserialize;
use transfer::{Image, RunSpec, SettingsEvent, settings::Settings};

/// The most of the parser's reason that an error quotes, in characters.
const QUOTED: usize = 200;

/// All of a run that JSON describes. Unknown fields are errors.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunSpec"))]
#[serde(deny_unknown_fields)]
pub(crate) struct RunSpecJson {
    /// Complete.
    settings: Settings,
    content: ImageSpec,
    /// At least one.
    styles: Vec<StyleSpec>,
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    start: Option<ImageSpec>,
    /// Changes of settings to make during the run.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<SettingsEvent>>"))]
    changes: Vec<SettingsEvent>,
    /// Bytes fetched for this run, for the report.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
    downloaded_bytes: u64,
    /// The engine that the page chose. Not used: the report names the one that runs.
    #[serde(default, rename = "engine")]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    _engine: String,
    /// The adapter that the page knows. Not used: the report names the one that runs.
    #[serde(default, rename = "adapter")]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    _adapter: String,
}

/// An image without its pixels.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
struct ImageSpec {
    /// Of its file.
    name: String,
    /// Of its file, hexadecimal; empty where it is not known.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    sha256: String,
    width: u32,
    height: u32,
}

/// A style image and its mask, without their pixels.
// Not an `ImageSpec` with `flatten`, which does not go together with `deny_unknown_fields`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
struct StyleSpec {
    /// Of its file.
    name: String,
    /// Of its file, hexadecimal; empty where it is not known.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    sha256: String,
    width: u32,
    height: u32,
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    mask: Option<ImageSpec>,
}

/// RGBA bytes of a run's images.
#[derive(Debug, Default)]
pub struct Pixels {
    /// Of the content image.
    pub content: Vec<u8>,
    /// Of the style images, in their order.
    pub styles: Vec<Vec<u8>>,
    /// In the styles' order; styles beyond the end have none.
    pub masks: Vec<Option<Vec<u8>>>,
    /// Of the image to start from.
    pub start: Option<Vec<u8>>,
}

/// What computes a run, for its report.
#[derive(Clone, Debug)]
pub struct ComputedBy {
    /// `gpu` or `cpu`.
    pub engine: &'static str,
    /// Name of the graphics adapter, or of the processor's instruction set.
    pub adapter: String,
    /// How many compute.
    pub threads: u32,
}

/// Why a specification was refused.
#[derive(Debug)]
pub enum SpecError {
    /// It is not JSON, or has a field that is unknown, missing or of the wrong type.
    Json(serde_json::Error),
    /// There are pixels for another number of style images than it has.
    Styles {
        /// In the JSON.
        described: usize,
        /// With pixels.
        given: usize,
    },
    /// More masks than styles were given.
    TooManyMasks {
        /// Style images.
        styles: usize,
        /// Masks.
        given: usize,
    },
    /// An image has a description without pixels.
    NoPixels {
        /// Which one, in words.
        image: String,
    },
    /// An image has pixels without a description.
    NoDescription {
        /// Which one, in words.
        image: String,
    },
    /// The pixels are not as many as width and height say.
    Length {
        /// Which one, in words.
        image: String,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Bytes.
        given: usize,
    },
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => {
                let reason: String = error.to_string().chars().take(QUOTED).collect();
                write!(f, "The page sent a run that cannot be read ({reason}). Reload the page and try again.")
            }
            Self::Styles { described, given } => {
                write!(f, "The page described {described} style images and sent the pixels of {given}.")
            }
            Self::TooManyMasks { styles, given } => write!(f, "The page sent {given} masks for {styles} style images."),
            Self::NoPixels { image } => write!(f, "The page described {image} and sent no pixels of it."),
            Self::NoDescription { image } => write!(f, "The page sent the pixels of {image} without a description."),
            Self::Length { image, width, height, given } => {
                write!(f, "The page sent {given} bytes for {image}, which is {width} x {height} pixels of 4 bytes.")
            }
        }
    }
}

/// Reads the JSON of a run and puts the pixels into its images.
///
/// # Errors
///
/// When the JSON is not a [`RunSpecJson`], or the pixels do not match it. The settings' values are checked by [`RunSpec::validate`].
pub fn parse(json: &str, pixels: Pixels, by: ComputedBy) -> Result<RunSpec, SpecError> {
    let spec: RunSpecJson = serde_json::from_str(json).map_err(SpecError::Json)?;
    let count = spec.styles.len();
    if count != pixels.styles.len() {
        return Err(SpecError::Styles { described: count, given: pixels.styles.len() });
    }
    if pixels.masks.len() > count {
        return Err(SpecError::TooManyMasks { styles: count, given: pixels.masks.len() });
    }
    let (mut styles, mut masks) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let given_masks = pixels.masks.into_iter().chain(std::iter::repeat(None));
    for (n, ((style, rgba), mask_rgba)) in (1..).zip(spec.styles.into_iter().zip(pixels.styles).zip(given_masks)) {
        let StyleSpec { name, sha256, width, height, mask } = style;
        styles.push(ImageSpec { name, sha256, width, height }.with_pixels(&format!("style image {n}"), rgba)?);
        masks.push(optional(&format!("the mask of style image {n}"), mask, mask_rgba)?);
    }
    Ok(RunSpec {
        settings: spec.settings,
        content: spec.content.with_pixels("the content image", pixels.content)?,
        styles,
        masks,
        changes: spec.changes,
        start: optional("the start image", spec.start, pixels.start)?,
        engine: by.engine.to_owned(),
        adapter: by.adapter,
        threads: by.threads,
        downloaded_bytes: spec.downloaded_bytes,
    })
}

/// An image that a run may lack: both its description and its pixels, or neither.
fn optional(image: &str, spec: Option<ImageSpec>, rgba: Option<Vec<u8>>) -> Result<Option<Image>, SpecError> {
    match (spec, rgba) {
        (Some(spec), Some(rgba)) => spec.with_pixels(image, rgba).map(Some),
        (None, None) => Ok(None),
        (Some(_), None) => Err(SpecError::NoPixels { image: image.to_owned() }),
        (None, Some(_)) => Err(SpecError::NoDescription { image: image.to_owned() }),
    }
}

impl ImageSpec {
    fn with_pixels(self, image: &str, rgba: Vec<u8>) -> Result<Image, SpecError> {
        let Self { name, sha256, width, height } = self;
        // Four times the largest product of two u32 is more than a u64 holds.
        if rgba.len() as u128 != 4 * u128::from(width) * u128::from(height) {
            return Err(SpecError::Length { image: image.to_owned(), width, height, given: rgba.len() });
        }
        Ok(Image { name, sha256, size: (width, height), rgba })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn by() -> ComputedBy {
        ComputedBy { engine: "cpu", adapter: "a processor".to_owned(), threads: 3 }
    }

    fn image(name: &str) -> Value {
        json!({ "name": name, "sha256": "ab", "width": 2, "height": 1 })
    }

    fn spec() -> Value {
        json!({ "settings": Settings::default(), "content": image("photo"), "styles": [image("one"), image("two")], "start": null })
    }

    fn pixels() -> Pixels {
        Pixels { content: vec![1; 8], styles: vec![vec![2; 8], vec![3; 8]], ..Pixels::default() }
    }

    fn refusal(spec: &Value, pixels: Pixels) -> String {
        parse(&spec.to_string(), pixels, by()).unwrap_err().to_string()
    }

    #[test]
    fn a_run_has_every_image_with_its_own_pixels() {
        let mut spec = spec();
        spec["styles"][1]["mask"] = image("mask");
        spec["start"] = image("start");
        spec["changes"] = json!([{ "evaluation": 5, "settings": { "strength": 0.5 } }]);
        spec["downloaded_bytes"] = json!(7);
        // What the page stores with a run does not override what really computes it.
        spec["engine"] = json!("gpu");
        spec["adapter"] = json!("another");
        let pixels = Pixels { masks: vec![None, Some(vec![4; 8])], start: Some(vec![5; 8]), ..pixels() };
        let run = parse(&spec.to_string(), pixels, by()).unwrap();
        let fields = |image: &Image| (image.name.clone(), image.sha256.clone(), image.size, image.rgba.clone());
        let expected = |name: &str, value| (name.to_owned(), "ab".to_owned(), (2, 1), vec![value; 8]);
        assert_eq!(fields(&run.content), expected("photo", 1));
        assert_eq!(run.styles.iter().map(fields).collect::<Vec<_>>(), [expected("one", 2), expected("two", 3)]);
        assert_eq!(run.masks.iter().map(|mask| mask.as_ref().map(fields)).collect::<Vec<_>>(), [None, Some(expected("mask", 4))]);
        assert_eq!(run.start.as_ref().map(fields), Some(expected("start", 5)));
        assert_eq!(run.changes, [SettingsEvent { evaluation: 5, settings: json!({ "strength": 0.5 }) }]);
        assert_eq!((run.engine.as_str(), run.adapter.as_str(), run.threads, run.downloaded_bytes), ("cpu", "a processor", 3, 7));
    }

    #[test]
    fn fields_that_may_be_left_out_have_defaults() {
        let spec = json!({ "settings": Settings::default(), "content": { "name": "", "width": 2, "height": 1 }, "styles": [] });
        let run = parse(&spec.to_string(), Pixels { content: vec![0; 8], ..Pixels::default() }, by()).unwrap();
        assert_eq!((run.content.sha256.as_str(), run.changes.len(), run.downloaded_bytes), ("", 0, 0));
        assert!(run.start.is_none() && run.styles.is_empty() && run.masks.is_empty());
    }

    #[test]
    fn an_unknown_field_is_refused_wherever_it_is() {
        for path in ["", "/content", "/styles/0", "/settings", "/settings/style"] {
            let mut spec = spec();
            spec.pointer_mut(path).unwrap()["colour_of_the_frame"] = json!(1);
            let message = refusal(&spec, pixels());
            assert!(message.contains("unknown field `colour_of_the_frame`"), "{path}: {message}");
        }
    }

    #[test]
    fn a_missing_or_mistyped_field_is_named() {
        let mut without = spec();
        without.as_object_mut().unwrap().remove("content");
        assert!(refusal(&without, pixels()).contains("missing field `content`"));
        let mut mistyped = spec();
        mistyped["content"]["width"] = json!(-1);
        assert!(refusal(&mistyped, pixels()).contains("invalid value: integer `-1`, expected u32"));
        let message = parse("{", Pixels::default(), by()).unwrap_err().to_string();
        assert!(message.starts_with("The page sent a run that cannot be read (EOF while parsing"), "{message}");
    }

    #[test]
    fn pixels_that_do_not_match_are_refused() {
        let cases = [
            (Pixels { styles: vec![vec![2; 8]], ..pixels() }, "The page described 2 style images and sent the pixels of 1."),
            (Pixels { masks: vec![None, None, None], ..pixels() }, "The page sent 3 masks for 2 style images."),
            (Pixels { content: vec![1; 7], ..pixels() }, "The page sent 7 bytes for the content image, which is 2 x 1 pixels of 4 bytes."),
            (Pixels { start: Some(vec![0; 8]), ..pixels() }, "The page sent the pixels of the start image without a description."),
            (
                Pixels { masks: vec![None, Some(vec![0; 8])], ..pixels() },
                "The page sent the pixels of the mask of style image 2 without a description.",
            ),
        ];
        for (pixels, message) in cases {
            assert_eq!(refusal(&spec(), pixels), message);
        }
        let mut vast = spec();
        (vast["content"]["width"], vast["content"]["height"]) = (json!(u32::MAX), json!(u32::MAX));
        assert!(refusal(&vast, pixels()).contains("which is 4294967295 x 4294967295 pixels"));
        let mut masked = spec();
        masked["styles"][0]["mask"] = image("mask");
        assert_eq!(refusal(&masked, pixels()), "The page described the mask of style image 1 and sent no pixels of it.");
    }
}
