// Winograd's filter transform, G w Gt: a thread transforms one filter of 3x3 to 36 numbers.

@group(0) @binding(0) var<storage, {{ read }}> weight: array<f32>;      // [O, I, 3, 3]
@group(0) @binding(1) var<storage, read_write> transformed: array<f32>; // [36, O / 16, I, 16], zero-padded
@group(0) @binding(2) var<storage, read> params: Params;

struct Params {
    outputs: u32,
    inputs: u32,
    // A multiple of 16.
    padded_outputs: u32,
}

const A = {{ a }};
const B = {{ b }};

struct Six {
    a: mat3x3<f32>,
    b: mat3x3<f32>,
}

// G times three rows; the rows of G are (1 / p, 1, p).
fn filter_transform(w: mat3x3<f32>) -> Six {
    let even_a = B * w[0] + A * w[2];
    let even_b = A * w[0] + B * w[2];
    return Six(
        mat3x3<f32>(w[0], even_a + w[1], even_a - w[1]),
        mat3x3<f32>(even_b + w[1], even_b - w[1], w[2]),
    );
}

// Three elements of a column.
fn write(at: u32, stride: u32, value: vec3<f32>) {
    transformed[at] = value.x;
    transformed[at + 6u * stride] = value.y;
    transformed[at + 12u * stride] = value.z;
}

fn three(at: u32) -> vec3<f32> {
    return vec3<f32>(weight[at], weight[at + 1u], weight[at + 2u]);
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = thread_index(workgroup, workgroups, local);
    let output = id % params.padded_outputs;
    let input = id / params.padded_outputs;
    if input >= params.inputs {
        return;
    }
    var weights = mat3x3<f32>();
    if output < params.outputs {
        let first = (output * params.inputs + input) * 9u;
        weights = mat3x3<f32>(three(first), three(first + 3u), three(first + 6u));
    }
    let half = filter_transform(weights);
    let upper = filter_transform(transpose(half.a));
    let lower = filter_transform(transpose(half.b));

    let stride = params.inputs * params.padded_outputs;
    let at = (output / 16u * params.inputs + input) * 16u + output % 16u;
    write(at, stride, upper.a[0]);
    write(at + stride, stride, upper.a[1]);
    write(at + 2u * stride, stride, upper.a[2]);
    write(at + 3u * stride, stride, upper.b[0]);
    write(at + 4u * stride, stride, upper.b[1]);
    write(at + 5u * stride, stride, upper.b[2]);
    write(at + 18u * stride, stride, lower.a[0]);
    write(at + 19u * stride, stride, lower.a[1]);
    write(at + 20u * stride, stride, lower.a[2]);
    write(at + 21u * stride, stride, lower.b[0]);
    write(at + 22u * stride, stride, lower.b[1]);
    write(at + 23u * stride, stride, lower.b[2]);
}
