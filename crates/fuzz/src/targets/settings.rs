//! Settings files over a preset.
//!
//! Accepted rightly: every value is of its declared kind and within its range, the settings as a whole are valid, and written as JSON they are read
//! again as the same; numbers but for their last bit, which JSON may round.

use std::time::Duration;

use mutatis::Session;
use serde_json::{Value, json};
use transfer::settings::{Kind, LAYERS, Range, Settings, presets, resolve, schema::SETTINGS};

use super::{Limits, Target, Verdict, holds, refused};
use crate::mutate::{bytes::Bytes, choose, json, json::Json};

struct SettingsFiles {
    seeds: Vec<Value>,
}

pub(super) fn target() -> Box<dyn Target> {
    let whole = presets::all().into_iter().filter_map(|preset| serde_json::to_value(preset.settings).ok());
    let partial = [
        json!({ "preset": "painting", "size": 768, "style": { "blend": [2, 1] }, "colour": { "keep": "linear" } }),
        json!({ "schema": 1, "content": { "layers": [{ "layer": "conv4_2", "weight": 1 }, { "layer": "conv5_2" }] }, "optimiser": { "kind": "lbfgs" } }),
        json!({ "strength": 0.5, "scales": { "on": true, "first": 64, "ratio": 1.4 }, "seed": 7, "average": 0.9 }),
    ];
    Box::new(SettingsFiles { seeds: whole.chain(partial).collect() })
}

impl Target for SettingsFiles {
    fn name(&self) -> &'static str {
        "settings"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(1), memory: 4 << 20, memory_per_byte: 256 }
    }

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        self.seeds.iter().enumerate().map(|(n, value)| (n.to_string(), value.to_string().into_bytes())).collect()
    }

    fn input(&mut self, session: &mut Session) -> Vec<u8> {
        let at = choose(session, self.seeds.len());
        let mut value = self.seeds[at].clone();
        for _ in 0..=choose(session, 3) {
            let _ = session.mutate_with(&mut Json, &mut value);
        }
        let mut text = json::text(&value).into_bytes();
        if choose(session, 8) == 0 {
            let _ = session.mutate_with(&mut Bytes, &mut text);
        }
        text
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(Verdict::Refused) };
        let settings = match resolve("painting", text) {
            Ok(settings) => settings,
            Err(error) => return refused(&error),
        };
        check_settings(&settings)?;
        let written = serde_json::to_string(&settings).map_err(|error| format!("it cannot be written: {error}"))?;
        let again = resolve("reference", &written).map_err(|error| format!("written, it is refused: {error}"))?;
        holds(same(&value_of(&settings)?, &value_of(&again)?), || "written and read again, it is other settings".to_owned())?;
        Ok(Verdict::Accepted)
    }
}

fn value_of(settings: &Settings) -> Result<Value, String> {
    serde_json::to_value(settings).map_err(|error| error.to_string())
}

/// Every value against its declaration, by the declaration alone.
pub(super) fn check_settings(settings: &Settings) -> Result<(), String> {
    settings.validate().map_err(|error| format!("it is accepted and not valid: {error}"))?;
    let whole = value_of(settings)?;
    for setting in SETTINGS {
        let value = setting.path.split('.').fold(&whole, |value, key| &value[key]);
        let within = |value: &Value, range: &Range| value.as_f64().is_some_and(|number| number >= range.min && number <= range.max);
        let fits = match &setting.kind {
            Kind::Number(range) => within(value, range),
            Kind::Integer(range) => within(value, range) && value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Kind::Choice { choices } => choices.iter().any(|choice| value == choice.value),
            Kind::Boolean => value.is_boolean(),
            Kind::Weights(range) => value.as_array().is_some_and(|list| list.iter().all(|weight| within(weight, range))),
            Kind::Layers(range) => value.as_array().is_some_and(|list| {
                let known = |entry: &Value| entry["layer"].as_str().is_some_and(|layer| LAYERS.contains(&layer));
                list.len() <= LAYERS.len() && list.iter().all(|entry| known(entry) && within(&entry["weight"], range))
            }),
        };
        holds(fits, || format!("\"{}\" is {value}, which its declaration does not allow", setting.path))?;
    }
    Ok(())
}

/// Equal, numbers up to the last bits.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (Value::Number(_), Value::Number(_)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 4.0 * f64::EPSILON * a.abs().max(b.abs()),
            _ => false,
        },
        _ => a == b,
    }
}
