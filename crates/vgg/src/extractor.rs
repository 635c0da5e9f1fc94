//! Feature extraction: the forward pass from an image to the activations of chosen layers.

use std::{collections::BTreeMap, ops::Index};

use burn::tensor::{Device, FloatDType, Tensor};
use kernels::{ConvWeights, avg_pool2x2, conv3x3_relu, conv3x3_relu_padded, max_pool2x2, product};

use crate::{AVERAGE_GAINS, Architecture, Error, Layer, Pooling};

/// Padding of the image for the first convolution. Further convolutions pad with zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Padding {
    /// Zeros, after the mean was subtracted, as in training.
    #[default]
    Zero,
    /// The nearest pixel (`replicate`), with which borders stand out less.
    Replicate,
}

/// Number type in which activations and their gradients are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Precision {
    /// f32.
    #[default]
    Full,
    /// f16, where [`kernels::device::has_half`] reports support; arithmetic stays in f32.
    Half,
}

/// A layer's parameters on the device, divided by its scale.
#[derive(Clone, Debug)]
pub(crate) struct LoadedLayer {
    pub(crate) layer: Layer,
    pub(crate) weights: ConvWeights,
    pub(crate) raw_scale: f32,
    pub(crate) metric: Option<Tensor<2>>,
}

/// What a [`Network`] is built from.
pub(crate) struct NetworkParts {
    pub(crate) name: String,
    pub(crate) architecture: &'static Architecture,
    pub(crate) mean: Tensor<4>,
    pub(crate) layers: Vec<LoadedLayer>,
    pub(crate) pooling: Pooling,
}

/// VGG's convolutions with frozen weights, on a device.
#[derive(Clone, Debug)]
pub struct Network {
    name: String,
    architecture: &'static Architecture,
    mean: Tensor<4>,
    layers: Vec<LoadedLayer>,
    pooling: Pooling,
    padding: Padding,
    precision: Precision,
}

/// A layer's activation after ReLU.
#[derive(Clone, Debug)]
pub struct FeatureMap {
    /// `[1, C, h, w]`, at least 0, divided by `raw_scale`; f32, or f16 of a network in half precision.
    pub values: Tensor<4>,
    /// What the network's own activations are divided by here, a power of two.
    pub raw_scale: f32,
    /// R, `[K, C]`: losses compare R f instead of f, where there is one.
    pub metric: Option<Tensor<2>>,
}

impl FeatureMap {
    /// The values in f32.
    #[must_use]
    pub fn to_f32(&self) -> Tensor<4> {
        self.values.clone().cast(FloatDType::F32)
    }

    /// What losses compare: `[K, h w]`, f32, with the metric applied.
    #[must_use]
    pub fn flat(&self) -> Tensor<2> {
        let [_, channels, height, width] = self.values.dims();
        let flat = self.to_f32().reshape([channels, height * width]);
        match &self.metric {
            Some(metric) => product(metric.clone(), flat),
            None => flat,
        }
    }
}

/// The features that were asked for; index by [`Layer`].
#[derive(Clone, Debug, Default)]
pub struct Features(BTreeMap<Layer, FeatureMap>);

impl Features {
    pub(crate) fn insert(&mut self, layer: Layer, map: FeatureMap) {
        self.0.insert(layer, map);
    }

    /// The feature map of `layer`, if it was asked for.
    #[must_use]
    pub fn get(&self, layer: Layer) -> Option<&FeatureMap> {
        self.0.get(&layer)
    }

    /// Layer and feature map, from the input to the deepest.
    pub fn iter(&self) -> impl Iterator<Item = (Layer, &FeatureMap)> {
        self.0.iter().map(|(layer, map)| (*layer, map))
    }
}

impl Index<Layer> for Features {
    type Output = FeatureMap;

    /// # Panics
    ///
    /// When this layer was not asked for.
    fn index(&self, layer: Layer) -> &FeatureMap {
        &self.0[&layer]
    }
}

impl Network {
    pub(crate) fn new(NetworkParts { name, architecture, mean, layers, pooling }: NetworkParts) -> Self {
        Self { name, architecture, mean, layers, pooling, padding: Padding::Zero, precision: Precision::Full }
    }

    /// A network in training: of these convolutions, conv1_1 first and without a gap, with the architecture's pooling; `mean`, R, G, B, is
    /// subtracted from the image. Its features have no scale and no metric.
    ///
    /// # Panics
    ///
    /// When there are none, or more than the architecture has.
    #[must_use]
    pub fn of(architecture: &'static Architecture, convolutions: Vec<ConvWeights>, mean: [f32; 3], device: &Device) -> Self {
        let most = architecture.layers().count();
        assert!((1..=most).contains(&convolutions.len()), "{} has {most} convolutions", architecture.name);
        let layers = architecture.layers().zip(convolutions);
        Self::new(NetworkParts {
            name: "network in training".to_owned(),
            architecture,
            mean: Tensor::<1>::from_floats(mean, device).reshape([1, 3, 1, 1]),
            layers: layers.map(|(layer, weights)| LoadedLayer { layer, weights, raw_scale: 1.0, metric: None }).collect(),
            pooling: architecture.pooling,
        })
    }

