//! burn's Flex backend with simd128, on the worker's one thread or, in the bundle for it, several.

use burn::tensor::Device;

use super::Engine;

pub(crate) const NAME: &str = "cpu";

/// Always there.
#[expect(clippy::unused_async, reason = "the other engine has to wait")]
pub(crate) async fn start() -> Result<Engine, String> {
    Ok(Engine { device: Device::flex(), adapter: "WebAssembly SIMD".to_owned() })
}
