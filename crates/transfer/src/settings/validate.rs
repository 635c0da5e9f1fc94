//! Checks of values against their declaration, and of settings as a whole.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{
    choices::{Gradient, OptimiserKind},
    declare::{Kind, Range, Setting},
    error::SettingsError,
    schema::{SCHEMA, SETTINGS, Settings},
    suggest::nearest,
    weighted_layer::LAYERS,
};

/// Longest part of a given value that an error quotes, in characters.
const QUOTED: usize = 40;

impl Settings {
    /// Checks every value against its range, and that the values do not contradict each other.
    ///
    /// # Errors
    /// The first thing wrong, as a sentence that names the key, the value and the range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if self.schema != SCHEMA {
            return Err(SettingsError::WrongSchema { given: self.schema.to_string() });
        }
        let whole = to_value(self)?;
        for setting in SETTINGS {
            value(setting, at(&whole, setting.path))?;
        }
        if self.content.weight == 0.0 && self.style.weight == 0.0 && self.tv.weight == 0.0 {
            return Err(SettingsError::NothingToDo);
        }
        if self.strength == 0.0 && self.content.weight == 0.0 {
            return Err(SettingsError::NoStrength);
        }
        if self.optimiser.kind == OptimiserKind::Lbfgs {
            for (path, gradient) in [("content.gradient", self.content.gradient), ("style.gradient", self.style.gradient)] {
                if gradient == Gradient::Normalised {
                    return Err(SettingsError::NoDescent { path });
                }
            }
        }
        Ok(())
    }

    /// The first setting, in the order of the table, that differs in `new` although it cannot change during a run.
    /// Live settings, such as the weights of the losses, can; all others need a new run.
    #[must_use]
    pub fn changed_fixed(&self, new: &Self) -> Option<&'static str> {
        let (Ok(old), Ok(new)) = (to_value(self), to_value(new)) else { return None };
        SETTINGS.iter().find(|setting| !setting.live && at(&old, setting.path) != at(&new, setting.path)).map(|setting| setting.path)
    }

    /// As JSON.
    pub(crate) fn to_value(&self) -> Result<Value, SettingsError> {
        to_value(self)
    }

    /// Evaluations of one iteration as reports count them: for L-BFGS with restarts, as in the Keras
    /// example, those between two restarts; otherwise 1.
    #[must_use]
    pub fn evaluations_per_iteration(&self) -> u32 {
        match self.optimiser.kind {
            OptimiserKind::Lbfgs => self.optimiser.restart.max(1),
            OptimiserKind::Adam => 1,
        }
    }
}

/// Settings as JSON. A NaN or an infinity becomes `null`, which the checks refuse.
pub(super) fn to_value(settings: &Settings) -> Result<Value, SettingsError> {
    serde_json::to_value(settings).map_err(|error| SettingsError::NotJson { reason: error.to_string() })
}

/// Writes a value at a dotted path of one or two keys; missing objects are created.
pub(crate) fn write(whole: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        Some((section, name)) => whole[section][name] = value,
        None => whole[path] = value,
    }
}

/// The value at a dotted path, `null` if there is none.
pub(crate) fn at<'a>(whole: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(whole, |value, key| &value[key])
}

