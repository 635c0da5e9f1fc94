//! Nearest-neighbour style (Kolkin et al. 2022, Neural Neighbor Style Transfer, arXiv:2203.13215).

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use vgg::Layer;

use super::{
    Descriptor, LayerFeatures, LayerStyles, RegionStyles, RegionTarget, StyleLoss, StyleTarget,
    resample::{Resampling, grid},
    search::nearest,
};
use crate::{Error, StyleImage, settings::Normalisation};

/// Positions of a style image, or of a copy, that are searched at most. With more it is every n-th row and column: neighbours are nearly alike.
const MAX_CANDIDATES: usize = 4096;

/// Candidates whose pixels have less than this share of the mean weight, as transparent ones have, are not taken.
const VISIBLE: f32 = 0.5;

/// Quarter turns in which a style image's positions may be taken.
const TURNS: usize = 4;

/// `mean(1 - cos(h(x), t))` over the positions of a grid a quarter as wide and high as the image.
///
/// h(x) is the hypercolumn of a position: the features of all style layers there ([`resample`](super::resample)), each layer times a factor of
/// its own ([`factor`]). t is a hypercolumn of the style image, or of its copies by quarter turns: the one with the largest cosine similarity to the
/// content image's hypercolumn at this position, both centred by their means. So each place of the photo takes the place of the
/// style picture that is most like it, instead of statistics of the whole.
///
/// Styles that share a region offer their positions together, those of weight 0 none. Metrics are applied.
#[derive(Clone, Copy, Debug)]
pub struct NearestNeighbourLoss;

impl NearestNeighbourLoss {
    /// Positions that are searched of a style image of this height and width, with those of its copies.
    #[must_use]
    pub fn candidates(style: [usize; 2]) -> usize {
        let [height, width] = grid(style);
        let step = step([height, width]);
        TURNS * height.div_ceil(step) * width.div_ceil(step)
    }
}

impl StyleLoss for NearestNeighbourLoss {
    /// At positions of the grid: the features, `[K, n]`, and the weights of the pixels over their mean, `[1, n]`.
    fn describe(&self, features: &LayerFeatures<'_>) -> Descriptor {
        let device = features.map.values.device();
        let (to, size) = (grid(features.image), features.size());
        let resampling = Resampling::new(features.layer, size, to, &device);
        let shape = [1, 1, features.rows.len(), size[1]];
        let weights = match &features.region {
            Some(region) => region.weights().clone().reshape(shape) * (size[0] * size[1]) as f32,
            None => Tensor::ones(shape, &device),
        };
        let at = searched(to, &device);
        [resampled(&resampling, features, to), resampling.apply(weights, &features.rows, to)].map(|all| all.select(1, at.clone())).into()
    }

    /// At every position of the grid: the features, `[K, n]`.
    fn describe_content(&self, features: &LayerFeatures<'_>) -> Option<Descriptor> {
        let to = grid(features.image);
        let resampling = Resampling::new(features.layer, features.size(), to, &features.map.values.device());
        Some(vec![resampled(&resampling, features, to)])
    }

    fn targets(&self, region: &RegionStyles<'_>) -> Result<Vec<RegionTarget>, Error> {
        let to = grid(region.size);
        let candidates = region.layers.iter().map(Candidates::new).collect::<Option<Vec<_>>>().ok_or(Error::NoStyle)?;
        let content = region.layers.iter().map(|layer| layer.content.as_ref()?.first().cloned()).collect::<Option<Vec<_>>>();
        let (Some(content), Some(Candidates { weights, .. })) = (content, candidates.first()) else { return Err(Error::NoStyle) };
        let (weights, device) = (weights.clone(), weights.device());
        let factors: Vec<Tensor<2>> = region.layers.iter().zip(&candidates).map(|(layer, of)| factor(layer, of)).collect();
        let region_weights = region.weights(to, &device)?.map(|region| region.weights().clone());

        let queries = joined(content, &factors);
        let candidates = joined(candidates.into_iter().map(|of| of.features).collect(), &factors);
        let positions = queries.dims()[1];
        let everywhere = || Tensor::ones([1, positions], &device) / positions as f32;
        let of_queries = region_weights.clone().unwrap_or_else(everywhere);
        let of_candidates = weights.clone() / weights.clone().sum().clamp_min(1e-12).reshape([1, 1]);
        let chosen =
            nearest(&centred(queries, &of_queries), &centred(candidates.clone(), &of_candidates), &weights.lower_elem(VISIBLE).float());
        let features = candidates.select(1, chosen);

        let layers: Vec<Layer> = region.layers.iter().map(|layer| layer.layer).collect();
        let resampling = layers.iter().map(|layer| (*layer, Resampling::new(*layer, layer.size(region.size), to, &device))).collect();
        let target = Target { grid: to, resampling, factors, norms: norms(&features), features, weights: region_weights };
        Ok(vec![RegionTarget { layers, share: 1.0, target: Arc::new(target) }])
    }

    fn copies(&self, style: &StyleImage) -> Vec<StyleImage> {
        let turned = |style: &StyleImage| StyleImage {
            image: style.image.clone().swap_dims(2, 3).flip([3]),
            visible: style.visible.as_ref().map(crate::Mask::turned),
            ..style.clone()
        };
        std::iter::successors(Some(style.clone()), |style| Some(turned(style))).take(TURNS).collect()
    }
}

