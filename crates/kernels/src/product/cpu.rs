//! On the CPU: burn's own.

use burn::backend::{Flex, ops::FloatTensorOps, tensor::FloatTensor};

use super::ProductBackend;

impl ProductBackend for Flex {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_matmul(a, b)
    }
}
