//! The report of a run, schema 1: what was done, how long it took, and every loss on the way.

use serde::{Deserialize, Serialize};

use crate::{SettingsEvent, settings::Settings};

/// The version of the report's JSON.
pub const SCHEMA: u32 = 1;

/// What a run did. Serialises to the report that the page offers and `./dev paint --report` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Report {
    /// Version of this format, always [`SCHEMA`].
    pub schema: u32,
    /// `gpu` or `cpu`.
    pub engine: String,
    /// Name of the graphics adapter, or of the processor's instruction set.
    pub adapter: String,
    /// Threads that computed.
    pub threads: u32,
    /// The network.
    pub network: NetworkReport,
    /// Width of the result, pixels.
    pub width: u32,
    /// Height of the result, pixels.
    pub height: u32,
    /// The scale under way or finished last, from 1.
    pub scale: u32,
    /// Every scale of the run, coarsest first; the last is the result's own size.
    pub scales: Vec<ScaleReport>,
    /// Updates of the image. L-BFGS makes fewer than evaluations: the start and rejected trials are none.
    pub iterations: u32,
    /// Finished evaluations of loss and gradient.
    pub evaluations: u32,
    /// From the start of the run to the end of its first step, seconds.
    pub seconds_to_first_step: f64,
    /// From the start of the run to its end or until now, pauses left out, seconds.
    pub seconds: f64,
    /// Median time of an iteration, milliseconds; 0 before the first.
    pub ms_per_iteration_median: f64,
    /// Losses of the iterates, oldest first.
    pub losses: Vec<Losses>,
    /// The settings of the run, as they are now.
    pub settings: Settings,
    /// Settings that changed during the run, and at evaluation 0 their first values: merged into `settings` in turn, they give
    /// the settings of every evaluation. Empty if none changed.
    pub changes: Vec<SettingsEvent>,
    /// The images that went in.
    pub inputs: Vec<Input>,
    /// Bytes fetched from elsewhere for this run, such as a network's weights.
    pub downloaded_bytes: u64,
    /// The most memory of the graphics device that was held at once, bytes; 0 where the processor computes.
    #[serde(default)]
    pub device_bytes: u64,
    /// What the person should know, in sentences.
    pub warnings: Vec<String>,
}

/// Which network it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct NetworkReport {
    /// Its name, such as `VGG-19`.
    pub name: String,
    /// SHA-256 of its file, hexadecimal.
    pub sha256: String,
    /// Channels of its five blocks.
    pub layout: Vec<usize>,
}

/// One scale of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct ScaleReport {
    /// Width of the result there, pixels.
    pub width: u32,
    /// Height of the result there, pixels.
    pub height: u32,
    /// Evaluations planned there.
    pub evaluations: u32,
}

/// The losses of one iterate: unweighted, except the total. Of a run in several views: their means over the last round of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Losses {
    /// Which iterate these are the losses of, from 0, the start.
    pub iteration: u32,
    /// Evaluation, from 0.
    pub evaluation: u32,
    /// Content loss.
    pub content: f64,
    /// Style loss.
    pub style: f64,
    /// Total variation.
    pub tv: f64,
    /// Sum of the three, weighted.
    pub total: f64,
}

/// One image that went in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Input {
    /// What it was used for.
    pub role: Role,
    /// Its file's name.
    pub name: String,
    /// SHA-256 of its file, hexadecimal.
    pub sha256: String,
}

/// What an image was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The content image.
    Content,
    /// A style image.
    Style,
    /// Where a style is used.
    Mask,
    /// What the canvas showed first.
    Start,
}

impl Losses {
    /// Whether all four numbers are finite; if not, the run must end.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        [self.content, self.style, self.tv, self.total].iter().all(|loss| loss.is_finite())
    }
}

/// The clock of a run, without a clock: it is given durations, in seconds, and keeps what the report needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    first: Option<f64>,
    total: f64,
    iterations: Vec<f64>,
}

impl Timings {
    /// Adds time spent working towards a step (not a pause).
    pub fn work(&mut self, seconds: f64) {
        self.total += seconds;
    }

    /// The first step's result has arrived; later calls change nothing.
    pub fn first_step(&mut self) {
        self.first.get_or_insert(self.total);
    }

