//! Parallel loops on the CPU: rayon's threads with the feature `threads`, otherwise the calling thread.

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    mem::MaybeUninit,
    ops::Range,
    slice,
};

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

/// Memory that several threads write to and read from, borrowed for as long as this exists. Accesses are by raw pointer or `unsafe`: whoever makes
/// one guarantees that no other thread accesses the same elements at the time.
pub(crate) struct SharedMut<'a> {
    data: *mut f32,
    length: usize,
    memory: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is a mutable borrow of numbers, which may be sent to another thread.
unsafe impl Send for SharedMut<'_> {}
// SAFETY: safe code reads nothing but the address and the length through a shared reference; the contract of `slice_mut`, and of dereferencing
// a pointer, rules out races.
unsafe impl Sync for SharedMut<'_> {}

impl<'a> SharedMut<'a> {
    pub(crate) fn new(values: &'a mut [f32]) -> Self {
        Self { data: values.as_mut_ptr(), length: values.len(), memory: PhantomData }
    }

    /// Memory that is not initialised yet, such as a vector's [`spare_capacity_mut`](Vec::spare_capacity_mut).
    pub(crate) fn uninit(values: &'a mut [MaybeUninit<f32>]) -> Self {
        Self { data: values.as_mut_ptr().cast(), length: values.len(), memory: PhantomData }
    }

    /// A pointer to the elements from `index` on.
    ///
    /// # Panics
    ///
    /// When `index` is past the end.
    pub(crate) fn at(&self, index: usize) -> *mut f32 {
        assert!(index <= self.length, "the memory has {} elements, not {index}", self.length);
        self.data.wrapping_add(index)
    }

    /// The elements of `range`.
    ///
    /// # Safety
    ///
    /// They must be initialised, and nothing else may access them for as long as the slice is used.
    ///
    /// # Panics
    ///
    /// When the range is not within the memory.
    pub(crate) unsafe fn slice_mut(&self, range: Range<usize>) -> &'a mut [f32] {
        assert!(range.start <= range.end && range.end <= self.length, "the memory has {} elements, not {range:?}", self.length);
        // SAFETY: the range is within memory that is borrowed for 'a; the rest is the caller's.
        unsafe { slice::from_raw_parts_mut(self.data.add(range.start), range.len()) }
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

#[cfg(test)]
mod tests {
    use std::{
        mem::MaybeUninit,
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::{SharedMut, par_chunks_exact_mut, parallel_for, with_shared_buffer};

    #[test]
    fn every_task_runs_once_with_scratch_of_the_length() {
        for (tasks, length) in [(0, 3), (1, 0), (17, 5), (3, 40)] {
            let runs: Vec<AtomicU32> = (0..tasks).map(|_| AtomicU32::new(0)).collect();
            parallel_for(tasks, length, |task, scratch| {
                assert_eq!(scratch.len(), length);
                scratch.fill(task as f32);
                runs[task].fetch_add(1, Ordering::Relaxed);
                assert!(scratch.iter().all(|value| *value == task as f32));
            });
            assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn chunks_are_exact_and_in_order() {
        let mut values = [0usize; 11];
        par_chunks_exact_mut(&mut values, 3, |index, chunk| chunk.fill(index + 1));
        assert_eq!(values, [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0]);
    }

    #[test]
    fn threads_write_different_elements_of_shared_memory() {
        let mut values = Vec::with_capacity(20);
        let shared = SharedMut::uninit(&mut values.spare_capacity_mut()[..20]);
        parallel_for(4, 0, |task, _| {
            for n in 0..5 {
                // SAFETY: 20 elements were borrowed, and each task has five of its own.
                unsafe { shared.at(task * 5 + n).write(task as f32) };
            }
            // SAFETY: they have just been written.
            let own = unsafe { shared.slice_mut(task * 5..task * 5 + 5) };
            own.iter_mut().for_each(|value| *value += 1.0);
        });
        // SAFETY: the tasks have written all 20.
        unsafe { values.set_len(20) };
        assert_eq!(values, (0..20).map(|n| (n / 5 + 1) as f32).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic(expected = "the memory has 3 elements")]
    fn shared_memory_is_not_exceeded() {
        SharedMut::uninit(&mut [MaybeUninit::uninit(); 3]).at(4);
    }

    #[test]
    fn a_shared_buffer_may_be_asked_for_while_one_is_in_use() {
        with_shared_buffer(2, |outer| {
            // SAFETY: the buffer has two elements, which nothing else accesses.
            unsafe { outer.slice_mut(0..2) }.fill(1.0);
            // SAFETY: as above, of another buffer.
            with_shared_buffer(2, |inner| unsafe { inner.slice_mut(0..2) }.fill(2.0));
            // SAFETY: as above.
            assert_eq!(unsafe { outer.slice_mut(0..2) }, [1.0, 1.0]);
        });
    }
}
