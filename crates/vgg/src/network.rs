//! The forward pass.

use std::{collections::BTreeMap, ops::Index};

use burn::tensor::{Device, FloatDType, Tensor};
use kernels::{ConvWeights, avg_pool2x2, conv3x3_relu, conv3x3_relu_padded, max_pool2x2};

use crate::{AVERAGE_GAINS, Error, Layer, Pooling};

/// Around the picture, for the first convolution. Further convolutions pad with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Zeros, after the mean was subtracted: VGG-19's own.
    Zero,
    /// The nearest pixel again, which draws less attention to the border.
    Replicate,
}

/// How activations and their gradients lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f32.
    #[default]
    Full,
    /// f16, where [`kernels::device::has_half`] says that there are such numbers; computed with in f32.
    Half,
}

/// A layer on the device, its scale divided out.
#[derive(Clone, Debug)]
pub(crate) struct LoadedLayer {
    pub(crate) layer: Layer,
    pub(crate) weights: ConvWeights,
    pub(crate) raw_scale: f32,
    pub(crate) metric: Option<Tensor<2>>,
}

/// What [`crate::WeightsFile`] hands over.
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) mean: Tensor<4>,
    pub(crate) layers: Vec<LoadedLayer>,
    pub(crate) pooling: Pooling,
}

/// VGG-19's convolutions, frozen, on a device.
#[derive(Clone, Debug)]
pub struct Network {
    name: String,
    mean: Tensor<4>,
    layers: Vec<LoadedLayer>,
    pooling: Pooling,
    padding: Padding,
    precision: Precision,
}

/// A layer's activation after ReLU.
#[derive(Clone, Debug)]
pub struct Tap {
    /// `[1, C, h, w]`, at least 0, divided by `raw_scale`; f32, or f16 of a network in half precision.
    pub features: Tensor<4>,
    /// What the file's own activations are divided by here, a power of two.
    pub raw_scale: f32,
    /// R, `[K, C]`: losses look at R f instead of f, if it is there.
    pub metric: Option<Tensor<2>>,
}

impl Tap {
    /// The features in f32.
    #[must_use]
    pub fn full(&self) -> Tensor<4> {
        self.features.clone().cast(FloatDType::F32)
    }

    /// What losses compare: `[K, h w]`, f32, the metric applied.
    #[must_use]
    pub fn flat(&self) -> Tensor<2> {
        let [_, channels, height, width] = self.features.dims();
        let flat = self.full().reshape([channels, height * width]);
        match &self.metric {
            Some(metric) => metric.clone().matmul(flat),
            None => flat,
        }
    }
}

/// The taps that were asked for; index by [`Layer`].
#[derive(Clone, Debug, Default)]
pub struct Taps(BTreeMap<Layer, Tap>);

impl Taps {
    pub(crate) fn insert(&mut self, layer: Layer, tap: Tap) {
        self.0.insert(layer, tap);
    }

    /// The tap of `layer`, if it is one of these.
    #[must_use]
    pub fn get(&self, layer: Layer) -> Option<&Tap> {
        self.0.get(&layer)
    }

    /// Layer and tap, from the picture downwards.
    pub fn iter(&self) -> impl Iterator<Item = (Layer, &Tap)> {
        self.0.iter().map(|(layer, tap)| (*layer, tap))
    }
}

impl Index<Layer> for Taps {
    type Output = Tap;

    /// # Panics
    ///
    /// When this layer was not asked for.
    fn index(&self, layer: Layer) -> &Tap {
        &self.0[&layer]
    }
}

impl Network {
    pub(crate) fn new(Parts { name, mean, layers, pooling }: Parts) -> Self {
        Self { name, mean, layers, pooling, padding: Padding::Zero, precision: Precision::Full }
    }

    /// A network of these convolutions, conv1_1 first and without a gap, that subtracts `mean`, R, G, B, from the picture:
    /// what a network in training is. Its taps have no scale and no metric.
    ///
    /// # Panics
    ///
    /// When there are none, or more than VGG-19 has.
    #[must_use]
    pub fn of(convolutions: Vec<ConvWeights>, mean: [f32; 3], pooling: Pooling, device: &Device) -> Self {
        assert!((1..=Layer::NAMES.len()).contains(&convolutions.len()), "VGG-19 has 16 convolutions");
        let layers = Layer::all().zip(convolutions);
        Self::new(Parts {
            name: "network in training".to_owned(),
            mean: Tensor::<1>::from_floats(mean, device).reshape([1, 3, 1, 1]),
            layers: layers.map(|(layer, weights)| LoadedLayer { layer, weights, raw_scale: 1.0, metric: None }).collect(),
            pooling,
        })
    }

