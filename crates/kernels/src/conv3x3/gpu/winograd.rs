//! Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, arXiv:1509.09308):
//!
//! ```text
//! out = At (sum over i of (G weight[o, i] Gt) * (Bt in[i] B)) A
//! ```
//!
//! Four stages, in a kernel each: the filter transform, once; the input transform of a number of tiles; for each of the 36 elements of a
//! transformed tile the sum, which is a matrix product, `[O, I]` by `[I, tiles]` (`matmul/gpu.rs`); and the output transform. The
//! interpolation points are the same as on the CPU, for the same rounding and for the same reason: one copy of the transformed filters serves the
//! gradient too, which reads it transposed.

use burn::{backend::TensorMetadata, tensor::DType};
use burn_cubecl::{template::SourceTemplate, tensor::CubeTensor};

use super::Direction;
use crate::{
    gpu::{Count, READ, WORKSPACE_BYTES, WgslKernel, empty, launch, storage_type},
    matmul::gpu::{ROW_GROUP, matmul, matmul_transposed, padded_columns},
};

/// Side of an output tile, in pixels.
const OUTPUT_TILE: usize = 4;
/// Elements of a transformed tile.
const ELEMENTS: usize = 36;

fn template(source: &str) -> SourceTemplate {
    // The interpolation points are 0, a, -a, b, -b and infinity.
    SourceTemplate::new(source).register("read", READ).register("a", "(2.0 / 3.0)").register("b", "1.5")
}

/// `weight`: `[O, I, 3, 3]` -> `[36, ceil(O / ROW_GROUP), I, ROW_GROUP]`, transformed and zero-padded.
pub(super) fn pack(weight: &CubeTensor) -> CubeTensor {
    let [outputs, inputs, _, _] = weight.shape().dims();
    let rows = outputs.next_multiple_of(ROW_GROUP);
    let out = empty(weight, &[ELEMENTS, rows / ROW_GROUP, inputs, ROW_GROUP], DType::F32);
    let kernel = WgslKernel::new("winograd_filter_transform", template(include_str!("winograd_filter_transform.wgsl")));
    launch(&out.client, kernel, Count::Threads(inputs * rows), &[weight, &out], &[outputs, inputs, rows, 0].map(|n| n as u32));
    out
}

/// See [`super::convolve`]; `[outputs, height, width]` is the shape of the output.
pub(super) fn convolve(
    x: &CubeTensor,
    packed: &CubeTensor,
    direction: &Direction,
    [outputs, height, width]: [usize; 3],
    border: i32,
) -> CubeTensor {
    let inputs = x.shape()[1];
    let out = empty(x, &[1, outputs, height, width], x.dtype);
    let tiles_across = width.div_ceil(OUTPUT_TILE);
    let tiles = tiles_across * height.div_ceil(OUTPUT_TILE);
    let rows = outputs.next_multiple_of(ROW_GROUP);
    let tiles_at_once = WORKSPACE_BYTES / (ELEMENTS * (inputs + rows) * size_of::<f32>());
    // Whole tiles of the matrix product's workgroups.
    let tiles_at_once = (tiles_at_once / 64 * 64).max(64);
    for first in (0..tiles).step_by(tiles_at_once) {
        let count = tiles_at_once.min(tiles - first);
        let padded_tiles = padded_columns(count);
        let transformed = empty(x, &[ELEMENTS, inputs, padded_tiles], DType::F32);
        let mut params = [inputs, x.shape()[2], x.shape()[3], tiles_across, first, count, padded_tiles, 0].map(|n| n as u32);
        params[7] = border.cast_unsigned();
        let (kernel, buffers) = input_transform(x, &transformed, direction);
        launch(&out.client, kernel, Count::Threads(inputs * count), &buffers, &params);
        let products = match direction {
            Direction::Forward { .. } => matmul(packed, &transformed),
            Direction::Gradient { .. } => matmul_transposed(packed, &transformed),
        };
        [params[0], params[1], params[2], params[7]] = [outputs, height, width, rows].map(|n| n as u32);
        let (kernel, buffers) = output_transform(&products, &out, direction);
        launch(&out.client, kernel, Count::Threads(outputs * count), &buffers, &params);
    }
    out
}

fn input_transform<'a>(x: &'a CubeTensor, transformed: &'a CubeTensor, direction: &'a Direction) -> (WgslKernel, Vec<&'a CubeTensor>) {
    let template = template(include_str!("winograd_input_transform.wgsl"));
    let three = "vec3<f32>(f32(x[at.x]), f32(x[at.y]), f32(x[at.z]))";
    match direction {
        Direction::Forward { .. } => {
            let template = template.register("relu_output", "").register("params_binding", "2").register("load", three);
            (WgslKernel::with_storage("winograd_input_transform", template, x.dtype), vec![x, transformed])
        }
        Direction::Gradient { relu_output } => {
            let active = "vec3<f32>(f32(relu_output[at.x]), f32(relu_output[at.y]), f32(relu_output[at.z])) > vec3<f32>(0.0)";
            let template = template
                .register(
                    "relu_output",
                    format!(
                        "@group(0) @binding(2) var<storage, {READ}> relu_output: array<{}>; // [C, H, W]",
                        storage_type(relu_output.dtype)
                    ),
                )
                .register("params_binding", "3")
                .register("load", format!("select(vec3<f32>(0.0), {three}, {active})"));
            (WgslKernel::with_storage("winograd_input_transform_gradient", template, x.dtype), vec![x, transformed, relu_output])
        }
    }
}

fn output_transform<'a>(products: &'a CubeTensor, out: &'a CubeTensor, direction: &'a Direction) -> (WgslKernel, Vec<&'a CubeTensor>) {
    let template = template(include_str!("winograd_output_transform.wgsl"));
    match direction {
        Direction::Forward { bias } => {
            let template = template
                .register("bias", format!("@group(0) @binding(2) var<storage, {READ}> bias: array<f32>; // [C]"))
                .register("params_binding", "3")
                // `max` may turn a NaN into 0; a comparison keeps it.
                .register("finish", "select(value + bias[channel], vec4<f32>(0.0), value + bias[channel] < vec4<f32>(0.0))");
            (WgslKernel::with_storage("winograd_output_transform_relu", template, out.dtype), vec![products, out, bias])
        }
        Direction::Gradient { .. } => {
            let template = template.register("bias", "").register("params_binding", "2").register("finish", "value");
            (WgslKernel::with_storage("winograd_output_transform", template, out.dtype), vec![products, out])
        }
    }
}
