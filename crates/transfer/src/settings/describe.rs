//! A description of the settings for the page, which builds its controls from it: groups, knobs with ranges and
//! explanations, presets and layers, all from the table in [`crate::settings::schema`] and the list in [`crate::settings::presets`].

use serde::Serialize;
use serde_json::Value;

use crate::settings::presets;
use crate::settings::schema::{GROUPS, KNOBS, Kind, Knob, Range};
use crate::settings::{LAYERS, SCHEMA, Settings};

/// Everything about the settings that a page needs to know.
#[derive(Clone, Debug, Serialize)]
pub struct Description {
    schema: u32,
    /// Of this program.
    version: &'static str,
    groups: Vec<Labelled>,
    knobs: Vec<KnobDescription>,
    presets: Vec<PresetDescription>,
    default_preset: &'static str,
    layers: [&'static str; 16],
}

#[derive(Clone, Debug, Serialize)]
struct Labelled {
    id: &'static str,
    label: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct KnobDescription {
    path: &'static str,
    group: &'static str,
    label: &'static str,
    help: &'static str,
    kind: &'static str,
    /// For layers and weights: of each.
    #[serde(flatten)]
    range: Option<RangeDescription>,
    default: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Choice>,
    primary: bool,
    live: bool,
}

#[derive(Clone, Debug, Serialize)]
struct RangeDescription {
    min: f64,
    max: f64,
    /// The part of the range in which useful values lie: what a slider spans.
    usual_min: f64,
    usual_max: f64,
    step: f64,
    scale: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    value: &'static str,
    label: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct PresetDescription {
    id: &'static str,
    label: &'static str,
    gives: &'static str,
    description: &'static str,
    settings: Settings,
}

/// Describes all settings. Defaults are those of [`Settings::default`]; a preset's own values stand with the preset.
#[must_use]
pub fn describe() -> Description {
    // Serialising plain numbers and text cannot fail; if it did, the page would get no defaults.
    let defaults = serde_json::to_value(Settings::default()).unwrap_or_default();
    Description {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        groups: GROUPS.iter().map(|&(id, label)| Labelled { id, label }).collect(),
        knobs: KNOBS.iter().map(|knob| knob_description(knob, &defaults)).collect(),
        presets: presets::all()
            .into_iter()
            .map(|preset| PresetDescription {
                id: preset.id,
                label: preset.label,
                gives: preset.gives,
                description: preset.description,
                settings: preset.settings,
            })
            .collect(),
        default_preset: presets::DEFAULT,
        layers: LAYERS,
    }
}

fn knob_description(knob: &Knob, defaults: &Value) -> KnobDescription {
    let (kind, range, choices) = match knob.kind {
        Kind::Number(range) => ("number", Some(range), &[][..]),
        Kind::Integer(range) => ("integer", Some(range), &[][..]),
        Kind::Choice(choices) => ("choice", None, choices),
        Kind::Boolean => ("boolean", None, &[][..]),
        Kind::Layers(range) => ("layers", Some(range), &[][..]),
        Kind::Weights(range) => ("weights", Some(range), &[][..]),
    };
    KnobDescription {
        path: knob.path,
        group: knob.group,
        label: knob.label,
        help: knob.help,
        kind,
        range: range.map(RangeDescription::from),
        default: knob.path.split('.').fold(defaults, |value, key| &value[key]).clone(),
        choices: choices.iter().map(|&(value, label)| Choice { value, label }).collect(),
        primary: knob.primary,
        live: knob.live,
    }
}

impl From<Range> for RangeDescription {
    fn from(range: Range) -> Self {
        Self {
            min: range.min,
            max: range.max,
            usual_min: range.usual.0,
            usual_max: range.usual.1,
            step: range.step,
            scale: if range.log { "log" } else { "linear" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::merge;
    use serde_json::json;

    #[test]
    fn it_has_the_shape_that_the_page_reads() {
        let description = serde_json::to_value(describe()).unwrap();
        assert_eq!(description["default_preset"], "painting");
        assert_eq!(description["layers"].as_array().unwrap().len(), 16);
        let style = description["knobs"].as_array().unwrap().iter().find(|knob| knob["path"] == "style.scale").unwrap();
        let expected = json!({ "path": "style.scale", "group": "style", "label": "Brush", "kind": "number", "min": 0.1, "max": 4.0,
            "usual_min": 0.25, "usual_max": 2.0, "step": 0.05, "scale": "log", "default": 1.0, "primary": true, "live": false });
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&style[key], value, "{key}");
        }
    }

    #[test]
    fn every_bound_and_choice_that_the_page_offers_is_accepted() {
        for knob in KNOBS {
            let offered: Vec<Value> = match knob.kind {
                Kind::Number(range) | Kind::Integer(range) => {
                    assert!(range.min <= range.usual.0 && range.usual.0 < range.usual.1 && range.usual.1 <= range.max, "{}", knob.path);
                    vec![json!(range.min), json!(range.max), json!(range.usual.0), json!(range.usual.1)]
                }
                Kind::Choice(choices) => choices.iter().map(|(id, _)| json!(id)).collect(),
                Kind::Boolean => vec![json!(true), json!(false)],
                Kind::Weights(range) => vec![json!([]), json!([range.min, range.max, 1])],
                Kind::Layers(_) => vec![json!(LAYERS.map(|layer| json!({ "layer": layer })))],
            };
            assert!(GROUPS.iter().any(|(id, _)| *id == knob.group), "{}", knob.path);
            for value in offered {
                let partial = match knob.path.split_once('.') {
                    Some((section, name)) => json!({ section: { name: value } }),
                    None => json!({ knob.path: value }),
                };
                merge(&Settings::default(), &partial).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}
