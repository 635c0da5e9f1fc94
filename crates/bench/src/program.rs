//! A program in the benchmark: the network in memory, and a size it is ready for.

use burn::tensor::{Device, Tensor, TensorData};
use transfer::{
    Images, Objective,
    settings::{Precision, presets},
};
use vgg::{Layer, Network, WeightsFile};

use crate::{stock::Stock, workload};

/// Whose kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// What ships: `vgg::Network` and `transfer::Objective`.
    Pastiche,
    /// burn's own operations.
    Stock,
}

/// What may go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In the network.
    #[error(transparent)]
    Network(#[from] vgg::Error),
    /// In the objective.
    #[error(transparent)]
    Transfer(#[from] transfer::Error),
    /// On the device.
    #[error("The device failed: {0}.")]
    Device(String),
    /// No size has been asked for.
    #[error("Prepare a size before measuring.")]
    NotPrepared,
}

/// The network, and what was prepared for one size.
pub struct Program {
    device: Device,
    network: Loaded,
    ready: Option<Ready>,
    precision: Precision,
}

enum Loaded {
    Pastiche { file: Box<WeightsFile>, network: Box<Network> },
    Stock(Stock),
}

struct Ready {
    picture: Tensor<4>,
    loss: Loss,
}

enum Loss {
    Pastiche(Box<Objective>),
    Stock(Vec<Tensor<2>>),
}

/// The five style layers.
fn layers() -> Vec<Layer> {
    Layer::all().zip(workload::convolutions()).filter(|(_, convolution)| convolution.first).map(|(layer, _)| layer).collect()
}

impl Program {
    /// Makes the network on `device`.
    ///
    /// # Errors
    ///
    /// Never in practice: the network is made here.
    pub fn new(implementation: Implementation, device: &Device) -> Result<Self, Error> {
        if implementation == Implementation::Pastiche {
            return Self::with_network(workload::weights_file()?, device, Precision::Full);
        }
        Ok(Self { device: device.clone(), network: Loaded::Stock(Stock::new(device)), ready: None, precision: Precision::Full })
    }

    /// Ours, with a network from a file, and activations stored as `precision` says.
    ///
    /// # Errors
    ///
    /// When the file lacks a layer.
    pub fn with_network(file: WeightsFile, device: &Device, precision: Precision) -> Result<Self, Error> {
        let network = Box::new(file.network(device, &layers())?.with_precision(precision));
        Ok(Self { device: device.clone(), network: Loaded::Pastiche { network, file: Box::new(file) }, ready: None, precision })
    }

    /// Makes the images of a size, and looks at the style.
    ///
    /// # Errors
    ///
    /// When the objective cannot be made.
    pub fn prepare(&mut self, size: [usize; 2]) -> Result<(), Error> {
        // What the last size held is given back first.
        self.ready = None;
        let [height, width] = size;
        let tensor = |values| Tensor::from_data(TensorData::new(values, [1, 3, height, width]), &self.device);
        let (picture, style): (Tensor<4>, Tensor<4>) = (tensor(workload::picture(size)), tensor(workload::style(size)));
        let loss = match &self.network {
            Loaded::Pastiche { file, .. } => {
                let mut settings = presets::find("reference").map_err(transfer::Error::from)?;
                settings.content.layers.clear();
                (settings.content.weight, settings.style.weight, settings.tv.weight) = (0.0, 1.0, 0.0);
                settings.network.precision = self.precision;
                Loss::Pastiche(Box::new(Objective::new(file, &Images::uniform(picture.clone(), &[style]), &settings)?))
            }
            Loaded::Stock(stock) => Loss::Stock(stock.grams(style)),
        };
        self.ready = Some(Ready { picture, loss });
        Ok(())
    }

    /// The forward pass. Returns the mean of conv5_1's activation, so that it has been waited for.
    ///
    /// # Errors
    ///
    /// When nothing is prepared, or the device fails.
    pub async fn forward(&self) -> Result<f32, Error> {
        let Ready { picture, .. } = self.ready.as_ref().ok_or(Error::NotPrepared)?;
        let deepest = match &self.network {
            Loaded::Pastiche { network, .. } => {
                let layers = layers();
                network.features(picture.clone(), &layers)?[layers[layers.len() - 1]].values.clone()
            }
            Loaded::Stock(stock) => stock.features(picture.clone()).pop().ok_or(Error::NotPrepared)?,
        };
        Ok(read(deepest.mean()).await?[0])
    }

    /// Forward, loss, and the picture's gradient. Returns the loss, and the gradient as `[3, H, W]`: it is small, and reading it
    /// is how to know that it is there.
    ///
    /// # Errors
    ///
    /// When nothing is prepared, or the device fails.
    pub async fn step(&self) -> Result<(f32, Vec<f32>), Error> {
        let (loss, gradient) = self.issue()?;
        let loss = read(loss).await?[0];
        Ok((loss, read(gradient).await?))
    }

    /// The same without waiting: loss, `[1]`, and gradient, `[1, 3, H, W]`.
    pub(crate) fn issue(&self) -> Result<(Tensor<1>, Tensor<4>), Error> {
        let Ready { picture, loss } = self.ready.as_ref().ok_or(Error::NotPrepared)?;
        let (loss, gradient) = match (&self.network, loss) {
            (_, Loss::Pastiche(objective)) => {
                let evaluation = objective.evaluate(picture.clone())?;
                // Content, style, total variation, total.
                (evaluation.losses.narrow(0, 1, 1), Some(evaluation.gradient))
            }
            (Loaded::Stock(stock), Loss::Stock(targets)) => stock.step(picture.clone(), targets),
            (Loaded::Pastiche { .. }, Loss::Stock(_)) => return Err(Error::NotPrepared),
        };
        Ok((loss, gradient.ok_or_else(|| Error::Device("no gradient reached the picture".to_owned()))?))
    }
}

pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Error> {
    let data = tensor.into_data_async().await.map_err(|error| Error::Device(error.to_string()))?;
    // Activations may be stored in f16.
    data.convert::<f32>().try_to_vec().map_err(|error| Error::Device(format!("{error:?}")))
}
