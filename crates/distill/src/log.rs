//! The training log: JSON lines, for plotting programs.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::{
    layers::COMPARED,
    metrics::{Losses, Score},
};

/// One line every so many steps and one a score.
pub(crate) struct Log(File);

impl Log {
    /// Goes on with the file where `resumed`, and starts it anew otherwise.
    pub(crate) fn open(path: &Path, resumed: bool) -> Result<Self> {
        let mut options = OpenOptions::new();
        let options = if resumed { options.append(true) } else { options.write(true).truncate(true) };
        Ok(Self(options.create(true).open(path).with_context(|| format!("cannot write {}", path.display()))?))
    }

    /// A line of means since the last one.
    pub(crate) fn training(&mut self, step: u32, seconds: f64, rate: f32, means: &Losses) -> Result<()> {
        let Losses { loss, direction, errors } = means;
        self.write(
            &json!({ "step": step, "seconds": seconds, "rate": rate, "loss": loss, "direction": direction, "training": by_layer(errors) }),
        )
    }

    pub(crate) fn score(&mut self, step: u32, seconds: f64, score: &Score) -> Result<()> {
        let paintings = json!({ "style_ratio": score.style_ratio, "content": score.content });
        self.write(&json!({ "step": step, "seconds": seconds, "held_out": by_layer(&score.errors), "direction": score.direction, "paintings": paintings }))
    }

    fn write(&mut self, line: &Value) -> Result<()> {
        writeln!(self.0, "{line}").context("the log cannot be written")
    }
}

fn by_layer(errors: &[f32]) -> Value {
    let layer = |(at, errors): (usize, &[f32])| (COMPARED[at].name.to_owned(), json!({ "features": errors[0], "gram": errors[1] }));
    Value::Object(errors.chunks_exact(2).enumerate().map(layer).collect::<Map<_, _>>())
}
