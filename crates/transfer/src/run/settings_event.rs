//! Changes of settings during a run. The report has them, so that the run can be repeated.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::settings::{Settings, SettingsError, merge, schema::SETTINGS, write};

/// Settings changed before an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SettingsEvent {
    /// The first evaluation with the new values, from 0.
    pub evaluation: u32,
    /// The new values: nested JSON as in a settings file, of the changed settings only.
    #[cfg_attr(feature = "types", ts(type = "Record<string, unknown>"))]
    pub settings: Value,
}

/// Records in `changes` that `new` replaces `old` from an evaluation on. The first value of a changed setting is recorded at evaluation 0.
pub(crate) fn note(changes: &mut Vec<SettingsEvent>, evaluation: u32, old: &Settings, new: &Settings) -> Result<(), SettingsError> {
    let changed = old.changed_live(new)?;
    if changed.is_empty() || evaluation == 0 {
        return Ok(());
    }
    if changes.is_empty() {
        changes.push(SettingsEvent { evaluation: 0, settings: Value::Object(Map::new()) });
    }
    for (path, before, after) in changed {
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

/// Settings with all changes before this evaluation merged into them; none if there are none.
pub(crate) fn due(changes: &[SettingsEvent], evaluation: u32, settings: &Settings) -> Result<Option<Settings>, SettingsError> {
    let mut changed = None;
    for change in changes.iter().filter(|change| change.evaluation == evaluation) {
        changed = Some(merge(changed.as_ref().unwrap_or(settings), &change.settings)?);
    }
    Ok(changed)
}

/// Settings after all changes, one after the other.
///
/// # Errors
///
/// The first change that a run would refuse on the way: values that cannot be, or of a setting that cannot change.
pub(crate) fn after(changes: &[SettingsEvent], settings: &Settings) -> Result<Settings, SettingsError> {
    let mut in_order: Vec<_> = changes.iter().collect();
    in_order.sort_by_key(|change| change.evaluation);
    in_order.into_iter().try_fold(settings.clone(), |settings, change| {
        let changed = merge(&settings, &change.settings)?;
        match settings.changed_fixed(&changed) {
            Some(path) => Err(SettingsError::FixedDuringRun { path: path.to_owned() }),
            None => Ok(changed),
        }
    })
}

fn has(settings: &Value, path: &str) -> bool {
    settings.pointer(&format!("/{}", path.replace('.', "/"))).is_some()
}

impl Settings {
    /// Live settings that differ in `new`: path, old value, new value.
    fn changed_live(&self, new: &Self) -> Result<Vec<(&'static str, Value, Value)>, SettingsError> {
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
    fn the_first_event_has_the_first_values() {
        let mut changes = Vec::new();
        note(&mut changes, 0, &with(5.0, 1.0), &with(1.0, 1.0)).unwrap();
        assert!(changes.is_empty(), "no evaluation used the old values");
        note(&mut changes, 7, &with(1.0, 1.0), &with(2.0, 1.0)).unwrap();
        note(&mut changes, 7, &with(2.0, 1.0), &with(3.0, 1.0)).unwrap();
        note(&mut changes, 9, &with(3.0, 1.0), &with(3.0, 0.5)).unwrap();
        let expected = json!([
            { "evaluation": 0, "settings": { "style": { "weight": 1.0 }, "strength": 1.0 } },
            { "evaluation": 7, "settings": { "style": { "weight": 3.0 } } },
            { "evaluation": 9, "settings": { "strength": 0.5 } },
        ]);
        assert_eq!(serde_json::to_value(&changes).unwrap(), expected);
        // The last settings and the events give the settings of every evaluation.
        let mut now = with(3.0, 0.5);
        for evaluation in 0..12 {
            now = due(&changes, evaluation, &now).unwrap().unwrap_or(now);
            let expected = if evaluation < 7 { with(1.0, 1.0) } else { with(3.0, if evaluation < 9 { 1.0 } else { 0.5 }) };
            assert_eq!(now, expected, "{evaluation}");
        }
        assert_eq!(due(&changes, 8, &now).unwrap(), None);
    }
}
