// The gradient of 2x2 pooling: a thread computes 2x2 pixels. At an odd edge some of them do not exist, and the others get 0.

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;    // [C, H, W]
@group(0) @binding(1) var<storage, {{ read }}> grad: array<{{ real }}>; // [C, H / 2, W / 2]
@group(0) @binding(2) var<storage, read_write> out: array<{{ real }}>;  // [C, H, W]
@group(0) @binding(3) var<storage, read> params: Params;

struct Params {
    channels: u32,
    // Of x.
    height: u32,
    width: u32,
}

// 1 for the first that equals the maximum, 0 for the others.
fn first_max(values: vec4<f32>) -> vec4<f32> {
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
    let across = (params.width + 1u) / 2u;
    let down = (params.height + 1u) / 2u;
    let id = thread_index(workgroup, workgroups, local);
    let channel = id / (across * down);
    if channel >= params.channels {
        return;
    }
    let column = id % across * 2u;
    let row = id / across % down * 2u;
    let at = (channel * params.height + row) * params.width + column;
    let has_right = column + 1u < params.width;
    let has_below = row + 1u < params.height;
    var gradient = vec4<f32>();
    if has_right && has_below {
        let values = vec4<f32>(f32(x[at]), f32(x[at + 1u]), f32(x[at + params.width]), f32(x[at + params.width + 1u]));
        gradient = f32(grad[(channel * (params.height / 2u) + row / 2u) * (params.width / 2u) + column / 2u]) * {{ weights }};
    }
    out[at] = {{ real }}(gradient.x);
    if has_right {
        out[at + 1u] = {{ real }}(gradient.y);
    }
    if has_below {
        out[at + params.width] = {{ real }}(gradient.z);
    }
    if has_right && has_below {
        out[at + params.width + 1u] = {{ real }}(gradient.w);
    }
}
