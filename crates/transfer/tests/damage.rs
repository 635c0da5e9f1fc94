//! Damaged checkpoints and runs are refused before anything is computed, with a sentence.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{collections::BTreeMap, fs, path::Path};

use burn::tensor::Device;
use pollster::block_on;
use safetensors::SafeTensors;
use serde_json::{Value, json};
use transfer::{
    Error, Image, RunSpec, Session, SettingsEvent,
    settings::{OptimiserKind, Settings, SettingsError},
};
use vgg::{Stored, WeightsFile, write};

const NUMBERS: &str = "pastiche.snapshot";
const CHECKSUM: &str = "pastiche.crc32";

fn tiny() -> WeightsFile {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    WeightsFile::parse(fs::read(Path::new(&root).join("../../tests/tiny/tiny-network.safetensors")).unwrap()).unwrap()
}

/// A run of two scales.
fn spec(kind: OptimiserKind) -> RunSpec {
    let image = |kind: u32, (width, height): (u32, u32)| {
        let rgba = (0..width * height).flat_map(|n| [(n * kind) as u8, (n * 3) as u8, (n * 7) as u8, 255]).collect();
        Image { name: format!("picture {kind}"), sha256: format!("{kind:064x}"), size: (width, height), rgba }
    };
    let mut settings = Settings { size: 23, evaluations: 8, ..Settings::default() };
    settings.optimiser.kind = kind;
    (settings.scales.on, settings.scales.first) = (true, 16);
    RunSpec { settings, content: image(1, (23, 16)), styles: vec![image(2, (20, 18))], ..RunSpec::default() }
}

/// After three evaluations, with a change of settings before the third.
fn checkpoint(kind: OptimiserKind) -> (RunSpec, Vec<u8>) {
    let mut session = Session::new(&tiny(), spec(kind), &Device::flex()).unwrap();
    for n in 0..3 {
        if n == 2 {
            let mut settings = session.report().settings;
            settings.style.weight = 2.0;
            session.set(settings).unwrap();
        }
        block_on(session.step()).unwrap();
    }
    let bytes = block_on(session.checkpoint()).unwrap();
    (RunSpec { settings: session.report().settings, ..spec(kind) }, bytes)
}

/// A file's metadata and tensors, to be changed.
struct Parts {
    metadata: BTreeMap<String, String>,
    tensors: Vec<Stored>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
        let file = SafeTensors::deserialize(bytes).unwrap();
        let stored = |(name, view): (&str, safetensors::tensor::TensorView<'_>)| Stored {
            name: name.to_owned(),
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            bytes: view.data().to_vec(),
        };
        Self { metadata: header.metadata().clone().unwrap().into_iter().collect(), tensors: file.iter().map(stored).collect() }
    }

    /// Without its checksum, as an earlier version wrote it.
    fn unsigned(bytes: &[u8]) -> Self {
        let mut parts = Self::of(bytes);
        parts.metadata.remove(CHECKSUM).unwrap();
        parts
    }

    fn numbers(&mut self, change: impl FnOnce(&mut Value)) {
        let mut numbers = serde_json::from_str(&self.metadata[NUMBERS]).unwrap();
        change(&mut numbers);
        self.metadata.insert(NUMBERS.to_owned(), numbers.to_string());
    }

    fn written(&self) -> Vec<u8> {
        write(&self.tensors, &self.metadata).unwrap()
    }
}

fn refusal(spec: &RunSpec, bytes: &[u8]) -> String {
    match Session::restore(&tiny(), spec.clone(), &Device::flex(), bytes) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn one_flipped_bit_is_noticed_wherever_it_is() {
    let (spec, bytes) = checkpoint(OptimiserKind::Adam);
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        let sentence = refusal(&spec, &damaged);
        assert!(sentence.starts_with("This checkpoint cannot be continued"), "byte {at}: {sentence}");
    }
}

/// An earlier version's checkpoint continues as it did, to the bit.
#[test]
fn without_a_checksum_a_sound_checkpoint_is_continued() {
    for kind in [OptimiserKind::Adam, OptimiserKind::Lbfgs] {
        let (spec, bytes) = checkpoint(kind);
        let result = |bytes: &[u8]| {
            let mut session = Session::restore(&tiny(), spec.clone(), &Device::flex(), bytes).unwrap();
            while !block_on(session.step()).unwrap().done {}
            block_on(session.preview()).unwrap()
        };
        assert_eq!(result(&Parts::unsigned(&bytes).written()), result(&bytes), "{kind:?}");
    }
}

