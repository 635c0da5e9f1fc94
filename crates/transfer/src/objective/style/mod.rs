//! Style: how far the result's features at a layer are from the style image's, wherever in the image they are.
//!
//! A [`StyleLoss`] is one way to compare them. It is implemented in a file of its own, and [`of_kind`] says which one the setting `style.kind`
//! stands for. [`Style`] applies it: at every layer, in every region of the result, for one style image or a blend of several, to whole
//! layers or to tiles.

mod covariance;
mod gram;
mod loss;
mod matrix_root;
mod nearest;
mod resample;
pub(crate) mod search;
mod statistics;
mod wasserstein;

use std::{collections::BTreeMap, sync::Arc};

use burn::tensor::{Device, Gradients, Tensor};
use vgg::{FeatureMap, Features, Layer, Network, Tile};

pub use self::{
    covariance::CovarianceLoss,
    gram::GramLoss,
    loss::{Descriptor, LayerFeatures, LayerScale, LayerStyles, RegionStyles, RegionTarget, StyleDescriptor, StyleLoss, StyleTarget},
    matrix_root::roots,
    nearest::NearestNeighbourLoss,
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
    settings::{Gradient, Settings, StyleKind},
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
    pub descriptors: Descriptors,
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
        let mut descriptors = Descriptors::new();
        for copy in loss.copies(style) {
            for (layer, mut descriptor) in describe(loss, network, &copy, layers, settings)? {
                descriptors.entry(layer).or_default().append(&mut descriptor);
            }
        }
        let size = [height, width];
        Ok(Self { descriptors, size, weight: style.weight, region: style.region.clone() })
    }
}

/// Descriptors by layer.
pub type Descriptors = BTreeMap<Layer, Descriptor>;

/// A style image's descriptors at `layers`.
fn describe(
    loss: &dyn StyleLoss,
    network: &Network,
    style: &crate::StyleImage,
    layers: &[Layer],
    settings: &Settings,
) -> Result<Descriptors, Error> {
    let [_, _, height, width] = style.image.dims();
    let size = [height, width];
    let device = style.image.device();
    let blocks = tiling::blocks(settings, network, size, &device);
    let regions = layers.iter().map(|layer| Ok((*layer, region(style.visible.as_ref(), layer.size(size), &device)?)));
    let regions = regions.collect::<Result<BTreeMap<_, _>, Error>>()?;
    let region_of = |layer: Layer| regions.get(&layer).and_then(Option::as_ref);
    let mut descriptors = Descriptors::new();
    let features = tiling::features(network, &style.image, blocks, layers, |tile, features| {
        for (layer, map) in features.iter() {
            add_part(&mut descriptors, layer, loss.describe(&LayerFeatures::tile(map, layer, tile, size, region_of(layer))));
        }
    })?;
    for (layer, map) in features.iter() {
        add_part(&mut descriptors, layer, loss.describe(&LayerFeatures::whole(layer, map, size, region_of(layer))));
    }
    Ok(descriptors)
}

/// The content image's features at those of `layers` that are of blocks after the first `blocks`, and each loss's descriptors of it at all of them.
pub(crate) fn describe_content(
    losses: &[(Arc<dyn StyleLoss>, f32)],
    network: &Network,
    content: &Tensor<4>,
    blocks: usize,
    layers: &[Layer],
) -> Result<(Features, Vec<Descriptors>), Error> {
    let [_, _, height, width] = content.dims();
    let size = [height, width];
    let mut all = vec![Descriptors::new(); losses.len()];
    let mut add = |features: &LayerFeatures<'_>| {
        for ((loss, _), descriptors) in losses.iter().zip(&mut all) {
            if let Some(part) = loss.describe_content(features) {
                add_part(descriptors, features.layer, part);
            }
        }
    };
    let features = tiling::features(network, content, blocks, layers, |tile, features| {
        features.iter().for_each(|(layer, map)| add(&LayerFeatures::tile(map, layer, tile, size, None)));
    })?;
    features.iter().for_each(|(layer, map)| add(&LayerFeatures::whole(layer, map, size, None)));
    Ok((features, all))
}

