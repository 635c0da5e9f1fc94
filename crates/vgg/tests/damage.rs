//! Files whose numbers no network has.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use safetensors::Dtype;
use vgg::{Error, Layer, Part, Stored, VGG19, WeightsFile, write};

/// conv1_1 with two channels, all of its weights `weight`, under this metadata besides the schema.
fn file(weight: f32, metadata: &[(&str, &str)]) -> Vec<u8> {
    let floats = |count: usize, value: f32| (0..count).flat_map(|_| value.to_le_bytes()).collect::<Vec<u8>>();
    let stored = |part, shape: &[usize], bytes| Stored {
        name: VGG19.tensor_name(Layer::CONV1_1, part).unwrap(),
        dtype: Dtype::F32,
        shape: shape.to_vec(),
        bytes,
    };
    let tensors = [stored(Part::Weight, &[2, 3, 3, 3], floats(54, weight)), stored(Part::Bias, &[2], floats(2, 0.5))];
    let pairs = [("pastiche.schema", "1"), ("input", "rgb-mean"), ("mean", "0.5,0.5,0.5"), ("scales", "1")];
    let metadata: BTreeMap<_, _> = pairs.iter().chain(metadata).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    write(&tensors, &metadata).unwrap()
}

fn checked(weight: f32, metadata: &[(&str, &str)]) -> Result<(), Error> {
    WeightsFile::parse(file(weight, metadata)).and_then(|file| file.check_values())
}

#[test]
fn weights_that_overflow_are_refused() {
    assert!(checked(60_000.0, &[]).is_ok());
    for weight in [70_000.0, 1e38, -1e38] {
        assert!(matches!(checked(weight, &[]), Err(Error::TooLarge(name)) if name == "features.0.weight"), "{weight}");
    }
    // As a network computes with them: times 255, over the layer's scale.
    assert!(checked(300.0, &[("input", "bgr255-mean"), ("scales", "1")]).is_err());
    assert!(checked(300.0, &[("input", "bgr255-mean"), ("scales", "32")]).is_ok());
}

#[test]
fn a_mean_or_a_scale_of_no_network_is_refused() {
    for mean in ["NaN,0,0", "inf,0,0", "0,0,1e30", "-1,0,0"] {
        assert!(matches!(checked(0.1, &[("mean", mean)]), Err(Error::Metadata(_))), "{mean}");
    }
    for scales in ["1.1754944e-38", "1.7014118e38", "NaN", "0", "3"] {
        assert!(matches!(checked(0.1, &[("scales", scales)]), Err(Error::Metadata(_))), "{scales}");
    }
}

#[test]
fn a_flipped_bit_of_any_tensor_is_noticed() {
    let whole = file(0.1, &[]);
    let start = vgg::header_length(&whole).unwrap();
    for at in start..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(matches!(WeightsFile::parse(damaged), Err(Error::Damaged)), "byte {at}");
    }
}

#[test]
fn what_is_quoted_of_a_file_is_short() {
    let long = "x".repeat(1_000_000);
    for key in ["input", "pool", "arch", "pastiche.schema"] {
        let sentence = checked(0.1, &[(key, &long)]).unwrap_err().to_string();
        assert!(sentence.len() < 1000 && sentence.ends_with('.'), "{key}: {} bytes", sentence.len());
    }
    assert!(WeightsFile::parse(file(0.1, &[("name", &long)])).unwrap().info().name.len() < 300);
}
