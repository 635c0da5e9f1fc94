//! Pieces of work, in parallel where there are threads, each with memory of its thread to work in.

use std::cell::RefCell;

/// How many pieces can be worked on at a time.
pub(super) fn count() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Calls `work(piece, scratch)` for each of `pieces`; `scratch` has `length` numbers, whatever they were left as.
pub(super) fn share(pieces: usize, length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    let one = |piece| with_scratch(length, |scratch| work(piece, scratch));
    #[cfg(feature = "threads")]
    if pieces > 1 && count() > 1 {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        (0..pieces).into_par_iter().with_max_len(1).for_each(one);
        return;
    }
    (0..pieces).for_each(one);
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
