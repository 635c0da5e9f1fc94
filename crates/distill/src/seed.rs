//! Random numbers that a resumed run repeats.

use rand_pcg::Pcg64;

/// A generator for one purpose at one step, so that a resumed run draws what an uninterrupted one draws.
pub(crate) fn random(seed: u64, step: u32, purpose: usize) -> Pcg64 {
    Pcg64::new(u128::from(seed) << 64 | u128::from(step), purpose as u128)
}
