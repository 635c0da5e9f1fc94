//! Files other than plain safetensors of floating-point numbers: palettes, files of `torch.save`, and files cut to the layers in use.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use pytorch_reader::PytorchReader;
use safetensors::Dtype;
use vgg::{Convolution, Error, Layer, Part, Stored, VGG19, WeightsFile, write};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];

fn layer(name: &str) -> Layer {
    name.parse().unwrap()
}

fn name(layer: Layer, part: Part) -> String {
    VGG19.tensor_name(layer, part).unwrap()
}

fn metadata() -> BTreeMap<String, String> {
    let pairs = [("pastiche.schema", "1"), ("name", "test"), ("input", "rgb-mean"), ("mean", "0.5,0.5,0.5"), ("scales", "1,1")];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn stored(name: String, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Stored {
    Stored { name, dtype, shape: shape.to_vec(), bytes }
}

/// conv1_1 with two channels, its weights as indices 0, 3, 6, .. into `palette`, if there is one.
fn indexed(palette: Option<&[f32]>) -> Vec<u8> {
    let layer = layer("conv1_1");
    let mut tensors = vec![
        stored(name(layer, Part::Weight), Dtype::U8, &[2, 3, 3, 3], (0..54).map(|n| n * 3).collect()),
        stored(name(layer, Part::Bias), Dtype::F32, &[2], floats(&[0.5, -0.5])),
    ];
    tensors.extend(palette.map(|palette| stored(name(layer, Part::Palette), Dtype::F32, &[palette.len()], floats(palette))));
    write(&tensors, &metadata()).unwrap()
}

/// Values that no rounding could give.
fn palette() -> Vec<f32> {
    (0..256).map(|n| (n as f32 * 0.37).sin() / 3.0).collect()
}

#[test]
fn indices_are_the_values_they_point_to() {
    let file = WeightsFile::parse(indexed(Some(&palette()))).unwrap();
    let Convolution { weight, bias, shape } = file.convolution(layer("conv1_1")).unwrap();
    assert_eq!(weight, (0..54).map(|n| palette()[n * 3]).collect::<Vec<_>>());
    assert_eq!((bias, shape), (vec![0.5, -0.5], [2, 3]));
    file.check_values().unwrap();
}

#[test]
fn a_defective_palette_is_refused_with_a_sentence() {
    let mut not_finite = palette();
    not_finite[200] = f32::NAN;
    for (palette, expected) in [
        (None, "no palette of 256 values"),
        (Some(palette()[..255].to_vec()), "\"features.0.palette\" has the shape [255]"),
        (Some(not_finite), "\"features.0.palette\" holds values that are not numbers"),
    ] {
        let sentence = WeightsFile::parse(indexed(palette.as_deref())).unwrap_err().to_string();
        assert!(sentence.contains(expected) && sentence.ends_with('.'), "{sentence}");
    }
    let layer = layer("conv1_1");
    let half = stored(name(layer, Part::Palette), Dtype::F16, &[256], vec![0; 512]);
    let whole = stored(name(layer, Part::Weight), Dtype::U8, &[2, 3, 3, 3], vec![0; 54]);
    let bias = stored(name(layer, Part::Bias), Dtype::F32, &[2], floats(&[0.0, 0.0]));
    let sentence = WeightsFile::parse(write(&[whole, bias.clone(), half], &metadata()).unwrap()).unwrap_err().to_string();
    assert!(sentence.contains("F16"), "{sentence}");
    let wide = stored(name(layer, Part::Weight), Dtype::I32, &[2, 3, 3, 3], vec![0; 216]);
    let sentence = WeightsFile::parse(write(&[wide, bias], &metadata()).unwrap()).unwrap_err().to_string();
    assert!(sentence.contains("I32"), "{sentence}");
}

#[test]
fn a_file_is_cut_to_the_layers_in_use() {
    let [first, second] = [layer("conv1_1"), layer("conv1_2")];
    let tensors = [
        stored(name(first, Part::Weight), Dtype::U8, &[2, 3, 3, 3], vec![7; 54]),
        stored(name(first, Part::Palette), Dtype::F32, &[256], floats(&palette())),
        stored(name(first, Part::Bias), Dtype::F32, &[2], floats(&[0.0, 1.0])),
        stored(name(first, Part::Metric), Dtype::F32, &[1, 2], floats(&[1.0, 2.0])),
        stored(name(second, Part::Weight), Dtype::F32, &[2, 2, 3, 3], floats(&[0.25; 36])),
        stored(name(second, Part::Bias), Dtype::F32, &[2], floats(&[0.0, 1.0])),
        stored("classifier.0.weight".to_owned(), Dtype::F32, &[1], floats(&[1.0])),
    ];
    let whole = WeightsFile::parse(write(&tensors, &metadata()).unwrap()).unwrap();
    let cut = whole.cut(first).unwrap();
    assert_eq!((cut.info().layers.as_slice(), cut.info().name.as_str()), (&[first][..], "test"));
    assert_eq!(cut.convolution(first).unwrap(), whole.convolution(first).unwrap());
    assert_eq!(cut.metric(first).unwrap(), whole.metric(first).unwrap());
    assert!(cut.bytes().len() < whole.bytes().len());
    assert_eq!(cut.cut(first).unwrap().bytes(), cut.bytes());
    assert!(whole.cut(second).unwrap().bytes().len() < whole.bytes().len(), "the classifier goes");
    assert!(matches!(cut.cut(second), Err(Error::NoSuchLayer { .. })));
}

// --- Files of torch.save -----------------------------------------------------------------------------------------------------------------

/// A fixture that PyTorch wrote (`tests/fixtures/state_dict.py`), in the zip container and in the stream before it.
fn fixture(name: &str) -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../tests/fixtures").join(name)
}

/// A state dict of VGG-19 with torchvision's names, all zeros but the first kernel, as `torch.save` would write it. `first`: that kernel.
struct StateDict {
    /// Name, shape; f16.
    tensors: Vec<(String, Vec<usize>)>,
    first: Vec<f32>,
}

impl StateDict {
    fn vgg19(first: Vec<f32>) -> Self {
        let (mut tensors, mut inputs) = (Vec::new(), 3);
        for layer in Layer::all() {
            let outputs = CHANNELS[layer.block() - 1];
            tensors.push((name(layer, Part::Weight), vec![outputs, inputs, 3, 3]));
            tensors.push((name(layer, Part::Bias), vec![outputs]));
            inputs = outputs;
        }
        Self { tensors, first }
    }

    /// The pickle of the dict; storages are called 0, 1, ..
    fn pickle(&self) -> Vec<u8> {
        let text = |text: &str| [&b"X"[..], &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        let number = |number: usize| [&b"J"[..], &(number as i32).to_le_bytes()].concat();
        let mut pickle = b"\x80\x02}(".to_vec();
        for (key, (name, shape)) in self.tensors.iter().enumerate() {
            let count = shape.iter().product();
            let strides: Vec<usize> = (0..shape.len()).map(|n| shape[n + 1..].iter().product()).collect();
            let tuple = |items: &[usize]| [b"(".to_vec(), items.iter().flat_map(|n| number(*n)).collect(), b"t".to_vec()].concat();
            pickle.extend(text(name));
            pickle.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
            pickle.extend(text("storage"));
            pickle.extend(b"ctorch\nHalfStorage\n");
            pickle.extend(
                [text(&key.to_string()), text("cpu"), number(count), b"tQ".to_vec(), number(0), tuple(shape), tuple(&strides)].concat(),
            );
            pickle.extend(b"\x89ccollections\nOrderedDict\n)RtR");
        }
        pickle.extend(b"u.");
        pickle
    }

    fn storage(&self, key: usize) -> Vec<u8> {
        let mut values = vec![0; 2 * self.tensors[key].1.iter().product::<usize>()];
        if key == 0 {
            let first: Vec<u8> = self.first.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect();
            values[..first.len()].copy_from_slice(&first);
        }
        values
    }

    fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut add = |name: String, bytes: &[u8]| {
            zip.start_file(name, options).unwrap();
            zip.write_all(bytes).unwrap();
        };
        add("vgg19/data.pkl".to_owned(), &self.pickle());
        add("vgg19/byteorder".to_owned(), b"little");
        (0..self.tensors.len()).for_each(|key| add(format!("vgg19/data/{key}"), &self.storage(key)));
        zip.finish().unwrap().into_inner()
    }
}

/// The first kernel of Oxford's conv1_1.
fn oxford() -> Vec<f32> {
    vec![0.341_308_6, 0.340_087_9, -0.044_830_32, 0.232_177_73, 0.089_782_715, -0.303_222_66, -0.072_631_836, -0.246_704_1, -0.336_914_06]
}

#[test]
fn a_state_dict_of_pytorch_is_a_network() {
    let file = WeightsFile::parse(StateDict::vgg19(oxford()).zip()).unwrap();
    let info = file.info();
    assert_eq!((info.name.as_str(), info.input.as_str(), info.layout.as_slice()), ("VGG-19 (Oxford)", "bgr255-mean", &CHANNELS[..]));
    assert_eq!(info.layers.len(), 16);
    // R, G and B in [0, 1] and a scale of 32: the kernel of B comes last, times 255 over 32.
    let found = &file.convolution(layer("conv1_1")).unwrap().weight[18..27];
    assert!(found.iter().zip(oxford()).all(|(a, b)| (a - b * 255.0 / 32.0).abs() < 1e-6), "{found:?}");
    let again = WeightsFile::parse(file.bytes().to_vec()).unwrap();
    assert_eq!(again.info(), info);
}

#[test]
fn what_torch_save_did_not_write_is_refused_with_a_sentence() {
    let good = StateDict::vgg19(oxford()).zip();
    let whole = fs::read(fixture("state-dict.pth")).unwrap();
    let stream = fs::read(fixture("state-dict-stream.pth")).unwrap();
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let mut big = stream.clone();
    let little = big.windows(13).position(|window| window == b"little_endian").unwrap();
    *big[little..].iter_mut().find(|byte| **byte == 0x88).unwrap() = 0x89;
    for (bytes, expected) in [
        (StateDict::vgg19(vec![0.5; 9]).zip(), "neither Oxford's nor torchvision's"),
        (good[..good.len() / 2].to_vec(), "PyTorch file"),
        (damaged, "PyTorch file"),
        (whole.clone(), "features.0.weight"),
        (stream[..stream.len() - 1].to_vec(), "cut short"),
        (stream[..40].to_vec(), "early"),
        (big, "big-endian"),
        (b"PK\x03\x04 and no archive".to_vec(), "PyTorch file"),
    ] {
        let sentence = WeightsFile::parse(bytes).unwrap_err().to_string();
        assert!(sentence.contains(expected) && sentence.ends_with('.'), "{sentence}");
    }
}

/// The package's names with other values are not the package's file.
#[test]
fn a_file_with_the_packages_names_and_other_values_is_refused() {
    let mut dict = StateDict::vgg19(oxford());
    dict.tensors[0].0 = "block1_conv1_W_q".to_owned();
    assert!(matches!(WeightsFile::parse(dict.zip()), Err(Error::Checksum(_))));
}

/// The whole of the package's file against burn's own reader of such files: the same indices, tables and biases, layer by layer.
#[test]
#[ignore = "needs VGG-19 (PASTICHE_VGG19)"]
fn the_packages_vgg19_is_read_to_the_bit() {
    let path = PathBuf::from(std::env::var_os("PASTICHE_VGG19").expect("PASTICHE_VGG19 names a file of VGG-19, as `./dev test` has it"));
    let file = WeightsFile::parse(fs::read(&path).unwrap()).unwrap();
    assert_eq!((file.info().name.as_str(), file.info().layers.len()), ("VGG-19 (Oxford)", 16));
    file.check_values().unwrap();
    let reader = PytorchReader::new(&path).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(file.bytes()).unwrap();
    for layer in Layer::all() {
        let theirs = |part: &str| reader.get(&format!("block{}_conv{}_{part}", layer.block(), layer.number())).unwrap();
        for (part, ending) in [(Part::Weight, "W_q"), (Part::Palette, "W_table"), (Part::Bias, "b")] {
            let name = name(layer, part);
            let (ours, theirs) = (tensors.tensor(&name).unwrap(), theirs(ending));
            assert_eq!((ours.shape(), ours.data()), (theirs.shape(), theirs.read().unwrap().as_slice()), "{name}");
        }
    }
    let cut = file.cut(VGG19.deepest_in_use).unwrap();
    assert!(cut.bytes().len() <= 15_600_000, "{}", cut.bytes().len());
    assert_eq!(cut.info().sha256, "2881d8e74d7fb2e03e626d9a25ad757931a07aefbd2139081057fa8bcbf0c3e7");
}