    /// Another pooling than the network's own.
    #[must_use]
    pub fn with_pooling(mut self, pooling: Pooling) -> Self {
        self.pooling = pooling;
        self
    }

    /// Another padding of the image than zeros.
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

    /// Number type of its activations.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The network's architecture.
    #[must_use]
    pub fn architecture(&self) -> &'static Architecture {
        self.architecture
    }

    /// Layers that were loaded, from conv1_1 to the deepest.
    pub fn layers(&self) -> impl Iterator<Item = Layer> {
        self.layers.iter().map(|loaded| loaded.layer)
    }

    /// `rgb`: `[1, 3, H, W]`, sRGB in [0, 1], H and W at least 16 if block 5 is asked for -> the activations of `layers`
    /// (each once, in any order). Differentiable in `rgb`; stops at the deepest layer.
    ///
    /// # Errors
    ///
    /// When a layer was not loaded.
    pub fn features(&self, rgb: Tensor<4>, layers: &[Layer]) -> Result<Features, Error> {
        self.features_from(self.subtract_mean(rgb), 1, layers)
    }

    /// The activations of `layers`, given the input `x` of block `from`.
    pub(crate) fn features_from(&self, x: Tensor<4>, from: usize, layers: &[Layer]) -> Result<Features, Error> {
        if let Some(missing) = layers.iter().find(|layer| self.loaded(**layer).is_none()) {
            return Err(self.no_such(*missing));
        }
        let mut features = Features::default();
        if let Some(deepest) = layers.iter().copied().max() {
            self.forward(x, from, deepest, |map, layer| {
                if layers.contains(&layer) {
                    features.insert(layer, map);
                }
            })?;
        }
        Ok(features)
    }

    pub(crate) fn subtract_mean(&self, rgb: Tensor<4>) -> Tensor<4> {
        let centred = rgb - self.mean.clone();
        match self.precision {
            Precision::Full => centred,
            Precision::Half => centred.cast(FloatDType::F16),
        }
    }

    /// From block `from`, whose input is `x`, to the layer `to`, whose activation is returned; `visit` is called with every layer's.
    pub(crate) fn forward(
        &self,
        mut x: Tensor<4>,
        from: usize,
        to: Layer,
        mut visit: impl FnMut(FeatureMap, Layer),
    ) -> Result<Tensor<4>, Error> {
        if self.loaded(to).is_none() {
            return Err(self.no_such(to));
        }
        for loaded in self.layers.iter().filter(|loaded| loaded.layer.block() >= from && loaded.layer <= to) {
            if loaded.layer.follows_pooling() && loaded.layer.block() != from {
                x = self.pool(x, loaded.layer.block() - 2);
            }
            x = if loaded.layer == Layer::CONV1_1 && self.padding == Padding::Replicate {
                convolve_replicated(x, &loaded.weights)
            } else {
                conv3x3_relu(x, &loaded.weights)
            };
            let map = FeatureMap { values: x.clone(), raw_scale: loaded.raw_scale, metric: loaded.metric.clone() };
            visit(map, loaded.layer);
        }
        Ok(x)
    }

    /// What the activations of `layer` are divided by ([`FeatureMap::raw_scale`]); 1 if it was not loaded.
    #[must_use]
    pub fn raw_scale(&self, layer: Layer) -> f32 {
        self.loaded(layer).map_or(1.0, |loaded| loaded.raw_scale)
    }

    fn loaded(&self, layer: Layer) -> Option<&LoadedLayer> {
        self.layers.iter().find(|loaded| loaded.layer == layer)
    }

    pub(crate) fn no_such(&self, layer: Layer) -> Error {
        Error::NoSuchLayer { network: self.name.clone(), layer, deepest: self.layers[self.layers.len() - 1].layer }
    }

    /// Channels of the blocks that were loaded.
    #[must_use]
    pub fn layout(&self) -> Vec<usize> {
        let firsts = self.layers.iter().filter(|loaded| loaded.layer.number() == 1);
        firsts.map(|loaded| loaded.weights.outputs()).collect()
    }

    /// `block`: the block whose output `x` is, from 0.
    pub(crate) fn pool(&self, x: Tensor<4>, block: usize) -> Tensor<4> {
        match self.pooling {
            Pooling::Max => max_pool2x2(x),
            Pooling::Average => avg_pool2x2(x),
            Pooling::Scaled => avg_pool2x2(x) * AVERAGE_GAINS[block],
        }
    }
}

/// Pads the image with its own border pixels.
fn convolve_replicated(x: Tensor<4>, weights: &ConvWeights) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    let row = |y: usize| x.clone().narrow(2, y, 1);
    let tall = Tensor::cat(vec![row(0), x.clone(), row(height - 1)], 2);
    let column = |at: usize| tall.clone().narrow(3, at, 1);
    conv3x3_relu_padded(Tensor::cat(vec![column(0), tall.clone(), column(width - 1)], 3), weights)
}
