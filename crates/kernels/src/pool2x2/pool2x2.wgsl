// 2x2 pooling: a thread computes one pixel.

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;   // [C, H, W]
@group(0) @binding(1) var<storage, read_write> out: array<{{ real }}>; // [C, H / 2, W / 2]
@group(0) @binding(2) var<storage, read> params: Params;

struct Params {
    channels: u32,
    // Of x.
    height: u32,
    width: u32,
}

// `max` may drop a NaN; two comparisons do not.
fn max_or_nan(a: f32, b: f32) -> f32 {
    return select(b, a, a >= b || a != a);
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = params.height / 2u;
    let width = params.width / 2u;
    let id = thread_index(workgroup, workgroups, local);
    if id >= params.channels * height * width {
        return;
    }
    let channel = id / (height * width);
    let at = (channel * params.height + id / width % height * 2u) * params.width + id % width * 2u;
    let a = f32(x[at]);
    let b = f32(x[at + 1u]);
    let c = f32(x[at + params.width]);
    let d = f32(x[at + params.width + 1u]);
    out[id] = {{ real }}({{ pool }});
}
