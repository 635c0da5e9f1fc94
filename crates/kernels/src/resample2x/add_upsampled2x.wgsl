// x + gain U coarse, U being bilinear upsampling by 2: a thread computes one pixel.

@group(0) @binding(0) var<storage, {{ read }}> x: array<f32>;         // [C, H, W]
@group(0) @binding(1) var<storage, {{ read }}> coarse: array<f32>;    // [C, ceil(H / 2), ceil(W / 2)]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;       // [C, H, W]
@group(0) @binding(3) var<storage, read> params: Params;

struct Params {
    channels: u32,
    // Of x.
    height: u32,
    width: u32,
    gain: f32,
}

// Of n coarse pixels, the one that is second nearest to the fine pixel `at`.
fn neighbour(at: u32, n: u32) -> u32 {
    return select(max(at / 2u, 1u) - 1u, min(at / 2u + 1u, n - 1u), at % 2u == 1u);
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let rows = (params.height + 1u) / 2u;
    let columns = (params.width + 1u) / 2u;
    let id = thread_index(workgroup, workgroups, local);
    if id >= params.channels * params.height * params.width {
        return;
    }
    let first = id / (params.height * params.width) * rows;
    let row = id / params.width % params.height;
    let column = id % params.width;
    let near = (first + row / 2u) * columns;
    let far = (first + neighbour(row, rows)) * columns;
    let left = column / 2u;
    let right = neighbour(column, columns);
    let at_left = 0.75 * coarse[near + left] + 0.25 * coarse[far + left];
    let at_right = 0.75 * coarse[near + right] + 0.25 * coarse[far + right];
    out[id] = x[id] + params.gain * (0.75 * at_left + 0.25 * at_right);
}
