//! Values on the host to tensors and back.

use anyhow::{Result, anyhow};
use burn::tensor::{Device, Tensor, TensorData};

use crate::augment::Crop;

/// A square crop as `[1, 3, side, side]`.
pub(crate) fn tensor(crop: &Crop, device: &Device) -> Tensor<4> {
    let side = (crop.len() / 3).isqrt();
    Tensor::from_data(TensorData::new(crop.clone(), [1, 3, side, side]), device)
}

/// A tensor's values.
pub(crate) fn floats<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    tensor.into_data().try_to_vec().map_err(|error| anyhow!("the device's answer cannot be read: {error:?}"))
}
