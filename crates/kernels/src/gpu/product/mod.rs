//! Matrix products by the batch: `c[n] = transposed(a[n]) b[n]`, where all the arithmetic of Winograd's filtering is.

use burn_cubecl::{ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor};

use super::{READ, Wgsl, is_software, launch, workgroups};

/// Rows of `a` lie together by so many.
pub(crate) const ROWS: usize = 16;
/// Rows and columns of a workgroup's tile in `shared.wgsl`.
const TILE: usize = 64;

/// `count` columns, filled up to what [`product`] can do: one vector of four, or pairs of them.
pub(crate) fn columns(count: usize) -> usize {
    if count <= 4 { 4 } else { count.next_multiple_of(8) }
}

/// `a`: `[N, rows / ROWS, depth, ROWS]`; `b`: `[N, depth, columns]`, as many as [`columns`] gives. Returns `[N, rows, columns]`.
pub(crate) fn product(a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
    let [n, groups, depth, _] = a.meta.shape().dims();
    let (rows, columns) = (groups * ROWS, b.meta.shape()[2]);
    let c = empty_device_contiguous_dtype(b.client.clone(), b.device.clone(), [n, rows, columns].into(), b.dtype);
    let template = |source: &str| SourceTemplate::new(source).register("read", READ);
    let registers = include_str!("registers.wgsl");
    let (kernel, workgroups) = match (is_software(&b.client), columns) {
        (true, 4) => (Wgsl::new("product_registers_1", template(registers).register("vectors", "1u")), workgroups(n * groups)),
        (true, _) => {
            (Wgsl::new("product_registers_2", template(registers).register("vectors", "2u")), workgroups(n * groups * columns / 8))
        }
        (false, _) => {
            (Wgsl::new("product_shared", template(include_str!("shared.wgsl"))), [columns.div_ceil(TILE), rows.div_ceil(TILE), n])
        }
    };
    launch(&c.client, kernel, workgroups, &[a, b, &c], &[n, depth, rows / 4, columns / 4].map(|n| n as u32));
    c
}
