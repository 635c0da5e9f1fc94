//! Presets: complete settings under a name.

use serde::Serialize;
use serde_json::Value;
use vgg::Layer;

use super::{
    choices::{ColourKeep, Normalisation, OptimiserKind, Padding, Start, StyleKind, StyleResize, TvKind},
    error::SettingsError,
    merge::merge,
    schema::{
        ColourSettings, ContentSettings, LossSettings, NetworkSettings, OptimiserSettings, ScalesSettings, Settings, StyleSettings,
        TvSettings,
    },
    suggest::nearest,
    validate::quote,
    weighted_layer::WeightedLayer,
};

/// The preset that the page starts with.
pub const DEFAULT: &str = "painting";

/// A preset. Serialised as the page reads them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Preset {
    /// Its name in settings files and on command lines.
    pub id: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// Its effect, in two words.
    pub gives: &'static str,
    /// Its purpose, in one sentence.
    pub description: &'static str,
    /// Complete settings.
    pub settings: Settings,
}

/// All presets, in the order in which they are shown.
#[must_use]
pub fn all() -> Vec<Preset> {
    vec![
        Preset {
            id: "painting",
            label: "Painting",
            gives: "full style",
            description: "A picture to keep: all of the style, calm surface, coherent shapes.",
            settings: painting(),
        },
        Preset {
            id: "gentle",
            label: "Gentle",
            gives: "light touch",
            description: "Half the strength: faces and places stay recognisable.",
            settings: Settings { strength: 0.5, ..painting() },
        },
        Preset {
            id: "bold-strokes",
            label: "Bold strokes",
            gives: "broad brush",
            description: "The style picture at twice its size: large strokes and shapes, less of the photo's detail.",
            settings: bold_strokes(),
        },
        Preset {
            id: "keep-colours",
            label: "Keep colours",
            gives: "photo's palette",
            description: "Brushwork from the style, colours from the photo.",
            settings: Settings { colour: ColourSettings { keep: ColourKeep::Linear }, ..painting() },
        },
        Preset {
            id: "talk",
            label: "Keras example",
            gives: "classic recipe",
            description: "The classic recipe of the Keras example: sums of squares, L-BFGS, the style picture stretched.",
            settings: talk(),
        },
        Preset {
            id: "reference",
            label: "Reference",
            gives: "plain algorithm",
            description: "The plain algorithm with its measured defaults, for comparing programs and networks.",
            settings: Settings::default(),
        },
    ]
}

/// The default, chosen by blind votes and by features that no result is optimised for (`tests/compare.py`, `tests/vote.py`). Sketch, twelve pairs at
/// 384 pixels, 108 votes:
///
/// | | style | content | noise | votes |
/// |---|---|---|---|---|
/// | no preconditioner, conv5_1 too, weights of 0.2 for content and 0.45 for total variation | 0.248 | 0.651 | 0.61 | 11 |
/// | this | 0.202 | 0.678 | 0.65 | 97 |
fn painting() -> Settings {
    let base = Settings::default();
    Settings {
        size: 384,
        evaluations: 300,
        average: 0.0,
        // Up to 256 pixels at one scale: at the same content distance the style distance is some 4 % less than from 90 pixels on
        // (two pairs at 160 and at 256 pixels), and the run a sixth shorter, as the cost of small layers does not shrink with them.
        // At 384 pixels there is no difference.
        scales: ScalesSettings { on: true, first: 256, ..base.scales },
        // Half the usual history: every checkpoint of the run contains it. The preconditioner keeps surfaces calm and objects whole.
        optimiser: OptimiserSettings { kind: OptimiserKind::Lbfgs, history: 5, preconditioner: 2.0, clamp: false, ..base.optimiser },
        content: ContentSettings { weight: 0.07, ..base.content },
        // conv5_1 brings the style's largest shapes, and dissolves faces and boats.
        style: StyleSettings {
            kind: StyleKind::Covariance,
            layers: WeightedLayer::equal(&[Layer::CONV1_1, Layer::CONV2_1, Layer::CONV3_1, Layer::CONV4_1]),
            ..base.style
        },
        tv: TvSettings { weight: 0.2, ..base.tv },
        network: NetworkSettings { padding: Padding::Replicate, ..base.network },
        ..base
    }
}

