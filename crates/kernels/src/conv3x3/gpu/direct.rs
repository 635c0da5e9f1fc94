//! A direct convolution (`direct.wgsl`).

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, template::SourceTemplate, tensor::CubeTensor};

use super::Direction;
use crate::gpu::{Count, READ, WORKGROUP_SIZE, WgslKernel, empty, launch, storage_type};

/// Pixels of a column that a thread computes, as in `direct.wgsl`.
const PIXELS: usize = 8;

/// `[O, I, 3, 3]` -> `[I, 3 (across), 3 (down), 4 ceil(O / 4)]`, zero-padded, so that a thread's four weights are one load.
pub(super) fn pack(weight: FloatTensor<CubeBackend>) -> FloatTensor<CubeBackend> {
    let (outputs, inputs) = (weight.shape()[0], weight.shape()[1]);
    let (device, dtype) = (weight.device(), weight.dtype);
    let mut permuted = CubeBackend::float_permute(weight, &[1, 3, 2, 0]);
    let padding = outputs.next_multiple_of(4) - outputs;
    if padding > 0 {
        let zeros = CubeBackend::float_zeros([inputs, 3, 3, padding].into(), &device, dtype.into());
        permuted = CubeBackend::float_cat(vec![permuted, zeros], 3);
    }
    into_contiguous(permuted)
}

/// See [`super::convolve`]; `[outputs, height, width]` is the shape of the output.
pub(super) fn convolve(
    x: &CubeTensor,
    packed: &CubeTensor,
    direction: &Direction,
    [outputs, height, width]: [usize; 3],
    border: i32,
) -> CubeTensor {
    let [_, inputs, rows, columns] = x.shape().dims();
    let pixel_workgroups = (width * height.div_ceil(PIXELS)).div_ceil(WORKGROUP_SIZE);
    let mut params = [inputs, outputs, rows, columns, height, width, 0, pixel_workgroups].map(|n| n as u32);
    params[6] = border.cast_unsigned();
    let out = empty(x, &[1, outputs, height, width], x.dtype);
    let template = SourceTemplate::new(include_str!("direct.wgsl")).register("read", READ);
    let four = "vec4<f32>(f32(x[at.x]), f32(x[at.y]), f32(x[at.z]), f32(x[at.w]))";
    let (bias_or_relu_output, kernel) = match direction {
        Direction::Forward { bias } => {
            let template = template
                .register("load", four)
                .register("bias_or_relu_output", "bias: array<f32>; // [O]")
                // `max` may turn a NaN into 0; a comparison keeps it.
                .register("finish", "select(value + bias[channel], 0.0, value + bias[channel] < 0.0)");
            (bias, WgslKernel::with_storage("conv3x3_direct", template, x.dtype))
        }
        Direction::Gradient { relu_output } => {
            let active = "vec4<f32>(f32(relu_output[at.x]), f32(relu_output[at.y]), f32(relu_output[at.z]), f32(relu_output[at.w])) > vec4<f32>(0.0)";
            let load = format!("select(vec4<f32>(0.0), {four}, {active})");
            let template = template
                .register("load", load)
                .register("bias_or_relu_output", format!("relu_output: array<{}>; // [I, H, W]", storage_type(relu_output.dtype)))
                .register("finish", "value");
            (relu_output, WgslKernel::with_storage("conv3x3_direct_gradient", template, x.dtype))
        }
    };
    launch(
        &out.client,
        kernel,
        Count::Workgroups(pixel_workgroups * outputs.div_ceil(4)),
        &[x, packed, bias_or_relu_output, &out],
        &params,
    );
    out
}
