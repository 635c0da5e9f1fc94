//! On the GPU, as CubeCL reports it.

use burn::{
    backend::{Backend, tensor::FloatTensor},
    tensor::DType,
};
use burn_cubecl::{CubeBackend, cubecl::MemoryScope};

use super::{DeviceBackend, DeviceTimer};

impl DeviceBackend for CubeBackend {
    fn reserved_bytes(on: FloatTensor<Self>) -> u64 {
        on.client.memory_report(MemoryScope::Device).usage().bytes_reserved
    }

    fn largest_tensor(on: FloatTensor<Self>) -> u64 {
        on.client.properties().memory.max_page_size
    }

    fn has_half(on: FloatTensor<Self>) -> bool {
        Self::supports_dtype(&on.device, DType::F16)
    }

    fn start_timer(on: FloatTensor<Self>) -> Option<DeviceTimer> {
        let client = on.client;
        let profile = client.profile_start().ok()?;
        Some(DeviceTimer(Box::new(move || {
            let duration = client.profile_end(profile).ok();
            Box::pin(async move { Some(duration?.resolve().await?.duration()) })
        })))
    }
}
