//! Good settings, bad settings, and the sentences for the latter.

use serde_json::{Value, json};

use super::schema::SETTINGS;
use super::validate::at;
use super::*;

fn error(partial: Value) -> String {
    merge(&Settings::default(), &partial).unwrap_err().to_string()
}

/// The page shows the settings in this order, and `changed_fixed` names the first in it.
#[test]
fn the_table_is_in_the_order_in_which_settings_are_shown() {
    let paths = |of: fn(&&Setting) -> bool| SETTINGS.iter().filter(of).map(|setting| setting.path).collect::<Vec<_>>();
    #[rustfmt::skip]
    assert_eq!(
        paths(|_| true),
        [
            "strength", "style.scale", "colour.keep", "size", "evaluations", "start", "seed", "scales.on", "scales.first",
            "scales.ratio", "content.weight", "content.kind", "content.gradient", "content.transparency", "content.layers", "style.weight",
            "style.kind", "style.nearest", "style.gradient", "style.layers", "style.blend", "style.resize", "tv.weight", "tv.kind", "tv.power",
            "optimiser.kind", "optimiser.step", "optimiser.beta1", "optimiser.beta2", "optimiser.epsilon", "optimiser.clamp",
            "optimiser.history", "optimiser.restart", "optimiser.preconditioner", "average", "loss.normalisation", "network.pooling", "network.views",
            "network.padding", "network.precision", "network.recompute",
        ]
    );
    assert_eq!(paths(|setting| setting.primary), ["strength", "style.scale", "colour.keep"]);
    assert_eq!(paths(|setting| setting.live), ["strength", "content.weight", "style.weight", "tv.weight", "optimiser.step"]);
}

#[test]
fn defaults_are_valid_and_survive_json() {
    let settings = Settings::default();
    settings.validate().unwrap();
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(resolve("talk", &text).unwrap(), settings);
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), settings);
}

#[test]
fn partial_settings_change_what_they_name() {
    let settings = resolve(
        "reference",
        r#"{"size": 128.0, "style": {"weight": 2, "layers": [{"layer": "conv1_1"}, {"layer": "conv3_1", "weight": 0.5}]}, "optimiser": {"kind": "lbfgs"}}"#,
    )
    .unwrap();
    assert_eq!((settings.size, settings.style.weight, settings.content.weight), (128, 2.0, 0.05));
    assert_eq!(settings.style.layers[0].weight, 1.0);
    assert_eq!((settings.optimiser.kind, settings.optimiser.history), (OptimiserKind::Lbfgs, 10));
}

