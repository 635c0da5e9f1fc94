//! A convolution as it is defined (`direct.wgsl`).

use burn::backend::{TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor};
use burn_cubecl::{
    CubeBackend, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor,
};

use super::Other;
use crate::gpu::{READ, Wgsl, launch, real, workgroups};

/// Rows of pixels to a thread, as in `direct.wgsl`.
const PIXELS: usize = 8;

/// `[O, I, 3, 3]` -> `[I, 3 (across), 3 (down), 4 ceil(O / 4)]`, filled up with zeros, so that a thread's four weights are one load.
pub(super) fn lay_out(weight: FloatTensor<CubeBackend>) -> FloatTensor<CubeBackend> {
    let (outputs, inputs) = (weight.shape()[0], weight.shape()[1]);
    let (device, dtype) = (weight.device(), weight.dtype);
    let mut by_output = CubeBackend::float_permute(weight, &[1, 3, 2, 0]);
    let spare = outputs.next_multiple_of(4) - outputs;
    if spare > 0 {
        let zeros = CubeBackend::float_zeros([inputs, 3, 3, spare].into(), &device, dtype.into());
        by_output = CubeBackend::float_cat(vec![by_output, zeros], 3);
    }
    into_contiguous(by_output)
}

/// See [`super::convolve`]; `out`: outputs, height and width of the result.
pub(super) fn convolve(
    x: &CubeTensor,
    weight: &CubeTensor,
    other: &Other,
    [outputs, height, width]: [usize; 3],
    margin: i32,
) -> CubeTensor {
    let [_, inputs, rows, columns] = x.shape().dims();
    let mut info = [inputs, outputs, rows, columns, height, width, 0, 0].map(|n| n as u32);
    info[6] = margin.cast_unsigned();
    let out = empty_device_contiguous_dtype(x.client.clone(), x.device.clone(), [1, outputs, height, width].into(), x.dtype);
    let template = SourceTemplate::new(include_str!("direct.wgsl")).register("read", READ);
    let four = "vec4<f32>(f32(x[at.x]), f32(x[at.y]), f32(x[at.z]), f32(x[at.w]))";
    let (other, kernel) = match other {
        Other::Bias(bias) => {
            let template = template
                .register("load", four)
                .register("other", "f32")
                // `max` may turn a NaN into 0 and hide it; a comparison lets it through.
                .register("finish", "select(value + other[channel], 0.0, value + other[channel] < 0.0)");
            (bias, Wgsl::stored("conv_direct", template, x))
        }
        Other::Output(output) => {
            let active = "vec4<f32>(f32(other[at.x]), f32(other[at.y]), f32(other[at.z]), f32(other[at.w])) > vec4<f32>(0.0)";
            let load = format!("select(vec4<f32>(0.0), {four}, {active})");
            let template = template.register("load", load).register("other", real(output)).register("finish", "value");
            (output, Wgsl::stored("conv_direct_gradient", template, x))
        }
    };
    let [columns, rows, _] = workgroups(width * height.div_ceil(PIXELS));
    launch(&out.client, kernel, [columns, rows, outputs.div_ceil(4)], &[x, weight, other, &out], &info);
    out
}
