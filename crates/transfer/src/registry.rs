//! Losses and optimizers that take the place of this crate's own in a [`crate::Session`].

use std::{collections::HashMap, sync::Arc};

use crate::{
    objective::{ContentLoss, Losses, StyleLoss, content, style},
    optim::{self, NewOptimizer},
    settings::{ContentKind, OptimiserKind, Settings, StyleKind},
};

/// Which implementation a choice of `content.kind`, `style.kind` or `optimiser.kind` stands for. The default has those of this crate.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    content_losses: HashMap<ContentKind, Arc<dyn ContentLoss>>,
    style_losses: HashMap<StyleKind, Arc<dyn StyleLoss>>,
    optimizers: HashMap<OptimiserKind, NewOptimizer>,
}

impl Registry {
    /// With this loss for `content.kind`, in place of this crate's.
    #[must_use]
    pub fn with_content_loss(mut self, kind: ContentKind, loss: Arc<dyn ContentLoss>) -> Self {
        self.content_losses.insert(kind, loss);
        self
    }

    /// With this loss for `style.kind`, in place of this crate's.
    #[must_use]
    pub fn with_style_loss(mut self, kind: StyleKind, loss: Arc<dyn StyleLoss>) -> Self {
        self.style_losses.insert(kind, loss);
        self
    }

    /// With this optimizer for `optimiser.kind`, in place of this crate's.
    #[must_use]
    pub fn with_optimizer(mut self, kind: OptimiserKind, new: NewOptimizer) -> Self {
        self.optimizers.insert(kind, new);
        self
    }

    /// The losses that the settings stand for.
    #[must_use]
    pub fn losses(&self, settings: &Settings) -> Losses {
        let (content, style) = (settings.content.kind, settings.style.kind);
        let content = self.content_losses.get(&content).map_or_else(|| content::of_kind(content), Arc::clone);
        let style = self.style_losses.get(&style).map_or_else(|| style::of_kind(style), Arc::clone);
        Losses::new(content, style, settings)
    }

    /// The constructor of the optimizer that a choice of `optimiser.kind` stands for.
    #[must_use]
    pub fn optimizer(&self, kind: OptimiserKind) -> NewOptimizer {
        self.optimizers.get(&kind).copied().unwrap_or_else(|| optim::of_kind(kind))
    }
}
