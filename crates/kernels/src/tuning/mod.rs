//! Which tile the GPU's product kernel has (`matmul/tiles.rs`): the quickest on this device, by a short measurement, or one measured before.
//!
//! No software adapter and no CPU has a choice.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use std::time::Duration;

use burn::{
    backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor},
    tensor::{Device, Tensor},
};

use crate::device::DeviceTimer;

/// The operations of a backend for this module.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait TuningBackend: Backend {
    /// The names of the tiles to choose from; none where there is no choice. `on`: any tensor of the device.
    fn tiles(on: FloatTensor<Self>) -> Vec<String>;

    /// From now on products have the tile of this index -> whether there is one.
    fn use_tile(on: FloatTensor<Self>, index: usize) -> bool;

    /// `a`: `[N, rows / 16, depth, 16]`; `b`: `[N, depth, columns]` -> their products, `[N, rows, columns]`.
    fn multiply(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// Planes, rows, depth and columns of the product that is timed: a convolution of 256 channels to 256 at 128 x 128 pixels, 4.8 billion
/// multiply-adds and additions.
const SHAPE: [usize; 4] = [36, 256, 256, 1024];
/// Of every element of both operands.
const VALUE: f32 = 0.5;
/// A tile's products are timed for about so long, and at most so often: browsers round timestamps to 100 microseconds.
const TIMED: Duration = Duration::from_millis(8);
const MOST: u32 = 16;

/// Has products use the tile of this name -> whether there is one here.
#[must_use]
pub fn use_product_tile(device: &Device, name: &str) -> bool {
    let index = tiles(device).iter().position(|tile| tile == name);
    index.is_some_and(|index| <Dispatch as TuningBackend>::use_tile(any(device), index))
}

/// Times every tile and uses the quickest -> its name, or `None` where there is no choice or no clock: then the first of the table is used. `go_on`:
/// asked before every tile; where it says no, the quickest so far is used. `has_failed`: asked after every tile, whether the device has reported an
/// error since; such a tile, or one whose product is wrong, is not used.
pub async fn choose_product_tile(device: &Device, go_on: impl Fn() -> bool, has_failed: impl Fn() -> bool) -> Option<String> {
    let tiles = tiles(device);
    let [n, rows, depth, columns] = SHAPE;
    let mut quickest: Option<(Duration, usize)> = None;
    if !tiles.is_empty() {
        let a = Tensor::<4>::full([n, rows / 16, depth, 16], VALUE, device);
        let b = Tensor::<3>::full([n, depth, columns], VALUE, device);
        for index in 0..tiles.len() {
            if !go_on() {
                break;
            }
            if !<Dispatch as TuningBackend>::use_tile(any(device), index) {
                break;
            }
            // This compiles it. A browser that rejects a shader skips what it should have done, which is quick.
            let is_right = is_right(&a, &b).await;
            let once = time(device, &a, &b, 1).await;
            let Some(once) = once.filter(|_| is_right && !has_failed()) else { continue };
            let repetitions = TIMED.as_nanos().checked_div(once.as_nanos()).map_or(MOST, |count| (count as u32).clamp(1, MOST));
            let each = if repetitions == 1 { Some(once) } else { time(device, &a, &b, repetitions).await.map(|time| time / repetitions) };
            let Some(each) = each.filter(|_| !has_failed()) else { continue };
            if quickest.is_none_or(|(best, _)| each < best) {
                quickest = Some((each, index));
            }
        }
    }
    let index = quickest.map_or(0, |(_, index)| index);
    <Dispatch as TuningBackend>::use_tile(any(device), index).then(|| quickest.and_then(|_| tiles.into_iter().nth(index))).flatten()
}

/// A kernel of the product, for tests that run it by themselves.
#[derive(Clone, Debug)]
pub struct ProductKernel {
    /// The tile's name.
    pub tile: String,
    /// Rows and columns of a workgroup's tile.
    pub size: [usize; 2],
    /// Whether the left operand is `[36, depth / 16, rows, 16]`, with the planes of flipped filters, and not `[N, rows / 16, depth, 16]`.
    pub transposed: bool,
    /// Whether the product's depth must be a multiple of 16.
    pub whole: bool,
    /// WGSL; bindings: left and right operand, product, and `[N, depth, rows / 4, columns / 4, rows of the left operand, 0]`.
    pub source: String,
}

/// Every tile's kernels; none without the GPU.
#[must_use]
pub fn product_kernels() -> Vec<ProductKernel> {
    #[cfg(feature = "gpu")]
    return gpu::product_kernels();
    #[cfg(not(feature = "gpu"))]
    Vec::new()
}

fn tiles(device: &Device) -> Vec<String> {
    <Dispatch as TuningBackend>::tiles(any(device))
}

/// Whether a product is what it should be, in its last element: every sum is exact.
async fn is_right(a: &Tensor<4>, b: &Tensor<3>) -> bool {
    let [n, rows, depth, columns] = SHAPE;
    let product = <Dispatch as TuningBackend>::multiply(a.clone().into_dispatch(), b.clone().into_dispatch());
    let last = Tensor::<3>::from_dispatch(product).slice([n - 1..n, rows - 1..rows, columns - 1..columns]);
    let values = last.into_data_async().await.ok().and_then(|data| data.try_to_vec::<f32>().ok());
    values.is_some_and(|values| values == [VALUE * VALUE * depth as f32])
}

/// So many products, by the device's own clock.
async fn time(device: &Device, a: &Tensor<4>, b: &Tensor<3>, repetitions: u32) -> Option<Duration> {
    let timer = DeviceTimer::start(device)?;
    for _ in 0..repetitions {
        drop(<Dispatch as TuningBackend>::multiply(a.clone().into_dispatch(), b.clone().into_dispatch()));
    }
    timer.stop().await
}

fn any(device: &Device) -> <Dispatch as burn::backend::BackendTypes>::FloatTensorPrimitive {
    Tensor::<1>::empty([1], device).into_dispatch()
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_has_no_choice() {
        let device = Device::flex();
        assert!(!use_product_tile(&device, "64x64_64_8"));
        let mut future = std::pin::pin!(choose_product_tile(&device, || true, || false));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert_eq!(future.as_mut().poll(&mut context), std::task::Poll::Ready(None));
    }
}
