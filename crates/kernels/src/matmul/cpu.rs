//! On the CPU: gemm, on one thread, with arbitrary strides.

/// A matrix in memory: a pointer to its first element, and the strides of its rows and columns.
#[derive(Clone, Copy)]
pub(crate) struct Strided<P> {
    pub(crate) data: P,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

/// `out = a b`, with `a` `[m, k]`, `b` `[k, n]` and `out` `[m, n]`.
///
/// # Safety
///
/// Every element of the three matrices must lie in one allocation with its first, those of `a` and `b` must be readable, those of `out` writable,
/// and no other thread may access those of `out`, which need not be initialised.
pub(crate) unsafe fn matmul([m, n, k]: [usize; 3], a: Strided<*const f32>, b: Strided<*const f32>, out: Strided<*mut f32>) {
    let [a_row, a_column, b_row, b_column, out_row, out_column] =
        [a.row_stride, a.column_stride, b.row_stride, b.column_stride, out.row_stride, out.column_stride].map(|stride| stride as isize);
    // SAFETY: the caller's; `out` is not read.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.data,
            out_column,
            out_row,
            false,
            a.data,
            a_column,
            a_row,
            b.data,
            b_column,
            b_row,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