fn bold_strokes() -> Settings {
    let base = painting();
    Settings {
        content: ContentSettings { weight: 0.5 * base.content.weight, ..base.content },
        style: StyleSettings { scale: 2.0, ..base.style },
        ..base
    }
}

/// The Keras example's recipe (`neural_style_transfer.py`, after Gatys, Ecker and Bethge, arXiv:1508.06576): 50 iterations of
/// at most 20 evaluations, each with a new L-BFGS, as its loop around `fmin_l_bfgs_b(maxfun=20)`.
fn talk() -> Settings {
    let base = Settings::default();
    Settings {
        evaluations: 1000,
        start: Start::Content,
        average: 0.0,
        optimiser: OptimiserSettings { kind: OptimiserKind::Lbfgs, history: 10, restart: 20, clamp: false, ..base.optimiser },
        loss: LossSettings { normalisation: Normalisation::Sum },
        content: ContentSettings { weight: 0.025, layers: WeightedLayer::equal(&[Layer::CONV5_2]), ..base.content },
        style: StyleSettings { weight: 1.0, resize: StyleResize::Stretch, ..base.style },
        tv: TvSettings { weight: 1.0, kind: TvKind::Power, power: 1.25 },
        ..base
    }
}

/// The settings of the preset with this id.
///
/// # Errors
/// An unknown id; the nearest known one is named.
pub fn find(id: &str) -> Result<Settings, SettingsError> {
    let presets = all();
    if let Some(preset) = presets.iter().find(|preset| preset.id == id) {
        return Ok(preset.settings.clone());
    }
    let nearest = nearest(id, presets.iter().map(|preset| preset.id)).to_owned();
    let short: String = id.chars().take(40).collect();
    Err(SettingsError::UnknownPreset { given: format!("\"{short}\""), nearest, all: ids() })
}

/// Complete settings: those of a preset, with `json_text` (a JSON object in which every key may be left out) merged into them.
/// If the text has a key `preset`, as settings files do, that preset is used instead of `preset`.
///
/// # Errors
/// An unknown preset, text that is not JSON, and the errors of [`merge`].
pub fn resolve(preset: &str, json_text: &str) -> Result<Settings, SettingsError> {
    // Editors on Windows may begin a file with a byte-order mark, which JSON does not allow.
    let text = json_text.trim_start_matches('\u{feff}');
    let mut partial: Value = serde_json::from_str(text).map_err(|error| SettingsError::NotJson { reason: error.to_string() })?;
    let own = partial.as_object_mut().and_then(|fields| fields.remove("preset"));
    let base = match &own {
        None => find(preset)?,
        Some(Value::String(id)) => find(id)?,
        Some(other) => {
            let expected = format!("the id of a preset, one of {}", ids());
            return Err(SettingsError::BadValue { path: "preset".to_owned(), expected, given: quote(other) });
        }
    };
    merge(&base, &partial)
}

/// All ids as a list: `"painting", "reference", "talk"`.
fn ids() -> String {
    all().iter().map(|preset| format!("\"{}\"", preset.id)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_valid_and_the_default_exists() {
        for preset in all() {
            preset.settings.validate().unwrap();
            assert_eq!(preset.gives.split(' ').count(), 2, "{}", preset.id);
        }
        let ids: Vec<&str> = all().iter().map(|preset| preset.id).collect();
        assert_eq!(ids, ["painting", "gentle", "bold-strokes", "keep-colours", "talk", "reference"]);
        assert_eq!(find(DEFAULT).unwrap().size, 384);
        assert_eq!(find("reference").unwrap(), Settings::default());
    }

    #[test]
    fn talk_is_the_keras_recipe() {
        let talk = find("talk").unwrap();
        assert_eq!((talk.content.weight, talk.style.weight, talk.tv.weight), (0.025, 1.0, 1.0));
        assert_eq!(talk.content.layers, WeightedLayer::equal(&[Layer::CONV5_2]));
        assert_eq!((talk.evaluations, talk.evaluations_per_iteration(), talk.average), (1000, 20, 0.0));
    }

    #[test]
    fn unknown_ids_get_a_sentence() {
        let message = find("referense").unwrap_err().to_string();
        assert!(message.contains("The nearest one is \"reference\""), "{message}");
    }
}
