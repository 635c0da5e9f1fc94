//! A product of matrices on the CPU, on one thread, wherever their numbers lie.

/// A matrix in memory: its first number, and how far apart rows and columns are.
#[derive(Clone, Copy)]
pub(crate) struct Strided<P> {
    pub(crate) at: P,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// `to = a b`, with `a` `[m, k]`, `b` `[k, n]` and `to` `[m, n]`.
///
/// # Safety
///
/// Every number of the three must lie in memory that is theirs, and nobody else use `to`'s.
pub(crate) unsafe fn product([m, n, k]: [usize; 3], a: Strided<*const f32>, b: Strided<*const f32>, to: Strided<*mut f32>) {
    let [a_rows, a_columns, b_rows, b_columns, to_rows, to_columns] =
        [a.rows, a.columns, b.rows, b.columns, to.rows, to.columns].map(|distance| distance as isize);
    // SAFETY: the caller's.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            to.at,
            to_columns,
            to_rows,
            false,
            a.at,
            a_columns,
            a_rows,
            b.at,
            b_columns,
            b_rows,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
