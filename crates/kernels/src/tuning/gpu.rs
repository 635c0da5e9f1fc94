//! On the GPU: the table of `matmul/tiles.rs`.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;

use super::TuningBackend;
use crate::{
    gpu::is_software,
    matmul::{
        gpu::{choose, matmul},
        tiles::VARIANTS,
    },
};

impl TuningBackend for CubeBackend {
    fn tiles(on: FloatTensor<Self>) -> Vec<String> {
        if is_software(&on.client) { Vec::new() } else { VARIANTS.iter().map(|variant| variant.name()).collect() }
    }

    fn use_tile(_on: FloatTensor<Self>, index: usize) -> bool {
        choose(index);
        index < VARIANTS.len()
    }

    fn multiply(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        matmul(&a, &b)
    }
}
