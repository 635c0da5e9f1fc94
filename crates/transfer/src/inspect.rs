//! Inspection of a run for whoever explains the algorithm: feature maps, Gram matrices, and the gradient of each
//! loss. Nothing here changes a run.

use std::{cmp::Ordering, collections::BTreeMap};

use burn::tensor::{Device, Int, Tensor, TensorData};
use vgg::{FeatureMap, Features, Layer, Network, WeightsFile};

use crate::{
    Error, Image, Objective, RunSpec, Weights, image::resize::Size, objective::Losses, objective::Statistics, objective::with_settings,
    readback::Readback, run::images, run::schedule,
};

/// Which image is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The content image.
    Content,
    /// The first style image.
    Style,
    /// The result as it was last set with [`Inspector::set_result`]; at first the content image.
    Result,
}

/// Some channels of a layer's activation.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelMaps {
    /// Width and height of each.
    pub size: Size,
    /// `[channels, h, w]`, at least 0, in the network's own units.
    pub values: Vec<f32>,
}

/// The losses of the result, and the gradient of each, unweighted.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Content, style and tv.
    pub losses: [f32; 3],
    /// In the pixels, `[3, H, W]` each: of content, style and tv.
    pub gradients: [Vec<f32>; 3],
}

/// A network and the images of a run, at a size of their own.
#[derive(Debug)]
pub struct Inspector {
    objective: Objective,
    network: Network,
    layers: Vec<Layer>,
    size: Size,
    result: Tensor<4>,
    features: BTreeMap<Subject, Features>,
}

impl Inspector {
    /// Computes the features of the spec's content and first style image at its `settings.size`, at the first layer of every block that the network has, and at
    /// those that the losses use.
    ///
    /// # Errors
    ///
    /// When the settings, the images or the network will not do.
    pub fn new(weights: &WeightsFile, spec: &RunSpec, device: &Device) -> Result<Self, Error> {
        let settings = &spec.settings;
        settings.validate()?;
        let plan = schedule::plan(spec.content.size, settings)?;
        // One scale at least, and the last is the result's own.
        let scale = plan.last().ok_or(Error::NoStyle)?;
        let images = images::at(spec, scale, device)?.images;
        let style = images.styles.first().ok_or(Error::NoStyle)?.image.clone();
        let used = settings.content.layers.iter().chain(&settings.style.layers).map(|weighted| weighted.layer);
        let there = &weights.info().layers;
        let firsts = Layer::all().filter(|layer| layer.number() == 1 && there.contains(layer));
        let mut layers: Vec<Layer> = firsts.chain(used).collect();
        layers.sort_unstable();
        layers.dedup();
        let loaded = weights.network(device, &layers)?;
        let network = with_settings(loaded.clone(), settings);
        let look = |picture: &Tensor<4>| network.features(picture.clone(), &layers);
        let content = look(&images.content)?;
        let features = BTreeMap::from([(Subject::Style, look(&style)?), (Subject::Result, content.clone()), (Subject::Content, content)]);
        // The same weights on the device: nothing is loaded twice.
        let objective = Objective::with_network(loaded, weights.augmentations(), &images, settings, Losses::of(settings))?;
        Ok(Self { objective, network, layers, size: scale.size, result: images.content, features })
    }

    /// Width and height at which content image and result are inspected, pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The layers that can be asked about, from the image downwards.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The result as it now is, of any size.
    ///
    /// # Errors
    ///
    /// When it is empty or its bytes are not as many as it says.
    pub fn set_result(&mut self, result: &Image) -> Result<(), Error> {
        self.result = result.tensor(self.size, &self.result.device())?;
        self.features.insert(Subject::Result, self.network.features(self.result.clone(), &self.layers)?);
        Ok(())
    }

    fn map(&self, of: Subject, layer: Layer) -> Result<&FeatureMap, Error> {
        let features = self.layers.contains(&layer).then(|| self.features.get(&of)).flatten();
        features.map(|features| &features[layer]).ok_or_else(|| vgg::UnknownLayer(layer.name().to_owned()).into())
    }

    /// The channels of a layer that vary most over content and style, most first: the ones worth a look. At most `count`.
    ///
    /// # Errors
    ///
    /// When the layer is not evaluated, or the device gives no answer.
    pub async fn strongest(&self, layer: Layer, count: usize) -> Result<Vec<usize>, Error> {
        let variance = |of| {
            let map = self.map(of, layer)?;
            let [_, channels, height, width] = map.values.dims();
            let flat = map.values.clone().reshape([channels, height * width]);
            let mean = flat.clone().mean_dim(1);
            Ok::<_, Error>((flat - mean).square().mean_dim(1))
        };
        let values = Readback::start(variance(Subject::Content)? + variance(Subject::Style)?).await?;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].partial_cmp(&values[a]).unwrap_or(Ordering::Equal));
        order.truncate(count);
        Ok(order)
    }

    /// These channels of a layer, in this order; those that there are not are left out.
    ///
    /// # Errors
    ///
    /// When the layer is not evaluated, or the device gives no answer.
    pub async fn maps(&self, of: Subject, layer: Layer, channels: &[usize]) -> Result<ChannelMaps, Error> {
        let map = self.map(of, layer)?;
        let [_, all, height, width] = map.values.dims();
        let size = (width as u32, height as u32);
        let chosen: Vec<i32> = channels.iter().filter(|channel| **channel < all).map(|channel| *channel as i32).collect();
        if chosen.is_empty() {
            return Ok(ChannelMaps { size, values: Vec::new() });
        }
        let count = chosen.len();
        let indices = Tensor::<1, Int>::from_data(TensorData::new(chosen, [count]), &map.values.device());
        let values = Readback::start(map.values.clone().select(1, indices) * map.raw_scale).await?;
        Ok(ChannelMaps { size, values })
    }

    /// A layer's Gram matrix `F F^T / (h w)` (Gatys et al. 2015, equation 3, over the number of pixels), `[C, C]` row by row, in the
    /// network's own units: of the activations themselves, without the metric that Sketch's losses apply.
    ///
    /// # Errors
    ///
    /// When the layer is not evaluated, or the device gives no answer.
    pub async fn gram(&self, of: Subject, layer: Layer) -> Result<Vec<f32>, Error> {
        let map = FeatureMap { metric: None, ..self.map(of, layer)?.clone() };
        Readback::start(Statistics::of(&map, false).gram * map.raw_scale.powi(2)).await
    }

    /// Each loss of the result, and its gradient.
    ///
    /// # Errors
    ///
    /// When the device gives no answer.
    pub async fn gradients(&self) -> Result<Gradients, Error> {
        let mut objective = self.objective.clone();
        let mut losses = [0.0; 3];
        let mut gradients = [const { Vec::new() }; 3];
        for (n, gradient) in gradients.iter_mut().enumerate() {
            let [content, style, tv] = [0, 1, 2].map(|other| if other == n { 1.0 } else { 0.0 });
            objective.weights = Weights { content, style, tv };
            let evaluation = objective.evaluate(self.result.clone())?;
            let (all, field) = (Readback::start(evaluation.losses), Readback::start(evaluation.gradient));
            losses[n] = all.await?.get(n).copied().ok_or_else(|| Error::Device("it sent back too few values".to_owned()))?;
            *gradient = field.await?;
        }
        Ok(Gradients { losses, gradients })
    }
}
