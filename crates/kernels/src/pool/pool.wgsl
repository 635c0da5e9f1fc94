// A thread: 2x2 pixels to one.
{{ enable }}

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;   // [C, H, W]
@group(0) @binding(1) var<storage, read_write> out: array<{{ real }}>; // [C, H / 2, W / 2]
@group(0) @binding(2) var<storage, read> info: array<u32, 4>;   // C, H, W

// `max` may hide a NaN; two comparisons do not.
fn larger(a: f32, b: f32) -> f32 {
    return select(b, a, a >= b || a != a);
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let height = info[1] / 2u;
    let width = info[2] / 2u;
    let id = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    if id >= info[0] * height * width {
        return;
    }
    let channel = id / (height * width);
    let at = (channel * info[1] + id / width % height * 2u) * info[2] + id % width * 2u;
    let a = f32(x[at]);
    let b = f32(x[at + 1u]);
    let c = f32(x[at + info[2]]);
    let d = f32(x[at + info[2] + 1u]);
    out[id] = {{ real }}({{ pool }});
}
