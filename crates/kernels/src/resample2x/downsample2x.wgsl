// The transpose of bilinear upsampling by 2, over 4: a thread computes one coarse pixel.

@group(0) @binding(0) var<storage, {{ read }}> x: array<f32>;         // [C, H, W]
@group(0) @binding(1) var<storage, read_write> out: array<f32>;       // [C, ceil(H / 2), ceil(W / 2)]
@group(0) @binding(2) var<storage, read> params: Params;

struct Params {
    channels: u32,
    // Of x.
    height: u32,
    width: u32,
}

// Half the weight in U of the fine pixel 2 at + k - 1, of `size`, for the coarse pixel `at`; 0 where there is no such pixel.
fn weight(at: u32, k: u32, size: u32) -> f32 {
    let fine = 2u * at + k;
    if fine < 1u || fine > size {
        return 0.0;
    }
    let inner = select(0.125, 0.375, k == 1u || k == 2u);
    // At the ends the coarse pixel is its own neighbour.
    let own = (at == 0u && k == 1u) || (at == (size - 1u) / 2u && k == 2u);
    return inner + select(0.0, 0.125, own);
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
    if id >= params.channels * rows * columns {
        return;
    }
    let channel = id / (rows * columns);
    let row = id / columns % rows;
    let column = id % columns;
    var sum = 0.0;
    for (var i = 0u; i < 4u; i++) {
        let down = weight(row, i, params.height);
        if down != 0.0 {
            let line = (channel * params.height + 2u * row + i - 1u) * params.width;
            for (var j = 0u; j < 4u; j++) {
                let across = weight(column, j, params.width);
                if across != 0.0 {
                    sum += down * across * x[line + 2u * column + j - 1u];
                }
            }
        }
    }
    out[id] = sum;
}
