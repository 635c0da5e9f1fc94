//! On the GPU: the table of `matmul/tiles.rs`.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;

use super::{ProductKernel, TuningBackend};
use crate::{
    gpu::{READ, WgslKernel, is_software},
    matmul::{
        gpu::{choose, matmul},
        tiles::{Left, VARIANTS},
    },
};

/// See [`super::product_kernels`].
pub(super) fn product_kernels() -> Vec<ProductKernel> {
    let kinds = [(Left::Plain, true), (Left::Plain, false), (Left::Transposed, true), (Left::Transposed, false)];
    let of_kind = |(left, whole): (Left, bool)| {
        VARIANTS.map(|variant| ProductKernel {
            tile: variant.name(),
            size: [variant.rows, variant.columns],
            transposed: left == Left::Transposed,
            whole,
            source: WgslKernel::complete(&variant.source(left, READ, whole)),
        })
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

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
