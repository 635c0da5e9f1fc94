//! What a run takes, against what is planned for it: never more.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use burn::tensor::Device;
use peak_alloc::PeakAlloc;
use safetensors::Dtype;
use serde_json::json;
use transfer::{
    Image, RunSpec, Session,
    run::plan::{self, Budget, DeviceFacts, PlannedImage, PlannedImages, PlannedStyle},
    settings,
};
use vgg::{Part, Stored, VGG19, WeightsFile};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A network of VGG-19's layers down to conv5_1 with these channels, and random weights that keep the activations near 1.
fn network(channels: [usize; 5]) -> Vec<u8> {
    let (mut tensors, mut inputs, mut state) = (Vec::new(), 3, 1u32);
    let mut random = |count: usize, scale: f32| -> Vec<u8> {
        let number = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / (1u32 << 23) as f32 - 1.0) * scale
        };
        (0..count).map(number).flat_map(f32::to_le_bytes).collect()
    };
    let layers: Vec<_> = VGG19.layers_in_use().collect();
    for layer in &layers {
        let outputs = channels[layer.block() - 1];
        let scale = (6.0 / (9 * inputs) as f32).sqrt();
        let name = |part| VGG19.tensor_name(*layer, part).unwrap();
        let bytes = random(outputs * inputs * 9, scale);
        tensors.push(Stored { name: name(Part::Weight), dtype: Dtype::F32, shape: vec![outputs, inputs, 3, 3], bytes });
        tensors.push(Stored { name: name(Part::Bias), dtype: Dtype::F32, shape: vec![outputs], bytes: random(outputs, 0.1) });
        inputs = outputs;
    }
    let scales = vec!["1"; layers.len()].join(",");
    let pairs = [("pastiche.schema", "1"), ("name", "random"), ("input", "rgb-mean"), ("mean", "0.5,0.5,0.5"), ("scales", &scales)];
    let metadata: BTreeMap<_, _> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    vgg::write(&tensors, &metadata).unwrap()
}

fn image(size: (u32, u32), seed: u32) -> Image {
    let byte = |n: u32| (n.wrapping_mul(2_654_435_761).wrapping_add(seed * 97) >> 24) as u8;
    let rgba = (0..size.0 * size.1).flat_map(|n| [byte(n), byte(n / 7), byte(n / 13), 255]).collect();
    Image { size, rgba, ..Image::default() }
}

/// One test at a time, from its first allocation on: there is one allocator.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run to measure.
struct Case<'a> {
    file: &'a [u8],
    /// What differs from the preset `reference`.
    settings: serde_json::Value,
    content: (u32, u32),
    styles: Vec<(u32, u32)>,
    /// Of the first style.
    mask: bool,
    transparent: bool,
}

impl<'a> Case<'a> {
    fn new(file: &'a [u8], size: u32, settings: serde_json::Value) -> Self {
        let mut settings = settings;
        settings["size"] = size.into();
        Self { file, settings, content: (size, size * 3 / 4), styles: vec![(size, size * 3 / 4)], mask: false, transparent: false }
    }

    fn spec(&self) -> RunSpec {
        let mut whole = json!({ "evaluations": 4 });
        whole.as_object_mut().unwrap().extend(self.settings.as_object().unwrap().clone());
        let mut content = image(self.content, 1);
        if self.transparent {
            content.rgba.as_chunks_mut::<4>().0.iter_mut().step_by(3).for_each(|pixel| pixel[3] = 0);
        }
        RunSpec {
            settings: settings::resolve("reference", &whole.to_string()).unwrap(),
            content,
            styles: self.styles.iter().enumerate().map(|(n, size)| image(*size, 2 + n as u32)).collect(),
            masks: if self.mask { vec![Some(image(self.content, 9))] } else { Vec::new() },
            ..RunSpec::default()
        }
    }

    /// Bytes that are planned, and that are taken.
    fn measure(&self) -> [f64; 2] {
        let device = Device::flex();
        let planned = |(width, height): (u32, u32)| PlannedImage { width, height, transparent: false };
        let mask = self.mask.then_some(planned(self.content));
        let images = PlannedImages {
            content: PlannedImage { transparent: self.transparent, ..planned(self.content) },
            styles: self
                .styles
                .iter()
                .enumerate()
                .map(|(n, size)| PlannedStyle { image: planned(*size), mask: mask.filter(|_| n == 0) })
                .collect(),
            start: None,
        };
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let weights = WeightsFile::parse(self.file.to_vec()).unwrap();
        let spec = self.spec();
        // As many threads as rayon has.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let plan = plan::plan(&weights, &spec.settings, &images, DeviceFacts::of(&device, threads), Budget::default()).unwrap();
        let mut session = Session::new(&weights, spec, &device).unwrap();
        let mut parts = vec![ALLOCATOR.peak_usage() - before, ALLOCATOR.current_usage() - before];
        pollster::block_on(async {
            while !session.step().await.unwrap().done {}
            parts.push(ALLOCATOR.peak_usage() - before);
            session.preview().await.unwrap();
            parts.push(ALLOCATOR.peak_usage() - before);
            session.checkpoint().await.unwrap();
        });
        let taken = ALLOCATOR.peak_usage() - before;
        let parts: Vec<String> = parts.iter().map(|bytes| format!("{:.1}", *bytes as f64 / 1e6)).collect();
        println!("{} {:?}: {:.1} MB planned, {:.1} taken; {parts:?}", self.settings, self.content, plan.bytes / 1e6, taken as f64 / 1e6);
        [plan.bytes, taken as f64]
    }

    /// Never less than what is taken, and not much more.
    fn check(&self) {
        let [planned, taken] = self.measure();
        assert!(planned >= taken, "{}: {planned} bytes were planned, {taken} taken", self.settings);
        assert!(planned < 1.4 * taken + 40e6, "{}: {planned} bytes were planned, only {taken} taken", self.settings);
    }
}

