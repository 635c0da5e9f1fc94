//! The Gram matrix (Gatys et al. 2015, arXiv:1508.06576, equations 3 to 5).

use std::sync::Arc;

use burn::tensor::Tensor;

use super::{
    Descriptor, LayerFeatures, LayerScale, RegionStyles, RegionTarget, Statistics, StyleDescriptor, StyleLoss, StyleTarget, blend,
};
use crate::{
    Error,
    objective::layer_loss::{constant, distance, inverse_energy},
    settings::Normalisation,
};

/// `|G(x) - G(s)|^2` of Gram matrices `G = F F^T / (h w)`, x the result, s the style:
///
/// - `relative`: over `|G(s)|^2`
/// - `mean`: over the number of elements
/// - `sum`: `sum((F F^T(x) - F F^T(s))^2) / (4 * 3^2 * (H W)^2)`, H and W of the result, as the Keras example
#[derive(Clone, Copy, Debug)]
pub struct GramLoss;

#[derive(Debug)]
struct Target {
    gram: Tensor<2>,
    factor: Tensor<1>,
}

fn describe(features: &LayerFeatures<'_>) -> Descriptor {
    Statistics::new(features, false).into_descriptor()
}

impl StyleLoss for GramLoss {
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor {
        describe(features)
    }

    fn targets(&self, region: &RegionStyles<'_>) -> Result<Vec<RegionTarget>, Error> {
        Ok(region.by_layer(target))
    }
}

/// The target of a layer, from one or several style images.
fn target(styles: &[StyleDescriptor], scale: &LayerScale) -> Arc<dyn StyleTarget> {
    // Sums, unlike means, grow with the style image: F F^T is the mean times its number of pixels.
    let sums = scale.normalisation == Normalisation::Sum;
    let blended = blend(styles, |style| if sums { (style.pixels / scale.pixels) as f32 } else { 1.0 });
    let gram = Statistics::from_descriptor(&blended).gram;
    let channels = gram.dims()[0] as f64;
    let energy = scale.energy.powi(2);
    let factor = match scale.normalisation {
        Normalisation::Relative => inverse_energy(&gram),
        Normalisation::Mean => constant(energy / channels.powi(2), &gram),
        Normalisation::Sum => constant(energy * ((scale.pixels / scale.image_pixels).powi(2) / 36.0), &gram),
    };
    Arc::new(Target { gram, factor })
}

impl StyleTarget for Target {
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor {
        describe(features)
    }

    fn loss(&self, descriptor: &Descriptor) -> Tensor<1> {
        distance(Statistics::from_descriptor(descriptor).gram, &self.gram, &self.factor)
    }
}
