//! Runs as the page sends them: JSON and the pixels of the pictures that it describes. An input is a line with the pictures' lengths in bytes,
//! then the run's JSON.
//!
//! Accepted rightly: the settings are valid, as are those after every change on the way; every picture has four bytes a pixel; there is a mask or none
//! for each style. A session begins with it, or refuses it with a sentence.

use std::time::Duration;

use browser::run_spec::{ComputedBy, Pixels, parse};
use burn::tensor::Device;
use mutatis::Session;
use serde_json::{Value, json};
use transfer::settings::{Settings, merge};
use vgg::WeightsFile;

use super::{
    Limits, Target, Verdict, holds, refused, settings,
    tiny::{self, Weights},
};
use crate::mutate::{bytes::Bytes, choose, json, json::Json};

/// Of all pictures, in bytes.
const MOST_PIXELS: usize = 1 << 20;
/// Results larger than this are not begun: their targets take seconds.
const LARGEST: u32 = 32;

struct RunSpecs {
    seeds: Vec<(Value, Value)>,
    network: Option<WeightsFile>,
}

pub(super) fn target() -> Box<dyn Target> {
    let image = |name: &str, width: u32, height: u32| json!({ "name": name, "sha256": "ab".repeat(32), "width": width, "height": height });
    let mut settings = Settings { size: 16, evaluations: 20, ..Settings::default() };
    settings.style.layers.truncate(2);
    if let Some(layer) = settings.style.layers.first().cloned() {
        settings.content.layers = vec![layer];
    }
    let plain = json!({ "settings": settings, "content": image("photo.png", 9, 8), "styles": [image("style.png", 8, 7)] });
    let mut rich = plain.clone();
    rich["styles"][0]["mask"] = image("mask", 4, 4);
    rich["styles"].as_array_mut().into_iter().for_each(|styles| styles.push(image("another.png", 6, 6)));
    rich["start"] = image("start.png", 5, 5);
    rich["changes"] =
        json!([{ "evaluation": 3, "settings": { "strength": 0.5 } }, { "evaluation": 9, "settings": { "style": { "weight": 2.0 } } }]);
    rich["downloaded_bytes"] = json!(77);
    rich["engine"] = json!("cpu");
    rich["adapter"] = json!("SIMD");
    let seeds = vec![
        (json!({ "content": 288, "styles": [224] }), plain),
        (json!({ "content": 288, "styles": [224, 144], "masks": [64], "start": 100 }), rich),
    ];
    Box::new(RunSpecs { seeds, network: WeightsFile::parse(tiny::network(Weights::F32, 3)).ok() })
}

fn input(lengths: &Value, spec: &str) -> Vec<u8> {
    format!("{lengths}\n{spec}").into_bytes()
}

/// `None` where the line is none.
fn pixels(line: &str) -> Option<Pixels> {
    let lengths: Value = serde_json::from_str(line).ok()?;
    let bytes = |value: &Value| vec![0x70; (value.as_u64().unwrap_or(0) as usize).min(MOST_PIXELS)];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default().into_iter().take(8).collect::<Vec<_>>();
    let optional = |value: &Value| (!value.is_null()).then(|| bytes(value));
    Some(Pixels {
        content: bytes(&lengths["content"]),
        styles: list(&lengths["styles"]).iter().map(bytes).collect(),
        masks: list(&lengths["masks"]).iter().map(optional).collect(),
        start: optional(&lengths["start"]),
    })
}

impl Target for RunSpecs {
    fn name(&self) -> &'static str {
        "run-specs"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(3), memory: 64 << 20, memory_per_byte: 256 }
    }

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        self.seeds.iter().enumerate().map(|(n, (lengths, spec))| (n.to_string(), input(lengths, &spec.to_string()))).collect()
    }

    fn input(&mut self, session: &mut Session) -> Vec<u8> {
        let at = choose(session, self.seeds.len());
        let (mut lengths, mut spec) = self.seeds[at].clone();
        for _ in 0..=choose(session, 2) {
            let _ = session.mutate_with(&mut Json, &mut spec);
        }
        if choose(session, 6) == 0 {
            let _ = session.mutate_with(&mut Json, &mut lengths);
        }
        let mut text = json::text(&spec);
        if choose(session, 8) == 0 {
            let mut bytes = text.into_bytes();
            let _ = session.mutate_with(&mut Bytes, &mut bytes);
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        input(&lengths, &text)
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(Verdict::Refused) };
        let (line, json) = text.split_once('\n').unwrap_or_default();
        let Some(pixels) = pixels(line) else { return Ok(Verdict::Refused) };
        let by = ComputedBy { engine: "cpu", adapter: "SIMD".to_owned(), threads: 1 };
        let spec = match parse(json, pixels, by) {
            Ok(spec) => spec,
            Err(error) => return refused(&error),
        };
        if let Err(error) = spec.validate() {
            return refused(&error);
        }
        settings::check_settings(&spec.settings)?;
        let mut changes: Vec<_> = spec.changes.iter().collect();
        changes.sort_by_key(|change| change.evaluation);
        let mut now = spec.settings.clone();
        for change in changes {
            let changed = merge(&now, &change.settings).map_err(|error| format!("a change is refused on the way: {error}"))?;
            holds(now.changed_fixed(&changed).is_none(), || "a change is refused on the way: it is of a fixed setting".to_owned())?;
            now = changed;
        }
        let images = std::iter::once(&spec.content).chain(&spec.styles).chain(spec.masks.iter().flatten()).chain(&spec.start);
        for image in images {
            let (width, height) = image.size;
            holds(image.rgba.len() as u128 == 4 * u128::from(width) * u128::from(height), || {
                format!("\"{}\" has another length", image.name)
            })?;
        }
        holds(spec.masks.len() <= spec.styles.len() && !spec.styles.is_empty(), || "masks without styles".to_owned())?;
        // One in eight: a session takes as long as a hundred refusals.
        if let Some(network) = &self.network
            && spec.settings.size <= LARGEST
            && crc32fast::hash(input).is_multiple_of(8)
            && let Err(error) = transfer::Session::new(network, spec, &Device::flex())
        {
            return refused(&error);
        }
        Ok(Verdict::Accepted)
    }
}
