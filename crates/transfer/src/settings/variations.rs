//! Values of a setting to try beside its own, within its declared range.

use serde::Serialize;

use super::{
    declare::{Kind, Range},
    schema::{Settings, find},
    validate::at,
};

/// Significant digits of a value.
const DIGITS: i32 = 3;

/// What is varied: an id for the page, the setting, and how its value is changed.
const VARIED: [(&str, &str, Change); 4] = [
    ("strength", "style.weight", Change::Times([0.3, 1.0, 3.0])),
    ("photo", "content.weight", Change::Times([0.2, 1.0, 5.0])),
    ("stroke", "style.scale", Change::Times([0.5, 1.0, 2.0])),
    ("seeds", "seed", Change::Plus([0.0, 1.0, 2.0])),
];

#[derive(Clone, Copy)]
enum Change {
    Times([f64; 3]),
    Plus([f64; 3]),
}

/// Runs that differ in one setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Variation {
    /// What is varied.
    #[cfg_attr(feature = "types", ts(type = "'strength' | 'photo' | 'stroke' | 'seeds'"))]
    pub id: &'static str,
    /// Dotted path of the setting.
    pub path: &'static str,
    /// Its values, each once.
    pub values: Vec<f64>,
}

/// All that are offered, around these settings.
#[must_use]
pub fn variations(settings: &Settings) -> Vec<Variation> {
    let whole = settings.to_value().unwrap_or_default();
    let varied = |&(id, path, change): &(&'static str, &'static str, Change)| {
        let range = match find(path)?.kind {
            Kind::Number(range) | Kind::Integer(range) => range,
            _ => return None,
        };
        let own = at(&whole, path).as_f64()?;
        let mut values = Vec::new();
        for value in change.values(own, range) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Some(Variation { id, path, values })
    };
    VARIED.iter().filter_map(varied).collect()
}

impl Change {
    fn values(self, own: f64, range: Range) -> [f64; 3] {
        match self {
            Self::Times(factors) => factors.map(|factor| rounded(own * factor).clamp(range.min, range.max)),
            // After the largest comes the smallest: every value is as good as another.
            Self::Plus(summands) => summands.map(|summand| {
                let value = own + summand;
                if value > range.max { range.min + (value - range.max - 1.0) } else { value }
            }),
        }
    }
}

/// To [`DIGITS`].
fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    // By way of text, which gives the nearest number with so few digits.
    format!("{value:.*e}", (DIGITS - 1) as usize).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::merge;
    use serde_json::json;

    fn values(settings: &serde_json::Value, id: &str) -> Vec<f64> {
        let settings = merge(&Settings::default(), settings).unwrap();
        variations(&settings).into_iter().find(|variation| variation.id == id).unwrap().values
    }

    #[test]
    fn numbers_are_multiplied_and_rounded() {
        assert_eq!(values(&json!({ "style": { "weight": 1 } }), "strength"), [0.3, 1.0, 3.0]);
        assert_eq!(values(&json!({ "content": { "weight": 0.12345 } }), "photo"), [0.0247, 0.123, 0.617]);
        assert_eq!(values(&json!({ "style": { "weight": 0 } }), "strength"), [0.0]);
    }

    #[test]
    fn no_value_leaves_its_range() {
        assert_eq!(values(&json!({ "style": { "scale": 3 } }), "stroke"), [1.5, 3.0, 4.0]);
        assert_eq!(values(&json!({ "style": { "scale": 0.1 } }), "stroke"), [0.1, 0.2]);
        assert_eq!(values(&json!({ "style": { "weight": 1e6 } }), "strength"), [3e5, 1e6]);
        assert_eq!(values(&json!({ "seed": u32::MAX - 1 }), "seeds"), [f64::from(u32::MAX - 1), f64::from(u32::MAX), 0.0]);
        for (id, path, _) in VARIED {
            let Some(Kind::Number(range) | Kind::Integer(range)) = find(path).map(|setting| setting.kind) else { panic!("{path}") };
            for bound in [range.min, range.max] {
                let (section, name) = path.split_once('.').unwrap_or(("", path));
                let partial = if section.is_empty() { json!({ name: bound }) } else { json!({ section: { name: bound } }) };
                assert!(values(&partial, id).iter().all(|value| (range.min..=range.max).contains(value)), "{path}");
            }
        }
    }
}
