//! Style: how far the result's features at a layer are from the style image's, wherever in the image they are.
//!
//! A [`StyleLoss`] is one way to compare them. It is implemented in a file of its own, and [`of_kind`] says which one the setting `style.kind`
//! stands for. [`Style`] applies it: at every layer, in every region of the result, for one style image or a blend of several, to whole
//! layers or to tiles.

mod covariance;
mod gram;
mod matrix_root;
mod statistics;
mod wasserstein;

use std::{collections::BTreeMap, fmt::Debug, sync::Arc};

use burn::tensor::{Gradients, Tensor};
use vgg::{FeatureMap, Features, Layer, Network, Tile};

pub use self::{
    covariance::CovarianceLoss,
    gram::GramLoss,
    matrix_root::roots,
    statistics::{Region, Statistics},
    wasserstein::WassersteinLoss,
};
use super::{
    layer_loss::{Share, weighted_sum, with_gradient_kind},
    tiling,
};
use crate::{
    Error, Mask,
    image::resize::Size,
    settings::{Gradient, Normalisation, Settings, StyleKind},
};

/// The loss that a choice of `style.kind` stands for.
#[must_use]
pub fn of_kind(kind: StyleKind) -> Arc<dyn StyleLoss> {
    match kind {
        StyleKind::Gram => Arc::new(GramLoss),
        StyleKind::Covariance => Arc::new(CovarianceLoss),
        StyleKind::Wasserstein => Arc::new(WassersteinLoss),
    }
}

/// The tensors that a [`StyleLoss`] reduces a layer's features to, always as many and of the same shapes.
pub type Descriptor = Vec<Tensor<2>>;

/// A layer's features: all of them, or those of a tile.
#[derive(Clone, Debug)]
pub struct LayerFeatures<'a> {
    /// The activations, `[1, C, h, w]`.
    pub map: &'a FeatureMap,
    /// Weights of these pixels, which add up to 1 over the whole layer; none: all pixels weigh the same.
    pub region: Option<Region>,
    /// Pixels of the whole layer.
    pub pixels: usize,
}

impl<'a> LayerFeatures<'a> {
    /// Of a whole layer.
    #[must_use]
    pub fn whole(map: &'a FeatureMap, region: Option<&Region>) -> Self {
        let [_, _, height, width] = map.values.dims();
        Self { map, region: region.cloned(), pixels: height * width }
    }

