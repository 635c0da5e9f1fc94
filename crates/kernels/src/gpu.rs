//! Launching WGSL kernels through CubeCL: buffers in the order of their bindings, then the parameters.

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

/// The access mode of a buffer that a kernel only reads. Natively CubeCL allocates tensors from shared buffers, and WebGPU does not
/// allow one buffer both as read-only and as writable in a dispatch; in a browser every tensor has a buffer of its own.
pub(crate) const READ: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// Threads of a workgroup, in every kernel: all devices allow it, and it is a multiple of their subgroup sizes.
const WORKGROUP_SIZE: usize = 64;

/// Bytes that an operation may allocate besides its inputs and outputs: Winograd's transformed tiles, permuted copies. An image that needs
/// more is computed in parts, so that the workspace does not grow with it, and none of its buffers comes near WebGPU's default limit of
/// 128 MiB for a binding.
pub(crate) const WORKSPACE_BYTES: usize = 64 << 20;

/// A kernel in WGSL, identified by its name and by the type in which it stores activations.
pub(crate) struct WgslKernel {
    name: &'static str,
    half: bool,
    source: String,
}

impl WgslKernel {
    /// All its numbers are f32.
    pub(crate) fn new(name: &'static str, template: SourceTemplate) -> Self {
        Self { name, half: false, source: template.complete() }
    }

    /// Its activations are stored as those of `like`: `{{ real }}` is f32 or f16, which `{{ enable }}` enables. Arithmetic is in f32 with either.
    pub(crate) fn with_storage(name: &'static str, template: SourceTemplate, like: &CubeTensor) -> Self {
        let half = like.dtype == DType::F16;
        let enable = if half { "enable f16;" } else { "" };
        Self { name, half, source: template.register("enable", enable).register("real", storage_type(like)).complete() }
    }
}

impl KernelSource for WgslKernel {
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

/// The WGSL type of the elements of `tensor`.
pub(crate) fn storage_type(tensor: &CubeTensor) -> &'static str {
    if tensor.dtype == DType::F16 { "f16" } else { "f32" }
}

/// Whether this is a software adapter, which runs kernels on the CPU. Its subgroups are SIMD vectors of the CPU (4 lanes
/// in SwiftShader, 4 or 8 in lavapipe), and the largest subgroup of every GPU that runs WebGPU is larger. Where a browser
/// does not report the sizes, CubeCL assumes a GPU's range.
pub(crate) fn is_software(client: &Client) -> bool {
    #[cfg(test)]
    if FORCE_HARDWARE.get() {
        return false;
    }
    client.properties().hardware.plane_size_max <= 8
}

#[cfg(test)]
thread_local! {
    /// Whether a software adapter is treated as a GPU, so that the kernels for GPUs are tested without one.
    pub(crate) static FORCE_HARDWARE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Workgroups for this many threads, in a shape within WebGPU's limit of 65,535 for each dimension. The kernel's index of a workgroup is
/// `workgroup.y * workgroups.x + workgroup.x`.
pub(crate) fn workgroups(threads: usize) -> [usize; 3] {
    let count = threads.div_ceil(WORKGROUP_SIZE).max(1);
    let across = count.min(32_768);
    [across, count.div_ceil(across), 1]
}

/// Runs `kernel` on `buffers` (bindings 0, 1, ..) and `params` (the next binding), with this many workgroups.
pub(crate) fn launch(client: &Client, kernel: WgslKernel, workgroups: [usize; 3], buffers: &[&CubeTensor], params: &[u32]) {
    // CubeCL takes the binding as u64: two numbers in each, the first in the low half.
    let packed = params.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32).collect();
    let arguments = KernelArguments::new()
        .with_buffers(buffers.iter().map(|tensor| tensor.handle.clone().binding()).collect())
        .with_info(MetadataBindingInfo::custom(packed));
    let [x, y, z] = workgroups.map(|n| n as u32);
    client.launch(Box::new(SourceKernel::new(kernel, CubeDim::new_1d(WORKGROUP_SIZE as u32))), CubeCount::Static(x, y, z), arguments);
}
