//! Activations, losses and image gradients against PyTorch's: the committed tiny network always, VGG-19 where `PASTICHE_VGG19` names its
//! file (`./dev test` fetches it and runs that test with `--include-ignored`).

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may panic, and it runs natively, where waiting is allowed")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use burn::tensor::Device;
use transfer::self_check::{Errors, golden_errors, self_test};
use vgg::WeightsFile;

fn root() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

/// burn's Flex backend, or, built with the feature `gpu`, an adapter: a GPU, or a software one named by `VK_DRIVER_FILES`.
fn device() -> Device {
    static DEVICE: LazyLock<Device> = LazyLock::new(|| {
        #[cfg(feature = "gpu")]
        return Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter");
        #[cfg(not(feature = "gpu"))]
        Device::flex()
    });
    DEVICE.clone()
}

fn errors(network: &Path, golden: &Path) -> Errors {
    let weights = WeightsFile::parse(fs::read(network).unwrap()).unwrap();
    let golden = fs::read(golden).unwrap();
    let errors = pollster::block_on(golden_errors(&weights, &golden, &device())).unwrap();
    println!("{errors:#?}");
    errors
}

/// Bounds for activations, losses and gradients, and for what numbers of 16 bits lose where the device has them.
fn check(errors: &Errors, [relu, losses, gradient, half]: [f64; 4]) {
    for (name, error) in errors {
        let bound = match name.as_str() {
            name if name.contains("half_") => half,
            name if name.ends_with("losses") => losses,
            name if name.ends_with("gradient") => gradient,
            _ => relu,
        };
        assert!(*error < bound, "{name}: {error} is not below {bound}");
    }
}

#[test]
fn the_tiny_network_agrees_with_pytorch() {
    let tiny = root().join("tests/tiny");
    let errors = errors(&tiny.join("tiny-network.safetensors"), &tiny.join("tiny-golden.safetensors"));
    // Of its few activations many are nearly as large as their neighbours, and once rounded another one is the first of the largest.
    check(&errors, [1e-5, 1e-4, 5e-3, 3e-2]);
    let half = if kernels::device::has_half(&device()) { 4 } else { 0 };
    assert_eq!(errors.len(), 16 + 3 + 3 + 2 * 9 + 2 * 3 + 1 + half, "{:?}", errors.keys());
}

#[test]
fn the_tiny_vgg16_agrees_with_pytorch() {
    let tiny = root().join("tests/tiny");
    let errors = errors(&tiny.join("tiny-vgg16-network.safetensors"), &tiny.join("tiny-vgg16-golden.safetensors"));
    check(&errors, [1e-5, 1e-4, 5e-3, 3e-2]);
    let half = if kernels::device::has_half(&device()) { 4 } else { 0 };
    // All layers; losses and gradient, in tiles too.
    assert_eq!(errors.len(), 13 + 2 * 2 + half, "{:?}", errors.keys());
}

#[test]
fn the_device_passes_its_own_test() {
    pollster::block_on(self_test(&device())).unwrap();
}

/// The file that the golden values were computed with, or another of the same network.
fn vgg19() -> PathBuf {
    std::env::var_os("PASTICHE_VGG19").expect("PASTICHE_VGG19 names a file of VGG-19, as `./dev test` has it").into()
}

#[test]
#[ignore = "needs VGG-19 (PASTICHE_VGG19)"]
fn vgg19_agrees_with_pytorch() {
    let errors = errors(&vgg19(), &root().join("tests/vgg19/golden.safetensors"));
    check(&errors, [2e-3, 1e-4, 5e-3, 1e-2]);
    let half = if kernels::device::has_half(&device()) { 6 } else { 0 };
    // Features with their statistics; losses, gradients and statistics of three cases, of two of them in tiles too.
    assert_eq!(errors.len(), 2 * 16 + 3 * 3 + 3 * 2 + half, "{:?}", errors.keys());
}
