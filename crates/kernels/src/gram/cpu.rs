//! On the CPU: Flex's own matrix products.

use burn::backend::{Flex, ops::FloatTensorOps, tensor::FloatTensor};

use super::GramBackend;

impl GramBackend for Flex {
    fn gram(features: FloatTensor<Self>) -> FloatTensor<Self> {
        let transposed = Self::float_swap_dims(features.clone(), 0, 1);
        Self::float_matmul(features, transposed)
    }

    fn gram_gradient(features: FloatTensor<Self>, symmetric: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_matmul(symmetric, features)
    }
}
