//! Weights as 8-bit indices into a table of 256 values a layer (`features.N.weight` u8, `features.N.palette` f32 `[256]`): k-means
//! quantisation as in Han et al., "Deep Compression" (2015, arXiv:1510.00149), whose values are dense where the weights are.

use safetensors::{Dtype, SafeTensors};

use super::file::{floats, view};
use crate::{Architecture, Error, Layer, Part};

/// Values of a palette.
pub(crate) const LENGTH: usize = 256;

/// The palette of `layer`'s indices.
///
/// # Errors
///
/// When it is missing, is not f32 `[256]`, or holds NaN or infinity.
pub(crate) fn palette(tensors: &SafeTensors<'_>, architecture: &Architecture, layer: Layer) -> Result<Vec<f32>, Error> {
    let name = architecture.tensor_name(layer, Part::Palette)?;
    let weight = architecture.tensor_name(layer, Part::Weight)?;
    let palette = view(tensors, &name).map_err(|_| Error::NoPalette(weight))?;
    if palette.shape() != [LENGTH] {
        return Err(Error::Shape { name, found: palette.shape().to_vec(), expected: format!("[{LENGTH}]") });
    }
    if palette.dtype() != Dtype::F32 {
        return Err(Error::Type { name, found: format!("{:?}", palette.dtype()) });
    }
    floats(tensors, &name)
}

/// The values that `indices` stand for.
pub(crate) fn values(indices: &[u8], palette: &[f32]) -> Vec<f32> {
    indices.iter().map(|index| palette[usize::from(*index)]).collect()
}
