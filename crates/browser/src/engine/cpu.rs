//! burn's Flex backend with simd128, on the worker's one thread or, in the bundle for it, several.

use burn::tensor::Device;

use super::Engine;

pub(crate) const NAME: &str = "cpu";

/// wasm32's 4 GiB, less what the allocator wastes between tensors of many sizes.
pub(crate) const ROOM: Option<f64> = Some(3.7e9);

/// The instruction set, which the last bits of a result depend on.
const INSTRUCTIONS: &str = if cfg!(feature = "relaxed-simd") { "WebAssembly relaxed SIMD" } else { "WebAssembly SIMD" };

/// Always there.
#[expect(clippy::unused_async, reason = "the other engine has to wait")]
pub(crate) async fn start() -> Result<Engine, String> {
    Ok(Engine { device: Device::flex(), adapter: INSTRUCTIONS.to_owned() })
}
