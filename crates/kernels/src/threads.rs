//! Pieces of work on the CPU, in parallel where there are threads.

use std::cell::{Cell, RefCell};

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
pub(crate) fn share_out<T: Send>(values: &mut [T], length: usize, work: impl Fn(usize, &mut [T]) + Sync) {
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

/// Memory that several threads fill and read.
pub(crate) struct Shared(*mut f32);

// SAFETY: a pointer may go anywhere; who writes and reads through it answers for that.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    /// `values`, which nobody else touches for as long as this is used.
    pub(crate) fn new(values: &mut [f32]) -> Self {
        Self(values.as_mut_ptr())
    }

    /// Room for `length` numbers, which nobody has written yet; see [`Vec::set_len`].
    pub(crate) fn room(values: &mut Vec<f32>, length: usize) -> Self {
        values.clear();
        values.reserve_exact(length);
        Self(values.as_mut_ptr())
    }

    /// The `n`-th number, and those behind it.
    pub(crate) fn at(&self, n: usize) -> *mut f32 {
        self.0.wrapping_add(n)
    }
}

/// Calls `work` with `length` numbers for all threads, whatever they were left as.
pub(crate) fn with_shared(length: usize, work: impl FnOnce(&Shared)) {
    thread_local! {
        static KEPT: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
    }
    // Taken out: while this thread waits for the others it may be given another convolution's work, and come by here again.
    let mut numbers = KEPT.take();
    if numbers.len() < length {
        numbers = vec![0.0; length];
    }
    work(&Shared::new(&mut numbers));
    KEPT.set(numbers);
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
