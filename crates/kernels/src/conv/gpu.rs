//! On the GPU: a direct convolution in WGSL (`conv.wgsl`), the same kernel in both directions.

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{
    CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor,
};

use super::ConvBackend;
use crate::gpu::{READ, Wgsl, launch};

/// Pixels of a row to a thread, as in `conv.wgsl`.
const PIXELS: usize = 8;
/// Threads of a workgroup, as in `conv.wgsl`.
const THREADS: usize = 64;

/// `x`: `[1, I, H, W]`; `weight`: `[I, 3, 3, 4 ceil(O / 4)]`; `other`: bias or output.
fn run(x: CubeTensor, weight: CubeTensor, other: CubeTensor, outputs: usize, direction: Direction) -> CubeTensor {
    let (x, other) = (into_contiguous(x), into_contiguous(other));
    let shape = x.shape();
    let (inputs, height, width) = (shape[1], shape[2], shape[3]);
    let mut out_shape = shape;
    out_shape[1] = outputs;
    let out = empty_device_contiguous_dtype(x.client.clone(), x.device.clone(), out_shape, x.dtype);
    let threads = width.div_ceil(PIXELS) * height;
    launch(
        &out.client,
        direction.kernel(),
        [threads.div_ceil(THREADS), outputs.div_ceil(4), 1],
        &[&x, &weight, &other, &out],
        &[inputs as u32, outputs as u32, height as u32, width as u32],
    );
    out
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Gradient,
}

impl Direction {
    fn kernel(self) -> Wgsl {
        let template = SourceTemplate::new(include_str!("conv.wgsl")).register("read", READ);
        match self {
            // `max` may turn a NaN into 0 and hide it; a comparison lets it through.
            Self::Forward => Wgsl::new(
                "conv3x3_relu",
                template
                    .register("load", "return x[at];")
                    .register(
                        "start",
                        "var b = vec4<f32>(); for (var c = 0u; c < min(4u, outputs - channel); c++) { b[c] = other[channel + c]; } \
                         for (var p = 0u; p < PIXELS; p++) { sum[p] = b; }",
                    )
                    .register("store", "let z = sum[p][c]; out[row + p] = select(z, 0.0, z < 0.0);"),
            ),
            Self::Gradient => Wgsl::new(
                "conv3x3_relu_input_gradient",
                template
                    .register("load", "return select(0.0, x[at], other[at] > 0.0);")
                    .register("start", "")
                    .register("store", "out[row + p] = sum[p][c];"),
            ),
        }
    }
}

impl ConvBackend for CubeBackend {
    /// `[O, I, 3, 3]` -> `[I, 3, 3, 4 ceil(O / 4)]`, filled up with zeros, so that a thread's four weights are one load.
    fn conv_weights(weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let outputs = weight.shape()[0];
        let (inputs, device, dtype) = (weight.shape()[1], weight.device(), weight.dtype);
        let mut by_output = Self::float_permute(weight, &[1, 2, 3, 0]);
        let spare = outputs.next_multiple_of(4) - outputs;
        if spare > 0 {
            let zeros = Self::float_zeros([inputs, 3, 3, spare].into(), &device, dtype.into());
            by_output = Self::float_cat(vec![by_output, zeros], 3);
        }
        into_contiguous(by_output)
    }

    fn conv_relu(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _transposed: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let outputs = bias.shape()[0];
        run(x, weight, bias, outputs, Direction::Forward)
    }

    fn conv_relu_input_gradient(
        output: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        transposed: FloatTensor<Self>,
        channels: usize,
    ) -> FloatTensor<Self> {
        run(grad, transposed, output, channels, Direction::Gradient)
    }
}
