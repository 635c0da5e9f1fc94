//! Launching WGSL kernels through CubeCL: buffers in the order of their bindings, then the parameters.
//!
//! A kernel counts its workgroups or threads in one dimension, by the functions of `dispatch.wgsl`, with which every source begins. [`launch`]
//! alone decides the shape of the dispatch, so that no kernel can exceed WebGPU's limits, and asserts what it cannot fold.

use burn::{
    backend::{TensorMetadata, ops::FloatTensorOps},
    tensor::DType,
};
use burn_cubecl::{
    CubeBackend,
    cubecl::{
        CubeCount, CubeDim,
        client::Client,
        prelude::KernelId,
        server::{KernelArguments, MetadataBindingInfo},
    },
    kernel::into_contiguous,
    ops::numeric::empty_device_contiguous_dtype,
    template::{KernelSource, SourceKernel, SourceTemplate},
    tensor::CubeTensor,
};

/// The access mode of a buffer that a kernel only reads. Natively CubeCL allocates tensors from shared buffers, and WebGPU does not
/// allow one buffer both as read-only and as writable in a dispatch; in a browser every tensor has a buffer of its own.
pub(crate) const READ: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// Threads of a workgroup, but for kernels that say otherwise: all devices allow it, and it is a multiple of their subgroup sizes.
pub(crate) const WORKGROUP_SIZE: usize = 64;

/// WebGPU's default limit `maxComputeWorkgroupsPerDimension`.
const MAX_WORKGROUPS_PER_DIMENSION: usize = 65_535;

/// Bytes that an operation may allocate besides its inputs and outputs: Winograd's transformed tiles, permuted copies. An image that needs
/// more is computed in parts, so that the workspace does not grow with it, and none of its buffers comes near WebGPU's default limit of
/// 128 MiB for a binding.
pub(crate) const WORKSPACE_BYTES: usize = 64 << 20;

/// A kernel in WGSL.
pub(crate) struct WgslKernel {
    name: &'static str,
    source: String,
    /// Threads of a workgroup.
    workgroup_size: usize,
}

impl WgslKernel {
    /// All its numbers are f32.
    pub(crate) fn new(name: &'static str, template: SourceTemplate) -> Self {
        Self::with_workgroup_size(name, &template.complete(), WORKGROUP_SIZE)
    }

    /// As [`new`](Self::new), with a source that is complete and has workgroups of its own size; it does not call `thread_index`.
    pub(crate) fn with_workgroup_size(name: &'static str, source: &str, workgroup_size: usize) -> Self {
        Self { name, source: Self::complete(source), workgroup_size }
    }

    /// A source with the functions that every one begins with.
    pub(crate) fn complete(source: &str) -> String {
        [include_str!("dispatch.wgsl"), source].concat()
    }

    /// Its activations are stored as `dtype`, f32 or f16, as which `{{ real }}` is registered. Arithmetic is in f32 with either.
    pub(crate) fn with_storage(name: &'static str, template: SourceTemplate, dtype: DType) -> Self {
        let kernel = Self::new(name, template.register("real", storage_type(dtype)));
        let enable = if dtype == DType::F16 { "enable f16;\n" } else { "" };
        Self { source: [enable, &kernel.source].concat(), ..kernel }
    }
}

impl KernelSource for WgslKernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.source.clone())
    }

    /// The key of CubeCL's cache of compiled kernels: the source itself, because whatever a template is filled with changes the kernel.
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.name, self.source.clone()))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// The WGSL type of numbers that are stored as `dtype`.
pub(crate) fn storage_type(dtype: DType) -> &'static str {
    if dtype == DType::F16 { "f16" } else { "f32" }
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

/// The adapter of this machine, for the tests in this crate: burn opens a device once in a process.
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may panic")]
pub(crate) fn test_device() -> burn::tensor::Device {
    static DEVICE: std::sync::OnceLock<burn::tensor::Device> = std::sync::OnceLock::new();
    DEVICE.get_or_init(|| burn::tensor::Device::wgpu_options().init().expect("a Vulkan, Metal or DX12 adapter")).clone()
}

/// How often a kernel runs.
#[derive(Clone, Copy)]
pub(crate) enum Count {
    /// At least so many threads; the kernel calls `thread_index`.
    Threads(usize),
    /// At least so many workgroups; the kernel calls `workgroup_index`.
    Workgroups(usize),
}

/// The shape of a dispatch of at least so many workgroups, at least one, within the limit for each dimension.
///
/// # Panics
///
/// When the index of a thread would not fit into a u32.
fn dispatch_shape(count: Count) -> [u32; 3] {
    let workgroups = match count {
        Count::Threads(threads) => threads.div_ceil(WORKGROUP_SIZE),
        Count::Workgroups(workgroups) => workgroups,
    };
    let y = workgroups.max(1).div_ceil(MAX_WORKGROUPS_PER_DIMENSION);
    let x = workgroups.max(1).div_ceil(y);
    assert!((x * y) as u64 * WORKGROUP_SIZE as u64 <= 1 << 32, "{workgroups} workgroups have more threads than a u32 counts");
    [x as u32, y as u32, 1]
}

