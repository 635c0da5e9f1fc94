// c[n] = transposed a[n] times b[n], on a GPU: a workgroup of 8x8 threads computes a tile of 64x64. It copies eight steps of
// both operands into workgroup memory at a time, from which each thread reads four vectors for 64 multiply-adds. A thread's
// results are four blocks of 4x4, at a distance of half a tile, so that adjacent threads read adjacent vectors.

@group(0) @binding(0) var<storage, {{ read }}> a: array<vec4<f32>>;     // [N, rows / 16, depth, 4]
@group(0) @binding(1) var<storage, {{ read }}> b: array<vec4<f32>>;     // [N, depth, columns / 4]
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>;     // [N, rows, columns / 4]
@group(0) @binding(3) var<storage, read> params: Params;

struct Params {
    batch: u32,
    depth: u32,
    // In vectors of four.
    rows: u32,
    columns: u32,
}

const STEPS = 8u;
// Side of a tile, in vectors of four.
const TILE = 16u;

var<workgroup> shared_a: array<vec4<f32>, 128>; // [STEPS, TILE]
var<workgroup> shared_b: array<vec4<f32>, 128>; // [STEPS, TILE]

fn outer(a: vec4<f32>, b: vec4<f32>) -> mat4x4<f32> {
    return mat4x4<f32>(a.x * b, a.y * b, a.z * b, a.w * b);
}

// `row`: of four, `column`: of four.
fn write(n: u32, row: u32, column: u32, value: mat4x4<f32>) {
    let columns = params.columns;
    if row < params.rows && column < columns {
        let at = (n * params.rows + row) * 4u * columns + column;
        c[at] = value[0];
        c[at + columns] = value[1];
        c[at + 2u * columns] = value[2];
        c[at + 3u * columns] = value[3];
    }
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let depth = params.depth;
    let rows = params.rows;
    let columns = params.columns;
    let tiles_across = (columns + TILE - 1u) / TILE;
    let tiles_down = (rows + TILE - 1u) / TILE;
    let tile = workgroup_index(workgroup, workgroups);
    let column = tile % tiles_across * TILE;
    let row = tile / tiles_across % tiles_down * TILE;
    let n = tile / tiles_across / tiles_down;
    // The same for all threads of a workgroup, as the barriers demand.
    if n >= params.batch {
        return;
    }
    let x = local % 8u;
    let y = local / 8u;
    // A thread copies the same vector of every fourth step. At the edges it copies one that is not used.
    let copied = local % TILE;
    let step = local / TILE;
    let copied_row = min(row + copied, rows - 1u);
    let from_a = (n * rows + copied_row / 4u * 4u) * depth + copied_row % 4u;
    let from_b = n * depth * columns + min(column + copied, columns - 1u);

    var c00 = mat4x4<f32>();
    var c01 = mat4x4<f32>();
    var c10 = mat4x4<f32>();
    var c11 = mat4x4<f32>();
    for (var k = 0u; k < depth; k += STEPS) {
        let first = k + step;
        let second = first + 4u;
        var a0 = vec4<f32>();
        var b0 = vec4<f32>();
        var a1 = vec4<f32>();
        var b1 = vec4<f32>();
        if first < depth {
            a0 = a[from_a + first * 4u];
            b0 = b[from_b + first * columns];
        }
        if second < depth {
            a1 = a[from_a + second * 4u];
            b1 = b[from_b + second * columns];
        }
        workgroupBarrier();
        shared_a[local] = a0;
        shared_b[local] = b0;
        shared_a[local + 64u] = a1;
        shared_b[local + 64u] = b1;
        workgroupBarrier();
        for (var s = 0u; s < STEPS; s++) {
            let at_a = s * TILE + y;
            let at_b = s * TILE + x;
            let upper = shared_a[at_a];
            let lower = shared_a[at_a + 8u];
            let left = shared_b[at_b];
            let right = shared_b[at_b + 8u];
            c00 += outer(upper, left);
            c01 += outer(upper, right);
            c10 += outer(lower, left);
            c11 += outer(lower, right);
        }
    }
    write(n, row + y, column + x, c00);
    write(n, row + y, column + x + 8u, c01);
    write(n, row + y + 8u, column + x, c10);
    write(n, row + y + 8u, column + x + 8u, c11);
}
