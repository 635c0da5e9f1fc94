//! Where things are: the repository, the site, and the folders that hold build output.

use std::env;
use std::ffi::OsString;
use std::path::{self, PathBuf};

use anyhow::{Context, Result};

/// The repository's top folder. As cargo says it now, not when this was compiled: checkouts that share a cache share the program, too.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_path_buf()
}

/// The finished site.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder that holds build output, which `dev` decides on.
///
/// # Errors
///
/// Where `PASTICHE_CACHE` does not name it.
pub(crate) fn cache() -> Result<PathBuf> {
    chosen(env::var_os("PASTICHE_CACHE"))
}

fn chosen(folder: Option<OsString>) -> Result<PathBuf> {
    let folder = folder.filter(|folder| !folder.is_empty());
    let folder = folder.context("PASTICHE_CACHE does not say where build output goes; ./dev sets it, so call that, or set it yourself.")?;
    // Programs that are started elsewhere are given it, too.
    path::absolute(&folder).with_context(|| format!("PASTICHE_CACHE is no folder: {}.", folder.display()))
}

/// The copy of VGG-19 that later builds put beside the page again.
///
/// # Errors
///
/// Those of [`cache`].
pub(crate) fn kept_vgg19() -> Result<PathBuf> {
    Ok(cache()?.join("weights/vgg19.safetensors"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_output_goes_where_dev_says_and_nowhere_else() {
        assert_eq!(chosen(Some("/some/cache".into())).unwrap(), PathBuf::from("/some/cache"));
        assert!(chosen(Some("cache".into())).unwrap().is_absolute());
        for nothing in [None, Some(OsString::new())] {
            assert!(chosen(nothing).unwrap_err().to_string().contains("./dev"));
        }
    }
}
