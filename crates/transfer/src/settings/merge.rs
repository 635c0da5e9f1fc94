//! Partial settings put over complete ones.

use serde_json::{Value, json};

use super::nearest::nearest_path;
use super::validate::{quote, shorten, to_value, value};
use super::{SCHEMA, Settings, SettingsError, schema};
use crate::settings::presets;

/// Complete settings: those of a preset, then `json_text` (a JSON object in which every key may be left out) on top.
/// The text may carry a key `preset` of its own, as settings files do; that one is then taken instead of `preset`.
///
/// # Errors
/// An unknown preset, text that is not JSON, and all that [`merge`] refuses.
pub fn resolve(preset: &str, json_text: &str) -> Result<Settings, SettingsError> {
    // Editors on Windows like to begin a file with a byte-order mark, which JSON does not allow.
    let text = json_text.trim_start_matches('\u{feff}');
    let mut partial: Value = serde_json::from_str(text).map_err(|error| SettingsError::NotJson { reason: error.to_string() })?;
    let own = partial.as_object_mut().and_then(|fields| fields.remove("preset"));
    let base = match &own {
        None => presets::find(preset)?,
        Some(Value::String(id)) => presets::find(id)?,
        Some(other) => {
            let expected = format!("the id of a preset, one of {}", presets::ids());
            return Err(SettingsError::BadValue { path: "preset".to_owned(), expected, given: quote(other) });
        }
    };
    merge(&base, &partial)
}

/// `base` with the values of `partial` (nested as in schema 1, every key optional) put over it, checked. Lists are replaced whole.
///
/// # Errors
/// An unknown key (the nearest known one is named), a value of the wrong type or out of range, or values that make no sense together.
pub fn merge(base: &Settings, partial: &Value) -> Result<Settings, SettingsError> {
    let fields = partial.as_object().ok_or_else(|| SettingsError::NotAnObject { given: quote(partial) })?;
    let mut whole = to_value(base)?;
    for (key, given) in fields {
        if key == "schema" {
            if given.as_f64() != Some(f64::from(SCHEMA)) {
                return Err(SettingsError::WrongSchema { given: quote(given) });
            }
        } else if schema::sections().any(|section| section == key) {
            let expected = || format!("an object with settings of its own, such as {}", example(key));
            let inner = given.as_object().ok_or_else(|| SettingsError::BadValue {
                path: key.clone(),
                expected: expected(),
                given: quote(given),
            })?;
            for (name, given) in inner {
                whole[key][name] = known(&format!("{key}.{name}"), given)?;
            }
        } else if key.contains('.') {
            // {"style.weight": 1} at the top, in place of {"style": {"weight": 1}}.
            return Err(unknown(key));
        } else {
            whole[key] = known(key, given)?;
        }
    }
    let settings: Settings = serde_json::from_value(whole).map_err(|error| SettingsError::NotJson { reason: error.to_string() })?;
    settings.validate()?;
    Ok(settings)
}

fn known(path: &str, given: &Value) -> Result<Value, SettingsError> {
    schema::find(path).map_or_else(|| Err(unknown(path)), |knob| value(knob, given))
}

fn unknown(path: &str) -> SettingsError {
    let all = schema::KNOBS.iter().map(|knob| knob.path).chain(schema::sections()).chain(["schema", "preset"]);
    SettingsError::UnknownKey { path: shorten(path), nearest: nearest_path(path, all).to_owned() }
}

/// The first setting of a section, to show how it is nested.
fn example(section: &str) -> Value {
    let first = schema::KNOBS.iter().find_map(|knob| knob.path.split_once('.').filter(|(name, _)| *name == section));
    let value = |name: &str| to_value(&Settings::default()).map(|whole| whole[section][name].clone()).unwrap_or_default();
    first.map_or(json!({}), |(_, name)| json!({ name: value(name) }))
}
