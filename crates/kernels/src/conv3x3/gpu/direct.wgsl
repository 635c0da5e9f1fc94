// A direct convolution, for a few channels on one side. A thread computes four output channels (one vec4) of eight pixels of a
// column, so that ten inputs of a column and three weight vectors give 24 vec4 multiply-adds, and adjacent threads read adjacent
// pixels.

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;     // [I, H, W]
@group(0) @binding(1) var<storage, {{ read }}> weight: array<vec4<f32>>; // [I, 3 (across), 3 (down), ceil(O / 4)] of vec4
@group(0) @binding(2) var<storage, {{ read }}> {{ bias_or_relu_output }}
@group(0) @binding(3) var<storage, read_write> out: array<{{ real }}>;   // [O, H', W']
@group(0) @binding(4) var<storage, read> params: Params;

struct Params {
    inputs: u32,
    outputs: u32,
    // Of x.
    height: u32,
    width: u32,
    out_height: u32,
    out_width: u32,
    // Pixels by which x is larger than the output on every side.
    border: i32,
    // Workgroups for each four output channels.
    pixel_workgroups: u32,
}

// Four pixels of a column, the first in row `y`; 0 outside of x.
fn four(channel: u32, y: i32, column: i32) -> vec4<f32> {
    let end = i32(params.height) - 1;
    let rows = vec4<i32>(y, y + 1, y + 2, y + 3);
    let width = params.width;
    let at = (vec4<u32>(clamp(rows, vec4<i32>(0), vec4<i32>(end))) + channel * params.height) * width + u32(clamp(column, 0, i32(width) - 1));
    let is_inside = (rows >= vec4<i32>(0)) & (rows <= vec4<i32>(end)) & vec4<bool>(column >= 0 && column < i32(width));
    return select(vec4<f32>(0.0), {{ load }}, is_inside);
}

// Four pixels times four outputs' weights: a column for each pixel.
fn outer(pixels: vec4<f32>, weights: vec4<f32>) -> mat4x4<f32> {
    return mat4x4<f32>(pixels.x * weights, pixels.y * weights, pixels.z * weights, pixels.w * weights);
}

// `values`: four pixels of a column, of which those inside the output are written.
fn write(channel: u32, top: u32, column: u32, values: vec4<f32>) {
    for (var y = top; y < min(top + 4u, params.out_height); y++) {
        let value = values[y - top];
        out[(channel * params.out_height + y) * params.out_width + column] = {{ real }}({{ finish }});
    }
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let index = workgroup_index(workgroup, workgroups);
    let id = index % params.pixel_workgroups * 64u + local;
    let group = index / params.pixel_workgroups;
    let groups = (params.outputs + 3u) / 4u;
    let column = id % params.out_width;
    let top = id / params.out_width * 8u;
    if group >= groups || top >= params.out_height {
        return;
    }
    var upper = mat4x4<f32>();
    var lower = mat4x4<f32>();
    for (var i = 0u; i < params.inputs; i++) {
        for (var dx = 0u; dx < 3u; dx++) {
            let x0 = i32(column + dx) - 1 + params.border;
            let y0 = i32(top) - 1 + params.border;
            let a = four(i, y0, x0);
            let b = four(i, y0 + 4, x0);
            let c = four(i, y0 + 8, x0);
            let w = (i * 9u + dx * 3u) * groups + group;
            let w0 = weight[w];
            let w1 = weight[w + groups];
            let w2 = weight[w + 2u * groups];
            upper += outer(a, w0);
            lower += outer(b, w0);
            upper += outer(vec4<f32>(a.yzw, b.x), w1);
            lower += outer(vec4<f32>(b.yzw, c.x), w1);
            upper += outer(vec4<f32>(a.zw, b.xy), w2);
            lower += outer(vec4<f32>(b.zw, c.xy), w2);
        }
    }
    // A row for each output.
    let above = transpose(upper);
    let below = transpose(lower);
    for (var c = 0u; c < min(4u, params.outputs - group * 4u); c++) {
        write(group * 4u + c, top, column, above[c]);
        write(group * 4u + c, top + 4u, column, below[c]);
    }
}
