//! Networks of a few kilobytes with weights that are always the same, and pictures for them.

use std::{collections::BTreeMap, path::PathBuf};

use safetensors::Dtype;
use transfer::Image;
use vgg::{Layer, Part, Stored, VGG19, write};

/// How a network's weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weights {
    F32,
    F16,
    /// Whole numbers and a step for each channel.
    Steps,
    /// Indices into a palette.
    Palette,
}

/// A network of the first `depth` convolutions, two to four channels wide.
pub(super) fn network(weights: Weights, depth: usize) -> Vec<u8> {
    let channels = [3, 2, 4, 3, 2];
    let (mut tensors, mut inputs) = (Vec::new(), 3);
    for (n, layer) in VGG19.layers().take(depth).enumerate() {
        let outputs = channels[layer.block() - 1];
        let mut add = |part, dtype, shape: &[usize], bytes: Vec<u8>| {
            let name = VGG19.tensor_name(layer, part).unwrap_or_default();
            tensors.push(Stored { name, dtype, shape: shape.to_vec(), bytes });
        };
        let value = |at: usize| ((at * 7 + n * 13) as f32).sin() * 0.4;
        let shape = [outputs, inputs, 3, 3];
        let count = shape.iter().product::<usize>();
        let floats = |count: usize, value: &dyn Fn(usize) -> f32| (0..count).flat_map(|at| value(at).to_le_bytes()).collect::<Vec<u8>>();
        match weights {
            Weights::F32 => add(Part::Weight, Dtype::F32, &shape, floats(count, &value)),
            Weights::F16 => {
                let bytes = (0..count).flat_map(|at| half::f16::from_f32(value(at)).to_le_bytes()).collect();
                add(Part::Weight, Dtype::F16, &shape, bytes);
            }
            Weights::Steps => {
                add(Part::Weight, Dtype::I8, &shape, (0..count).map(|at| (value(at) * 250.0) as i8 as u8).collect());
                add(Part::Step, Dtype::F32, &[outputs], floats(outputs, &|_| 0.004));
            }
            Weights::Palette => {
                add(Part::Weight, Dtype::U8, &shape, (0..count).map(|at| (at * 37 + n) as u8).collect());
                add(Part::Palette, Dtype::F32, &[256], floats(256, &|at| (at as f32 - 127.0) / 300.0));
            }
        }
        add(Part::Bias, Dtype::F32, &[outputs], floats(outputs, &|at| at as f32 * 0.01));
        if weights == Weights::F32 && layer == Layer::CONV1_1 {
            add(Part::Metric, Dtype::F32, &[2, outputs], floats(2 * outputs, &|at| at as f32 * 0.1));
        }
        inputs = outputs;
    }
    let scales = vec!["1"; depth].join(",");
    let input = if weights == Weights::F32 { "rgb-mean" } else { "rgb-imagenet" };
    let pairs = [
        ("pastiche.schema", "1"),
        ("name", "tiny"),
        ("input", input),
        ("mean", "0.5,0.4,0.3"),
        ("scales", &scales),
        ("pool", "max"),
        ("views", "1"),
    ];
    let metadata: BTreeMap<_, _> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    without_checksum(write(&tensors, &metadata).unwrap_or_default())
}

/// A key of the metadata that nobody reads in place of the checksum's, which would refuse every change of a tensor before anything else sees it.
fn without_checksum(mut file: Vec<u8>) -> Vec<u8> {
    let (key, unknown) = (b"pastiche.sha256", b"pastiche.sha000");
    if let Some(at) = file.windows(key.len()).position(|bytes| bytes == key) {
        file[at..at + key.len()].copy_from_slice(unknown);
    }
    file
}

/// A file of the repository's tests.
pub(super) fn file(path: &str) -> (String, Vec<u8>) {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    (path.to_owned(), std::fs::read(root.join("../../tests").join(path)).unwrap_or_default())
}

/// Waves, `kind` of them.
pub(super) fn picture(kind: u32, (width, height): (u32, u32)) -> Image {
    let value = |x: u32, y: u32, c: u32| (128.0 + 90.0 * (f64::from(x * (c + kind) + y * 3) / 9.0).sin()) as u8;
    let rgba = (0..height).flat_map(|y| (0..width).flat_map(move |x| [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255])).collect();
    Image { name: format!("picture {kind}"), sha256: format!("{kind:064x}"), size: (width, height), rgba }
}