/// Adds what a tile contributes to a layer's descriptor.
fn add_part(descriptors: &mut Descriptors, layer: Layer, part: Descriptor) {
    let total = match descriptors.remove(&layer) {
        Some(total) => sum(total, part),
        None => part,
    };
    descriptors.insert(layer, total);
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
    /// With the weights of their pixels in the region.
    layers: Vec<(Layer, Option<Region>)>,
    share: f32,
    loss: Arc<dyn StyleTarget>,
}

/// A region of the result and the styles that are used there, with their weights.
struct StyledRegion<'a> {
    mask: Option<Mask>,
    share: f32,
    styles: Vec<(&'a StyleFeatures, f32)>,
}

/// What a [`Style`] is made from.
#[derive(Clone, Copy, Debug)]
pub struct StyleInputs<'a> {
    /// Every style image. Each with a region of its own is a loss there; all others share one loss, where those leave room, and are blended by
    /// averaging their descriptors. Regions count by their area, so that a pixel's gradient is as large as with one style alone.
    pub styles: &'a [StyleFeatures],
    /// The content image's descriptors, where the loss [asks for them](StyleLoss::describe_content).
    pub content: &'a Descriptors,
    /// Shares of the layers.
    pub shares: &'a [Share],
    /// The settings of the run.
    pub settings: &'a Settings,
    /// The network.
    pub network: &'a Network,
    /// Which of the result's pixels the styles are for, of any size; none: all.
    pub visible: Option<&'a Mask>,
    /// Height and width of the result.
    pub size: [usize; 2],
}

impl Style {
    /// The loss that compares as `loss` does.
    ///
    /// # Errors
    ///
    /// When masks or weights leave no style any region.
    pub fn new(loss: &dyn StyleLoss, inputs: StyleInputs<'_>) -> Result<Self, Error> {
        let StyleInputs { styles, settings, visible, size, .. } = inputs;
        let mut targets = Vec::new();
        for styled in regions(styles, visible, (size[1] as u32, size[0] as u32))? {
            let layers = inputs.shares.iter().map(|share| layer_styles(&inputs, &styled, *share)).collect::<Option<Vec<_>>>();
            let region_styles = RegionStyles { layers: layers.ok_or(Error::NoStyle)?, mask: styled.mask.as_ref(), size };
            let device = region_styles.device().ok_or(Error::NoStyle)?;
            for RegionTarget { layers, share, target } in loss.targets(&region_styles)? {
                let layers = layers.into_iter().map(|layer| Ok((layer, region(styled.mask.as_ref(), layer.size(size), &device)?)));
                targets.push(Target { layers: layers.collect::<Result<_, Error>>()?, share: share * styled.share, loss: target });
            }
        }
        Ok(Self { targets, gradient: settings.style.gradient, size })
    }

    /// The weighted sum of several, of the same result. `parts`: with their weights, at least one.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn sum(parts: Vec<(Self, f32)>) -> Result<Self, Error> {
        let weighted = parts.into_iter().map(|(mut style, weight)| {
            style.targets.iter_mut().for_each(|target| target.share *= weight);
            style
        });
        let joined = weighted.reduce(|mut all, mut more| {
            all.targets.append(&mut more.targets);
            all
        });
        joined.ok_or(Error::NoStyle)
    }

    /// A tile's contribution to what the losses need, one descriptor for each layer of each target; none where that layer is not among `features`.
    pub(crate) fn accumulate(&self, features: &Features, tile: &Tile) -> Vec<Option<Descriptor>> {
        let part = |(target, (layer, region)): (&Target, &(Layer, Option<Region>))| {
            let map = features.get(*layer)?;
            Some(target.loss.accumulate(&LayerFeatures::tile(map, *layer, tile, self.size, region.as_ref())))
        };
        self.targets.iter().flat_map(|target| target.layers.iter().map(move |layer| (target, layer))).map(part).collect()
    }

    /// `features`: of the result; `accumulated`: the sums over tiles, one for each layer of each target, where layers were computed in tiles; empty
    /// if none were -> `[1]`.
    #[must_use]
    pub fn loss(&self, features: &Features, accumulated: &[Option<Descriptor>], x: &Tensor<4>) -> Tensor<1> {
        let mut first = 0;
        let loss = |target: &Target| {
            let sums: Vec<Option<&Descriptor>> =
                (first..first + target.layers.len()).map(|n| accumulated.get(n).and_then(Option::as_ref)).collect();
            first += target.layers.len();
            target.loss(features, &sums, self.size, self.gradient) * target.share
        };
        weighted_sum(self.targets.iter().map(loss), x)
    }
}

