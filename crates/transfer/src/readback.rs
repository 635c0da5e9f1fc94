//! A few numbers on their way back from the device, asked for at once and waited for later.

use std::{
    cell::RefCell,
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
}

/// Numbers on their way back from the device, a future. burn's own future asks the device only when it is first polled, which would put the question
/// behind all work issued in the meantime; this one is polled once when it is made. Nor may burn's future be dropped before its
/// answer: CubeCL would use the buffer that the answer is still to be mapped in for the next one, which is a fault.
pub struct Readback(State);

enum State {
    Waiting(Waiting),
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
            Poll::Pending => Self(State::Waiting(waiting)),
        }
    }
}

impl Readback {
    /// Values that are here already.
    #[must_use]
    pub fn known(values: Vec<f32>) -> Self {
        Self(State::Answered(Ok(values)))
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
            State::Waiting(mut waiting) => {
                let poll = waiting.as_mut().poll(context);
                if poll.is_pending() {
                    self.0 = State::Waiting(waiting);
                }
                poll
            }
            State::Taken => Poll::Ready(Err(Error::Device("it was asked twice for one answer".to_owned()))),
        }
    }
}

impl Drop for Readback {
    fn drop(&mut self) {
        if let State::Waiting(waiting) = mem::replace(&mut self.0, State::Taken) {
            // A thread that ends takes them with it.
            let _ = ABANDONED.try_with(|all| all.borrow_mut().push(waiting));
        }
    }
}
