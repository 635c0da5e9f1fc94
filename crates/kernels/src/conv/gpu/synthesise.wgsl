// Winograd's last step, At m A: a thread takes 36 frequencies of one tile of one output channel to 4x4 pixels.
{{ enable }}

@group(0) @binding(0) var<storage, {{ read }}> frequencies: array<f32>; // [36, C rounded up, row]
@group(0) @binding(1) var<storage, read_write> out: array<{{ real }}>;  // [C, H, W]
{{ bias }}
// C, H, W, tiles across, first tile, tiles, row, C rounded up
@group(0) @binding({{ info }}) var<storage, read> info: array<u32, 8>;

const A = {{ a }};
const B = {{ b }};
const AA = A * A;
const BB = B * B;

// Three frequencies of a column.
fn column(at: u32, step: u32) -> vec3<f32> {
    return vec3<f32>(frequencies[at], frequencies[at + 6u * step], frequencies[at + 12u * step]);
}

// At times six rows, and transposed: three columns of four.
fn synthesise_three(m0: vec3<f32>, m1: vec3<f32>, m2: vec3<f32>, m3: vec3<f32>, m4: vec3<f32>, m5: vec3<f32>) -> mat4x3<f32> {
    let even_a = m1 + m2;
    let odd_a = m1 - m2;
    let even_b = m3 + m4;
    let odd_b = m3 - m4;
    return mat4x3<f32>(
        m0 + even_a + even_b,
        fma(vec3<f32>(B), odd_b, A * odd_a),
        fma(vec3<f32>(BB), even_b, AA * even_a),
        fma(vec3<f32>(B * BB), odd_b, fma(vec3<f32>(A * AA), odd_a, m5)),
    );
}

fn synthesise_four(m0: vec4<f32>, m1: vec4<f32>, m2: vec4<f32>, m3: vec4<f32>, m4: vec4<f32>, m5: vec4<f32>) -> mat4x4<f32> {
    let even_a = m1 + m2;
    let odd_a = m1 - m2;
    let even_b = m3 + m4;
    let odd_b = m3 - m4;
    return mat4x4<f32>(
        m0 + even_a + even_b,
        fma(vec4<f32>(B), odd_b, A * odd_a),
        fma(vec4<f32>(BB), even_b, AA * even_a),
        fma(vec4<f32>(B * BB), odd_b, fma(vec4<f32>(A * AA), odd_a, m5)),
    );
}

// `value`: four pixels of a row, of which those inside the picture are written.
fn write(channel: u32, y: u32, left: u32, value: vec4<f32>) {
    let z = {{ finish }};
    if y < info[1] {
        let at = (channel * info[1] + y) * info[2] + left;
        for (var n = 0u; n < min(4u, info[2] - left); n++) {
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
    let id = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    let channel = id / info[5];
    let tile = id % info[5];
    if channel >= info[0] {
        return;
    }
    let step = info[7] * info[6];
    let at = channel * info[6] + tile;
    // Along the rows first: of the upper three, and of the lower.
    let upper = transpose(synthesise_three(
        column(at, step),
        column(at + step, step),
        column(at + 2u * step, step),
        column(at + 3u * step, step),
        column(at + 4u * step, step),
        column(at + 5u * step, step),
    ));
    let lower = transpose(synthesise_three(
        column(at + 18u * step, step),
        column(at + 19u * step, step),
        column(at + 20u * step, step),
        column(at + 21u * step, step),
        column(at + 22u * step, step),
        column(at + 23u * step, step),
    ));
    let pixels = synthesise_four(upper[0], upper[1], upper[2], lower[0], lower[1], lower[2]);
    let top = (info[4] + tile) / info[3] * 4u;
    let left = (info[4] + tile) % info[3] * 4u;
    write(channel, top, left, pixels[0]);
    write(channel, top + 1u, left, pixels[1]);
    write(channel, top + 2u, left, pixels[2]);
    write(channel, top + 3u, left, pixels[3]);
}
