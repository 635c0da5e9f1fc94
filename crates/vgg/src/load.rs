//! A network on a device from a file of weights.

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::{Device, Tensor, TensorData};
use kernels::ConvWeights;

use crate::{
    Convolution, Error, Layer, Network, WeightsFile,
    extractor::{LoadedLayer, NetworkParts},
};

/// Layers that have been loaded before, with the device that they are on.
pub(crate) type Kept = Arc<Mutex<Vec<(Device, LoadedLayer)>>>;

impl WeightsFile {
    /// Keeps the layers of its networks for the next one on the same device, for as long as the file lives: packing VGG-19's weights takes longer
    /// than a step of a small picture, and a run usually comes after another one with the same network.
    #[must_use]
    pub fn keeping_layers(mut self) -> Self {
        self.kept = Some(Kept::default());
        self
    }

    /// A network on `device` with the layers from conv1_1 down to the deepest of `layers`, and no more.
    ///
    /// # Errors
    ///
    /// When a layer is not there, or a tensor that is needed holds NaN or infinity.
    pub fn network(&self, device: &Device, layers: &[Layer]) -> Result<Network, Error> {
        let info = self.info();
        let deepest = layers.iter().copied().max().unwrap_or(info.layers[0]);
        if let Some(missing) = layers.iter().find(|layer| !info.layers.contains(layer)) {
            return Err(self.no_such(*missing));
        }
        let needed = info.layers.iter().take_while(|layer| **layer <= deepest);
        let loaded = needed.map(|layer| self.load_or_find(*layer, device)).collect::<Result<_, _>>()?;
        Ok(Network::new(NetworkParts {
            name: info.name.clone(),
            architecture: self.architecture(),
            mean: Tensor::<1>::from_floats(self.mean(), device).reshape([1, 3, 1, 1]),
            layers: loaded,
            pooling: self.pooling(),
        }))
    }

    fn load_or_find(&self, layer: Layer, device: &Device) -> Result<LoadedLayer, Error> {
        let Some(kept) = &self.kept else { return self.load(layer, device) };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, loaded)) = kept.iter().find(|(on, loaded)| on == device && loaded.layer == layer) {
            return Ok(loaded.clone());
        }
        let loaded = self.load(layer, device)?;
        kept.push((device.clone(), loaded.clone()));
        Ok(loaded)
    }

    fn load(&self, layer: Layer, device: &Device) -> Result<LoadedLayer, Error> {
        let Convolution { weight, bias, shape: [outputs, inputs] } = self.convolution(layer)?;
        let metric = self.metric(layer)?.map(|(values, shape)| Tensor::<2>::from_data(TensorData::new(values, shape), device));
        let weights = ConvWeights::new(
            Tensor::from_data(TensorData::new(weight, [outputs, inputs, 3, 3]), device),
            Tensor::from_data(TensorData::new(bias, [outputs]), device),
        );
        Ok(LoadedLayer { layer, weights, raw_scale: self.scale(layer), metric })
    }
}
