//! Defective files with their error messages, and the parts of a download.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};
use safetensors::{Dtype, SafeTensors, serialize, tensor::TensorView};
use vgg::{Download, Error, Layer, Part, VGG16, VGG19, WeightsFile, header_length};

const CHANNELS: [usize; 5] = [2, 3, 4, 4, 4];

fn name(layer: Layer, part: Part) -> String {
    VGG19.tensor_name(layer, part).unwrap()
}

type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

/// conv1_1 to conv3_2 of a network with constant weights.
fn tensors() -> Tensors {
    let (mut tensors, mut inputs) = (Tensors::new(), 3);
    for layer in Layer::all().take(6) {
        let outputs = CHANNELS[layer.block() - 1];
        tensors.push((name(layer, Part::Weight), vec![outputs, inputs, 3, 3], vec![0.1; outputs * inputs * 9]));
        tensors.push((name(layer, Part::Bias), vec![outputs], vec![0.5; outputs]));
        inputs = outputs;
    }
    tensors
}

fn metadata() -> HashMap<String, String> {
    let pairs = [("pastiche.schema", "1"), ("name", "test"), ("input", "rgb-mean"), ("mean", "0.5,0.5,0.5"), ("scales", "1,2,4,1,0.5,1")];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn file(tensors: &Tensors, metadata: Option<HashMap<String, String>>) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> = tensors.iter().map(|(_, _, values)| values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|((name, shape, _), bytes)| (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    serialize(views, metadata).unwrap()
}

fn refused(bytes: Vec<u8>) -> String {
    WeightsFile::parse(bytes).map(|_| ()).unwrap_err().to_string()
}

fn without(name: &str) -> Vec<u8> {
    let mut tensors = tensors();
    tensors.retain(|(other, _, _)| other != name);
    file(&tensors, Some(metadata()))
}

#[test]
fn a_good_file_is_described_and_loads_no_deeper_than_needed() {
    let weights = WeightsFile::parse(file(&tensors(), Some(metadata()))).unwrap();
    let info = weights.info();
    assert_eq!((info.name.as_str(), info.input.as_str(), info.layout.as_slice()), ("test", "rgb-mean", &CHANNELS[..3]));
    assert_eq!((info.layers.len(), info.sha256.len(), weights.augmentations()), (6, 64, 1));
    let four_views = metadata().into_iter().chain([("views".to_owned(), "4".to_owned())]).collect();
    assert_eq!(WeightsFile::parse(file(&tensors(), Some(four_views))).unwrap().augmentations(), 4);
    let device = Device::flex();
    let [shallow, deep, absent] = ["conv2_1", "conv3_2", "conv4_1"].map(|name| name.parse::<Layer>().unwrap());
    let network = weights.network(&device, &[shallow]).unwrap();
    assert_eq!(network.layers().count(), 3);
    let image = Tensor::<4>::full([1, 3, 16, 16], 0.75, &device);
    assert!(matches!(network.features(image.clone(), &[deep]), Err(Error::NoSuchLayer { .. })));
    assert!(matches!(weights.network(&device, &[absent]), Err(Error::NoSuchLayer { .. })));
    let features = network.features(image, &[shallow]).unwrap();
    assert_eq!((features[shallow].values.dims(), features[shallow].raw_scale), ([1, 3, 8, 8], 4.0));
}

/// Published files have no metadata of ours: the architecture is found from the tensors. A file may name it, too.
#[test]
fn the_architecture_is_found_or_named() {
    let parse = |tensors: &Tensors, arch: Option<&str>| {
        let arch = arch.map(|arch| ("arch".to_owned(), arch.to_owned()));
        WeightsFile::parse(file(tensors, Some(metadata().into_iter().chain(arch).collect())))
    };
    assert_eq!(*parse(&tensors(), None).unwrap().architecture(), VGG19);
    assert_eq!(*parse(&tensors(), Some("VGG-16")).unwrap().architecture(), VGG16);
    let sentence = parse(&tensors(), Some("VGG-12")).unwrap_err().to_string();
    assert!(sentence.contains("VGG-12") && sentence.contains("VGG-19, VGG-16"), "{sentence}");
    let sentence = parse(&tensors(), Some("VGG-11")).unwrap_err().to_string();
    assert!(sentence.contains("no convolution of VGG-11"), "{sentence}");
    let mut mixture = tensors();
    mixture.push(("features.3.weight".to_owned(), vec![3, 2, 3, 3], vec![0.1; 54]));
    let sentence = parse(&mixture, None).unwrap_err().to_string();
    assert!(sentence.contains("\"features.3.weight\" is no convolution of VGG-19"), "{sentence}");
}

/// Scales are exact: dividing them out and multiplying them back gives the unscaled network's activations to the bit.
#[test]
fn scales_change_nothing() {
    let unscaled =
        HashMap::from_iter(metadata().into_iter().map(|(k, v)| if k == "scales" { (k, "1,1,1,1,1,1".to_owned()) } else { (k, v) }));
    let layer: Layer = "conv3_2".parse().unwrap();
    let [a, b] = [metadata(), unscaled].map(|metadata| {
        let network = WeightsFile::parse(file(&tensors(), Some(metadata))).unwrap().network(&Device::flex(), &[layer]).unwrap();
        let features = network.features(Tensor::full([1, 3, 20, 17], 0.8, &Device::flex()), &[layer]).unwrap();
        (features[layer].values.clone() * features[layer].raw_scale).into_data().try_to_vec::<f32>().unwrap()
    });
    assert_eq!(a, b);
}

/// With a metric R losses compare R f.
#[test]
fn a_metric_is_applied_to_the_channels() {
    let mut tensors = tensors();
    let layer: Layer = "conv1_1".parse().unwrap();
    tensors.push((name(layer, Part::Metric), vec![1, 2], vec![1.0, -3.0]));
    let network = WeightsFile::parse(file(&tensors, Some(metadata()))).unwrap().network(&Device::flex(), &[layer]).unwrap();
    let features = network.features(Tensor::full([1, 3, 4, 4], 0.5, &Device::flex()), &[layer]).unwrap();
    // The mean-subtracted image is zero, so both channels are the bias, 0.5.
    assert_eq!(features[layer].flat().into_data().try_to_vec::<f32>().unwrap(), vec![-1.0; 16]);
}

/// Whole numbers of 8 bits and a step for each output channel are the numbers that they multiply to; without steps, or with another
/// number of them, they are none.
#[test]
fn weights_may_be_whole_numbers_with_steps() {
    let layer: Layer = "conv1_1".parse().unwrap();
    let number = |n: i16| (n * 5 - 127).clamp(-127, 127);
    let whole: Vec<u8> = (0..54).map(|n| number(n).to_le_bytes()[0]).collect();
    let rounded = |steps: Option<Vec<f32>>| {
        let mut tensors = tensors();
        if let Some(steps) = steps {
            tensors.push((name(layer, Part::Step), vec![steps.len()], steps));
        }
        let bytes = file(&tensors, Some(metadata()));
        let whole = TensorView::new(Dtype::I8, vec![2, 3, 3, 3], &whole).unwrap();
        let others = SafeTensors::deserialize(&bytes).unwrap();
        let views = others.iter().filter(|(other, _)| *other != name(layer, Part::Weight));
        WeightsFile::parse(serialize(views.chain([("features.0.weight", whole)]), Some(metadata())).unwrap())
    };
    let file = rounded(Some(vec![0.5, 0.25])).unwrap();
    let found = file.convolution(layer).unwrap().weight;
    let expected: Vec<f32> = (0..54).map(|n| f32::from(number(n)) * if n < 27 { 0.5 } else { 0.25 }).collect();
    assert_eq!(found, expected);
    file.check_values().unwrap();
    for (steps, part) in [(None, "features.0.step"), (Some(vec![1.0]), "features.0.step"), (Some(vec![1.0, f32::NAN]), "features.0.step")] {
        let sentence = rounded(steps).unwrap_err().to_string();
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let good = file(&tensors(), Some(metadata()));
    assert!(refused(b"<!DOCTYPE html><html><body>404</body></html>".to_vec()).contains("web page"));
    assert!(refused(b"GIF89a and some more of it".to_vec()).contains("not a network file"));
    assert!(refused(Vec::new()).contains("shorter than 8 bytes"));
    for length in [100, good.len() - 1] {
        assert!(refused(good[..length].to_vec()).contains("cut short"));
    }
    assert!(refused(without("features.0.weight")).contains("features.0.weight"));
    assert!(refused(without("features.5.weight")).contains("\"features.5.weight\""));
    assert!(refused(without("features.5.bias")).contains("\"features.5.bias\""));

    let mut wrong_shape = tensors();
    wrong_shape[4].1 = vec![2, 3, 3, 3];
    let sentence = refused(file(&wrong_shape, Some(metadata())));
    assert!(sentence.contains("features.5.weight") && sentence.contains("[2, 3, 3, 3]"), "{sentence}");

    assert!(refused(file(&tensors(), None)).contains("neither Oxford's nor torchvision's"));
    for (key, value) in [
        ("pastiche.schema", "2"),
        ("input", "grey"),
        ("mean", "a,b,c"),
        ("scales", "1,1,3,1,1,1"),
        ("scales", "1"),
        ("pool", "min"),
        ("views", "0"),
    ] {
        let mut metadata = metadata();
        metadata.insert(key.to_owned(), value.to_owned());
        assert!(refused(file(&tensors(), Some(metadata))).contains("metadata"), "{key} = {value}");
    }
}

#[test]
fn nan_is_found_in_the_layers_in_use() {
    let mut tensors = tensors();
    tensors[6].2[5] = f32::NAN;
    let weights = WeightsFile::parse(file(&tensors, Some(metadata()))).unwrap();
    let [before, damaged] = ["conv2_1", "conv2_2"].map(|name| name.parse::<Layer>().unwrap());
    assert!(weights.network(&Device::flex(), &[before]).is_ok());
    assert!(matches!(weights.check_values(), Err(Error::NotFinite(_))));
    let error = weights.network(&Device::flex(), &[damaged]).unwrap_err();
    assert!(error.to_string().contains(&tensors[6].0), "{error}");
}

/// The header of a published file: f32, sorted by name (features.10 before features.2), other tensors between.
fn hub_header() -> Vec<u8> {
    hub_header_of("F32", 4)
}

fn hub_header_of(dtype: &str, size: usize) -> Vec<u8> {
    let (mut entries, mut offset, mut inputs) = (Vec::new(), 0, 3);
    let mut shapes = vec![("classifier.weight".to_owned(), vec![10, 512])];
    for layer in Layer::all() {
        let outputs = [64, 128, 256, 512, 512][layer.block() - 1];
        shapes.push((name(layer, Part::Weight), vec![outputs, inputs, 3, 3]));
        shapes.push((name(layer, Part::Bias), vec![outputs]));
        inputs = outputs;
    }
    shapes.sort();
    for (name, shape) in shapes {
        let end = offset + size * shape.iter().product::<usize>();
        entries.push(format!("\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"data_offsets\":[{offset},{end}]}}"));
        offset = end;
    }
    let json = format!("{{{}}}", entries.join(","));
    [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat()
}

#[test]
fn a_download_requests_the_convolutions_in_use_and_no_more() {
    let header = hub_header();
    assert_eq!(header_length(&header).unwrap(), header.len());
    let download = Download::new(&header).unwrap();
    let ranges = download.ranges();
    assert_eq!(ranges.len(), 28);
    assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
    assert!(ranges.iter().all(|range| !range.name.contains("32") && !range.name.contains("classifier")));
    let bytes: usize = ranges.iter().map(|range| range.end - range.start).sum();
    assert!((60_000_000..62_000_000).contains(&bytes), "{bytes}");
    assert!(matches!(download.finish(), Err(Error::Missing(_))));
}

#[test]
fn a_download_checks_what_it_accepts() {
    let mut download = Download::new(&hub_header()).unwrap();
    let zeros = |n: usize| vec![0_u8; 4 * n];
    assert!(matches!(download.accept("features.2.bias", &zeros(63)), Err(Error::Truncated { .. })));
    assert!(matches!(download.accept("classifier.weight", &zeros(5120)), Err(Error::NotAskedFor(_))));
    assert!(matches!(download.accept("features.0.bias", &zeros(64)), Err(Error::Checksum(_))));
    let nan: Vec<u8> = f32::NAN.to_le_bytes().repeat(64);
    assert!(matches!(download.accept("features.2.bias", &nan), Err(Error::NotFinite(_))));
    download.accept("features.2.bias", &zeros(64)).unwrap();
    // Finite, but not the values of that name.
    assert!(matches!(download.accept("features.5.weight", &zeros(128 * 64 * 9)), Err(Error::Checksum(_))));
    assert!(matches!(header_length(b"<!doctyp"), Err(Error::WebPage)));
    assert!(matches!(Download::new(&hub_header()[..500]), Err(Error::Truncated { .. })));
}

/// The checksums are of f32: a file in f16 cannot be checked and is not named torchvision's.
#[test]
fn a_file_without_known_checksums_is_named_unverified() {
    let mut download = Download::new(&hub_header_of("F16", 2)).unwrap();
    for range in download.ranges() {
        download.accept(&range.name, &vec![0; range.end - range.start]).unwrap();
    }
    assert_eq!(WeightsFile::parse(download.finish().unwrap()).unwrap().info().name, "VGG-19 (unverified)");
}
