//! Independent tasks on a few threads.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads that each compute a whole task, which for small images is faster than many threads on one task.
pub(crate) struct Workers(Vec<ThreadPool>);

impl Workers {
    /// Each is a pool of one, so that no part of a task waits for another task's end.
    pub(crate) fn new(threads: usize) -> Result<Self> {
        let pool = |_| Ok(ThreadPoolBuilder::new().num_threads(1).build()?);
        Ok(Self((0..threads.max(1)).map(pool).collect::<Result<_>>()?))
    }

    /// `task(0)` to `task(tasks - 1)`, in that order.
    pub(crate) fn run<T: Send>(&self, tasks: usize, task: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
        let next = AtomicUsize::new(0);
        let results: Vec<Mutex<Option<Result<T>>>> = (0..tasks).map(|_| Mutex::new(None)).collect();
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(result) = results.get(number) else { break };
                let done = task(number);
                if let Ok(mut result) = result.lock() {
                    *result = Some(done);
                }
            }
        };
        std::thread::scope(|scope| {
            for pool in &self.0 {
                scope.spawn(|| pool.install(work));
            }
        });
        let take = |result: Mutex<Option<Result<T>>>| result.into_inner().ok().flatten().context("a worker stopped")?;
        results.into_iter().map(take).collect()
    }
}