impl Target {
    /// `sums`: for each layer what its tiles accumulated, or none where the whole layer is among `features`.
    fn loss(&self, features: &Features, sums: &[Option<&Descriptor>], size: [usize; 2], gradient: Gradient) -> Tensor<1> {
        let whole = self.layers.iter().zip(sums).filter(|(_, sum)| sum.is_none()).map(|((layer, _), _)| &features[*layer]);
        let maps: Vec<&FeatureMap> = whole.collect();
        with_gradient_kind(&maps, gradient, |maps| {
            let mut maps = maps.iter();
            let mut descriptor = Descriptor::new();
            for ((layer, region), sum) in self.layers.iter().zip(sums) {
                match (sum, maps.as_slice()) {
                    (Some(sum), _) => descriptor.extend(sum.iter().cloned()),
                    (None, [map, ..]) => {
                        descriptor.append(&mut self.loss.accumulate(&LayerFeatures::whole(*layer, map, size, region.as_ref())));
                        maps.next();
                    }
                    (None, []) => {}
                }
            }
            self.loss.loss(&descriptor)
        })
    }
}

/// None where a style has no descriptor of the layer.
fn layer_styles(inputs: &StyleInputs<'_>, styled: &StyledRegion<'_>, (layer, share): Share) -> Option<LayerStyles> {
    let StyleInputs { settings, network, size, .. } = inputs;
    let pixels = |size: [usize; 2]| layer.size(size).iter().product::<usize>() as f64;
    let described = |(style, weight): &(&StyleFeatures, f32)| {
        Some(StyleDescriptor { descriptor: style.descriptors.get(&layer)?.clone(), weight: *weight, pixels: pixels(style.size) })
    };
    let scale = LayerScale {
        normalisation: settings.loss.normalisation,
        energy: f64::from(network.raw_scale(layer)).powi(2),
        pixels: pixels(*size),
        image_pixels: (size[0] * size[1]) as f64,
    };
    let content = inputs.content.get(&layer).cloned();
    Some(LayerStyles { layer, share, styles: styled.styles.iter().map(described).collect::<Option<_>>()?, content, scale })
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
fn region(mask: Option<&Mask>, [height, width]: [usize; 2], device: &Device) -> Result<Option<Region>, Error> {
    let at = |mask: &Mask| Ok(Region::new(&mask.resized((width as u32, height as u32))?, device));
    mask.map(at).transpose()
}

/// Which styles are used in which region of the result; regions without area and styles without weight are left out.
fn regions<'a>(styles: &'a [StyleFeatures], visible: Option<&Mask>, size: Size) -> Result<Vec<StyledRegion<'a>>, Error> {
    let visible = visible.map(|mask| mask.resized(size)).transpose()?;
    let within = |mask: Mask| visible.as_ref().map_or_else(|| mask.clone(), |visible| mask.product(visible));
    let whole = visible.as_ref().map_or(1.0, Mask::mean).max(1e-6);
    let (mut masks, mut regions) = (Vec::new(), Vec::new());
    for style in styles {
        if let Some(region) = &style.region {
            let mask = region.resized(size)?;
            masks.push(mask.clone());
            let mask = within(mask);
            regions.push(StyledRegion { share: style.weight * mask.mean() / whole, mask: Some(mask), styles: vec![(style, 1.0)] });
        }
    }
    let everywhere: Vec<&StyleFeatures> = styles.iter().filter(|style| style.region.is_none()).collect();
    let sum: f32 = everywhere.iter().map(|style| style.weight).sum();
    if sum > 0.0 {
        let mask = Mask::complement(masks.iter()).map(within).or_else(|| visible.clone());
        let share = mask.as_ref().map_or(1.0, |mask| mask.mean() / whole);
        regions.push(StyledRegion { mask, share, styles: everywhere.into_iter().map(|style| (style, style.weight / sum)).collect() });
    }
    regions.retain(|styled| styled.share > 1e-6);
    if regions.is_empty() { Err(Error::NoPlace) } else { Ok(regions) }
}
