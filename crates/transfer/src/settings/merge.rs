//! Merging partial settings into complete ones.

use serde_json::{Value, json};

use super::{
    error::SettingsError,
    schema::{SCHEMA, SETTINGS, Settings, find, sections},
    suggest::nearest_path,
    validate::{quote, shorten, to_value, value},
};

/// `base` with the values of `partial` (nested as in schema 1, every key optional) in place of its own, validated. Lists are replaced whole.
///
/// # Errors
/// An unknown key (the nearest known one is named), a value of the wrong type or out of range, or values that contradict each other.
pub fn merge(base: &Settings, partial: &Value) -> Result<Settings, SettingsError> {
    let fields = partial.as_object().ok_or_else(|| SettingsError::NotAnObject { given: quote(partial) })?;
    let mut whole = to_value(base)?;
    for (key, given) in fields {
        if key == "schema" {
            if given.as_f64() != Some(f64::from(SCHEMA)) {
                return Err(SettingsError::WrongSchema { given: quote(given) });
            }
        } else if sections().any(|section| section == key) {
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
            // {"style.weight": 1} at the top level instead of {"style": {"weight": 1}}.
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
    find(path).map_or_else(|| Err(unknown(path)), |setting| value(setting, given))
}

fn unknown(path: &str) -> SettingsError {
    let all = SETTINGS.iter().map(|setting| setting.path).chain(sections()).chain(["schema", "preset"]);
    SettingsError::UnknownKey { path: shorten(path), nearest: nearest_path(path, all).to_owned() }
}

/// The first setting of a section, to show how it is nested.
fn example(section: &str) -> Value {
    let first = SETTINGS.iter().find_map(|setting| setting.path.split_once('.').filter(|(name, _)| *name == section));
    let value = |name: &str| to_value(&Settings::default()).map(|whole| whole[section][name].clone()).unwrap_or_default();
    first.map_or(json!({}), |(_, name)| json!({ name: value(name) }))
}
