//! On the CPU tensors are in the program's memory, and an operation is done when it returns.

use burn::backend::{Flex, tensor::FloatTensor};

use super::{DeviceBackend, DeviceTimer};

impl DeviceBackend for Flex {
    fn reserved_bytes(_on: FloatTensor<Self>) -> u64 {
        0
    }

    fn largest_tensor(_on: FloatTensor<Self>) -> u64 {
        u64::MAX
    }

    fn has_half(_on: FloatTensor<Self>) -> bool {
        false
    }

    fn start_timer(_on: FloatTensor<Self>) -> Option<DeviceTimer> {
        None
    }
}
