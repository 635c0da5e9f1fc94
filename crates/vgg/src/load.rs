//! A network on a device from a file of weights.

use burn::tensor::{Device, Tensor, TensorData};
use kernels::ConvWeights;

use crate::{
    Convolution, Error, Layer, Network, WeightsFile,
    extractor::{LoadedLayer, NetworkParts},
};

impl WeightsFile {
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
        let loaded = needed.map(|layer| self.load(*layer, device)).collect::<Result<_, _>>()?;
        Ok(Network::new(NetworkParts {
            name: info.name.clone(),
            architecture: self.architecture(),
            mean: Tensor::<1>::from_floats(self.mean(), device).reshape([1, 3, 1, 1]),
            layers: loaded,
            pooling: self.pooling(),
        }))
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