/// Checks one value; returns it in the form that [`Settings`] deserialises (whole numbers without a fraction, layers with weights).
pub(super) fn value(setting: &Setting, given: &Value) -> Result<Value, SettingsError> {
    let bad = |expected: String| SettingsError::BadValue { path: setting.path.to_owned(), expected, given: quote(given) };
    match setting.kind {
        Kind::Number(range) => in_range(given, range).map(|_| given.clone()).ok_or_else(|| bad(format!("a number from {}", range.words()))),
        Kind::Integer(range) => in_range(given, range)
            .filter(|number| number.fract() == 0.0)
            // Lossless: the ranges of all integers are within 32 bits.
            .map(|number| json!(number as u64))
            .ok_or_else(|| bad(format!("a whole number from {}", range.words()))),
        Kind::Choice { choices } => {
            if choices.iter().any(|choice| given.as_str() == Some(choice.value)) {
                return Ok(given.clone());
            }
            let all: Vec<String> = choices.iter().map(|choice| format!("\"{}\"", choice.value)).collect();
            Err(bad(format!("one of {}", all.join(", "))))
        }
        Kind::Boolean => {
            if given.is_boolean() {
                Ok(given.clone())
            } else {
                Err(bad("true or false".to_owned()))
            }
        }
        Kind::Layers(range) => layers(setting.path, given, range),
        Kind::Weights(range) => {
            let weights = given.as_array().and_then(|list| list.iter().map(|weight| in_range(weight, range)).collect::<Option<Vec<_>>>());
            weights.map(|weights| json!(weights)).ok_or_else(|| bad(format!("a list of numbers from {}", range.words())))
        }
    }
}

fn in_range(given: &Value, range: Range) -> Option<f64> {
    // NaN fails the comparison too.
    given.as_f64().filter(|number| (range.min..=range.max).contains(number))
}

/// A list such as `[{"layer": "conv4_2", "weight": 1}]`; a weight that is left out is 1.
fn layers(path: &str, given: &Value, range: Range) -> Result<Value, SettingsError> {
    let bad =
        |path: String, expected: &str, given: &Value| SettingsError::BadValue { path, expected: expected.to_owned(), given: quote(given) };
    let list = given
        .as_array()
        .ok_or_else(|| bad(path.to_owned(), "a list of layers such as [{\"layer\": \"conv4_2\", \"weight\": 1}]", given))?;
    let (mut seen, mut out, mut sum) = (HashSet::new(), Vec::new(), 0.0);
    for (index, entry) in list.iter().enumerate() {
        let place = format!("{path}[{index}]");
        let fields: &Map<String, Value> =
            entry.as_object().ok_or_else(|| bad(place.clone(), "an entry such as {\"layer\": \"conv4_2\", \"weight\": 1}", entry))?;
        if let Some(key) = fields.keys().find(|key| !["layer", "weight"].contains(&key.as_str())) {
            let nearest = format!("{place}.{}", nearest(key, ["layer", "weight"]));
            return Err(SettingsError::UnknownKey { path: format!("{place}.{}", shorten(key)), nearest });
        }
        let given = fields.get("layer").unwrap_or(&Value::Null);
        let name =
            given.as_str().ok_or_else(|| bad(format!("{place}.layer"), "the name of a layer from \"conv1_1\" to \"conv5_4\"", given))?;
        if !LAYERS.contains(&name) {
            let nearest = nearest(name, LAYERS).to_owned();
            return Err(SettingsError::UnknownLayer { path: format!("{place}.layer"), given: quote(given), nearest });
        }
        if !seen.insert(name) {
            return Err(SettingsError::LayerTwice { path: path.to_owned(), layer: name.to_owned() });
        }
        let given = fields.get("weight").cloned().unwrap_or(json!(1.0));
        let weight =
            in_range(&given, range).ok_or_else(|| bad(format!("{place}.weight"), &format!("a number from {}", range.words()), &given))?;
        sum += weight;
        out.push(json!({ "layer": name, "weight": weight }));
    }
    if sum > 0.0 {
        return Ok(Value::Array(out));
    }
    Err(SettingsError::NoLayers { path: path.to_owned(), weight: path.replace(".layers", ".weight") })
}

/// A given value as an error quotes it: short, and text in quotation marks.
pub(super) fn quote(given: &Value) -> String {
    match given {
        Value::Null => "nothing that is a number (null, NaN or infinity)".to_owned(),
        Value::Bool(_) | Value::Number(_) => shorten(&given.to_string()),
        Value::String(text) => format!("\"{}\"", shorten(text)),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => format!("the list {}", shorten(&given.to_string())),
        Value::Object(_) => format!("the object {}", shorten(&given.to_string())),
    }
}

/// At most [`QUOTED`] characters of a text.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