    /// Another pooling than the network's own.
    #[must_use]
    pub fn with_pooling(mut self, pooling: Pooling) -> Self {
        self.pooling = pooling;
        self
    }

    /// Another padding of the picture than zeros.
    #[must_use]
    pub fn with_padding(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// Another precision than f32 everywhere.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// How its activations lie in memory.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Layers that were loaded, from conv1_1 downwards.
    pub fn layers(&self) -> impl Iterator<Item = Layer> {
        self.layers.iter().map(|loaded| loaded.layer)
    }

    /// `rgb`: `[1, 3, H, W]`, sRGB in [0, 1], H and W at least 16 if block 5 is asked for -> the activations of `layers`
    /// (each once, in any order). Differentiable in `rgb`; stops at the deepest layer.
    ///
    /// # Errors
    ///
    /// When a layer was not loaded.
    pub fn features(&self, rgb: Tensor<4>, layers: &[Layer]) -> Result<Taps, Error> {
        self.taps(self.centred(rgb), 0, layers)
    }

    /// The activations of `layers`, given the input `x` of the layer at position `from`.
    pub(crate) fn taps(&self, x: Tensor<4>, from: usize, layers: &[Layer]) -> Result<Taps, Error> {
        let mut taps = Taps::default();
        if let Some(deepest) = layers.iter().copied().max() {
            self.pass(x, from, deepest, |tap, layer| {
                if layers.contains(&layer) {
                    taps.insert(layer, tap);
                }
            })?;
        }
        Ok(taps)
    }

    pub(crate) fn centred(&self, rgb: Tensor<4>) -> Tensor<4> {
        let centred = rgb - self.mean.clone();
        match self.precision {
            Precision::Full => centred,
            Precision::Half => centred.cast(FloatDType::F16),
        }
    }

    /// From the layer at position `from`, whose input `x` is, down to `to`, whose activation is returned; `visit` sees every layer's.
    pub(crate) fn pass(&self, mut x: Tensor<4>, from: usize, to: Layer, mut visit: impl FnMut(Tap, Layer)) -> Result<Tensor<4>, Error> {
        let deepest = self.layers[self.layers.len() - 1].layer;
        if to > deepest {
            return Err(Error::NoSuchLayer { network: self.name.clone(), layer: to, deepest });
        }
        for loaded in self.layers.iter().take(to.position() + 1).skip(from) {
            if loaded.layer.follows_pooling() && loaded.layer.position() != from {
                x = self.pool(x, loaded.layer.block() - 2);
            }
            x = if loaded.layer.position() == 0 && self.padding == Padding::Replicate {
                convolve_replicated(x, &loaded.weights)
            } else {
                conv3x3_relu(x, &loaded.weights)
            };
            let tap = Tap { features: x.clone(), raw_scale: loaded.raw_scale, metric: loaded.metric.clone() };
            visit(tap, loaded.layer);
        }
        Ok(x)
    }

    /// What the activations of `layer` are divided by ([`Tap::raw_scale`]); 1 if it was not loaded.
    #[must_use]
    pub fn raw_scale(&self, layer: Layer) -> f32 {
        self.layers.get(layer.position()).map_or(1.0, |loaded| loaded.raw_scale)
    }

    /// Channels of the blocks that were loaded.
    #[must_use]
    pub fn layout(&self) -> Vec<usize> {
        let firsts = self.layers.iter().filter(|loaded| loaded.layer.position() == 0 || loaded.layer.follows_pooling());
        firsts.map(|loaded| loaded.weights.outputs()).collect()
    }

    /// `behind`: the block before, counted from 0.
    pub(crate) fn pool(&self, x: Tensor<4>, behind: usize) -> Tensor<4> {
        match self.pooling {
            Pooling::Max => max_pool2x2(x),
            Pooling::Average => avg_pool2x2(x),
            Pooling::Scaled => avg_pool2x2(x) * AVERAGE_GAINS[behind],
        }
    }
}

/// The picture is framed by its own border pixels.
fn convolve_replicated(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    let row = |y: usize| x.clone().narrow(2, y, 1);
    let tall = Tensor::cat(vec![row(0), x.clone(), row(height - 1)], 2);
    let column = |at: usize| tall.clone().narrow(3, at, 1);
    conv3x3_relu_padded(Tensor::cat(vec![column(0), tall.clone(), column(width - 1)], 3), weights)
}
