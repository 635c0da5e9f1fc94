// One thread: four output channels (one vec4) of eight neighbouring pixels of a row, so that the ten inputs of a row and
// the three weight vectors it loads feed 24 vec4 multiply-adds. No shared memory: neighbours' loads meet in the cache.

@group(0) @binding(0) var<storage, {{ read }}> x: array<f32>;          // [I, H, W]
@group(0) @binding(1) var<storage, {{ read }}> weight: array<vec4<f32>>; // [I, 3, 3, ceil(O / 4)] of vec4
@group(0) @binding(2) var<storage, {{ read }}> other: array<f32>;      // forward: bias [O]; gradient: the layer's output [I, H, W]
@group(0) @binding(3) var<storage, read_write> out: array<f32>;       // [O, H, W]
@group(0) @binding(4) var<storage, read> info: array<u32, 4>;         // I, O, H, W

const PIXELS = 8u;

fn load(row: u32, column: i32, width: i32) -> f32 {
    if column < 0 || column >= width {
        return 0.0;
    }
    let at = row + u32(column);
    {{ load }}
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let inputs = info[0];
    let outputs = info[1];
    let height = info[2];
    let width = info[3];
    let groups = (outputs + 3u) / 4u;
    let blocks = (width + PIXELS - 1u) / PIXELS;
    let y = id.x / blocks;
    if y >= height {
        return;
    }
    let left = (id.x % blocks) * PIXELS;
    let group = id.y;
    let channel = group * 4u;

    var sum: array<vec4<f32>, 8>;
    {{ start }}
    for (var i = 0u; i < inputs; i++) {
        for (var dy = 0u; dy < 3u; dy++) {
            let yy = i32(y + dy) - 1;
            if yy < 0 || yy >= i32(height) {
                continue;
            }
            let row = (i * height + u32(yy)) * width;
            let w = (i * 9u + dy * 3u) * groups + group;
            let w0 = weight[w];
            let w1 = weight[w + groups];
            let w2 = weight[w + 2u * groups];
            var before = load(row, i32(left) - 1, i32(width));
            var here = load(row, i32(left), i32(width));
            for (var p = 0u; p < PIXELS; p++) {
                let after = load(row, i32(left + p) + 1, i32(width));
                sum[p] = fma(w2, vec4(after), fma(w1, vec4(here), fma(w0, vec4(before), sum[p])));
                before = here;
                here = after;
            }
        }
    }

    for (var c = 0u; c < min(4u, outputs - channel); c++) {
        let row = ((channel + c) * height + y) * width + left;
        for (var p = 0u; p < min(PIXELS, width - left); p++) {
            {{ store }}
        }
    }
}
