//! Which implementation a choice of the settings stands for: the one place where style losses and optimizers are registered.

use std::{collections::HashMap, sync::Arc};

use crate::{
    objective::{CovarianceLoss, GramLoss, StyleLoss, WassersteinLoss},
    optim::{Adam, Lbfgs, NewOptimizer},
    settings::{OptimiserKind, StyleKind},
};

fn style_loss(kind: StyleKind) -> Arc<dyn StyleLoss> {
    match kind {
        StyleKind::Gram => Arc::new(GramLoss),
        StyleKind::Covariance => Arc::new(CovarianceLoss),
        StyleKind::Wasserstein => Arc::new(WassersteinLoss),
    }
}

fn optimizer(kind: OptimiserKind) -> NewOptimizer {
    match kind {
        OptimiserKind::Adam => Adam::boxed,
        OptimiserKind::Lbfgs => Lbfgs::boxed,
    }
}

/// Style losses and optimizers by the ids that `style.kind` and `optimiser.kind` have. The default has those of this crate; others can take the
/// place of one.
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
        self.style_losses.get(&kind).map_or_else(|| style_loss(kind), Arc::clone)
    }

    /// The constructor of the optimizer that a choice of `optimiser.kind` stands for.
    #[must_use]
    pub fn optimizer(&self, kind: OptimiserKind) -> NewOptimizer {
        self.optimizers.get(&kind).copied().unwrap_or_else(|| optimizer(kind))
    }
}
