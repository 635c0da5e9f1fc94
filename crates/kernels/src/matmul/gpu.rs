//! On the GPU: batched, `c[n] = transposed(a[n]) b[n]`.

use std::sync::atomic::{AtomicUsize, Ordering};

use burn_cubecl::{template::SourceTemplate, tensor::CubeTensor};

use super::tiles::{Left, VARIANTS, Variant};
use crate::gpu::{Count, READ, WgslKernel, empty, is_software, launch};

/// Rows of `a` that are adjacent in memory.
pub(crate) const ROW_GROUP: usize = 16;

/// `count` columns, rounded up to what [`matmul`] takes: one vector of four, or pairs of them.
pub(crate) fn padded_columns(count: usize) -> usize {
    if count <= 4 { 4 } else { count.next_multiple_of(8) }
}

/// Index of the variant in use on GPUs.
static CHOSEN: AtomicUsize = AtomicUsize::new(0);

/// The variant in use on GPUs.
pub(crate) fn chosen() -> Variant {
    VARIANTS.get(CHOSEN.load(Ordering::Relaxed)).copied().unwrap_or(VARIANTS[0])
}

/// Has products on GPUs use the variant of this index in [`VARIANTS`].
pub(crate) fn choose(index: usize) {
    CHOSEN.store(index, Ordering::Relaxed);
}

/// `a`: `[N, rows / ROW_GROUP, depth, ROW_GROUP]`; `b`: `[N, depth, columns]`, with columns as by [`padded_columns`]. Returns `[N, rows, columns]`.
pub(crate) fn matmul(a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
    let [n, groups, depth, _] = a.meta.shape().dims();
    multiply(a, b, Left::Plain, [n, groups * ROW_GROUP, depth], groups * ROW_GROUP)
}

/// As [`matmul`] with the filters of Winograd's minimal filtering flipped and their channels swapped: `a`: `[36, ceil(depth / ROW_GROUP), rows,
/// ROW_GROUP]`, zero-padded; `b`: `[36, depth, columns]`. Returns `[36, rows, columns]`, rows rounded up to a multiple of [`ROW_GROUP`]; what is in the
/// surplus rows is not said.
pub(crate) fn matmul_transposed(a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
    let [n, _, rows, _] = a.meta.shape().dims();
    multiply(a, b, Left::Transposed, [n, rows.next_multiple_of(ROW_GROUP), b.meta.shape()[1]], rows)
}

/// `stored_rows`: rows that `a` has.
fn multiply(a: &CubeTensor, b: &CubeTensor, left: Left, [n, rows, depth]: [usize; 3], stored_rows: usize) -> CubeTensor {
    let columns = b.meta.shape()[2];
    let c = empty(b, &[n, rows, columns], b.dtype);
    let (kernel, count) = if is_software(&b.client) {
        registers(left, [n, rows, columns])
    } else {
        let variant = chosen();
        let source = variant.source(left, READ, depth.is_multiple_of(variant.depth));
        let kernel = WgslKernel::with_workgroup_size("matmul_workgroup_tiles", &source, variant.threads());
        (kernel, Count::Workgroups(variant.workgroups([n, rows, columns])))
    };
    launch(&c.client, kernel, count, &[a, b, &c], &[n, depth, rows / 4, columns / 4, stored_rows, 0].map(|n| n as u32));
    c
}

/// The kernel for software adapters.
fn registers(left: Left, [n, rows, columns]: [usize; 3]) -> (WgslKernel, Count) {
    let vectors = if columns == 4 { 1 } else { 2 };
    let (steps, name) = match left {
        Left::Plain => (include_str!("registers_plain.wgsl"), "matmul_registers"),
        Left::Transposed => (include_str!("registers_transposed.wgsl"), "matmul_registers_transposed"),
    };
    let template = SourceTemplate::new(include_str!("registers.wgsl")).register("read", READ).register("plane", left.plane());
    let template = template.register("vectors", format!("{vectors}u")).register("steps", steps);
    (WgslKernel::new(name, template), Count::Threads(n * rows / ROW_GROUP * columns / (4 * vectors)))
}
