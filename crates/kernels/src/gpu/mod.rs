//! Launching our WGSL through CubeCL: buffers in the order of their bindings, then the kernel's small numbers.

use burn_cubecl::{
    cubecl::{
        CubeCount, CubeDim,
        client::Client,
        prelude::KernelId,
        server::{KernelArguments, MetadataBindingInfo},
    },
    template::{KernelSource, SourceKernel, SourceTemplate},
    tensor::CubeTensor,
};

/// How a kernel binds a buffer that it only reads. Natively CubeCL cuts tensors from shared buffers, and WebGPU does not
/// allow one buffer both as read-only and as writable in a dispatch; in a browser every tensor has a buffer of its own.
pub(crate) const READ: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// A kernel in WGSL, known by its name.
pub(crate) struct Wgsl {
    name: &'static str,
    source: String,
}

impl Wgsl {
    pub(crate) fn new(name: &'static str, template: SourceTemplate) -> Self {
        Self { name, source: template.complete() }
    }
}

impl KernelSource for Wgsl {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.source.clone())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(self.name)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Runs `kernel` on `buffers` (bindings 0, 1, ..) and `info` (the next binding), with this many workgroups.
pub(crate) fn launch(client: &Client, kernel: Wgsl, workgroups: [usize; 3], buffers: &[&CubeTensor], info: &[u32]) {
    // The binding's numbers travel as u64: two of ours in each, the first in the low half.
    let packed = info.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32).collect();
    let arguments = KernelArguments::new()
        .with_buffers(buffers.iter().map(|tensor| tensor.handle.clone().binding()).collect())
        .with_info(MetadataBindingInfo::custom(packed));
    let [x, y, z] = workgroups.map(|n| n as u32);
    client.launch(Box::new(SourceKernel::new(kernel, CubeDim::new_1d(64))), CubeCount::Static(x, y, z), arguments);
}
