// A thread: the gradient of 2x2 pixels, of which at an odd edge some are missing and then all get 0.
{{ enable }}

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;    // [C, H, W]
@group(0) @binding(1) var<storage, {{ read }}> grad: array<{{ real }}>; // [C, H / 2, W / 2]
@group(0) @binding(2) var<storage, read_write> out: array<{{ real }}>;  // [C, H, W]
@group(0) @binding(3) var<storage, read> info: array<u32, 4>;    // C, H, W

// 1 for the first of the largest.
fn first(values: vec4<f32>) -> vec4<f32> {
    let largest = max(max(values.x, values.y), max(values.z, values.w));
    let x = values.x == largest;
    let y = !x && values.y == largest;
    let z = !x && !y && values.z == largest;
    return select(vec4<f32>(0.0), vec4<f32>(1.0), vec4<bool>(x, y, z, !x && !y && !z));
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let across = (info[2] + 1u) / 2u;
    let down = (info[1] + 1u) / 2u;
    let id = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    let channel = id / (across * down);
    if channel >= info[0] {
        return;
    }
    let column = id % across * 2u;
    let row = id / across % down * 2u;
    let at = (channel * info[1] + row) * info[2] + column;
    let right = column + 1u < info[2];
    let below = row + 1u < info[1];
    var gradient = vec4<f32>();
    if right && below {
        let values = vec4<f32>(f32(x[at]), f32(x[at + 1u]), f32(x[at + info[2]]), f32(x[at + info[2] + 1u]));
        gradient = f32(grad[(channel * (info[1] / 2u) + row / 2u) * (info[2] / 2u) + column / 2u]) * {{ share }};
    }
    out[at] = {{ real }}(gradient.x);
    if right {
        out[at + 1u] = {{ real }}(gradient.y);
    }
    if below {
        out[at + info[2]] = {{ real }}(gradient.z);
    }
    if right && below {
        out[at + info[2] + 1u] = {{ real }}(gradient.w);
    }
}
