//! Where a step's time goes: every operation of ours at the size it has in the network, by itself, on the device's own clock where it
//! has one, and what is left of a whole step.

use std::time::Duration;

use burn::tensor::{Device, Tensor, TensorData};
use kernels::{ConvWeights, conv3x3_relu, device::DeviceTimer, gram, max_pool2x2};
use serde::Serialize;
use transfer::{optim::Adam, settings::Settings};
use web_time::Instant;

use crate::{Error, Implementation, Program, program::read, workload};

/// What one operation costs in a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// Such as `conv3_1`, or `conv3_1, gradient`.
    pub operation: String,
    /// Milliseconds: the median of several. A gradient's is what is left of both ways, and so may come out below 0 where it is small.
    pub ms: f64,
    /// Floating-point operations, as a direct convolution or a plain product has them; 0 where they are not what it is about.
    pub operations: f64,
}

/// Every operation of a step on VGG-19 down to conv5_1 with a picture of `size`, height and width, and the style loss, on our kernels;
/// then the rest of a step, a whole one, and Adam's update after it. `repeats`: how often each is measured.
///
/// # Errors
///
/// When the device fails.
pub async fn profile(device: &Device, size: [usize; 2], repeats: usize) -> Result<Vec<Cost>, Error> {
    let clock = Stopwatch { device, repeats: repeats.max(1) };
    let mut costs = Vec::new();
    let [mut height, mut width] = size;
    for (convolution, name) in workload::convolutions().zip(vgg::Layer::all()) {
        let workload::Convolution { inputs, outputs, first, position, .. } = convolution;
        if first && position > 0 {
            let x = noise(device, [inputs, height, width]);
            costs.extend(clock.both_ways(format!("pooling before {name}"), 0, x, max_pool2x2).await?);
            (height, width) = (height / 2, width / 2);
        }
        let weight = Tensor::from_data(TensorData::new(convolution.weight(), [outputs, inputs, 3, 3]), device);
        let weights = ConvWeights::new(weight, Tensor::from_data(TensorData::new(convolution.bias(), [outputs]), device));
        let operations = 18 * inputs * outputs * height * width;
        let x = noise(device, [inputs, height, width]);
        costs.extend(clock.both_ways(name.to_string(), operations, x, |x| conv3x3_relu(x, &weights)).await?);
        if first {
            let features: Tensor<2> = noise(device, [outputs, height, width]).reshape([outputs, height * width]);
            let operations = 2 * outputs * outputs * height * width;
            costs.extend(clock.both_ways(format!("Gram matrix of {name}"), operations, features, gram).await?);
        }
    }
    let mut program = Program::new(Implementation::Pastiche, device)?;
    program.prepare(size)?;
    let step = clock.time(|| drop(program.issue())).await?;
    let known: f64 = costs.iter().map(|cost| cost.ms).sum();
    costs.push(Cost { operation: "the rest: losses and everything else".to_owned(), ms: step - known, operations: 0.0 });
    costs.push(Cost { operation: "a step".to_owned(), ms: step, operations: 2.0 * workload::operations(size) });
    let (mut adam, gradient, settings) =
        (Adam::new(noise(device, [3, size[0], size[1]])), noise(device, [3, size[0], size[1]]), Settings::default());
    let ms = clock.time(|| adam.update(&gradient, &settings.optimiser, settings.average)).await?;
    costs.push(Cost { operation: "then Adam".to_owned(), ms, operations: 0.0 });
    Ok(costs)
}

/// `[1, C, H, W]` in [-1, 1).
fn noise(device: &Device, [channels, height, width]: [usize; 3]) -> Tensor<4> {
    Tensor::from_data(TensorData::new(workload::noise(7, channels * height * width), [1, channels, height, width]), device)
}

struct Stopwatch<'a> {
    device: &'a Device,
    repeats: usize,
}

impl Stopwatch<'_> {
    /// `work` on `x`, and its gradient, which is as many `operations` again.
    async fn both_ways<const D: usize, const E: usize>(
        &self,
        operation: String,
        operations: usize,
        x: Tensor<D>,
        work: impl Fn(Tensor<D>) -> Tensor<E>,
    ) -> Result<[Cost; 2], Error> {
        let forward = self.time(|| drop(work(x.clone()))).await?;
        let both = self.time(|| drop(work(x.clone().autodiff().require_grad()).backward())).await?;
        let (gradient, operations) = (format!("{operation}, gradient"), operations as f64);
        Ok([Cost { operation, ms: forward, operations }, Cost { operation: gradient, ms: both - forward, operations }])
    }

    /// Milliseconds of `work`, once everything has been compiled.
    async fn time(&self, mut work: impl FnMut()) -> Result<f64, Error> {
        work();
        self.finished().await?;
        let mut times = Vec::new();
        for _ in 0..self.repeats {
            let (start, timer) = (Instant::now(), DeviceTimer::start(self.device));
            work();
            let device: Option<Duration> = match timer {
                Some(timer) => timer.stop().await,
                None => None,
            };
            if device.is_none() {
                self.finished().await?;
            }
            times.push(device.unwrap_or_else(|| start.elapsed()).as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        Ok(times[times.len() / 2])
    }

    /// An answer from the device comes after everything before it.
    async fn finished(&self) -> Result<(), Error> {
        read(Tensor::<1>::zeros([1], self.device)).await.map(drop)
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_there_and_takes_time() {
        let costs = pollster::block_on(profile(&Device::flex(), [32, 48], 1)).unwrap();
        // Thirteen convolutions, four poolings and five Gram matrices, each with its gradient, the rest, the whole, and Adam.
        assert_eq!(costs.len(), 2 * (13 + 4 + 5) + 3);
        let operations =
            |names: &dyn Fn(&str) -> bool| costs.iter().filter(|cost| names(&cost.operation)).map(|cost| cost.operations).sum::<f64>();
        assert!((operations(&|name| name.starts_with("conv")) - operations(&|name| name == "a step")).abs() < 1.0);
        assert!(
            costs
                .iter()
                .filter(|cost| !cost.operation.ends_with("gradient") && !cost.operation.starts_with("the rest"))
                .all(|cost| cost.ms > 0.0)
        );
    }
}
