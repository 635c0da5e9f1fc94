//! Changes to JSON, node by node, and its text with what no [`Value`] holds: endless numbers, entries that are there twice, deep nesting.

use mutatis::{Candidates, Context, Mutate, Result};
use serde_json::{Map, Value, json};

use super::{below, one_of};

/// Begins a string in whose place [`text`] writes what follows, as it is.
const RAW: &str = "\u{1}raw:";
/// Begins a string in whose place [`text`] writes so many nested lists.
const NESTED: &str = "\u{1}nested:";

/// What JSON may not hold, or only just.
const RAWS: [&str; 14] = [
    "NaN",
    "Infinity",
    "1e999",
    "-1e999",
    "1e-400",
    "-0.0",
    "18446744073709551616",
    "4294967296",
    "1.5",
    "1e308",
    "5e-324",
    "null",
    "[]",
    "{}",
];
/// Levels: the limits of parsers, and far beyond them.
const DEPTHS: [&str; 6] = ["3", "6", "33", "127", "129", "5000"];
const NAMES: [&str; 8] = ["", "__proto__", "schema", "constructor", "weight", "\u{0}", "a.b", "größe"];

/// One change of a tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Mutate<Value> for Json {
    fn mutate(&mut self, candidates: &mut Candidates<'_>, value: &mut Value) -> Result<()> {
        candidates.mutation_group(4, |context, which| {
            *value = match which {
                0 => Value::from(format!("{RAW}{}", one_of(context, &RAWS))),
                1 => Value::from(format!("{NESTED}{}", one_of(context, &DEPTHS))),
                2 => Value::Null,
                _ => json!([value.take()]),
            };
            Ok(())
        })?;
        match value {
            Value::Null => Ok(()),
            Value::Bool(flag) => candidates.mutation(|_| {
                *flag = !*flag;
                Ok(())
            }),
            Value::Number(_) => candidates.mutation_group(5, |context, which| {
                *value = number(context, which, value.as_f64().unwrap_or_default());
                Ok(())
            }),
            Value::String(text) => candidates.mutation_group(5, |context, which| {
                *text = string(context, which, text);
                Ok(())
            }),
            Value::Array(list) => {
                candidates.mutation_group(4, |context, which| {
                    array(context, which, list);
                    Ok(())
                })?;
                list.iter_mut().try_for_each(|item| self.mutate(candidates, item))
            }
            Value::Object(fields) => {
                candidates.mutation_group(5, |context, which| {
                    object(context, which, fields);
                    Ok(())
                })?;
                fields.values_mut().try_for_each(|field| self.mutate(candidates, field))
            }
        }
    }
}

fn number(context: &mut Context, which: u32, number: f64) -> Value {
    let whole = number.fract() == 0.0 && number.abs() < 9e15;
    let changed = match which {
        0 => number + 1.0,
        1 => number - 1.0,
        2 => number * *one_of(context, &[2.0, -1.0, 0.5, 10.0, 1e6]),
        3 => *one_of(context, &[0.0, 1.0, -1.0, 65_535.0, 4_294_967_295.0, 9_007_199_254_740_992.0, 1e18]),
        _ => number + context.rng().gen_f64() - 0.5,
    };
    // As it was written: 3 and 3.0 are read differently.
    if whole && changed.fract() == 0.0 && changed.abs() < 9e15 { json!(changed as i64) } else { json!(changed) }
}

fn string(context: &mut Context, which: u32, text: &str) -> String {
    match which {
        0 => String::new(),
        1 => text.repeat(2),
        2 => (*one_of(context, &["ü", "a", "\"", "\u{0}", "conv4_2", "9"])).repeat([1, 41, 2001][below(context, 3)]),
        3 => text.chars().rev().collect(),
        _ => {
            let mut letters: Vec<char> = text.chars().collect();
            if !letters.is_empty() {
                let at = below(context, letters.len());
                letters[at] = *one_of(context, &['0', '1', '9', 'f', 'x', '_', ' ', '.', '-', 'e']);
            }
            letters.into_iter().collect()
        }
    }
}

fn array(context: &mut Context, which: u32, list: &mut Vec<Value>) {
    if list.is_empty() {
        list.push(json!(1));
        return;
    }
    let at = below(context, list.len());
    match which {
        0 => drop(list.remove(at)),
        1 => list.push(list[at].clone()),
        2 => {
            let other = below(context, list.len());
            list.swap(at, other);
        }
        _ => list.resize(list.len() + [3, 40, 300][below(context, 3)], list[at].clone()),
    }
}

fn object(context: &mut Context, which: u32, fields: &mut Map<String, Value>) {
    let Some(key) = (!fields.is_empty()).then(|| below(context, fields.len())).and_then(|at| fields.keys().nth(at)).cloned() else {
        fields.insert("more".to_owned(), json!(1));
        return;
    };
    match which {
        0 => drop(fields.remove(&key)),
        1 => {
            let value = fields.remove(&key).unwrap_or_default();
            let letter = below(context, 4) as u32;
            fields.insert(string(context, letter, &key), value);
        }
        2 => drop(fields.insert((*one_of(context, &NAMES)).to_owned(), fields[&key].clone())),
        3 => {
            let from = below(context, fields.len());
            let value = fields.values().nth(from).cloned().unwrap_or_default();
            fields.insert(key, value);
        }
        // The same key once more: see `text`.
        _ => drop(fields.insert(format!("{RAW}{key}"), fields[&key].clone())),
    }
}

/// The JSON's text, with what the changes have put into it.
#[must_use]
pub fn text(value: &Value) -> String {
    let text = value.to_string();
    // A control character is escaped in JSON, so that nothing else begins like this.
    if !text.contains("\"\\u0001") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("\"\\u0001") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 7..];
        let end = inner.find('"').unwrap_or(inner.len());
        let (token, after) = (&inner[..end], inner.get(end + 1..).unwrap_or_default());
        match token.split_once(':') {
            Some(("nested", depth)) => {
                let depth = depth.parse().unwrap_or(1);
                out.push_str(&"[".repeat(depth));
                out.push_str(&"]".repeat(depth));
            }
            // A key stays one.
            Some((_, raw)) if after.starts_with(':') => {
                out.push('"');
                out.push_str(raw);
                out.push('"');
            }
            Some((_, raw)) => out.push_str(raw),
            None => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
