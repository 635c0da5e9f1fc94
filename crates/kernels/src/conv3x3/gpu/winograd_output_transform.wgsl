// Winograd's output transform, At m A: a thread transforms one tile of one output channel, 36 elements, to 4x4 pixels.

@group(0) @binding(0) var<storage, {{ read }}> products: array<f32>; // [36, padded_channels, padded_tiles]
@group(0) @binding(1) var<storage, read_write> out: array<{{ real }}>;  // [C, H, W]
{{ bias }}
@group(0) @binding({{ params_binding }}) var<storage, read> params: Params;

struct Params {
    channels: u32,
    height: u32,
    width: u32,
    tiles_across: u32,
    first_tile: u32,
    tiles: u32,
    padded_tiles: u32,
    padded_channels: u32,
}

const A = {{ a }};
const B = {{ b }};
const AA = A * A;
const BB = B * B;
// What the rows of G lack, in the columns of A.
const SCALE_A = 0.5 / (A * (AA - BB));
const SCALE_B = 0.5 / (B * (BB - AA));

// Three elements of a column.
fn column(at: u32, stride: u32) -> vec3<f32> {
    return vec3<f32>(products[at], products[at + 6u * stride], products[at + 12u * stride]);
}

// At times six rows, and transposed: three columns of four.
fn output_transform3(m0: vec3<f32>, m1: vec3<f32>, m2: vec3<f32>, m3: vec3<f32>, m4: vec3<f32>, m5: vec3<f32>) -> mat4x3<f32> {
    let even_a = m1 + m2;
    let odd_a = m1 - m2;
    let even_b = m3 + m4;
    let odd_b = m3 - m4;
    return mat4x3<f32>(
        fma(vec3<f32>(SCALE_B), even_b, fma(vec3<f32>(SCALE_A), even_a, m0)),
        fma(vec3<f32>(SCALE_B * B), odd_b, SCALE_A * A * odd_a),
        fma(vec3<f32>(SCALE_B * BB), even_b, SCALE_A * AA * even_a),
        fma(vec3<f32>(SCALE_B * BB * B), odd_b, fma(vec3<f32>(SCALE_A * AA * A), odd_a, m5)),
    );
}

fn output_transform4(m0: vec4<f32>, m1: vec4<f32>, m2: vec4<f32>, m3: vec4<f32>, m4: vec4<f32>, m5: vec4<f32>) -> mat4x4<f32> {
    let even_a = m1 + m2;
    let odd_a = m1 - m2;
    let even_b = m3 + m4;
    let odd_b = m3 - m4;
    return mat4x4<f32>(
        fma(vec4<f32>(SCALE_B), even_b, fma(vec4<f32>(SCALE_A), even_a, m0)),
        fma(vec4<f32>(SCALE_B * B), odd_b, SCALE_A * A * odd_a),
        fma(vec4<f32>(SCALE_B * BB), even_b, SCALE_A * AA * even_a),
        fma(vec4<f32>(SCALE_B * BB * B), odd_b, fma(vec4<f32>(SCALE_A * AA * A), odd_a, m5)),
    );
}

// `value`: four pixels of a row, of which those inside the output are written.
fn write(channel: u32, y: u32, left: u32, value: vec4<f32>) {
    let z = {{ finish }};
    if y < params.height {
        let at = (channel * params.height + y) * params.width + left;
        for (var n = 0u; n < min(4u, params.width - left); n++) {
            out[at + n] = {{ real }}(z[n]);
        }
    }
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = thread_index(workgroup, workgroups, local);
    let channel = id / params.tiles;
    let tile = id % params.tiles;
    if channel >= params.channels {
        return;
    }
    let stride = params.padded_channels * params.padded_tiles;
    let at = channel * params.padded_tiles + tile;
    // Along the rows first: of the upper three, and of the lower.
    let upper = transpose(output_transform3(
        column(at, stride),
        column(at + stride, stride),
        column(at + 2u * stride, stride),
        column(at + 3u * stride, stride),
        column(at + 4u * stride, stride),
        column(at + 5u * stride, stride),
    ));
    let lower = transpose(output_transform3(
        column(at + 18u * stride, stride),
        column(at + 19u * stride, stride),
        column(at + 20u * stride, stride),
        column(at + 21u * stride, stride),
        column(at + 22u * stride, stride),
        column(at + 23u * stride, stride),
    ));
    let pixels = output_transform4(upper[0], upper[1], upper[2], lower[0], lower[1], lower[2]);
    let top = (params.first_tile + tile) / params.tiles_across * 4u;
    let left = (params.first_tile + tile) % params.tiles_across * 4u;
    write(channel, top, left, pixels[0]);
    write(channel, top + 1u, left, pixels[1]);
    write(channel, top + 2u, left, pixels[2]);
    write(channel, top + 3u, left, pixels[3]);
}
