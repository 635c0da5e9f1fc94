//! A few numbers on their way back from the device, asked for at once and waited for later.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use burn::tensor::{Tensor, TensorData};

use crate::Error;

type Answer = Result<Vec<f32>, Error>;

/// The device's answer. burn's own future asks the device only when it is first polled, which would put the question
/// behind all work issued in the meantime; this one is polled once when it is made.
pub(crate) struct Readback {
    waiting: Pin<Box<dyn Future<Output = Answer>>>,
    answer: Option<Answer>,
}

impl Readback {
    pub(crate) fn start<const D: usize>(tensor: Tensor<D>) -> Self {
        let mut waiting: Pin<Box<dyn Future<Output = Answer>>> = Box::pin(async move {
            let data: TensorData = tensor.into_data_async().await.map_err(|e| Error::Device(e.to_string()))?;
            data.try_to_vec::<f32>().map_err(|e| Error::Device(format!("{e:?}")))
        });
        let answer = match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        };
        Self { waiting, answer }
    }
}

impl Future for Readback {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        match self.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => self.waiting.as_mut().poll(context),
        }
    }
}
