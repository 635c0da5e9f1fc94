//! VGG-19's answers, computed once an example and kept.

use anyhow::{Result, anyhow};
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use vgg::{Network, SKETCH, WeightsFile};

use crate::{
    augment::Crop,
    direction::{self, Direction},
    taps,
};

/// A picture and what the teacher sees in it.
pub(crate) struct Example {
    /// Planar RGB in [0, 1].
    pub(crate) picture: Crop,
    /// In the order of [`taps::TAPS`].
    pub(crate) taps: Vec<Seen>,
    /// Which way it is to go.
    pub(crate) direction: Direction,
}

/// The teacher's activation at one tap.
pub(crate) struct Seen {
    /// `[T, P]`: channels, pixels.
    pub(crate) shape: [usize; 2],
    /// Halves, because a few thousand examples are kept.
    features: Vec<f16>,
    /// Sum of squares of the features.
    pub(crate) energy: f32,
    /// `[T, T]`, over P; only where there are more pixels than channels: where there are fewer, [`crate::loss`] does
    /// without.
    gram: Option<Vec<f32>>,
    /// Sum of squares of the Gram matrix.
    pub(crate) gram_energy: f32,
}

impl Seen {
    pub(crate) fn features(&self, device: &Device) -> Tensor<2> {
        let values: Vec<f32> = self.features.iter().map(|h| h.to_f32()).collect();
        Tensor::from_data(TensorData::new(values, self.shape), device)
    }

    pub(crate) fn gram(&self, device: &Device) -> Option<Tensor<2>> {
        let gram = self.gram.clone()?;
        Some(Tensor::from_data(TensorData::new(gram, [self.shape[0], self.shape[0]]), device))
    }
}

/// The network that is imitated.
pub(crate) struct Teacher {
    network: Network,
}

impl Teacher {
    pub(crate) fn new(file: &WeightsFile, device: &Device) -> Result<Self> {
        Ok(Self { network: file.network(device, &taps::layers())? })
    }

    /// What its activations are divided by, a power of two a layer. `file`: its own.
    pub(crate) fn scales(file: &WeightsFile, device: &Device) -> Result<Vec<f32>> {
        let layers: Vec<_> = file.info().layers.iter().copied().filter(|layer| *layer <= SKETCH.deepest_in_use).collect();
        let taps = file.network(device, &layers)?.features(Tensor::zeros([1, 3, 16, 16], device), &layers)?;
        Ok(taps.iter().map(|(_, tap)| tap.raw_scale).collect())
    }

    /// `picture`: a square; `towards`: one as large, which it is to become like at the `tap`-th of [`taps::TAPS`].
    pub(crate) fn example(&self, picture: Crop, towards: Crop, tap: usize, device: &Device) -> Result<Example> {
        let x = tensor(&picture, device).autodiff().require_grad();
        let seen = self.network.features(x.clone(), &taps::layers())?;
        let gradient = direction::teachers(&self.network, &x, &tensor(&towards, device), &seen, tap)?;
        let mut all = Vec::new();
        for (_, tap) in seen.iter() {
            let flat = tap.flat().inner();
            let shape @ [channels, pixels] = flat.dims();
            let (small, wide) = (channels.min(pixels), pixels > channels);
            // F F^T and F^T F have the same sum of squares.
            let gram = if wide { flat.clone().matmul(flat.clone().transpose()) } else { flat.clone().transpose().matmul(flat.clone()) };
            let gram = floats(gram.reshape([small * small]) / pixels as f32)?;
            let features = floats(flat.reshape([channels * pixels]))?;
            all.push(Seen {
                shape,
                energy: features.iter().map(|f| f * f).sum(),
                features: features.into_iter().map(f16::from_f32).collect(),
                gram_energy: gram.iter().map(|g| g * g).sum(),
                gram: wide.then_some(gram),
            });
        }
        Ok(Example { picture, taps: all, direction: Direction { tap, towards, gradient } })
    }
}

/// A square crop as `[1, 3, side, side]`.
pub(crate) fn tensor(picture: &Crop, device: &Device) -> Tensor<4> {
    let side = (picture.len() / 3).isqrt();
    Tensor::from_data(TensorData::new(picture.clone(), [1, 3, side, side]), device)
}

/// A tensor's values.
pub(crate) fn floats<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    tensor.into_data().try_to_vec().map_err(|error| anyhow!("the device's answer cannot be read: {error:?}"))
}