#[test]
fn numbers_of_no_moment_of_the_run_are_refused() {
    /// What is changed, and what the refusal says of it.
    type Case = (&'static str, fn(&mut Value), &'static str);
    let both: [Case; 17] = [
        ("a scale that never ends", |n| n["scales"][0] = json!(u32::MAX), "evaluations"),
        ("a scale that is over before it began", |n| n["scales"][1] = json!(0), "evaluations"),
        ("a scale too many", |n| n["scales"].as_array_mut().unwrap().push(json!(1)), "evaluations"),
        ("another scale", |n| n["scale"] = json!(1), "evaluations"),
        ("no such scale", |n| n["scale"] = json!(9), "evaluations"),
        ("more than were asked for", |n| n["issued_here"] = json!(4_000_000), "evaluations"),
        ("fewer in all than here", |n| n["issued"] = json!(1), "evaluations"),
        ("more iterations than evaluations", |n| n["iterations"] = json!(400), "evaluations"),
        ("a move in the future", |n| n["moved_at"] = json!(400), "evaluations"),
        ("losses out of order", |n| n["losses"].as_array_mut().unwrap().reverse(), "losses"),
        ("losses of the future", |n| n["losses"][1]["evaluation"] = json!(77), "losses"),
        ("a negative time", |n| n["timings"]["total"] = json!(-1.0), "times"),
        ("a thousand warnings", |n| n["warnings"] = json!(vec!["x"; 1000]), "texts"),
        ("a change of a fixed setting", |n| n["changes"][1]["settings"] = json!({ "size": 64 }), "changes of settings"),
        ("changes out of order", |n| n["changes"].as_array_mut().unwrap().reverse(), "changes of settings"),
        ("a field that nobody knows", |n| n["more"] = json!(1), "damaged"),
        ("another picture", |n| n["inputs"][0]["sha256"] = json!("0"), "another picture"),
    ];
    let adam: [Case; 3] = [
        ("updates beyond all evaluations", |n| n["optimiser"]["adam"]["updates"] = json!(u32::MAX), "optimizer's state"),
        ("an average of more than there are", |n| n["optimiser"]["adam"]["averaged"] = json!(99), "optimizer's state"),
        ("two optimizers", |n| n["optimiser"]["lbfgs"] = json!({}), "another optimiser"),
    ];
    let lbfgs: [Case; 4] = [
        ("more pairs than it keeps", |n| n["optimiser"]["lbfgs"]["pairs"] = json!(99), "optimizer's state"),
        ("an endless total", |n| n["optimiser"]["lbfgs"]["total"] = json!(1e300), "optimizer's state"),
        ("a first step of nothing", |n| n["optimiser"]["lbfgs"]["first"] = json!(0.0), "optimizer's state"),
        (
            "trials without end",
            |n| n["optimiser"]["lbfgs"]["search"] = json!({ "step": 1.0, "low": 0.0, "high": null, "trials": u32::MAX }),
            "optimizer's state",
        ),
    ];
    for (kind, own) in [(OptimiserKind::Adam, adam.as_slice()), (OptimiserKind::Lbfgs, lbfgs.as_slice())] {
        let (spec, bytes) = checkpoint(kind);
        for (what, change, part) in both.iter().chain(own) {
            let mut parts = Parts::unsigned(&bytes);
            parts.numbers(*change);
            let sentence = refusal(&spec, &parts.written());
            assert!(sentence.contains(part), "{kind:?}, {what}: {sentence}");
        }
    }
}

#[test]
fn tensors_that_are_not_the_optimizers_are_refused() {
    type Case = (&'static str, fn(&mut Vec<Stored>), &'static str);
    let cases: [Case; 4] = [
        ("one that is no number", |all| all[0].bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes()), "not numbers"),
        ("one missing", |all| drop(all.pop()), "lacks"),
        ("one too many", |all| all.push(Stored { name: "more".to_owned(), ..all[0].clone() }), "optimizer's state"),
        ("another shape", |all| all[0].shape.swap(0, 1), "pixels"),
    ];
    let (spec, bytes) = checkpoint(OptimiserKind::Adam);
    for (what, change, part) in cases {
        let mut parts = Parts::unsigned(&bytes);
        change(&mut parts.tensors);
        let sentence = refusal(&spec, &parts.written());
        assert!(sentence.contains(part), "{what}: {sentence}");
    }
}

/// Refused on the way, they would end the run there.
#[test]
fn changes_on_the_way_are_judged_before_the_run() {
    let with = |changes: &[(u32, Value)]| {
        let changes = changes.iter().map(|(evaluation, settings)| SettingsEvent { evaluation: *evaluation, settings: settings.clone() });
        RunSpec { changes: changes.collect(), ..spec(OptimiserKind::Adam) }.validate()
    };
    assert!(with(&[(3, json!({ "strength": 0.5 })), (1, json!({ "style": { "weight": 3 } }))]).is_ok());
    assert!(matches!(with(&[(3, json!([1]))]), Err(Error::Settings(SettingsError::NotAnObject { .. }))));
    assert!(matches!(with(&[(3, json!({ "wieght": 1 }))]), Err(Error::Settings(SettingsError::UnknownKey { .. }))));
    assert!(matches!(with(&[(3, json!({ "size": 64 }))]), Err(Error::Settings(SettingsError::FixedDuringRun { .. }))));
    // Each may be, and not both.
    let both = [(2, json!({ "content": { "weight": 0 } })), (5, json!({ "strength": 0 }))];
    assert!(with(&both[..1]).is_ok() && matches!(with(&both), Err(Error::Settings(SettingsError::NoStrength))));
    let many: Vec<_> = (0..10_001).map(|n| (n, json!({}))).collect();
    assert!(matches!(with(&many), Err(Error::TooManyChanges { most: 10_000 })));
}
