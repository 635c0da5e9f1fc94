//! The losses that settings stand for.

use std::sync::Arc;

use super::{ContentLoss, NearestNeighbourLoss, StyleLoss, content, style};
use crate::settings::Settings;

/// The content loss and the style losses of an objective.
#[derive(Clone, Debug)]
pub struct Losses {
    /// The content loss.
    pub content: Arc<dyn ContentLoss>,
    /// With their shares of the style loss, which add up to 1.
    pub style: Vec<(Arc<dyn StyleLoss>, f32)>,
}

impl Losses {
    /// Those of this crate.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self::new(content::of_kind(settings.content.kind), style::of_kind(settings.style.kind), settings)
    }

    /// `statistic`: the style loss that `style.kind` stands for; [nearest neighbours](NearestNeighbourLoss) have the share that the settings ask for.
    #[must_use]
    pub fn new(content: Arc<dyn ContentLoss>, statistic: Arc<dyn StyleLoss>, settings: &Settings) -> Self {
        let nearest = settings.style.nearest as f32;
        let terms: [(Arc<dyn StyleLoss>, f32); 2] = [(statistic, 1.0 - nearest), (Arc::new(NearestNeighbourLoss), nearest)];
        Self { content, style: terms.into_iter().filter(|(_, share)| *share > 0.0).collect() }
    }
}
