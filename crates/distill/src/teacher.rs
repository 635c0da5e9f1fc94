//! VGG-19's features, computed once for each example and kept.

use anyhow::Result;
use burn::tensor::{Device, Tensor};
use half::f16;
use vgg::{Network, SKETCH, WeightsFile};

use crate::{
    augment::Crop,
    direction,
    example::{Direction, Example, TeacherFeatures},
    layers::layers,
    tensors::{floats, tensor},
};

/// The network that is imitated.
pub(crate) struct Teacher {
    network: Network,
}

impl Teacher {
    pub(crate) fn new(file: &WeightsFile, device: &Device) -> Result<Self> {
        Ok(Self { network: file.network(device, &layers())? })
    }

    /// What its activations are divided by, a power of two a layer. `file`: its own.
    pub(crate) fn scales(file: &WeightsFile, device: &Device) -> Result<Vec<f32>> {
        let layers: Vec<_> = file.info().layers.iter().copied().filter(|layer| *layer <= SKETCH.deepest_in_use).collect();
        let features = file.network(device, &layers)?.features(Tensor::zeros([1, 3, 16, 16], device), &layers)?;
        Ok(features.iter().map(|(_, map)| map.raw_scale).collect())
    }

    /// `image`: a square; `target`: one as large, with which the image gradient's loss compares it at the `index`-th of
    /// [`crate::layers::COMPARED`].
    pub(crate) fn example(&self, image: Crop, target: Crop, index: usize, device: &Device) -> Result<Example> {
        let x = tensor(&image, device).autodiff().require_grad();
        let features = self.network.features(x.clone(), &layers())?;
        let gradient = direction::teacher_gradient(&self.network, &x, &tensor(&target, device), &features, index)?;
        let mut all = Vec::new();
        for (_, map) in features.iter() {
            let flat = map.flat().inner();
            let shape @ [channels, pixels] = flat.dims();
            let (small, wide) = (channels.min(pixels), pixels > channels);
            // F F^T and F^T F have the same sum of squares.
            let gram = if wide { flat.clone().matmul(flat.clone().transpose()) } else { flat.clone().transpose().matmul(flat.clone()) };
            let gram = floats(gram.reshape([small * small]) / pixels as f32)?;
            let values = floats(flat.reshape([channels * pixels]))?;
            all.push(TeacherFeatures {
                shape,
                energy: values.iter().map(|f| f * f).sum(),
                values: values.into_iter().map(f16::from_f32).collect(),
                gram_energy: gram.iter().map(|g| g * g).sum(),
                gram: wide.then_some(gram),
            });
        }
        Ok(Example { image, features: all, direction: Direction { index, target, gradient } })
    }
}
