//! What a device tells of itself: the memory it has taken, and how long its own clock says that work took.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use std::{fmt, future::Future, pin::Pin, time::Duration};

use burn::{
    backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor},
    tensor::{Device, Tensor},
};

/// What a backend knows. `on`: any tensor, to say which device is meant.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
pub trait DeviceBackend: Backend {
    /// See [`reserved_bytes`].
    fn reserved_bytes(on: FloatTensor<Self>) -> u64;

    /// See [`largest_tensor`].
    fn largest_tensor(on: FloatTensor<Self>) -> u64;

    /// See [`has_half`].
    fn has_half(on: FloatTensor<Self>) -> bool;

    /// See [`Window::open`]; `None` where the device has no clock of its own.
    fn open_window(on: FloatTensor<Self>) -> Option<Window>;
}

/// Bytes of the device's memory that burn holds: tensors, and room that is kept for the next ones. 0 where tensors are in the
/// program's own memory. Room is given back by [`Device::memory_cleanup`] alone, so between two of them this is also the most
/// there has been.
#[must_use]
pub fn reserved_bytes(device: &Device) -> u64 {
    <Dispatch as DeviceBackend>::reserved_bytes(tensor(device))
}

/// Bytes of the largest tensor that the device binds to a kernel (WebGPU's `maxStorageBufferBindingSize`). Where tensors are in the
/// program's own memory there is no such bound.
#[must_use]
pub fn largest_tensor(device: &Device) -> u64 {
    <Dispatch as DeviceBackend>::largest_tensor(tensor(device))
}

/// Whether activations may be f16 here: a GPU that has such numbers in its shaders (WebGPU's `shader-f16`).
#[must_use]
pub fn has_half(device: &Device) -> bool {
    <Dispatch as DeviceBackend>::has_half(tensor(device))
}

type Closing = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Option<Duration>>>>>;

/// Work between two points of a device's queue, timed by the device (in WebGPU with timestamp queries): without the time that
/// commands take to get there and answers to come back.
pub struct Window(Closing);

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Window")
    }
}

impl Window {
    /// Before the work is issued; `None` where the device has no clock of its own, and the caller's must do.
    #[must_use]
    pub fn open(device: &Device) -> Option<Self> {
        <Dispatch as DeviceBackend>::open_window(tensor(device))
    }

    /// After the work has been issued: waits for it. `None` when the device could not tell.
    pub async fn close(self) -> Option<Duration> {
        (self.0)().await
    }
}

fn tensor(device: &Device) -> <Dispatch as burn::backend::BackendTypes>::FloatTensorPrimitive {
    Tensor::<1>::empty([1], device).into_dispatch()
}