#[test]
fn a_file_may_choose_its_preset() {
    assert_eq!(resolve("painting", "\u{feff}{\"preset\": \"talk\", \"size\": 100}").unwrap().content.weight, 0.025);
    assert!(resolve("painting", r#"{"preset": 3}"#).unwrap_err().to_string().starts_with("\"preset\" must be the id of a preset"));
    assert_eq!(resolve("painting", r#"{"preset": "bold-strokes"}"#).unwrap().style.scale, 2.0);
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    let cases = [
        (json!({ "syze": 3 }), "syze", "size"),
        (json!({ "optimizer": {} }), "optimizer", "optimiser"),
        (json!({ "style": { "wieght": 1 } }), "style.wieght", "style.weight"),
        (json!({ "style_weight": 1 }), "style_weight", "style.weight"),
        (json!({ "style.weight": 1 }), "style.weight", "style.weight"),
        (json!({ "tv": { "beta1": 1 } }), "tv.beta1", "optimiser.beta1"),
        (json!({ "iterations": 100 }), "iterations", "evaluations"),
        (json!({ "learning_rate": 1 }), "learning_rate", "optimiser.step"),
        (json!({ "content": { "layers": [{ "layer": "conv4_2", "weigth": 1 }] } }), "content.layers[0].weigth", "content.layers[0].weight"),
    ];
    for (partial, path, nearest) in cases {
        assert_eq!(
            error(partial),
            format!("There is no setting \"{path}\". The nearest known one is \"{nearest}\"; a dot stands for nesting.")
        );
    }
}

#[test]
fn bad_values_name_key_value_and_range() {
    let cases = [
        (json!({ "size": 0 }), "\"size\" must be a whole number from 16 to 4096, but 0 was given."),
        (json!({ "size": -512 }), "\"size\" must be a whole number from 16 to 4096, but -512 was given."),
        (json!({ "size": 1e300 }), "\"size\" must be a whole number from 16 to 4096, but 1e+300 was given."),
        (json!({ "size": 99.5 }), "\"size\" must be a whole number from 16 to 4096, but 99.5 was given."),
        (json!({ "size": "512" }), "\"size\" must be a whole number from 16 to 4096, but \"512\" was given."),
        (json!({ "style": { "weight": -0.1 } }), "\"style.weight\" must be a number from 0 to 1000000, but -0.1 was given."),
        (json!({ "style": { "weight": [] } }), "\"style.weight\" must be a number from 0 to 1000000, but an empty list was given."),
        (json!({ "optimiser": { "epsilon": 0 } }), "\"optimiser.epsilon\" must be a number from 1e-12 to 1, but 0 was given."),
        (json!({ "optimiser": { "kind": "sgd" } }), "\"optimiser.kind\" must be one of \"adam\", \"lbfgs\", but \"sgd\" was given."),
        (json!({ "optimiser": { "clamp": 1 } }), "\"optimiser.clamp\" must be true or false, but 1 was given."),
        (json!({ "style": 3 }), "\"style\" must be an object with settings of its own, such as {\"scale\":1.0}, but 3 was given."),
        (json!([1]), "The settings must be a JSON object such as {\"size\": 512}, but the list [1] was given."),
        (json!({ "schema": 2 }), "\"schema\" is 2, but this version reads settings of schema 1. Leave the key out, or write 1."),
    ];
    for (partial, sentence) in cases {
        assert_eq!(error(partial), sentence);
    }
    assert!(error(json!({ "size": "x".repeat(1_000_000) })).len() < 200);
    assert!(error(json!({ "x".repeat(10_000_000): 1 })).len() < 200);
    assert!(error(json!({ "average": null })).contains("null, NaN or infinity"));
    for text in ["", "{\"size\": NaN}", "{\"size\": 1e999}", "<!DOCTYPE html>", "{\"size\": 512,}"] {
        let message = resolve("reference", text).unwrap_err().to_string();
        assert!(message.starts_with("The settings cannot be read as JSON: ") && message.contains("line 1 column"), "{message}");
    }
}

#[test]
fn bad_layers_are_named() {
    let content = |layers: Value| error(json!({ "content": { "layers": layers } }));
    assert_eq!(
        content(json!([{ "layer": "relu4_2" }])),
        "\"content.layers[0].layer\" names the layer \"relu4_2\", which VGG-19 does not have. The nearest one is \"conv4_2\"; layers run from conv1_1 to conv5_4."
    );
    assert!(content(json!([{ "layer": "conv4_2" }, { "layer": "conv4_2" }])).contains("conv4_2 twice"));
    assert!(content(json!([])).contains("set \"content.weight\" to 0 instead"));
    assert!(content(json!([{ "layer": "conv4_2", "weight": 0 }])).contains("above 0"));
    assert!(
        content(json!([{ "layer": "conv4_2", "weight": -1 }])).starts_with("\"content.layers[0].weight\" must be a number from 0 to 1000")
    );
    assert!(content(json!(["conv4_2"])).starts_with("\"content.layers[0]\" must be an entry such as"));
    assert!(content(json!("conv4_2")).starts_with("\"content.layers\" must be a list of layers"));
    assert!(content(json!([{ "weight": 1 }])).starts_with("\"content.layers[0].layer\" must be the name of a layer"));
}

#[test]
fn validate_finds_what_code_got_wrong() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.validate().unwrap_err().to_string()
    };
    assert!(with(|s| s.style.weight = f64::NAN).starts_with("\"style.weight\" must be a number"));
    assert!(with(|s| s.tv.weight = f64::INFINITY).starts_with("\"tv.weight\" must be a number"));
    assert!(with(|s| s.optimiser.beta2 = 1.0).starts_with("\"optimiser.beta2\" must be a number"));
    assert!(with(|s| s.schema = 0).starts_with("\"schema\" is 0"));
    assert!(with(|s| (s.content.weight, s.style.weight, s.tv.weight) = (0.0, 0.0, 0.0)).contains("nothing to paint towards"));
}

#[test]
fn only_weights_and_the_step_may_change_during_a_run() {
    let old = Settings::default();
    let mut new = old.clone();
    (new.content.weight, new.style.weight, new.tv.weight, new.optimiser.step, new.strength) = (1.0, 2.0, 3.0, 0.1, 0.5);
    assert_eq!(old.changed_fixed(&new), None);
    for (partial, path) in [
        (json!({ "size": 64 }), "size"),
        (json!({ "seed": 1 }), "seed"),
        (json!({ "start": "noise" }), "start"),
        (json!({ "optimiser": { "kind": "lbfgs" } }), "optimiser.kind"),
        (json!({ "style": { "layers": [{ "layer": "conv1_1" }] } }), "style.layers"),
        (json!({ "network": { "pooling": "max" } }), "network.pooling"),
    ] {
        assert_eq!(old.changed_fixed(&merge(&old, &partial).unwrap()), Some(path));
    }
}

#[test]
fn every_path_of_the_table_leads_somewhere() {
    let whole = serde_json::to_value(Settings::default()).unwrap();
    assert!(SETTINGS.iter().all(|setting| !at(&whole, setting.path).is_null()));
}
