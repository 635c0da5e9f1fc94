//! Times VGG-19's convolutions up to conv5_1, this crate's and burn's own (Flex), as JSON rows, one to a line.
//!
//! ```text
//! cargo bench --package kernels --bench convolutions -- [--size 128,256] [--threads 1] [--rounds 9]
//! ```
//!
//! A row's times are medians over rounds, in each of which both programs run; `step` is forward and the input's gradient.
//! Operations are counted as a direct convolution has them. A row with a `layer` is one of the layers, one without their sum.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a benchmark may panic, and it runs natively, where waiting is allowed")]

use std::{env, hint::black_box, time::Instant};

use burn::tensor::{Device, Distribution, Tensor, activation::relu, module::conv2d, ops::ConvOptions};
use kernels::{ConvWeights, conv3x3_relu};

/// Input and output channels, how often the image was downsampled, and how many layers have this shape.
const LAYERS: [(&str, [usize; 2], usize, u32); 9] = [
    ("conv1_1", [3, 64], 0, 1),
    ("conv1_2", [64, 64], 0, 1),
    ("conv2_1", [64, 128], 1, 1),
    ("conv2_2", [128, 128], 1, 1),
    ("conv3_1", [128, 256], 2, 1),
    ("conv3_2..4", [256, 256], 2, 3),
    ("conv4_1", [256, 512], 3, 1),
    ("conv4_2..4", [512, 512], 3, 3),
    ("conv5_1", [512, 512], 4, 1),
];

/// A layer with random weights and a random input.
struct Layer {
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    prepared: ConvWeights,
}

impl Layer {
    fn random([inputs, outputs]: [usize; 2], size: usize, device: &Device) -> Self {
        let noise = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Uniform(-1.0, 1.0), device);
        let (weight, bias) = (noise([outputs, inputs, 3, 3]), Tensor::<1>::zeros([outputs], device));
        let prepared = ConvWeights::new(weight.clone(), bias.clone());
        Self { x: noise([1, inputs, size, size]), weight, bias, prepared }
    }

    fn compute(&self, program: &str, x: Tensor<4>) -> Tensor<4> {
        match program {
            "pastiche-cpu" => conv3x3_relu(x, &self.prepared),
            _ => relu(conv2d(x, self.weight.clone(), Some(self.bias.clone()), ConvOptions::new([1, 1], [1, 1], [1, 1], 1))),
        }
    }

    /// Milliseconds of the forward pass alone, and of a step.
    fn time(&self, program: &str) -> [f64; 2] {
        let start = Instant::now();
        black_box(self.compute(program, self.x.clone()));
        let forward = start.elapsed();
        let x = self.x.clone().autodiff().require_grad();
        let start = Instant::now();
        let gradients = self.compute(program, x.clone()).sum().backward();
        black_box(x.grad(&gradients));
        [forward, start.elapsed()].map(|time| time.as_secs_f64() * 1e3)
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The value that follows `name` on the command line.
fn argument(name: &str) -> Option<String> {
    env::args().skip_while(|word| word != name).nth(1)
}

fn measure(size: usize, threads: usize, rounds: usize) {
    const PROGRAMS: [&str; 2] = ["pastiche-cpu", "burn-flex"];
    let device = Device::flex();
    let row = |program: &str, layer: &str, [forward, step]: [f64; 2], operations: f64| {
        let gflops = 2.0 * operations / step / 1e6;
        println!(
            r#"{{"program":"{program}","size":{size},"threads":{threads},{layer}"forward_ms":{forward:.3},"step_ms":{step:.3},"gflops":{gflops:.1},"adapter":"native"}}"#
        );
    };
    let (mut sums, mut all) = ([[0.0; 2]; 2], 0.0);
    for (name, channels, downsampled, count) in LAYERS {
        let side = (size >> downsampled).max(1);
        let layer = Layer::random(channels, side, &device);
        let operations = (18 * channels[0] * channels[1] * side * side) as f64;
        for program in PROGRAMS {
            layer.time(program);
        }
        let times: Vec<[[f64; 2]; 2]> = (0..rounds).map(|_| PROGRAMS.map(|program| layer.time(program))).collect();
        for (n, program) in PROGRAMS.into_iter().enumerate() {
            let medians = [0, 1].map(|which| median(times.iter().map(|round| round[n][which])));
            row(program, &format!(r#""layer":"{name}","#), medians, operations);
            for (sum, time) in sums[n].iter_mut().zip(medians) {
                *sum += time * f64::from(count);
            }
        }
        all += operations * f64::from(count);
    }
    for (program, sums) in PROGRAMS.into_iter().zip(sums) {
        row(program, "", sums, all);
    }
}

fn main() {
    let number = |name: &str, default: usize| argument(name).map_or(default, |word| word.parse().unwrap());
    let (threads, rounds) = (number("--threads", 1), number("--rounds", 9).max(1));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    for size in argument("--size").as_deref().unwrap_or("128,256").split(',') {
        let size = size.parse().unwrap();
        pool.install(|| measure(size, threads, rounds));
    }
}