    /// One iteration has finished, which took this long.
    pub fn iteration(&mut self, seconds: f64) {
        self.iterations.push(seconds);
    }

    /// Whether these can be the times of a run of so many evaluations.
    #[must_use]
    pub fn are_of(&self, evaluations: usize) -> bool {
        let is_time = |seconds: &f64| seconds.is_finite() && *seconds >= 0.0;
        self.iterations.len() <= evaluations && self.iterations.iter().chain(&self.first).chain([&self.total]).all(is_time)
    }

    /// What was timed before: this goes on from there.
    pub fn follow(&mut self, before: Self) {
        let after = std::mem::replace(self, before);
        self.first = self.first.or(after.first.map(|first| first + self.total));
        self.total += after.total;
        self.iterations.extend(after.iterations);
    }

    /// Seconds until the first step's result; 0 before it.
    #[must_use]
    pub fn seconds_to_first_step(&self) -> f64 {
        self.first.unwrap_or(0.0)
    }

    /// Seconds of work in all.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.total
    }

    /// Median time of an iteration in milliseconds, the first left out as it warms everything up; 0 while there is none.
    #[must_use]
    pub fn ms_per_iteration_median(&self) -> f64 {
        let warm = if self.iterations.len() > 1 { &self.iterations[1..] } else { &self.iterations[..] };
        1000.0 * median(warm).unwrap_or(0.0)
    }
}

/// The middle value, or the mean of the two middle ones; none of no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { upper } else { (sorted[middle - 1] + upper) / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 100.0]), Some(3.0));
    }

    #[test]
    fn timings_leave_the_first_iteration_out_of_the_median() {
        let mut timings = Timings::default();
        assert_eq!(timings.ms_per_iteration_median(), 0.0);
        for seconds in [5.0, 0.1, 0.3, 0.2] {
            timings.work(seconds);
            timings.first_step();
            timings.iteration(seconds);
        }
        assert_eq!((timings.seconds_to_first_step(), timings.ms_per_iteration_median()), (5.0, 200.0));
        assert!((timings.seconds() - 5.6).abs() < 1e-12);
    }

    #[test]
    fn the_json_has_the_contracts_keys() {
        let report = Report {
            schema: SCHEMA,
            engine: "cpu".into(),
            adapter: "SIMD".into(),
            threads: 1,
            network: NetworkReport { name: "tiny".into(), sha256: "00".into(), layout: vec![4, 6, 8, 8, 8] },
            width: 41,
            height: 35,
            scale: 1,
            scales: vec![ScaleReport { width: 41, height: 35, evaluations: 1 }],
            iterations: 1,
            evaluations: 1,
            seconds_to_first_step: 0.5,
            seconds: 0.5,
            ms_per_iteration_median: 500.0,
            losses: vec![Losses { iteration: 0, evaluation: 0, content: 0.0, style: 1.0, tv: 0.5, total: 1.05 }],
            settings: Settings::default(),
            changes: vec![],
            inputs: vec![Input { role: Role::Content, name: "a.png".into(), sha256: "00".into() }],
            downloaded_bytes: 0,
            device_bytes: 0,
            warnings: vec![],
        };
        let value = serde_json::to_value(&report).unwrap();
        let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        let mut contract = vec![
            "schema",
            "engine",
            "adapter",
            "threads",
            "network",
            "width",
            "height",
            "scale",
            "scales",
            "iterations",
            "evaluations",
            "seconds_to_first_step",
            "seconds",
            "ms_per_iteration_median",
            "losses",
            "settings",
            "changes",
            "inputs",
            "downloaded_bytes",
            "device_bytes",
            "warnings",
        ];
        contract.sort_unstable();
        let mut keys = keys;
        keys.sort_unstable();
        assert_eq!(keys, contract);
        assert_eq!(value["losses"][0], json!({ "iteration": 0, "evaluation": 0, "content": 0.0, "style": 1.0, "tv": 0.5, "total": 1.05 }));
        assert_eq!(value["inputs"][0]["role"], "content");
        assert_eq!(serde_json::from_value::<Report>(value).unwrap(), report);
    }
}