/// Runs `kernel` on `buffers` (bindings 0, 1, ..) and `params` (the next binding).
///
/// # Panics
///
/// When the index of a thread would not fit into a u32.
pub(crate) fn launch(client: &Client, kernel: WgslKernel, count: Count, buffers: &[&CubeTensor], params: &[u32]) {
    // CubeCL takes the binding as u64: two numbers in each, the first in the low half.
    let packed = params.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32).collect();
    let arguments = KernelArguments::new()
        .with_buffers(buffers.iter().map(|tensor| tensor.handle.clone().binding()).collect())
        .with_info(MetadataBindingInfo::custom(packed));
    let [x, y, z] = dispatch_shape(count);
    let threads = CubeDim::new_1d(kernel.workgroup_size as u32);
    client.launch(Box::new(SourceKernel::new(kernel, threads)), CubeCount::Static(x, y, z), arguments);
}

/// A tensor of this shape and type on the device of `like`. Its values are whatever was there before.
pub(crate) fn empty(like: &CubeTensor, shape: &[usize], dtype: DType) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), dtype)
}

/// `tensor` with zeros appended along a dimension, up to `size`.
pub(crate) fn pad_with_zeros(tensor: CubeTensor, dimension: usize, size: usize) -> CubeTensor {
    let mut shape = tensor.shape();
    if shape[dimension] == size {
        return tensor;
    }
    shape[dimension] = size - shape[dimension];
    let zeros = CubeBackend::float_zeros(shape, &tensor.device(), tensor.dtype.into());
    CubeBackend::float_cat(vec![tensor, zeros], dimension)
}

/// `tensor` reshaped, with its dimensions permuted, contiguous.
pub(crate) fn permuted(tensor: CubeTensor, shape: [usize; 4], order: [usize; 4]) -> CubeTensor {
    into_contiguous(CubeBackend::float_permute(CubeBackend::float_reshape(tensor, shape.into()), &order))
}

/// The first rows and columns.
pub(crate) fn crop(tensor: CubeTensor, [rows, columns]: [usize; 2]) -> CubeTensor {
    if tensor.shape().dims() == [rows, columns] {
        return tensor;
    }
    CubeBackend::float_slice(tensor, &[(0..rows).into(), (0..columns).into()])
}

#[cfg(test)]
mod tests {
    use super::{Count, DType, KernelSource, MAX_WORKGROUPS_PER_DIMENSION, SourceTemplate, WORKGROUP_SIZE, WgslKernel, dispatch_shape};

    #[test]
    fn dispatches_stay_within_the_limit_and_waste_little() {
        // 64 columns to a workgroup of an image of 2048 x 2048 are the first count over the limit.
        for workgroups in [0, 1, 2, 65_534, 65_535, 65_536, 2048 * 2048 / 64, 65_537, 131_070, 131_071, 1_000_003, (1 << 26) - 1024] {
            let shape @ [x, y, z] = dispatch_shape(Count::Workgroups(workgroups)).map(|n| n as usize);
            assert!(shape.iter().all(|n| (1..=MAX_WORKGROUPS_PER_DIMENSION).contains(n)), "{workgroups}: {shape:?}");
            let launched = x * y * z;
            assert!(launched >= workgroups && launched < workgroups.max(1) + y, "{workgroups}: {shape:?}");
        }
    }

    #[test]
    fn threads_are_launched_in_whole_workgroups() {
        for (threads, workgroups) in [(0, 1), (1, 1), (64, 1), (65, 2), (65_535 * 64, 65_535), (65_535 * 64 + 1, 65_536)] {
            assert_eq!(dispatch_shape(Count::Threads(threads)), dispatch_shape(Count::Workgroups(workgroups)), "{threads}");
        }
    }

    /// The index of `dispatch.wgsl`, here in Rust.
    #[test]
    fn every_workgroup_has_an_index_of_its_own() {
        for workgroups in [1, 65_535, 65_536, 200_001] {
            let [width, height, _] = dispatch_shape(Count::Workgroups(workgroups));
            let mut visits = vec![0u8; (width * height) as usize];
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                visits[(y * width + x) as usize] += 1;
            }
            assert!(visits.iter().all(|visits| *visits == 1), "{workgroups}");
        }
        assert!(include_str!("dispatch.wgsl").contains("return workgroup.y * workgroups.x + workgroup.x;"));
        assert!(include_str!("dispatch.wgsl").contains(&format!("* {WORKGROUP_SIZE}u + local;")));
    }

    #[test]
    #[should_panic(expected = "more threads than a u32 counts")]
    fn thread_indices_that_overflow_are_refused() {
        dispatch_shape(Count::Threads((1 << 32) + 1));
    }

    #[test]
    fn different_sources_have_different_keys() {
        let template = |value: &str| SourceTemplate::new("{{ value }} {{ real }}").register("value", value);
        let kernels = [
            WgslKernel::with_storage("a", template("x"), DType::F32),
            WgslKernel::with_storage("a", template("y"), DType::F32),
            // What is stored as f16 is in the source by the template alone for `relu_output` and the like, ...
            WgslKernel::with_storage("a", template("f16"), DType::F32),
            // ... and here by `real`.
            WgslKernel::with_storage("a", template("x"), DType::F16),
            WgslKernel::new("b", template("x").register("real", "f32")),
        ];
        for (n, kernel) in kernels.iter().enumerate() {
            for (m, other) in kernels.iter().enumerate() {
                assert_eq!(kernel.id() == other.id(), n == m, "{} and {}", kernel.source, other.source);
                assert_eq!(kernel.id().stable_hash() == other.id().stable_hash(), n == m, "{} and {}", kernel.source, other.source);
            }
        }
    }
}
