//! Launching our WGSL through CubeCL: buffers in the order of their bindings, then the kernel's small numbers.

mod product;

use burn::tensor::DType;
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

pub(crate) use product::{ROWS, columns, product};

/// How a kernel binds a buffer that it only reads. Natively CubeCL cuts tensors from shared buffers, and WebGPU does not
/// allow one buffer both as read-only and as writable in a dispatch; in a browser every tensor has a buffer of its own.
pub(crate) const READ: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// Threads of a workgroup, in every kernel of ours: what all devices have, and whole subgroups on all.
const THREADS: usize = 64;

/// Bytes that an operation may take besides what it reads and returns: Winograd's frequencies, copies in another order. A picture that needs
/// more is computed a part at a time, so that they do not grow with it, and no buffer of theirs comes near WebGPU's default limit of
/// 128 MiB for a binding.
pub(crate) const WORKSPACE: usize = 64 << 20;

/// A kernel in WGSL, known by its name and by how the activations lie that it reads and writes.
pub(crate) struct Wgsl {
    name: &'static str,
    half: bool,
    source: String,
}

impl Wgsl {
    /// For f32 alone.
    pub(crate) fn new(name: &'static str, template: SourceTemplate) -> Self {
        Self { name, half: false, source: template.complete() }
    }

    /// For activations as `like`'s: `{{ real }}` is f32 or f16, which `{{ enable }}` asks for. Arithmetic is in f32 with either.
    pub(crate) fn stored(name: &'static str, template: SourceTemplate, like: &CubeTensor) -> Self {
        let half = like.dtype == DType::F16;
        let enable = if half { "enable f16;" } else { "" };
        Self { name, half, source: template.register("enable", enable).register("real", real(like)).complete() }
    }
}

impl KernelSource for Wgsl {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.source.clone())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.name, self.half))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// WGSL's name of the numbers that `tensor` has.
pub(crate) fn real(tensor: &CubeTensor) -> &'static str {
    if tensor.dtype == DType::F16 { "f16" } else { "f32" }
}

/// Whether this device is a processor that pretends to be a GPU. Those compute a vector of the processor at a time (4 lanes
/// in SwiftShader, 4 or 8 in lavapipe), and no GPU that runs WebGPU has so small a subgroup as its largest. Where a browser
/// does not say, CubeCL assumes a GPU's range.
pub(crate) fn is_software(client: &Client) -> bool {
    #[cfg(test)]
    if PRETEND.get() {
        return false;
    }
    client.properties().hardware.plane_size_max <= 8
}

#[cfg(test)]
thread_local! {
    /// Whether a software adapter is to be taken for a GPU, so that the kernels for those are tested where there is none.
    pub(crate) static PRETEND: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Workgroups for so many threads, in a shape within WebGPU's limit of 65,535 for each dimension. The kernel counts them as
/// `workgroup.y * workgroups.x + workgroup.x`.
pub(crate) fn workgroups(threads: usize) -> [usize; 3] {
    let count = threads.div_ceil(THREADS).max(1);
    let across = count.min(32_768);
    [across, count.div_ceil(across), 1]
}

/// Runs `kernel` on `buffers` (bindings 0, 1, ..) and `info` (the next binding), with this many workgroups.
pub(crate) fn launch(client: &Client, kernel: Wgsl, workgroups: [usize; 3], buffers: &[&CubeTensor], info: &[u32]) {
    // The binding's numbers travel as u64: two of ours in each, the first in the low half.
    let packed = info.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32).collect();
    let arguments = KernelArguments::new()
        .with_buffers(buffers.iter().map(|tensor| tensor.handle.clone().binding()).collect())
        .with_info(MetadataBindingInfo::custom(packed));
    let [x, y, z] = workgroups.map(|n| n as u32);
    client.launch(Box::new(SourceKernel::new(kernel, CubeDim::new_1d(THREADS as u32))), CubeCount::Static(x, y, z), arguments);
}
