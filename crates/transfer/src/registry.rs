//! Style losses and optimizers that take the place of this crate's own in a [`crate::Session`].

use std::{collections::HashMap, sync::Arc};

use crate::{
    objective::{StyleLoss, style},
    optim::{self, NewOptimizer},
    settings::{OptimiserKind, StyleKind},
};

/// Which implementation a choice of `style.kind` or `optimiser.kind` stands for. The default has those of this crate.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    style_losses: HashMap<StyleKind, Arc<dyn StyleLoss>>,
    optimizers: HashMap<OptimiserKind, NewOptimizer>,
}

impl Registry {
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

    /// The loss that a choice of `style.kind` stands for.
    #[must_use]
    pub fn style_loss(&self, kind: StyleKind) -> Arc<dyn StyleLoss> {
        self.style_losses.get(&kind).map_or_else(|| style::of_kind(kind), Arc::clone)
    }

    /// The constructor of the optimizer that a choice of `optimiser.kind` stands for.
    #[must_use]
    pub fn optimizer(&self, kind: OptimiserKind) -> NewOptimizer {
        self.optimizers.get(&kind).copied().unwrap_or_else(|| optim::of_kind(kind))
    }
}
