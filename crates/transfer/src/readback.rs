//! A few numbers on their way back from the device, asked for at once and waited for later.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use burn::tensor::{Tensor, TensorData};

use crate::Error;

type Answer = Result<Vec<f32>, Error>;
type Waiting = Pin<Box<dyn Future<Output = Answer>>>;

thread_local! {
    /// Answers that nobody waits for any more.
    static ABANDONED: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
    /// Answers that somebody waits for now.
    static AWAITED: Cell<usize> = const { Cell::new(0) };
    static ON_WAIT: Cell<fn()> = const { Cell::new(|| ()) };
}

#[cfg(test)]
thread_local! {
    /// Whether answers are treated as late, as a GPU's are, so that what is made ahead of them is tested without one.
    pub(crate) static PRETEND_LATE: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody on this thread waits for an answer now.
#[must_use]
pub fn is_awaited() -> bool {
    AWAITED.get() > 0
}

/// `hook` is called whenever somebody on this thread begins to wait for an answer: where a device has to be kept awake meanwhile.
pub fn on_wait(hook: fn()) {
    ON_WAIT.set(hook);
}

/// Somebody waits, for as long as this lives.
struct Awaited;

impl Awaited {
    fn begin() -> Self {
        AWAITED.set(AWAITED.get() + 1);
        ON_WAIT.get()();
        Self
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // A thread that ends waits for nothing.
        let _ = AWAITED.try_with(|count| count.set(count.get() - 1));
    }
}

/// Numbers on their way back from the device, a future. burn's own future asks the device only when it is first polled, which would put the question
/// behind all work issued in the meantime; this one is polled once when it is made. Nor may burn's future be dropped before its
/// answer: CubeCL would use the buffer that the answer is still to be mapped in for the next one, which is a fault.
pub struct Readback(State);

enum State {
    Waiting(Waiting, Option<Awaited>),
    Answered(Answer),
    Taken,
}

impl Readback {
    /// Asks the device for a tensor's values, now.
    pub fn start<const D: usize>(tensor: Tensor<D>) -> Self {
        ABANDONED.with_borrow_mut(|all| all.retain_mut(|waiting| now(waiting).is_pending()));
        let mut waiting: Waiting = Box::pin(async move {
            let data: TensorData = tensor.into_data_async().await.map_err(|e| Error::Device(e.to_string()))?;
            data.try_to_vec::<f32>().map_err(|e| Error::Device(format!("{e:?}")))
        });
        match now(&mut waiting) {
            Poll::Ready(answer) => Self(State::Answered(answer)),
            Poll::Pending => Self(State::Waiting(waiting, None)),
        }
    }
}

impl Readback {
    /// Values that are here already.
    #[must_use]
    pub fn known(values: Vec<f32>) -> Self {
        Self(State::Answered(Ok(values)))
    }

    /// Whether the answer was there at once, as where tensors are in the program's memory.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        #[cfg(test)]
        if PRETEND_LATE.get() {
            return false;
        }
        matches!(self.0, State::Answered(_))
    }
}

impl fmt::Debug for Readback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readback").finish_non_exhaustive()
    }
}

fn now(waiting: &mut Waiting) -> Poll<Answer> {
    waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

impl Future for Readback {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        match mem::replace(&mut self.0, State::Taken) {
            State::Answered(answer) => Poll::Ready(answer),
            State::Waiting(mut waiting, awaited) => {
                let poll = waiting.as_mut().poll(context);
                if poll.is_pending() {
                    self.0 = State::Waiting(waiting, Some(awaited.unwrap_or_else(Awaited::begin)));
                }
                poll
            }
            State::Taken => Poll::Ready(Err(Error::Device("it was asked twice for one answer".to_owned()))),
        }
    }
}

impl Drop for Readback {
    fn drop(&mut self) {
        if let State::Waiting(waiting, _) = mem::replace(&mut self.0, State::Taken) {
            // A thread that ends takes them with it.
            let _ = ABANDONED.try_with(|all| all.borrow_mut().push(waiting));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future;

    use super::*;

    thread_local! {
        static CALLS: Cell<usize> = const { Cell::new(0) };
    }

    /// Only an answer that somebody waits for counts, once, until it is there or given up.
    #[test]
    fn waiting_begins_and_ends_once() {
        on_wait(|| CALLS.set(CALLS.get() + 1));
        let open = || Readback(State::Waiting(Box::pin(future::pending()), None));
        let mut context = Context::from_waker(Waker::noop());
        let mut first = Box::pin(open());
        assert!(!is_awaited() && CALLS.get() == 0);
        for _ in 0..3 {
            assert!(first.as_mut().poll(&mut context).is_pending());
            assert!(is_awaited() && CALLS.get() == 1);
        }
        let mut second = Box::pin(open());
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(is_awaited() && CALLS.get() == 2);
        drop(second);
        assert!(!is_awaited());
    }
}
