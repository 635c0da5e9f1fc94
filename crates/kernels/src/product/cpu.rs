//! On the CPU: blocks of the product, each by gemm on one thread. Their size does not depend on the number of threads, so neither does the result.

use burn::{
    backend::{Flex, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::TensorData,
};

use super::ProductBackend;
use crate::{
    matmul::cpu::{Strided, matmul},
    parallel::{SharedMut, parallel_for},
};

/// Rows and columns of a block.
const ROWS: usize = 256;
const COLUMNS: usize = 512;

impl ProductBackend for Flex {
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self> {
        let (a, b) = (a.to_contiguous(), b.to_contiguous());
        let ([m, k], [of_b, n]) = (a.shape().dims(), b.shape().dims());
        let (left, right) = (a.storage::<f32>(), b.storage::<f32>());
        assert!(k == of_b && left.len() == m * k && right.len() == k * n, "the operands have their shapes");
        let mut out = Vec::with_capacity(m * n);
        let shared = SharedMut::uninit(&mut out.spare_capacity_mut()[..m * n]);
        let across = n.div_ceil(COLUMNS);
        parallel_for(m.div_ceil(ROWS) * across, 0, |task, _| {
            let (row, column) = (task / across * ROWS, task % across * COLUMNS);
            let (rows, columns) = (ROWS.min(m - row), COLUMNS.min(n - column));
            // SAFETY: [rows, k] times [k, columns] into [rows, columns]: `row + rows` is at most m, `column + columns` at most n, rows of `right`
            // and of `out` have a stride of n, those of `left` of k. No other task uses these elements of `out`.
            unsafe {
                let a = Strided { data: left.as_ptr().add(row * k), row_stride: k, column_stride: 1 };
                let b = Strided { data: right.as_ptr().add(column), row_stride: n, column_stride: 1 };
                matmul([rows, columns, k], a, b, Strided { data: shared.at(row * n + column), row_stride: n, column_stride: 1 });
            }
        });
        // SAFETY: the tasks write all rows and columns.
        unsafe { out.set_len(m * n) };
        Self::float_from_data(TensorData::new(out, [m, n]), &Default::default())
    }
}