/// The result's hypercolumns and those that they are compared with.
#[derive(Debug)]
struct Target {
    grid: [usize; 2],
    resampling: Vec<(Layer, Resampling)>,
    /// `[1, 1]` for each layer.
    factors: Vec<Tensor<2>>,
    /// `[K of all layers, n]`
    features: Tensor<2>,
    /// `[1, n]`
    norms: Tensor<2>,
    /// `[1, n]`, adding up to 1.
    weights: Option<Tensor<2>>,
}

impl StyleTarget for Target {
    fn accumulate(&self, features: &LayerFeatures<'_>) -> Descriptor {
        let of_layer = self.resampling.iter().find(|(layer, _)| *layer == features.layer);
        of_layer.map(|(_, resampling)| resampled(resampling, features, self.grid)).into_iter().collect()
    }

    fn loss(&self, descriptor: &Descriptor) -> Tensor<1> {
        let own = joined(descriptor.clone(), &self.factors);
        let cosine = (own.clone() * self.features.clone()).sum_dim(0) / (norms(&own) * self.norms.clone());
        let distance = cosine.neg() + 1.0;
        match &self.weights {
            Some(weights) => (distance * weights.clone()).sum(),
            None => distance.mean(),
        }
    }
}

/// The features, or what a tile's contribute, on the grid: `[K, n]`.
fn resampled(resampling: &Resampling, features: &LayerFeatures<'_>, grid: [usize; 2]) -> Tensor<2> {
    let values = resampling.apply(features.map.to_f32(), &features.rows, grid);
    match &features.map.metric {
        Some(metric) => kernels::product(metric.clone(), values),
        None => values,
    }
}

/// Every n-th row and column of a grid is searched.
fn step([height, width]: [usize; 2]) -> usize {
    (1..).find(|step| height.div_ceil(*step) * width.div_ceil(*step) <= MAX_CANDIDATES).unwrap_or(1)
}

/// The positions of a style image's grid that are searched.
fn searched([height, width]: [usize; 2], device: &Device) -> Tensor<1, Int> {
    let step = step([height, width]);
    let at = (0..height).step_by(step).flat_map(|y| (0..width).step_by(step).map(move |x| (y * width + x) as i32));
    Tensor::from_data(TensorData::from(at.collect::<Vec<_>>().as_slice()), device)
}

/// The positions of all style images of a region at a layer.
struct Candidates {
    /// `[K, m]`
    features: Tensor<2>,
    /// `[1, m]`
    weights: Tensor<2>,
}

impl Candidates {
    /// None without a style.
    fn new(layer: &LayerStyles) -> Option<Self> {
        let used = layer.styles.iter().filter(|style| style.weight > 0.0);
        let pairs: Vec<&[Tensor<2>]> = used.flat_map(|style| style.descriptor.chunks_exact(2)).collect();
        if pairs.is_empty() {
            return None;
        }
        let all = |part: usize| Tensor::cat(pairs.iter().map(|pair| pair[part].clone()).collect(), 1);
        Some(Self { features: all(0), weights: all(1) })
    }
}

/// What a layer's features are multiplied by in the hypercolumn, `[1, 1]`, s its share:
///
/// - `relative`: `sqrt(s)` over the root of the style images' mean squared norm at a position, so that s is its share of the hypercolumn's energy
/// - `mean`: `sqrt(s)` over the number of channels, of the network's own activations; with equal shares this is the paper's
/// - `sum`: `sqrt(s)`, of the network's own activations
fn factor(layer: &LayerStyles, candidates: &Candidates) -> Tensor<2> {
    let [channels, count] = candidates.features.dims();
    let share = f64::from(layer.share).sqrt();
    let raw = layer.scale.energy.sqrt();
    let device = candidates.features.device();
    let fixed = |value: f64| Tensor::from_data(TensorData::new(vec![value as f32], [1, 1]), &device);
    match layer.scale.normalisation {
        Normalisation::Relative => {
            let energy = candidates.features.clone().square().sum() / count as f32;
            (energy.clamp_min(1e-12).sqrt().recip() * share as f32).reshape([1, 1])
        }
        Normalisation::Mean => fixed(share * raw / channels as f64),
        Normalisation::Sum => fixed(share * raw),
    }
}

/// The layers' features, each times its factor, as hypercolumns: `[K of all layers, n]`.
fn joined(parts: Vec<Tensor<2>>, factors: &[Tensor<2>]) -> Tensor<2> {
    Tensor::cat(parts.into_iter().zip(factors).map(|(part, factor)| part * factor.clone()).collect(), 0)
}

/// The columns less their weighted mean. `weights`: `[1, n]`, adding up to 1.
fn centred(columns: Tensor<2>, weights: &Tensor<2>) -> Tensor<2> {
    let mean = (columns.clone() * weights.clone()).sum_dim(1);
    columns - mean
}

/// Of the columns, `[1, n]`; positive.
fn norms(columns: &Tensor<2>) -> Tensor<2> {
    columns.clone().square().sum_dim(0).clamp_min(1e-12).sqrt()
}
