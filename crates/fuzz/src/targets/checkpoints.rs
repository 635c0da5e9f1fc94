//! Checkpoints: damaged ones, ones without their checksum as earlier versions wrote them, and ones whose checksum was made again.
//!
//! Accepted rightly: with its checksum, a file has the content that was written. Without, or with one that was made for it, the run that continues from
//! it makes no more evaluations than its settings plan, in order, with finite losses, or ends with a sentence.

use std::{collections::HashMap, time::Duration};

use burn::tensor::Device;
use mutatis::Session as Random;
use pollster::block_on;
use serde_json::Value;
use transfer::{
    RunSpec, Session,
    run::schedule,
    settings::{OptimiserKind, Settings},
};
use vgg::WeightsFile;

use super::{
    Limits, Target, Verdict, holds, refused,
    tiny::{self, Weights},
};
use crate::mutate::{choose, json, json::Json, tensors::File};

const NUMBERS: &str = "pastiche.snapshot";
const CHECKSUM: &str = "pastiche.crc32";

struct Seed {
    name: String,
    spec: RunSpec,
    bytes: Vec<u8>,
    file: File,
    /// What the run ends with.
    result: Vec<u8>,
}

struct Checkpoints {
    network: WeightsFile,
    seeds: Vec<Seed>,
    /// Of contents that were written.
    written: HashMap<u32, usize>,
}

pub(super) fn target() -> Box<dyn Target> {
    let network = WeightsFile::parse(tiny::network(Weights::F32, 3));
    let network = network.unwrap_or_else(|error| panic!("the tiny network is refused: {error}"));
    let mut seeds = Vec::new();
    for (kind, steps) in [(OptimiserKind::Adam, 3), (OptimiserKind::Adam, 7), (OptimiserKind::Lbfgs, 4), (OptimiserKind::Lbfgs, 9)] {
        let name = format!("{kind:?} after {steps}");
        seeds.push(seed(&network, name.clone(), spec(kind), steps).unwrap_or_else(|error| panic!("{name}: {error}")));
    }
    let written = seeds.iter().enumerate().map(|(n, seed)| (content(&seed.file), n)).collect();
    Box::new(Checkpoints { network, seeds, written })
}

/// Two scales of 16 and 23 pixels.
fn spec(kind: OptimiserKind) -> RunSpec {
    let mut settings = Settings { size: 23, evaluations: 8, ..Settings::default() };
    settings.optimiser.kind = kind;
    settings.optimiser.history = 3;
    (settings.scales.on, settings.scales.first) = (true, 16);
    settings.style.layers.truncate(2);
    settings.content.layers = settings.style.layers[..1].to_vec();
    RunSpec { settings, content: tiny::picture(1, (23, 16)), styles: vec![tiny::picture(2, (18, 20))], ..RunSpec::default() }
}

fn seed(network: &WeightsFile, name: String, spec: RunSpec, steps: u32) -> Result<Seed, Box<dyn std::error::Error>> {
    let mut session = Session::new(network, spec.clone(), &Device::flex())?;
    for _ in 0..steps {
        block_on(session.step())?;
        if session.report().evaluations == 2 {
            // So that it has changes.
            let mut settings = session.report().settings;
            settings.style.weight = 2.0;
            session.set(settings)?;
        }
    }
    let bytes = block_on(session.checkpoint())?;
    let spec = RunSpec { settings: session.report().settings, ..spec };
    while !block_on(session.step())?.done {}
    let result = block_on(session.preview())?.rgba;
    let file = File::read(&bytes).ok_or("the library does not read it")?;
    Ok(Seed { name, spec, bytes, file, result })
}

/// Of all that a run continues from, by the format's own description.
fn content(file: &File) -> u32 {
    let numbers = file.metadata.get(NUMBERS).and_then(Value::as_str).unwrap_or_default();
    let mut sum = crc32fast::Hasher::new();
    let mut add = |bytes: &[u8]| {
        sum.update(&(bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    add(numbers.as_bytes());
    for (name, shape, bytes) in file.tensors() {
        add(name.as_bytes());
        add(&shape.iter().flat_map(|side| (*side as u64).to_le_bytes()).collect::<Vec<_>>());
        add(bytes);
    }
    sum.finalize()
}

impl Target for Checkpoints {
    fn name(&self) -> &'static str {
        "checkpoints"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(5), memory: 64 << 20, memory_per_byte: 256 }
    }

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        self.seeds.iter().map(|seed| (seed.name.clone(), seed.bytes.clone())).collect()
    }

    fn input(&mut self, random: &mut Random) -> Vec<u8> {
        let at = choose(random, self.seeds.len());
        let changed = self.seeds[at].file.clone().changed(random, |file, random| {
            let numbers = file.metadata.get(NUMBERS).and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok());
            let mut numbers = numbers.unwrap_or_default();
            for _ in 0..=choose(random, 2) {
                let _ = random.mutate_with(&mut Json, &mut numbers);
            }
            file.metadata.insert(NUMBERS.to_owned(), json::text(&numbers).into());
        });
        // Three ways to come by the checksum: that of the file before it was changed, none, and a new one.
        match (choose(random, 3), File::read(&changed)) {
            (1, Some(mut file)) => {
                file.metadata.remove(CHECKSUM);
                file.written()
            }
            (2, Some(mut file)) => {
                let sum = format!("{:08x}", content(&file));
                file.metadata.insert(CHECKSUM.to_owned(), sum.into());
                file.written()
            }
            _ => changed,
        }
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        let content = File::read(input).map(|file| content(&file));
        let whole = content.and_then(|content| self.written.get(&content)).copied();
        let kind = match whole {
            Some(n) => n,
            // Whose run it is only the numbers say; the other kind's refuses it at once.
            None => usize::from(input.windows(7).any(|window| window == b"\"lbfgs\"")) * 2,
        };
        let seed = &self.seeds[kind];
        let mut session = match Session::restore(&self.network, seed.spec.clone(), &Device::flex(), input) {
            Ok(session) => session,
            Err(error) => return refused(&error),
        };
        if whole.is_some() && !crc32fast::hash(input).is_multiple_of(16) {
            // The same content gives the same run; one in sixteen shows it.
            return Ok(Verdict::Accepted);
        }
        let planned: u32 = schedule::plan(seed.spec.content.size, &seed.spec.settings)
            .map_err(|error| error.to_string())?
            .iter()
            .map(|scale| scale.evaluations)
            .sum();
        let mut steps = 0;
        let finished = loop {
            match block_on(session.step()) {
                Ok(progress) if progress.done => break true,
                Ok(progress) => {
                    steps += 1;
                    holds(steps <= planned, || format!("it goes on after {steps} of {planned} evaluations: {progress:?}"))?;
                }
                Err(error) => {
                    refused(&error)?;
                    break false;
                }
            }
        };
        let report = session.report();
        holds(report.evaluations <= planned, || format!("it makes {} evaluations of {planned}", report.evaluations))?;
        holds(report.losses.iter().all(|losses| losses.is_finite()), || "a loss is not finite".to_owned())?;
        let in_order = report.losses.windows(2).all(|pair| pair[0].evaluation < pair[1].evaluation);
        holds(in_order && report.losses.len() <= planned as usize, || "the losses are not in order".to_owned())?;
        let result = block_on(session.preview()).map_err(|error| error.to_string())?;
        holds(result.rgba.len() == seed.result.len() || !finished, || "the result has another size".to_owned())?;
        if whole.is_some() {
            holds(result.rgba == seed.result, || "with the content that was written it ends elsewhere".to_owned())?;
        }
        Ok(Verdict::Accepted)
    }
}
