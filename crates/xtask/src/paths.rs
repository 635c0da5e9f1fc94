//! Where things are: the repository, the site, and the folders that hold build output.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's top folder. As cargo says it now, not when this was compiled: checkouts that share a cache share the program, too.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_path_buf()
}

/// The finished site.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder that holds build output: `PASTICHE_CACHE`, or `~/.cache/pastiche` under CI (where a checkout does not outlive its run), or `target/`.
/// `dev` decides by the same rule.
pub(crate) fn cache() -> PathBuf {
    if let Some(folder) = env::var_os("PASTICHE_CACHE").filter(|folder| !folder.is_empty()) {
        return folder.into();
    }
    if env::var("CI").is_ok_and(|ci| ci == "true")
        && let Some(home) = env::var_os("HOME")
    {
        return Path::new(&home).join(".cache/pastiche");
    }
    root().join("target")
}

/// The copy of VGG-19 that later builds put beside the page again.
pub(crate) fn kept_vgg19() -> PathBuf {
    cache().join("weights/vgg19.safetensors")
}
