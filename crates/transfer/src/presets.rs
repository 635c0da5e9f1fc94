//! Named settings to start from.

use crate::settings::{
    ContentSettings, LossSettings, Normalisation, OptimiserKind, OptimiserSettings, Settings, SettingsError, Start, StyleResize,
    StyleSettings, TvKind, TvSettings, WeightedLayer, nearest,
};

/// The preset that the page starts with.
pub const DEFAULT: &str = "painting";

/// Ids that later presets will have, so that nothing else takes them.
const RESERVED: [&str; 3] = ["gentle", "bold-strokes", "keep-colours"];

/// Settings under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// What settings files and command lines call it.
    pub id: &'static str,
    /// What the page calls it.
    pub label: &'static str,
    /// One sentence on what it is for.
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
            description: "A good picture in a few minutes: a size for looking at, strong style, calm surface.",
            settings: Settings { size: 384, evaluations: 300, ..Settings::default() },
        },
        Preset {
            id: "reference",
            label: "Reference",
            description: "The plain algorithm with its measured defaults, for comparing programs and networks.",
            settings: Settings::default(),
        },
        Preset {
            id: "talk",
            label: "Talk",
            description: "The classic recipe of the Keras example: sums of squares, L-BFGS, the style picture stretched.",
            settings: talk(),
        },
    ]
}

/// The Keras example's recipe (`neural_style_transfer.py`, after Gatys, Ecker and Bethge, arXiv:1508.06576): 50 iterations of
/// at most 20 evaluations to show, each with a fresh L-BFGS, as `fmin_l_bfgs_b(maxfun=20)` in its loop has it.
fn talk() -> Settings {
    let base = Settings::default();
    Settings {
        evaluations: 1000,
        start: Start::Content,
        average: 0.0,
        optimiser: OptimiserSettings { kind: OptimiserKind::Lbfgs, history: 10, restart: 20, clamp: false, ..base.optimiser },
        loss: LossSettings { normalisation: Normalisation::Sum },
        content: ContentSettings { weight: 0.025, layers: WeightedLayer::equal(&["conv5_2"]), ..base.content },
        style: StyleSettings { weight: 1.0, resize: StyleResize::Stretch, ..base.style },
        tv: TvSettings { weight: 1.0, kind: TvKind::Power, power: 1.25 },
        ..base
    }
}

/// The settings of the preset with this id.
///
/// # Errors
/// An id that is reserved but not made yet, or unknown; the latter names the nearest known one.
pub fn find(id: &str) -> Result<Settings, SettingsError> {
    let presets = all();
    if let Some(preset) = presets.iter().find(|preset| preset.id == id) {
        return Ok(preset.settings.clone());
    }
    if RESERVED.contains(&id) {
        return Err(SettingsError::PresetNotMade { id: id.to_owned(), all: ids() });
    }
    let nearest = nearest(id, presets.iter().map(|preset| preset.id).chain(RESERVED)).to_owned();
    let short: String = id.chars().take(40).collect();
    Err(SettingsError::UnknownPreset { given: format!("\"{short}\""), nearest, all: ids() })
}

/// The ids that can be used, in words: `"painting", "reference", "talk"`.
pub(crate) fn ids() -> String {
    all().iter().map(|preset| format!("\"{}\"", preset.id)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_valid_and_the_default_exists() {
        for preset in all() {
            preset.settings.validate().unwrap();
        }
        assert_eq!(find(DEFAULT).unwrap().size, 384);
        assert_eq!(find("reference").unwrap(), Settings::default());
    }

    #[test]
    fn talk_is_the_keras_recipe() {
        let talk = find("talk").unwrap();
        assert_eq!((talk.content.weight, talk.style.weight, talk.tv.weight), (0.025, 1.0, 1.0));
        assert_eq!(talk.content.layers, WeightedLayer::equal(&["conv5_2"]));
        assert_eq!((talk.evaluations, talk.evaluations_per_iteration(), talk.average), (1000, 20, 0.0));
    }

    #[test]
    fn reserved_and_unknown_ids_get_sentences() {
        let message = find("gentle").unwrap_err().to_string();
        assert_eq!(message, "The preset \"gentle\" is planned but not made yet. Use one of \"painting\", \"reference\", \"talk\".");
        let message = find("referense").unwrap_err().to_string();
        assert!(message.contains("The nearest one is \"reference\""), "{message}");
    }
}
