//! What a style loss is: the traits, and what they are given.

use std::{fmt::Debug, ops::Range, sync::Arc};

use burn::tensor::{Device, Tensor};
use vgg::{FeatureMap, Layer, Tile};

use super::{Region, region};
use crate::{Error, Mask, settings::Normalisation};

/// The tensors that a [`StyleLoss`] reduces a layer's features to, always as many and of the same shapes.
pub type Descriptor = Vec<Tensor<2>>;

/// A layer's features: all of them, or those of a tile.
#[derive(Clone, Debug)]
pub struct LayerFeatures<'a> {
    /// The layer.
    pub layer: Layer,
    /// The activations, `[1, C, h, w]`.
    pub map: &'a FeatureMap,
    /// Weights of these pixels, which add up to 1 over the whole layer; none: all pixels weigh the same.
    pub region: Option<Region>,
    /// The rows of the layer that these are.
    pub rows: Range<usize>,
    /// Height and width of the image.
    pub image: [usize; 2],
}

impl<'a> LayerFeatures<'a> {
    /// Of a whole layer. `image`: the image's height and width.
    #[must_use]
    pub fn whole(layer: Layer, map: &'a FeatureMap, image: [usize; 2], region: Option<&Region>) -> Self {
        Self { layer, map, region: region.cloned(), rows: 0..layer.size(image)[0], image }
    }

    /// Of a tile's rows of a layer. `region`: of the whole layer; `image`: the image's height and width.
    pub(super) fn tile(map: &'a FeatureMap, layer: Layer, tile: &Tile, image: [usize; 2], region: Option<&Region>) -> Self {
        let ([_, width], rows) = (layer.size(image), tile.rows(layer));
        let region = region.map(|region| region.part(&(rows.start * width..rows.end * width)));
        Self { layer, map, region, rows, image }
    }

    /// Height and width of the whole layer.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        self.layer.size(self.image)
    }

    /// Pixels of the whole layer.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.size().iter().product()
    }
}

/// A style image at a layer, reduced to a descriptor.
#[derive(Clone, Debug)]
pub struct StyleDescriptor {
    /// What [`StyleLoss::describe`] made of its features.
    pub descriptor: Descriptor,
    /// Its weight in a blend; the weights of a blend add up to 1.
    pub weight: f32,
    /// Pixels of the layer for this image.
    pub pixels: f64,
}

/// A layer of the result, for the scale of a loss.
#[derive(Clone, Copy, Debug)]
pub struct LayerScale {
    /// What squared errors are divided by.
    pub normalisation: Normalisation,
    /// The square of what the network's own activations are divided by ([`FeatureMap::raw_scale`]).
    pub energy: f64,
    /// Pixels of the layer for the result.
    pub pixels: f64,
    /// Pixels of the result.
    pub image_pixels: f64,
}

/// A layer of a region: the style images' descriptors there.
#[derive(Clone, Debug)]
pub struct LayerStyles {
    /// The layer.
    pub layer: Layer,
    /// Its share of the style loss; the shares of all layers add up to 1.
    pub share: f32,
    /// Of the style images of the region, at least one.
    pub styles: Vec<StyleDescriptor>,
    /// The content image's descriptor; where the loss [asks for it](StyleLoss::describe_content).
    pub content: Option<Descriptor>,
    /// For the scale of the loss.
    pub scale: LayerScale,
}

/// A region of the result and what is known of the style images that are used there.
#[derive(Debug)]
pub struct RegionStyles<'a> {
    /// In the order of the settings.
    pub layers: Vec<LayerStyles>,
    /// Weights of the result's pixels, of any size; none: all weigh the same.
    pub mask: Option<&'a Mask>,
    /// Height and width of the result.
    pub size: [usize; 2],
}

/// A target and the layers whose features it compares.
#[derive(Clone, Debug)]
pub struct RegionTarget {
    /// At least one.
    pub layers: Vec<Layer>,
    /// Its share of the region's loss.
    pub share: f32,
    /// What the result is compared with.
    pub target: Arc<dyn StyleTarget>,
}

impl RegionStyles<'_> {
    /// A target for each layer.
    #[must_use]
    pub fn by_layer(&self, target: impl Fn(&[StyleDescriptor], &LayerScale) -> Arc<dyn StyleTarget>) -> Vec<RegionTarget> {
        let of = |of: &LayerStyles| RegionTarget { layers: vec![of.layer], share: of.share, target: target(&of.styles, &of.scale) };
        self.layers.iter().map(of).collect()
    }

    /// Of the descriptors; none without a style.
    pub(super) fn device(&self) -> Option<Device> {
        self.layers.iter().flat_map(|layer| &layer.styles).flat_map(|style| &style.descriptor).map(Tensor::device).next()
    }

    /// Weights of the positions of a layer, or a grid, of this height and width; none: all weigh the same.
    ///
    /// # Errors
    ///
    /// When the mask cannot be resized.
    pub fn weights(&self, size: [usize; 2], device: &Device) -> Result<Option<Region>, Error> {
        region(self.mask, size, device)
    }
}

/// A way to compare the style of two images.
///
/// What `describe` and [`StyleTarget::accumulate`] compute of tiles is added up over all tiles of a layer and must then be what they compute of the
/// whole layer: that is what makes tiled checkpointing possible.
pub trait StyleLoss: Debug + Send + Sync {
    /// A style image's descriptor at a layer: of the whole layer, or a tile's contribution to it.
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor;

    /// The targets to compare a region of the result with: one for each layer ([`RegionStyles::by_layer`]), or one of several layers together.
    ///
    /// # Errors
    ///
    /// When a mask cannot be resized.
    fn targets(&self, region: &RegionStyles<'_>) -> Result<Vec<RegionTarget>, Error>;

    /// The style image and transformed copies of it whose features count as well: their descriptors are appended to the image's own.
    fn copies(&self, style: &crate::StyleImage) -> Vec<crate::StyleImage> {
        vec![style.clone()]
    }

    /// The content image's descriptor at a layer, where the targets depend on it: of the whole layer, or a tile's contribution to it.
    fn describe_content(&self, _: &LayerFeatures<'_>) -> Option<Descriptor> {
        None
    }
}

/// What the result is compared with at one or several layers.
pub trait StyleTarget: Debug + Send + Sync {
    /// What the loss needs of the result's features at a layer, differentiable in them: of the whole layer, or a tile's contribution to it.
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor;

    /// The loss, `[1]`, from the sums of what was accumulated, layer after layer; differentiable in them.
    fn loss(&self, descriptor: &Descriptor) -> Tensor<1>;
}
