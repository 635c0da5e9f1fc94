//! Parallel loops on the CPU: rayon's threads with the feature `threads`, otherwise the calling thread.

use std::cell::{Cell, RefCell};

/// How many threads there are.
pub(crate) fn num_threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Calls `body(task, scratch)` for each task below `tasks`, in parallel; `scratch` belongs to the thread and has `scratch_length` numbers of
/// unspecified value.
pub(crate) fn parallel_for(tasks: usize, scratch_length: usize, body: impl Fn(usize, &mut [f32]) + Sync) {
    let run = |task| with_scratch(scratch_length, |scratch| body(task, scratch));
    #[cfg(feature = "threads")]
    if tasks > 1 && num_threads() > 1 {
        use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
        (0..tasks).into_par_iter().with_max_len(1).for_each(run);
        return;
    }
    (0..tasks).for_each(run);
}

/// Calls `body(index, chunk)` for each chunk of `values` of exactly this length, in parallel.
pub(crate) fn par_chunks_exact_mut<T: Send>(values: &mut [T], length: usize, body: impl Fn(usize, &mut [T]) + Sync) {
    #[cfg(feature = "threads")]
    if values.len() > length && num_threads() > 1 {
        use rayon::{
            iter::{IndexedParallelIterator, ParallelIterator},
            slice::ParallelSliceMut,
        };
        values.par_chunks_exact_mut(length).enumerate().for_each(|(index, chunk)| body(index, chunk));
        return;
    }
    values.chunks_exact_mut(length).enumerate().for_each(|(index, chunk)| body(index, chunk));
}

/// Memory that several threads write to and read from.
pub(crate) struct SharedMut(*mut f32);

// SAFETY: the pointer is only dereferenced in `unsafe` blocks, which rule out races.
unsafe impl Send for SharedMut {}
// SAFETY: as above.
unsafe impl Sync for SharedMut {}

impl SharedMut {
    /// `values`, which only its users may access for as long as it exists.
    pub(crate) fn new(values: &mut [f32]) -> Self {
        Self(values.as_mut_ptr())
    }

    /// Uninitialised capacity for `length` numbers; see [`Vec::set_len`].
    pub(crate) fn with_capacity(values: &mut Vec<f32>, length: usize) -> Self {
        values.clear();
        values.reserve_exact(length);
        Self(values.as_mut_ptr())
    }

    /// A pointer to the element `index`.
    pub(crate) fn at(&self, index: usize) -> *mut f32 {
        self.0.wrapping_add(index)
    }
}

/// Calls `body` with a buffer of `length` numbers of unspecified value, for all threads.
pub(crate) fn with_shared_buffer(length: usize, body: impl FnOnce(&SharedMut)) {
    thread_local! {
        static BUFFER: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
    }
    // Taken, not borrowed: a thread that waits for the others may be given a task of another convolution, which calls this again.
    let mut buffer = BUFFER.take();
    if buffer.len() < length {
        buffer = vec![0.0; length];
    }
    body(&SharedMut::new(&mut buffer));
    BUFFER.set(buffer);
}

/// The memory is kept from call to call: fresh memory of this size costs a page fault for every 4 KiB.
fn with_scratch(length: usize, body: impl FnOnce(&mut [f32])) {
    thread_local! {
        static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < length {
            // Not `resize`, which would copy.
            *scratch = vec![0.0; length];
        }
        body(&mut scratch[..length]);
    });
}
