//! Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016):
//!
//! ```text
//! out = At (sum over i of (G weight[o, i] Gt) * (Bt in[i] B)) A
//! ```
//!
//! `filter.wgsl` computes the kernels' 36 frequencies, once; `analyse.wgsl` those of the input's tiles; for each of the 36
//! the sum is a matrix product, `[O, I]` by `[I, tiles]`; and `synthesise.wgsl` takes the result to pixels. The
//! polynomials are taken at the same points as on the CPU, for the same rounding.

use burn::{backend::TensorMetadata, tensor::DType};
use burn_cubecl::{ops::numeric::empty_device_contiguous_dtype, template::SourceTemplate, tensor::CubeTensor};

use super::Other;
use crate::gpu::{READ, ROWS, WORKSPACE, Wgsl, columns, launch, product, real, workgroups};

/// Pixels of a tile's side.
const TILE: usize = 4;
const FREQUENCIES: usize = 36;
fn template(source: &str) -> SourceTemplate {
    // Of the points 0, a, -a, b, -b and infinity.
    SourceTemplate::new(source).register("read", READ).register("a", "0.625").register("b", "1.5")
}

fn empty(like: &CubeTensor, shape: &[usize], dtype: DType) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), dtype)
}

/// `weight`: `[O, I, 3, 3]` -> `[36, ceil(O / ROWS), I, ROWS]`, transformed and filled up with zeros.
pub(super) fn lay_out(weight: &CubeTensor) -> CubeTensor {
    let [outputs, inputs, _, _] = weight.shape().dims();
    let rows = outputs.next_multiple_of(ROWS);
    let out = empty(weight, &[FREQUENCIES, rows / ROWS, inputs, ROWS], DType::F32);
    let kernel = Wgsl::new("winograd_filter", template(include_str!("filter.wgsl")));
    launch(&out.client, kernel, workgroups(inputs * rows), &[weight, &out], &[outputs, inputs, rows, 0].map(|n| n as u32));
    out
}

/// See [`super::convolve`]; `out`: outputs, height and width of the result.
pub(super) fn convolve(
    x: &CubeTensor,
    weight: &CubeTensor,
    other: &Other,
    [outputs, height, width]: [usize; 3],
    margin: i32,
) -> CubeTensor {
    let inputs = x.shape()[1];
    let out = empty(x, &[1, outputs, height, width], x.dtype);
    let across = width.div_ceil(TILE);
    let tiles = across * height.div_ceil(TILE);
    let rows = outputs.next_multiple_of(ROWS);
    let at_once = WORKSPACE / (FREQUENCIES * (inputs + rows) * size_of::<f32>());
    // Whole workgroups' tiles of the product.
    let at_once = (at_once / 64 * 64).max(64);
    for first in (0..tiles).step_by(at_once) {
        let count = at_once.min(tiles - first);
        let row = columns(count);
        let frequencies = empty(x, &[FREQUENCIES, inputs, row], DType::F32);
        let mut info = [inputs, x.shape()[2], x.shape()[3], across, first, count, row, 0].map(|n| n as u32);
        info[7] = margin.cast_unsigned();
        let (kernel, buffers) = analyse(x, &frequencies, other);
        launch(&out.client, kernel, workgroups(inputs * count), &buffers, &info);
        let products = product(weight, &frequencies);
        [info[0], info[1], info[2], info[7]] = [outputs, height, width, rows].map(|n| n as u32);
        let (kernel, buffers) = synthesise(&products, &out, other);
        launch(&out.client, kernel, workgroups(outputs * count), &buffers, &info);
    }
    out
}

fn analyse<'a>(x: &'a CubeTensor, frequencies: &'a CubeTensor, other: &'a Other) -> (Wgsl, Vec<&'a CubeTensor>) {
    let template = template(include_str!("analyse.wgsl"));
    let three = "vec3<f32>(f32(x[at.x]), f32(x[at.y]), f32(x[at.z]))";
    match other {
        Other::Bias(_) => {
            let template = template.register("other", "").register("info", "2").register("load", three);
            (Wgsl::stored("winograd_analyse", template, x), vec![x, frequencies])
        }
        Other::Output(output) => {
            let active = "vec3<f32>(f32(output[at.x]), f32(output[at.y]), f32(output[at.z])) > vec3<f32>(0.0)";
            let template = template
                .register("other", format!("@group(0) @binding(2) var<storage, {READ}> output: array<{}>; // [C, H, W]", real(output)))
                .register("info", "3")
                .register("load", format!("select(vec3<f32>(0.0), {three}, {active})"));
            (Wgsl::stored("winograd_analyse_gradient", template, x), vec![x, frequencies, output])
        }
    }
}

fn synthesise<'a>(products: &'a CubeTensor, out: &'a CubeTensor, other: &'a Other) -> (Wgsl, Vec<&'a CubeTensor>) {
    let template = template(include_str!("synthesise.wgsl"));
    match other {
        Other::Bias(bias) => {
            let template = template
                .register("bias", format!("@group(0) @binding(2) var<storage, {READ}> bias: array<f32>; // [C]"))
                .register("info", "3")
                // `max` may turn a NaN into 0 and hide it; a comparison lets it through.
                .register("finish", "select(value + bias[channel], vec4<f32>(0.0), value + bias[channel] < vec4<f32>(0.0))");
            (Wgsl::stored("winograd_synthesise_relu", template, out), vec![products, out, bias])
        }
        Other::Output(_) => {
            let template = template.register("bias", "").register("info", "2").register("finish", "value");
            (Wgsl::stored("winograd_synthesise", template, out), vec![products, out])
        }
    }
}
