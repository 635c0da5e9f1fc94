//! Knobs turned during a run. They are part of what a painting is made from: with them, it can be made again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::settings::{Settings, SettingsError, merge, schema::SETTINGS, write};

/// Knobs turned before an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsEvent {
    /// The first evaluation that was made with them, from 0.
    pub evaluation: u32,
    /// Their new values: nested JSON as in a settings file, those knobs alone.
    pub settings: Value,
}

/// Notes in `changes` that `new` takes the place of `old` from an evaluation on. What a knob began with is noted at evaluation 0.
pub(crate) fn note(changes: &mut Vec<SettingsEvent>, evaluation: u32, old: &Settings, new: &Settings) -> Result<(), SettingsError> {
    let turned = old.turned(new)?;
    if turned.is_empty() || evaluation == 0 {
        return Ok(());
    }
    if changes.is_empty() {
        changes.push(SettingsEvent { evaluation: 0, settings: Value::Object(Map::new()) });
    }
    for (path, before, after) in turned {
        if changes.iter().all(|change| !has(&change.settings, path)) {
            write(&mut changes[0].settings, path, before);
        }
        if changes.last().is_none_or(|last| last.evaluation != evaluation) {
            changes.push(SettingsEvent { evaluation, settings: Value::Object(Map::new()) });
        }
        if let Some(last) = changes.last_mut() {
            write(&mut last.settings, path, after);
        }
    }
    Ok(())
}

/// Settings with all that is turned before this evaluation put over them; none if nothing is.
pub(crate) fn due(changes: &[SettingsEvent], evaluation: u32, settings: &Settings) -> Result<Option<Settings>, SettingsError> {
    let mut turned = None;
    for change in changes.iter().filter(|change| change.evaluation == evaluation) {
        turned = Some(merge(turned.as_ref().unwrap_or(settings), &change.settings)?);
    }
    Ok(turned)
}

fn has(settings: &Value, path: &str) -> bool {
    settings.pointer(&format!("/{}", path.replace('.', "/"))).is_some()
}

impl Settings {
    /// Knobs that differ in `new` and may: path, old value, new value.
    fn turned(&self, new: &Self) -> Result<Vec<(&'static str, Value, Value)>, SettingsError> {
        let (old, new) = (self.to_value()?, new.to_value()?);
        let values = SETTINGS.iter().filter(|setting| setting.live).map(|setting| {
            let at = |whole: &Value| crate::settings::at(whole, setting.path).clone();
            (setting.path, at(&old), at(&new))
        });
        Ok(values.filter(|(_, old, new)| old != new).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(style: f64, strength: f64) -> Settings {
        let mut settings = Settings { strength, ..Settings::default() };
        settings.style.weight = style;
        settings
    }

    #[test]
    fn the_first_of_them_is_what_the_knobs_began_with() {
        let mut changes = Vec::new();
        note(&mut changes, 0, &with(5.0, 1.0), &with(1.0, 1.0)).unwrap();
        assert!(changes.is_empty(), "before the first evaluation nothing was made with them");
        note(&mut changes, 7, &with(1.0, 1.0), &with(2.0, 1.0)).unwrap();
        note(&mut changes, 7, &with(2.0, 1.0), &with(3.0, 1.0)).unwrap();
        note(&mut changes, 9, &with(3.0, 1.0), &with(3.0, 0.5)).unwrap();
        let expected = json!([
            { "evaluation": 0, "settings": { "style": { "weight": 1.0 }, "strength": 1.0 } },
            { "evaluation": 7, "settings": { "style": { "weight": 3.0 } } },
            { "evaluation": 9, "settings": { "strength": 0.5 } },
        ]);
        assert_eq!(serde_json::to_value(&changes).unwrap(), expected);
        // What the run ended with, and the changes over it, are the whole run.
        let mut now = with(3.0, 0.5);
        for evaluation in 0..12 {
            now = due(&changes, evaluation, &now).unwrap().unwrap_or(now);
            let expected = if evaluation < 7 { with(1.0, 1.0) } else { with(3.0, if evaluation < 9 { 1.0 } else { 0.5 }) };
            assert_eq!(now, expected, "{evaluation}");
        }
        assert_eq!(due(&changes, 8, &now).unwrap(), None);
    }
}
