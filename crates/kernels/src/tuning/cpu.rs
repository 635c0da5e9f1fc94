//! On the CPU there is one product.

use burn::backend::{Flex, ops::FloatTensorOps, tensor::FloatTensor};

use super::TuningBackend;

impl TuningBackend for Flex {
    fn tiles(_on: FloatTensor<Self>) -> Vec<String> {
        Vec::new()
    }

    fn use_tile(_on: FloatTensor<Self>, _index: usize) -> bool {
        false
    }

    fn multiply(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_matmul(a, b)
    }
}
