//! VGG-19's answers, computed once an example and kept.

use anyhow::{Result, anyhow};
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use vgg::{Network, WeightsFile};

use crate::{augment::Crop, taps};

/// A picture and what the teacher sees in it.
pub(crate) struct Example {
    /// Planar RGB in [0, 1].
    pub(crate) picture: Crop,
    /// In the order of [`taps::TAPS`].
    pub(crate) taps: Vec<Seen>,
}

/// The teacher's activation at one tap.
pub(crate) struct Seen {
    /// `[T, P]`: channels, pixels.
    pub(crate) shape: [usize; 2],
    /// Halves, because a few thousand examples are kept.
    features: Vec<f16>,
    /// Sum of squares of the features.
    pub(crate) energy: f32,
    /// Sum of squares of the Gram matrix.
    pub(crate) gram_energy: f32,
}

impl Seen {
    /// `features`: `[T, P]`.
    pub(crate) fn of(features: Tensor<2>) -> Result<Self> {
        let shape @ [channels, pixels] = features.dims();
        let transposed = features.clone().transpose();
        // F F^T and F^T F have the same sum of squares.
        let gram = if pixels > channels { features.clone().matmul(transposed) } else { transposed.matmul(features.clone()) };
        let gram_energy = floats((gram / pixels as f32).square().sum())?[0];
        let values = floats(features)?;
        Ok(Self {
            shape,
            energy: values.iter().map(|f| f * f).sum(),
            features: values.into_iter().map(f16::from_f32).collect(),
            gram_energy,
        })
    }

    pub(crate) fn features(&self, device: &Device) -> Tensor<2> {
        let values: Vec<f32> = self.features.iter().map(|h| h.to_f32()).collect();
        Tensor::from_data(TensorData::new(values, self.shape), device)
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
        let layers: Vec<_> = file.info().layers.iter().copied().filter(|layer| *layer <= vgg::Layer::DEEPEST_IN_USE).collect();
        let taps = file.network(device, &layers)?.features(Tensor::zeros([1, 3, 16, 16], device), &layers)?;
        Ok(taps.iter().map(|(_, tap)| tap.raw_scale).collect())
    }

    /// `picture`: a square.
    pub(crate) fn example(&self, picture: Crop, device: &Device) -> Result<Example> {
        let seen = self.network.features(tensor(&picture, device), &taps::layers())?;
        Ok(Example { picture, taps: seen.iter().map(|(_, tap)| Seen::of(tap.flat())).collect::<Result<_>>()? })
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
