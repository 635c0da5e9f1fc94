//! Memory and limits of a device, and the time that work takes by its own clock.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use std::{fmt, future::Future, pin::Pin, time::Duration};

use burn::{
    backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor},
    tensor::{Device, Tensor},
};

/// The operations of a backend for this module. `on`: any tensor of the device.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait DeviceBackend: Backend {
    /// See [`reserved_bytes`].
    fn reserved_bytes(on: FloatTensor<Self>) -> u64;

    /// See [`largest_tensor`].
    fn largest_tensor(on: FloatTensor<Self>) -> u64;

    /// See [`has_half`].
    fn has_half(on: FloatTensor<Self>) -> bool;

    /// See [`DeviceTimer::start`].
    fn start_timer(on: FloatTensor<Self>) -> Option<DeviceTimer>;
}

/// Bytes of the device's memory that burn has reserved: for tensors, and for reuse by later ones. 0 where tensors are in the
/// program's own memory. Only [`Device::memory_cleanup`] frees reserved memory, so between two calls of it this is also the peak.
#[must_use]
pub fn reserved_bytes(device: &Device) -> u64 {
    <Dispatch as DeviceBackend>::reserved_bytes(tensor(device))
}

/// Bytes of the largest tensor that the device can bind to a kernel (WebGPU's `maxStorageBufferBindingSize`); `u64::MAX` where tensors are in
/// the program's own memory.
#[must_use]
pub fn largest_tensor(device: &Device) -> u64 {
    <Dispatch as DeviceBackend>::largest_tensor(tensor(device))
}

/// Whether feature maps may be f16 here: a GPU with f16 in its shaders (WebGPU's `shader-f16`).
#[must_use]
pub fn has_half(device: &Device) -> bool {
    <Dispatch as DeviceBackend>::has_half(tensor(device))
}

type Stop = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Option<Duration>>>>>;

/// Times the work between two points of a device's queue by the device's own clock (in WebGPU with timestamp queries): without the latency
/// of submitting commands and of reading results back.
pub struct DeviceTimer(Stop);

impl fmt::Debug for DeviceTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceTimer")
    }
}

impl DeviceTimer {
    /// Call it before the work is issued. `None` where the device has no clock of its own.
    #[must_use]
    pub fn start(device: &Device) -> Option<Self> {
        <Dispatch as DeviceBackend>::start_timer(tensor(device))
    }

    /// Call it after the work has been issued: waits until it is done. `None` when the device reports no time.
    pub async fn stop(self) -> Option<Duration> {
        (self.0)().await
    }
}

fn tensor(device: &Device) -> <Dispatch as burn::backend::BackendTypes>::FloatTensorPrimitive {
    Tensor::<1>::empty([1], device).into_dispatch()
}
