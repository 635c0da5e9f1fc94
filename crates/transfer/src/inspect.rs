//! What the network sees in a run's pictures, for whoever wants to look: feature maps, Gram matrices, and which way each
//! loss pulls every pixel. Nothing here changes a run.

use std::{cmp::Ordering, collections::BTreeMap};

use burn::tensor::{Device, Int, Tensor, TensorData};
use vgg::{Layer, Network, Tap, Taps, WeightsFile};

use crate::{
    Error, Job, Objective, Source, Weights, image::resize::Size, objective::Statistics, objective::configure, readback::Readback,
    run::images, run::schedule,
};

/// Which picture is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// What is painted.
    Content,
    /// The first style picture.
    Style,
    /// The painting as it was last shown with [`Look::paint`]; at first the content.
    Painting,
}

/// Some channels of a layer's activation.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// Width and height of each.
    pub size: Size,
    /// `[channels, h, w]`, at least 0, in the network's own units.
    pub values: Vec<f32>,
}

/// The losses of the painting, and the gradient of each, unweighted.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Content, style and tv.
    pub losses: [f32; 3],
    /// In the pixels, `[3, H, W]` each: of content, style and tv.
    pub gradients: [Vec<f32>; 3],
}

/// A network and the pictures of a run, at a size of their own.
#[derive(Debug)]
pub struct Look {
    objective: Objective,
    network: Network,
    layers: Vec<Layer>,
    size: Size,
    painting: Tensor<4>,
    seen: BTreeMap<Of, Taps>,
}

impl Look {
    /// Looks at the job's content and first style at its `settings.size`, at the first layer of every block that the network has, and at
    /// those that the losses use.
    ///
    /// # Errors
    ///
    /// When the settings, the pictures or the network will not do.
    pub fn new(weights: &WeightsFile, job: &Job, device: &Device) -> Result<Self, Error> {
        let settings = &job.settings;
        settings.validate()?;
        let plan = schedule::plan(job.content.size, settings)?;
        // One scale at least, and the last is the painting's own.
        let scale = plan.last().ok_or(Error::NoStyle)?;
        let pictures = images::at(job, scale, device)?.pictures;
        let style = pictures.styles.first().ok_or(Error::NoStyle)?.picture.clone();
        let used = settings.content.layers.iter().chain(&settings.style.layers).map(|weighted| weighted.layer.parse());
        let used = used.collect::<Result<Vec<Layer>, _>>()?;
        let there = &weights.info().layers;
        let firsts = Layer::all().filter(|layer| (layer.position() == 0 || layer.follows_pooling()) && there.contains(layer));
        let mut layers: Vec<Layer> = firsts.chain(used).collect();
        layers.sort_unstable();
        layers.dedup();
        let network = configure(weights.network(device, &layers)?, settings);
        let look = |picture: &Tensor<4>| network.features(picture.clone(), &layers);
        let content = look(&pictures.content)?;
        let seen = BTreeMap::from([(Of::Style, look(&style)?), (Of::Painting, content.clone()), (Of::Content, content)]);
        let objective = Objective::new(weights, &pictures, settings)?;
        Ok(Self { objective, network, layers, size: scale.size, painting: pictures.content, seen })
    }

    /// Width and height at which content and painting are looked at, pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The layers that can be asked about, from the picture downwards.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The painting as it now is, of any size.
    ///
    /// # Errors
    ///
    /// When it is empty or its bytes are not as many as it says.
    pub fn paint(&mut self, painting: &Source) -> Result<(), Error> {
        self.painting = painting.tensor(self.size, &self.painting.device())?;
        self.seen.insert(Of::Painting, self.network.features(self.painting.clone(), &self.layers)?);
        Ok(())
    }

    fn tap(&self, of: Of, layer: Layer) -> Result<&Tap, Error> {
        let taps = self.layers.contains(&layer).then(|| self.seen.get(&of)).flatten();
        taps.map(|taps| &taps[layer]).ok_or_else(|| vgg::UnknownLayer(layer.name().to_owned()).into())
    }

    /// The channels of a layer that vary most over content and style, most first: the ones worth a look. At most `count`.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn strongest(&self, layer: Layer, count: usize) -> Result<Vec<usize>, Error> {
        let variance = |of| {
            let tap = self.tap(of, layer)?;
            let [_, channels, height, width] = tap.features.dims();
            let flat = tap.features.clone().reshape([channels, height * width]);
            let mean = flat.clone().mean_dim(1);
            Ok::<_, Error>((flat - mean).square().mean_dim(1))
        };
        let values = Readback::start(variance(Of::Content)? + variance(Of::Style)?).await?;
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].partial_cmp(&values[a]).unwrap_or(Ordering::Equal));
        order.truncate(count);
        Ok(order)
    }

    /// These channels of a layer, in this order; those that there are not are left out.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn maps(&self, of: Of, layer: Layer, channels: &[usize]) -> Result<Maps, Error> {
        let tap = self.tap(of, layer)?;
        let [_, all, height, width] = tap.features.dims();
        let size = (width as u32, height as u32);
        let chosen: Vec<i32> = channels.iter().filter(|channel| **channel < all).map(|channel| *channel as i32).collect();
        if chosen.is_empty() {
            return Ok(Maps { size, values: Vec::new() });
        }
        let count = chosen.len();
        let indices = Tensor::<1, Int>::from_data(TensorData::new(chosen, [count]), &tap.features.device());
        let values = Readback::start(tap.features.clone().select(1, indices) * tap.raw_scale).await?;
        Ok(Maps { size, values })
    }

    /// A layer's Gram matrix `F F^T / (h w)` (Gatys et al. 2015, equation 3, over the number of pixels), `[C, C]` row by row, in the
    /// network's own units: of the activations themselves, without the metric that Sketch's losses apply.
    ///
    /// # Errors
    ///
    /// When the layer is not looked at, or the device gives no answer.
    pub async fn gram(&self, of: Of, layer: Layer) -> Result<Vec<f32>, Error> {
        let tap = Tap { metric: None, ..self.tap(of, layer)?.clone() };
        Readback::start(Statistics::of(&tap, None, false).gram * tap.raw_scale.powi(2)).await
    }

    /// What each loss of the painting is, and which way it grows.
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
            let evaluation = objective.evaluate(self.painting.clone())?;
            let (all, field) = (Readback::start(evaluation.losses), Readback::start(evaluation.gradient));
            losses[n] = all.await?.get(n).copied().ok_or_else(|| Error::Device("it sent back too few values".to_owned()))?;
            *gradient = field.await?;
        }
        Ok(Gradients { losses, gradients })
    }
}
