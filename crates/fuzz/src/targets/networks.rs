//! Network files in safetensors: f32, f16, 8 bits with steps or with a palette.
//!
//! Accepted rightly: the layers run from conv1_1 without a gap, each of the channels of the one before; every value that a network computes with is
//! finite; the features of a picture of 16 x 16 are finite; a file cut to its first layer is accepted too, and read again it is the same.

use std::time::Duration;

use burn::tensor::{Device, Tensor, TensorData};
use mutatis::Session;
use vgg::{Layer, WeightsFile};

use super::{
    Limits, Target, Verdict, holds, refused,
    tiny::{self, Weights},
};
use crate::mutate::{choose, json::Json, tensors::File};

struct Networks {
    seeds: Vec<(String, Vec<u8>)>,
    files: Vec<File>,
}

pub(super) fn target() -> Box<dyn Target> {
    let mut seeds: Vec<_> = [Weights::F32, Weights::F16, Weights::Steps, Weights::Palette]
        .into_iter()
        .flat_map(|weights| [1, 5].map(|depth| (format!("{weights:?} {depth}"), tiny::network(weights, depth))))
        .collect();
    seeds.push(tiny::file("tiny/tiny-vgg16-network.safetensors"));
    let files = seeds.iter().filter_map(|(_, bytes)| File::read(bytes)).collect();
    Box::new(Networks { seeds, files })
}

impl Target for Networks {
    fn name(&self) -> &'static str {
        "networks"
    }

    fn limits(&self) -> Limits {
        Limits { time: Duration::from_secs(2), memory: 32 << 20, memory_per_byte: 64 }
    }

    fn seeds(&self) -> Vec<(String, Vec<u8>)> {
        self.seeds.clone()
    }

    fn input(&mut self, session: &mut Session) -> Vec<u8> {
        // The last is twenty times as long as the others, and takes as much longer.
        let all = self.files.len();
        let at = choose(session, 16 * all);
        let file = self.files[if at == 0 { all - 1 } else { at % (all - 1) }].clone();
        file.changed(session, |file, session| {
            let mut metadata = serde_json::Value::Object(file.metadata.clone());
            if choose(session, 2) == 0 {
                let key = ["scales", "mean", "views", "arch", "pool", "input", "pastiche.schema"][choose(session, 7)];
                let value = METADATA[choose(session, METADATA.len())];
                file.metadata.insert(key.to_owned(), value.into());
            } else {
                let _ = session.mutate_with(&mut Json, &mut metadata);
                if let serde_json::Value::Object(changed) = metadata {
                    file.metadata = changed;
                }
            }
        })
    }

    fn check(&mut self, input: &[u8]) -> Result<Verdict, String> {
        // As the page does.
        let weights = match WeightsFile::parse(input.to_vec()).and_then(|file| file.check_values().map(|()| file)) {
            Ok(weights) => weights,
            Err(error) => return refused(&error),
        };
        check_network(&weights, crc32fast::hash(input).is_multiple_of(8))?;
        Ok(Verdict::Accepted)
    }
}

const METADATA: [&str; 22] = [
    "1,1,1,1,1",
    "2,4,8,16,32",
    "1",
    "0",
    "-1",
    "NaN",
    "inf",
    "1e38",
    "1.1754944e-38,1.7014118e38,1,1,1",
    "0.5,0.5,0.5",
    "NaN,0,0",
    "1e30,0,0",
    "4",
    "5",
    "VGG-19",
    "VGG-16",
    "avg",
    "max",
    "bgr255-mean",
    "rgb-imagenet",
    "rgb-mean",
    "",
];

/// Beyond what the seeds hold: where features may overflow.
const LARGE: f32 = 4.0;

/// The invariant. `sampled`: compute features too, which takes as long as a hundred refusals; where a value is large it is done anyway.
fn check_network(weights: &WeightsFile, sampled: bool) -> Result<(), String> {
    let layers = &weights.info().layers;
    let architecture = weights.architecture();
    holds(architecture.layers().take(layers.len()).eq(layers.iter().copied()), || format!("the layers have a gap: {layers:?}"))?;
    holds(weights.mean().iter().all(|value| value.is_finite()), || format!("the mean is {:?}", weights.mean()))?;
    let mut inputs = 3;
    let mut largest = 0.0f32;
    for layer in layers {
        let convolution = weights.convolution(*layer).map_err(|error| format!("{layer:?} cannot be loaded: {error}"))?;
        let [outputs, found] = convolution.shape;
        holds(found == inputs && outputs > 0, || format!("{layer:?} has {found} inputs after {inputs} outputs"))?;
        holds(convolution.weight.len() == outputs * inputs * 9 && convolution.bias.len() == outputs, || {
            format!("{layer:?} has another length")
        })?;
        let values = convolution.weight.iter().chain(&convolution.bias);
        holds(values.clone().all(|value| value.is_finite()), || format!("{layer:?} has a value that is not finite"))?;
        largest = values.fold(largest, |largest, value| largest.max(value.abs()));
        weights.metric(*layer).map_err(|error| format!("the metric of {layer:?} cannot be loaded: {error}"))?;
        inputs = outputs;
    }
    let cut = weights.cut(Layer::CONV1_1).map_err(|error| format!("it cannot be cut: {error}"))?;
    holds(cut.info().layers == [Layer::CONV1_1], || "cut, it has other layers".to_owned())?;
    let again = WeightsFile::parse(weights.bytes().to_vec()).map_err(|error| format!("read again, it is refused: {error}"))?;
    holds(again.info() == weights.info(), || "read again, it is another network".to_owned())?;
    // Few channels only: the shapes of a large network are checked above, and one execution must not take seconds.
    if (sampled || largest > LARGE) && weights.info().layout.iter().all(|channels| *channels <= 64) {
        let device = Device::flex();
        let deepest = layers[layers.len() - 1];
        let network = weights.network(&device, &[deepest]).map_err(|error| error.to_string())?;
        let values: Vec<f32> = (0..3 * 256).map(|n| (n as f32 * 0.1).sin().abs()).collect();
        let picture = Tensor::<4>::from_data(TensorData::new(values, [1, 3, 16, 16]), &device);
        let features = network.features(picture, &[deepest]).map_err(|error| error.to_string())?;
        let finite =
            features.iter().all(|(_, map)| map.to_f32().to_data().try_to_vec::<f32>().is_ok_and(|all| all.iter().all(|v| v.is_finite())));
        holds(finite, || format!("features of a picture are not finite; the largest value is {largest}"))?;
    }
    Ok(())
}