fn sketch() -> Vec<u8> {
    fs::read(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../weights/sketch.safetensors")).unwrap()
}

#[test]
fn sketch_takes_what_is_planned() {
    let _turn = turn();
    for size in [96, 192, 384] {
        Case::new(&sketch(), size, json!({})).check();
    }
    Case::new(
        &sketch(),
        256,
        json!({ "optimiser": { "kind": "lbfgs" }, "tv": { "kind": "power" }, "network": { "padding": "replicate" } }),
    )
    .check();
    Case::new(
        &sketch(),
        256,
        json!({ "scales": { "on": true, "first": 64 }, "style": { "kind": "covariance" }, "tv": { "kind": "absolute" } }),
    )
    .check();
}

#[test]
fn vgg19_takes_what_is_planned() {
    let _turn = turn();
    let file = network(VGG19.channels);
    for (size, recompute) in [(64, "none"), (128, "none"), (192, "none"), (128, "two"), (192, "three")] {
        Case::new(&file, size, json!({ "network": { "recompute": recompute } })).check();
    }
}

/// What was reckoned 1.4 and 2.2 GB once, and took 3 to 5.
#[test]
fn vgg19_at_print_sizes_is_planned_and_refused() {
    let _turn = turn();
    let weights = WeightsFile::parse(network(VGG19.channels)).unwrap();
    let planned = |width, height| PlannedImage { width, height, transparent: false };
    let images = PlannedImages {
        content: planned(4096, 3072),
        styles: vec![PlannedStyle { image: planned(4096, 3072), mask: None }],
        ..PlannedImages::default()
    };
    for preset in ["reference", "painting"] {
        let at = |size: u32| {
            let settings = settings::resolve(preset, &json!({ "size": size }).to_string()).unwrap();
            let budget = Budget { bytes: 3.7e9, correction: 1.0 };
            plan::plan(&weights, &settings, &images, DeviceFacts::of(&Device::flex(), 1), budget).unwrap()
        };
        let [small, large] = [at(3072), at(4096)];
        println!("{preset}: {:.1} GB at 3072, {:.1} at 4096, up to {}", small.bytes / 1e9, large.bytes / 1e9, large.largest);
        assert!(small.bytes > 3e9 && large.bytes > 5e9, "{preset}: {}, {}", small.bytes, large.bytes);
        assert!(!large.fits && (1024..4096).contains(&large.largest), "{preset}: {}", large.largest);
    }
}

/// Few channels, so that several tiles of the size that is used are quick.
#[test]
fn tiles_take_what_is_planned() {
    let _turn = turn();
    let file = network([8, 12, 16, 24, 24]);
    for size in [640, 1024, 1320] {
        for recompute in ["two", "three"] {
            Case::new(&file, size, json!({ "network": { "recompute": recompute } })).check();
        }
    }
    // Transposed, an image has other tiles.
    Case::new(&file, 1024, json!({ "network": { "recompute": "three", "views": "four" } })).check();
    Case::new(&sketch(), 1024, json!({ "network": { "recompute": "three" } })).check();
}

#[test]
fn masks_styles_and_large_pictures_take_what_is_planned() {
    let _turn = turn();
    let file = network([24, 32, 64, 96, 96]);
    let settings = json!({ "style": { "kind": "wasserstein" } });
    Case { mask: true, styles: vec![(200, 200), (300, 220)], ..Case::new(&file, 256, settings.clone()) }.check();
    Case { transparent: true, ..Case::new(&file, 256, settings) }.check();
    Case { styles: vec![(900, 700)], ..Case::new(&file, 128, json!({ "style": { "scale": 4 } })) }.check();
    Case { content: (3000, 2000), styles: vec![(2000, 3000)], ..Case::new(&file, 64, json!({})) }.check();
    for (size, nearest) in [(128, 0.5), (320, 1.0)] {
        Case { mask: true, styles: vec![(200, 200), (300, 220)], ..Case::new(&file, size, json!({ "style": { "nearest": nearest } })) }
            .check();
    }
    Case::new(&sketch(), 384, json!({ "style": { "nearest": 0.5 } })).check();
    // At conv1_1 the grid is as large as it can be, and what is halved for it as well.
    for (size, layer) in [(128, "conv4_2"), (384, "conv4_2"), (320, "conv1_1")] {
        let content = json!({ "kind": "self-similarity", "layers": [{ "layer": layer, "weight": 1 }] });
        Case::new(&file, size, json!({ "content": content })).check();
    }
    let normalised =
        json!({ "style": { "gradient": "normalised" }, "content": { "gradient": "normalised" }, "colour": { "keep": "luminance" } });
    Case::new(&file, 256, normalised).check();
}

/// Measures what the environment says: `LAYOUT=24,32,64,96,96 SIZES=256,512 SETTINGS='{};{"size": 1}' cargo test --test memory -- --ignored
/// --nocapture`. Without a layout it is Sketch.
#[test]
#[ignore = "prints a table"]
fn table() {
    let _turn = turn();
    let read = |name: &str| std::env::var(name).unwrap_or_default();
    let numbers = |name: &str| read(name).split(',').filter_map(|number| number.parse().ok()).collect::<Vec<u32>>();
    let file = match numbers("LAYOUT").as_slice() {
        &[a, b, c, d, e] => network([a, b, c, d, e].map(|channels| channels as usize)),
        _ => sketch(),
    };
    for settings in read("SETTINGS").split(';').filter(|text| !text.is_empty()) {
        for size in numbers("SIZES") {
            Case::new(&file, size, serde_json::from_str(settings).unwrap()).measure();
        }
    }
}
