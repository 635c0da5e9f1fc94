//! A description of the settings for the page, which builds its controls from it: groups, settings with ranges and explanations,
//! presets and layers. Nothing is declared here: it serialises [`SETTINGS`], [`GROUPS`] and [`presets::all`].

use serde::Serialize;
use serde_json::Value;

use super::{
    declare::Setting,
    presets::{self, Preset},
    schema::{GROUPS, Group, SCHEMA, SETTINGS, Settings},
    validate::at,
    weighted_layer::LAYERS,
};

/// Everything about the settings that a page needs to know.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Description {
    schema: u32,
    /// Of this program.
    version: &'static str,
    groups: [Group; GROUPS.len()],
    /// The page reads this key under its older name.
    #[serde(rename = "controls")]
    settings: Vec<SettingDescription>,
    presets: Vec<Preset>,
    default_preset: &'static str,
    layers: [&'static str; LAYERS.len()],
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct SettingDescription {
    #[serde(flatten)]
    setting: &'static Setting,
    #[cfg_attr(feature = "types", ts(type = "number | string | boolean | Array<WeightedLayer> | Array<number>"))]
    default: Value,
}

/// Describes all settings. Defaults are those of [`Settings::default`]; a preset's own values stand with the preset.
#[must_use]
pub fn describe() -> Description {
    // Serialising plain numbers and text cannot fail; if it did, the page would get no defaults.
    let defaults = serde_json::to_value(Settings::default()).unwrap_or_default();
    Description {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        groups: GROUPS,
        settings: SETTINGS.iter().map(|setting| SettingDescription { setting, default: at(&defaults, setting.path).clone() }).collect(),
        presets: presets::all(),
        default_preset: presets::DEFAULT,
        layers: LAYERS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Kind, merge};
    use serde_json::json;

    #[test]
    fn it_has_the_shape_that_the_page_reads() {
        let description = serde_json::to_value(describe()).unwrap();
        assert_eq!(description["default_preset"], "painting");
        assert_eq!(description["layers"].as_array().unwrap().len(), 16);
        let setting = |path: &str| description["controls"].as_array().unwrap().iter().find(|setting| setting["path"] == path).unwrap();
        assert_eq!(
            *setting("style.scale"),
            json!({ "path": "style.scale", "group": "style", "label": "Style scale", "kind": "number", "min": 0.1, "max": 4.0,
                "help": "Size of the style picture relative to the result. Larger gives larger strokes and shapes.",
                "usual_min": 0.25, "usual_max": 2.0, "step": 0.05, "scale": "log", "default": 1.0, "primary": true, "live": false })
        );
        assert_eq!(
            *setting("optimiser.kind"),
            json!({ "path": "optimiser.kind", "group": "search", "label": "Optimiser", "kind": "choice", "default": "adam",
                "help": "The method that improves the result. Adam is steady; L-BFGS looks back on its last steps and often gets further with as many.",
                "choices": [{ "value": "adam", "label": "Adam" }, { "value": "lbfgs", "label": "L-BFGS" }], "primary": false, "live": false })
        );
        let kinds = ["size", "optimiser.clamp", "style.layers", "style.blend"].map(|path| setting(path)["kind"].as_str().unwrap());
        assert_eq!(kinds, ["integer", "boolean", "layers", "weights"]);
    }

    #[test]
    fn every_bound_and_choice_that_the_page_offers_is_accepted() {
        for setting in SETTINGS {
            let offered: Vec<Value> = match setting.kind {
                Kind::Number(range) | Kind::Integer(range) => {
                    let bounds = [range.min, range.usual_min, range.usual_max, range.max];
                    assert!(bounds.is_sorted() && range.usual_min < range.usual_max, "{}", setting.path);
                    bounds.map(|bound| json!(bound)).into()
                }
                Kind::Choice { choices } => choices.iter().map(|choice| json!(choice.value)).collect(),
                Kind::Boolean => vec![json!(true), json!(false)],
                Kind::Weights(range) => vec![json!([]), json!([range.min, range.max, 1])],
                Kind::Layers(_) => vec![json!(LAYERS.map(|layer| json!({ "layer": layer })))],
            };
            assert!(GROUPS.iter().any(|group| group.id == setting.group), "{}", setting.path);
            for value in offered {
                let partial = match setting.path.split_once('.') {
                    Some((section, name)) => json!({ section: { name: value } }),
                    None => json!({ setting.path: value }),
                };
                let settings = merge(&Settings::default(), &partial).unwrap_or_else(|error| panic!("{error}"));
                if let Kind::Choice { .. } = setting.kind {
                    assert_eq!(*at(&settings.to_value().unwrap(), setting.path), value);
                }
            }
        }
    }
}