    /// Of a tile's rows of a layer. `region`: of the whole layer; `size`: the image's height and width.
    fn tile(map: &'a FeatureMap, layer: Layer, tile: &Tile, size: [usize; 2], region: Option<&Region>) -> Self {
        let ([height, width], rows) = (layer.size(size), tile.rows(layer));
        Self { map, region: region.map(|region| region.part(&(rows.start * width..rows.end * width))), pixels: height * width }
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

/// A way to compare the style of two images at a layer.
///
/// What `describe` and [`StyleTarget::accumulate`] compute of tiles is added up over all tiles of a layer and must then be what they compute of the
/// whole layer: that is what makes tiled checkpointing possible.
pub trait StyleLoss: Debug + Send + Sync {
    /// A style image's descriptor: of the whole layer, or a tile's contribution to it.
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor;

    /// The target to compare the result with, from one or several style images.
    fn target(&self, styles: &[StyleDescriptor], scale: &LayerScale) -> Arc<dyn StyleTarget>;
}

/// What the result is compared with at a layer.
pub trait StyleTarget: Debug + Send + Sync {
    /// What the loss needs of the result's features, differentiable in them: of the whole layer, or a tile's contribution to it.
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor;

    /// The loss, `[1]`, from the sum of what was accumulated; differentiable in it.
    fn loss(&self, descriptor: &Descriptor) -> Tensor<1>;
}

/// The sum of two descriptors.
fn sum(a: Descriptor, b: Descriptor) -> Descriptor {
    a.into_iter().zip(b).map(|(a, b)| a + b).collect()
}

/// The weighted sum of the styles' descriptors; the weight of each multiplied by `factor` of it.
fn blend(styles: &[StyleDescriptor], factor: impl Fn(&StyleDescriptor) -> f32) -> Descriptor {
    let weighted = styles.iter().map(|style| {
        let weight = style.weight * factor(style);
        style.descriptor.iter().map(|tensor| tensor.clone() * weight).collect()
    });
    weighted.reduce(sum).unwrap_or_default()
}

/// A style image: its descriptors at the layers of the loss. See [`crate::StyleImage`].
#[derive(Clone, Debug)]
pub struct StyleFeatures {
    /// By layer.
    pub descriptors: BTreeMap<Layer, Descriptor>,
    /// Its height and width.
    pub size: [usize; 2],
    /// Its share among the styles of its region; alone there, its strength.
    pub weight: f32,
    /// Where in the result it is used; none: where the others' regions leave room.
    pub region: Option<Mask>,
}

impl StyleFeatures {
    /// The descriptors of a style image, `[1, 3, h, w]`, at `layers`; in tiles where it is large. `visible`: which of its pixels count;
    /// `weight`, `region`: see [`crate::StyleImage`].
    ///
    /// # Errors
    ///
    /// When the network lacks a layer.
    pub fn new(
        loss: &dyn StyleLoss,
        network: &Network,
        style: &crate::StyleImage,
        layers: &[Layer],
        settings: &Settings,
    ) -> Result<Self, Error> {
        let [_, _, height, width] = style.image.dims();
        let size = [height, width];
        let device = style.image.device();
        let blocks = tiling::blocks(settings, network, size, &device);
        let regions = layers.iter().map(|layer| Ok((*layer, region(style.visible.as_ref(), layer.size(size), &device)?)));
        let regions = regions.collect::<Result<BTreeMap<_, _>, Error>>()?;
        let region_of = |layer: Layer| regions.get(&layer).and_then(Option::as_ref);
        let mut descriptors: BTreeMap<Layer, Descriptor> = BTreeMap::new();
        let features = tiling::features(network, &style.image, blocks, layers, |tile, features| {
            for (layer, map) in features.iter() {
                let part = loss.describe(&LayerFeatures::tile(map, layer, tile, size, region_of(layer)));
                let total = match descriptors.remove(&layer) {
                    Some(total) => sum(total, part),
                    None => part,
                };
                descriptors.insert(layer, total);
            }
        })?;
        for (layer, map) in features.iter() {
            descriptors.insert(layer, loss.describe(&LayerFeatures::whole(map, region_of(layer))));
        }
        Ok(Self { descriptors, size, weight: style.weight, region: style.region.clone() })
    }
}

/// The style loss of the result: the weighted average over layers and regions.
#[derive(Clone, Debug)]
pub struct Style {
    targets: Vec<Target>,
    gradient: Gradient,
    /// Height and width of the result.
    size: [usize; 2],
}

#[derive(Clone, Debug)]
struct Target {
    layer: Layer,
    share: f32,
    region: Option<Region>,
    loss: Arc<dyn StyleTarget>,
}

/// A region of the result and the styles that are used there, with their weights.
struct RegionStyles<'a> {
    mask: Option<Mask>,
    share: f32,
    styles: Vec<(&'a StyleFeatures, f32)>,
}

impl Style {
    /// `styles`: every style image. Each with a region of its own is a loss there; all others share one loss, where those leave room, and
    /// are blended by averaging their descriptors. Regions count by their area, so that a pixel's gradient is as large as with one style alone.
    /// `visible`: which of the result's pixels the styles are for; `size`: its height and width.
    ///
    /// # Errors
    ///
    /// When masks or weights leave no style any region.
    pub fn new(
        loss: &dyn StyleLoss,
        styles: &[StyleFeatures],
        shares: &[Share],
        settings: &Settings,
        network: &Network,
        visible: Option<&Mask>,
        size: [usize; 2],
    ) -> Result<Self, Error> {
        let mut targets = Vec::new();
        for place in regions(styles, visible, (size[1] as u32, size[0] as u32))? {
            for &(layer, share) in shares {
                let pixels = |size: [usize; 2]| layer.size(size).iter().product::<usize>() as f64;
                let described = |(style, weight): &(&StyleFeatures, f32)| {
                    let descriptor = style.descriptors.get(&layer)?.clone();
                    Some(StyleDescriptor { descriptor, weight: *weight, pixels: pixels(style.size) })
                };
                let described = place.styles.iter().map(described).collect::<Option<Vec<_>>>().ok_or(Error::NoStyle)?;
                let device = described.iter().flat_map(|style| &style.descriptor).map(Tensor::device).next().ok_or(Error::NoStyle)?;
                let scale = LayerScale {
                    normalisation: settings.loss.normalisation,
                    energy: f64::from(network.raw_scale(layer)).powi(2),
                    pixels: pixels(size),
                    image_pixels: (size[0] * size[1]) as f64,
                };
                targets.push(Target {
                    layer,
                    share: share * place.share,
                    region: region(place.mask.as_ref(), layer.size(size), &device)?,
                    loss: loss.target(&described, &scale),
                });
            }
        }
        Ok(Self { targets, gradient: settings.style.gradient, size })
    }

    /// A tile's contribution to what the losses need, one descriptor for each target; none where its layer is not among `features`.
    pub(crate) fn accumulate(&self, features: &Features, tile: &Tile) -> Vec<Option<Descriptor>> {
        let part = |target: &Target| {
            let map = features.get(target.layer)?;
            Some(target.loss.accumulate(&LayerFeatures::tile(map, target.layer, tile, self.size, target.region.as_ref())))
        };
        self.targets.iter().map(part).collect()
    }

    /// `features`: of the result; `accumulated`: the sums over tiles, one for each target, where layers were computed in tiles; empty if none
    /// were -> `[1]`.
    #[must_use]
    pub fn loss(&self, features: &Features, accumulated: &[Option<Descriptor>], x: &Tensor<4>) -> Tensor<1> {
        let loss = |(n, target): (usize, &Target)| {
            let loss = match accumulated.get(n).and_then(Option::as_ref) {
                Some(descriptor) => target.loss.loss(descriptor),
                None => with_gradient_kind(&features[target.layer], self.gradient, |map| {
                    target.loss.loss(&target.loss.accumulate(&LayerFeatures::whole(map, target.region.as_ref())))
                }),
            };
            loss * target.share
        };
        weighted_sum(self.targets.iter().enumerate().map(loss), x)
    }
}

/// Adds one tile's contributions to the sums over tiles.
pub(crate) fn add(sums: &mut Vec<Option<Descriptor>>, parts: Vec<Option<Descriptor>>) {
    if sums.is_empty() {
        *sums = parts;
        return;
    }
    for (total, part) in sums.iter_mut().zip(parts) {
        *total = match (total.take(), part) {
            (Some(total), Some(part)) => Some(sum(total, part)),
            (total, part) => total.or(part),
        };
    }
}

/// The same values, as leaves of the autodiff graph.
pub(crate) fn leaves(descriptor: Descriptor) -> Descriptor {
    descriptor.into_iter().map(|tensor| tensor.autodiff().require_grad()).collect()
}

/// The gradients of leaves; none of a tensor that the loss did not use.
pub(crate) fn gradients(descriptor: &Descriptor, gradients: &mut Gradients) -> Vec<Option<Tensor<2>>> {
    descriptor.iter().map(|tensor| tensor.grad_remove(gradients)).collect()
}

/// `sum(descriptor * gradient)`, `[1]`, whose gradient in the descriptor is `gradient`; none if there is no gradient.
pub(crate) fn inner_product(descriptor: &Descriptor, gradient: &[Option<Tensor<2>>]) -> Option<Tensor<1>> {
    let products = descriptor.iter().zip(gradient).filter_map(|(own, gradient)| {
        let gradient = Tensor::from_inner(gradient.clone()?);
        Some((own.clone() * gradient).sum())
    });
    products.reduce(|a, b| a + b)
}

/// A mask at a layer's size.
fn region(mask: Option<&Mask>, [height, width]: [usize; 2], device: &burn::tensor::Device) -> Result<Option<Region>, Error> {
    let at = |mask: &Mask| Ok(Region::new(&mask.resized((width as u32, height as u32))?, device));
    mask.map(at).transpose()
}

/// Which styles are used in which region of the result; regions without area and styles without weight are left out.
fn regions<'a>(styles: &'a [StyleFeatures], visible: Option<&Mask>, size: Size) -> Result<Vec<RegionStyles<'a>>, Error> {
    let visible = visible.map(|mask| mask.resized(size)).transpose()?;
    let within = |mask: Mask| visible.as_ref().map_or_else(|| mask.clone(), |visible| mask.product(visible));
    let whole = visible.as_ref().map_or(1.0, Mask::mean).max(1e-6);
    let (mut masks, mut regions) = (Vec::new(), Vec::new());
    for style in styles {
        if let Some(region) = &style.region {
            let mask = region.resized(size)?;
            masks.push(mask.clone());
            let mask = within(mask);
            regions.push(RegionStyles { share: style.weight * mask.mean() / whole, mask: Some(mask), styles: vec![(style, 1.0)] });
        }
    }
    let everywhere: Vec<&StyleFeatures> = styles.iter().filter(|style| style.region.is_none()).collect();
    let sum: f32 = everywhere.iter().map(|style| style.weight).sum();
    if sum > 0.0 {
        let mask = Mask::complement(masks.iter()).map(within).or_else(|| visible.clone());
        let share = mask.as_ref().map_or(1.0, |mask| mask.mean() / whole);
        regions.push(RegionStyles { mask, share, styles: everywhere.into_iter().map(|style| (style, style.weight / sum)).collect() });
    }
    regions.retain(|place| place.share > 1e-6);
    if regions.is_empty() { Err(Error::NoPlace) } else { Ok(regions) }
}
