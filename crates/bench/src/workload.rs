//! What every program computes. The numbers are made by a rule that is quickly written in any language, so that the results of all
//! programs can be compared.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensorError, tensor::TensorView};
use vgg::{Error, Part, VGG19, WeightsFile};

/// Output channels of VGG-19's convolutions down to conv5_1, by block.
pub const BLOCKS: [&[usize]; 5] = [&[64, 64], &[128, 128], &[256, 256, 256, 256], &[512, 512, 512, 512], &[512]];

/// What is subtracted from the image.
pub const MEAN: f32 = 0.5;

/// A convolution's place and its channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// 0 for conv1_1 to 12 for conv5_1.
    pub position: usize,
    /// 1 to 5.
    pub block: usize,
    /// Whether it is its block's first: its output is a style layer, and pooling stands before it, but for conv1_1.
    pub first: bool,
    /// Channels that come in.
    pub inputs: usize,
    /// Channels that go out.
    pub outputs: usize,
}

/// All thirteen, from the image downwards.
pub fn convolutions() -> impl Iterator<Item = Convolution> {
    let places =
        BLOCKS.iter().enumerate().flat_map(|(n, block)| block.iter().enumerate().map(move |(at, outputs)| (n + 1, at == 0, *outputs)));
    places.enumerate().scan(3, |inputs, (position, (block, first, outputs))| {
        let convolution = Convolution { position, block, first, inputs: *inputs, outputs };
        *inputs = outputs;
        Some(convolution)
    })
}

/// Floating-point operations of the forward pass, as a direct convolution has them: two for each weight and pixel. The gradient
/// with respect to the image is as many again.
#[must_use]
pub fn operations([height, width]: [usize; 2]) -> f64 {
    convolutions().map(|c| (18 * c.inputs * c.outputs * (height >> (c.block - 1)) * (width >> (c.block - 1))) as f64).sum()
}

/// `length` numbers in [-1, 1), different for each `stream`: Wellons' hash `lowbias32` of a number's place.
#[must_use]
pub fn noise(stream: u32, length: usize) -> Vec<f32> {
    let hash = |n: u32| {
        let mut x = n.wrapping_add(stream.wrapping_mul(0x9e37_79b9));
        x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
        x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
        x ^ (x >> 16)
    };
    (0..length as u32).map(|n| (hash(n) >> 8) as f32 / 8_388_608.0 - 1.0).collect()
}

impl Convolution {
    /// `[O, I, 3, 3]`, uniform with a variance that keeps activations as they are (He et al. 2015, arXiv:1502.01852).
    #[must_use]
    pub fn weight(&self) -> Vec<f32> {
        let range = (6.0 / (9 * self.inputs) as f32).sqrt();
        noise(self.position as u32, self.outputs * self.inputs * 9).iter().map(|n| n * range).collect()
    }

    /// `[O]`
    #[must_use]
    pub fn bias(&self) -> Vec<f32> {
        noise(100 + self.position as u32, self.outputs).iter().map(|n| n * 0.1).collect()
    }
}

/// The picture that is looked at, `[3, H, W]`: noise in [0, 1).
#[must_use]
pub fn picture([height, width]: [usize; 2]) -> Vec<f32> {
    noise(200, 3 * height * width).iter().map(|n| n * 0.5 + 0.5).collect()
}

/// The style picture, `[3, H, W]` in [0, 1): noise over a slope, so that its Gram matrices are others than [`picture`]'s.
#[must_use]
pub fn style([height, width]: [usize; 2]) -> Vec<f32> {
    let noise = noise(201, 3 * height * width);
    let at = |n: usize| [n / (height * width), n / width % height, n % width];
    let slope = |[c, y, x]: [usize; 3]| (x + (c + 1) * y) as f32 / (width + (c + 1) * height) as f32;
    noise.iter().enumerate().map(|(n, value)| (value * 0.5 + 0.5) * 0.5 + 0.5 * slope(at(n))).collect()
}

/// The network as a file, for what ships.
///
/// # Errors
///
/// Never in practice: it is made as files are read.
pub fn weights_file() -> Result<WeightsFile, Error> {
    let bytes = |values: Vec<f32>| -> Vec<u8> { values.iter().flat_map(|value| value.to_le_bytes()).collect() };
    let mut tensors = Vec::new();
    for (convolution, layer) in convolutions().zip(VGG19.layers()) {
        let Convolution { inputs, outputs, .. } = convolution;
        tensors.push((VGG19.tensor_name(layer, Part::Weight)?, bytes(convolution.weight()), vec![outputs, inputs, 3, 3]));
        tensors.push((VGG19.tensor_name(layer, Part::Bias)?, bytes(convolution.bias()), vec![outputs]));
    }
    let views = tensors.iter().map(|(name, bytes, shape)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)));
    let views = views.collect::<Result<Vec<_>, SafeTensorError>>().map_err(|error| unreadable(&error))?;
    let strings = [("pastiche.schema", "1"), ("name", "random"), ("input", "rgb-mean"), ("mean", "0.5,0.5,0.5")];
    let metadata: HashMap<String, String> = strings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    WeightsFile::parse(safetensors::serialize(views, Some(metadata)).map_err(|error| unreadable(&error))?)
}

fn unreadable(error: &SafeTensorError) -> Error {
    Error::NotSafetensors(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_vgg19s() {
        // Forward and gradient to conv5_1 at 256 x 256: 95 GFLOP.
        let both = 2.0 * operations([256, 256]) / 1e9;
        assert!((both - 95.0).abs() < 1.0, "{both}");
        assert_eq!(convolutions().count(), 13);
    }

    #[test]
    fn noise_is_the_same_everywhere() {
        // As tests/bench/workload.js and tests/bench/pytorch.py have it.
        assert_eq!(noise(1, 3), [-0.984_469_8, 0.244_639_16, -0.940_450_9]);
    }
}
