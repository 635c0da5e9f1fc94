//! On the GPU: batched, `c[n] = transposed(a[n]) b[n]`.

use burn_cubecl::{ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor};

use crate::gpu::{Count, READ, WgslKernel, is_software, launch};

/// Rows of `a` that are adjacent in memory.
pub(crate) const ROW_GROUP: usize = 16;
/// Rows and columns of a workgroup's tile in `workgroup_tiles.wgsl`.
const TILE: usize = 64;

/// `count` columns, rounded up to what [`matmul`] takes: one vector of four, or pairs of them.
pub(crate) fn padded_columns(count: usize) -> usize {
    if count <= 4 { 4 } else { count.next_multiple_of(8) }
}

/// `a`: `[N, rows / ROW_GROUP, depth, ROW_GROUP]`; `b`: `[N, depth, columns]`, with columns as by [`padded_columns`]. Returns `[N, rows, columns]`.
pub(crate) fn matmul(a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
    let [n, groups, depth, _] = a.meta.shape().dims();
    let (rows, columns) = (groups * ROW_GROUP, b.meta.shape()[2]);
    let c = empty_device_contiguous_dtype(b.client.clone(), b.device.clone(), [n, rows, columns].into(), b.dtype);
    let template = |source: &str| SourceTemplate::new(source).register("read", READ);
    let registers = include_str!("registers.wgsl");
    let (kernel, count) = match (is_software(&b.client), columns) {
        (true, 4) => (WgslKernel::new("matmul_registers_1", template(registers).register("vectors", "1u")), Count::Threads(n * groups)),
        (true, _) => {
            let threads = n * groups * columns / 8;
            (WgslKernel::new("matmul_registers_2", template(registers).register("vectors", "2u")), Count::Threads(threads))
        }
        (false, _) => {
            let tiles = n * rows.div_ceil(TILE) * columns.div_ceil(TILE);
            (WgslKernel::new("matmul_workgroup_tiles", template(include_str!("workgroup_tiles.wgsl"))), Count::Workgroups(tiles))
        }
    };
    launch(&c.client, kernel, count, &[a, b, &c], &[n, depth, rows / 4, columns / 4].map(|n| n as u32));
    c
}
