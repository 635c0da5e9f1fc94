// The kernels' frequencies, G w Gt: a thread takes one kernel of 3x3 to 36 numbers.

@group(0) @binding(0) var<storage, {{ read }}> weight: array<f32>;      // [O, I, 3, 3]
@group(0) @binding(1) var<storage, read_write> frequencies: array<f32>; // [36, O / 16, I, 16], filled up with zeros
@group(0) @binding(2) var<storage, read> info: array<u32, 4>;           // O, I, O rounded up

const A = {{ a }};
const B = {{ b }};
const AA = A * A;
const BB = B * B;
const SCALE_A = 0.5 / (AA * (AA - BB));
const SCALE_B = 0.5 / (BB * (BB - AA));

struct Six {
    a: mat3x3<f32>,
    b: mat3x3<f32>,
}

// G times three rows.
fn filter3(w: mat3x3<f32>) -> Six {
    let even_a = fma(vec3<f32>(AA * SCALE_A), w[2], SCALE_A * w[0]);
    let even_b = fma(vec3<f32>(BB * SCALE_B), w[2], SCALE_B * w[0]);
    let odd_a = A * SCALE_A * w[1];
    let odd_b = B * SCALE_B * w[1];
    return Six(
        mat3x3<f32>(w[0] * (1.0 / (AA * BB)), even_a + odd_a, even_a - odd_a),
        mat3x3<f32>(even_b + odd_b, even_b - odd_b, w[2]),
    );
}

// Three frequencies of a column.
fn write(at: u32, step: u32, value: vec3<f32>) {
    frequencies[at] = value.x;
    frequencies[at + 6u * step] = value.y;
    frequencies[at + 12u * step] = value.z;
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
    let id = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    let output = id % info[2];
    let input = id / info[2];
    if input >= info[1] {
        return;
    }
    var kernel = mat3x3<f32>();
    if output < info[0] {
        let first = (output * info[1] + input) * 9u;
        kernel = mat3x3<f32>(three(first), three(first + 3u), three(first + 6u));
    }
    let half = filter3(kernel);
    let upper = filter3(transpose(half.a));
    let lower = filter3(transpose(half.b));

    let step = info[1] * info[2];
    let at = (output / 16u * info[1] + input) * 16u + output % 16u;
    write(at, step, upper.a[0]);
    write(at + step, step, upper.a[1]);
    write(at + 2u * step, step, upper.a[2]);
    write(at + 3u * step, step, upper.b[0]);
    write(at + 4u * step, step, upper.b[1]);
    write(at + 5u * step, step, upper.b[2]);
    write(at + 18u * step, step, lower.a[0]);
    write(at + 19u * step, step, lower.a[1]);
    write(at + 20u * step, step, lower.a[2]);
    write(at + 21u * step, step, lower.b[0]);
    write(at + 22u * step, step, lower.b[1]);
    write(at + 23u * step, step, lower.b[2]);
}
