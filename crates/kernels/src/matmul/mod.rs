//! Matrix multiplication for the other operations: single-threaded with arbitrary strides on the CPU (`cpu.rs`, the crate gemm),
//! batched in WGSL on the GPU (`gpu.rs`, with the tiles of `tiles.rs`).

#[cfg(feature = "cpu")]
pub(crate) mod cpu;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
#[cfg(any(feature = "gpu", test))]
pub(crate) mod tiles;
