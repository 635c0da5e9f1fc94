//! Pieces of work on the CPU, in parallel where there are threads.

use std::cell::RefCell;

/// How many pieces can be worked on at a time.
pub(crate) fn count() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Calls `work(piece, scratch)` for each of `pieces`; `scratch`, which is its thread's own, has `length` numbers, whatever they were left as.
pub(crate) fn share(pieces: usize, length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    let one = |piece| with_scratch(length, |scratch| work(piece, scratch));
    #[cfg(feature = "threads")]
    if pieces > 1 && count() > 1 {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        (0..pieces).into_par_iter().with_max_len(1).for_each(one);
        return;
    }
    (0..pieces).for_each(one);
}

/// Calls `work(piece, part)` for each part of `values` of this length.
pub(crate) fn share_out(values: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    #[cfg(feature = "threads")]
    if values.len() > length && count() > 1 {
        use rayon::{
            iter::{IndexedParallelIterator, ParallelIterator},
            slice::ParallelSliceMut,
        };
        values.par_chunks_exact_mut(length).enumerate().for_each(|(piece, part)| work(piece, part));
        return;
    }
    values.chunks_exact_mut(length).enumerate().for_each(|(piece, part)| work(piece, part));
}

/// Kept from call to call: fresh memory of this size costs a page fault for every 4 KiB.
fn with_scratch(length: usize, work: impl FnOnce(&mut [f32])) {
    thread_local! {
        static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < length {
            // Not `resize`, which would copy.
            *scratch = vec![0.0; length];
        }
        work(&mut scratch[..length]);
    });
}
