//! Puts VGG-19 beside the page, and keeps a copy that later builds put there again. What is checked, and how, is the `vgg` crate's business: it
//! is the same code that checks a visitor's download in the browser.
//!
//! Compiled with the feature `weights` only, because `vgg` brings burn, which the other tasks can do without.

#[cfg(feature = "weights")]
mod fetch;
#[cfg(feature = "weights")]
mod install;

#[cfg(feature = "weights")]
pub(crate) use install::install;

/// Without the feature there is nothing to check a network with.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "weights"))]
pub(crate) fn install(_from: Option<&str>) -> anyhow::Result<()> {
    anyhow::bail!("This build of xtask cannot check a network; use `./dev weights`.")
}
