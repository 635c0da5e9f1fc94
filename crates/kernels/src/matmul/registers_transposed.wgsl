// As `registers.wgsl`, with the left operand as it lies for the product in the other direction: the depth is in groups of 16, of which a vector is
// four steps of a row, so that a block of 4x4 by 4x4 is multiplied at a time.

@group(0) @binding(0) var<storage, {{ read }}> a: array<vec4<f32>>; // [N, depth / 16, stored_rows, 4], zero-padded
@group(0) @binding(1) var<storage, {{ read }}> b: array<vec4<f32>>; // [N, depth, columns / 4]
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>; // [N, rows, columns / 4]
@group(0) @binding(3) var<storage, read> params: Params;

struct Params {
    batch: u32,
    depth: u32,
    // In vectors of four.
    rows: u32,
    columns: u32,
    // Of a, in rows.
    stored_rows: u32,
}

const VECTORS = {{ vectors }};

{{ plane }}
// Four rows, from vector `at` on, at a vector of their depth.
fn four(at: u32, row: u32) -> mat4x4<f32> {
    let last = params.stored_rows - 1u;
    return mat4x4<f32>(a[at + min(row, last) * 4u], a[at + min(row + 1u, last) * 4u], a[at + min(row + 2u, last) * 4u], a[at + min(row + 3u, last) * 4u]);
}

// Four rows.
fn write(at: u32, value: mat4x4<f32>) {
    c[at] = value[0];
    c[at + params.columns] = value[1];
    c[at + 2u * params.columns] = value[2];
    c[at + 3u * params.columns] = value[3];
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
    let id = thread_index(workgroup, workgroups, local);
    let row = id % (rows / 4u) * 4u;
    let column = id / (rows / 4u) % (columns / VECTORS) * VECTORS;
    let n = id / (rows / 4u) / (columns / VECTORS);
    if n >= params.batch {
        return;
    }
    var c00 = mat4x4<f32>();
    var c10 = mat4x4<f32>();
    var c20 = mat4x4<f32>();
    var c30 = mat4x4<f32>();
    var c01 = mat4x4<f32>();
    var c11 = mat4x4<f32>();
    var c21 = mat4x4<f32>();
    var c31 = mat4x4<f32>();
    let groups = (depth + 15u) / 16u;
    let from_a = plane(n) * groups * params.stored_rows * 4u;
    let from_b = n * depth * columns + column;
    let last = depth - 1u;
    for (var k = 0u; k < depth; k += 4u) {
        let at = from_a + k / 16u * params.stored_rows * 4u + k % 16u / 4u;
        // Beyond the depth the weights are zeros.
        let k0 = from_b + k * columns;
        let k1 = from_b + min(k + 1u, last) * columns;
        let k2 = from_b + min(k + 2u, last) * columns;
        let k3 = from_b + min(k + 3u, last) * columns;
        let a0 = four(at, row * 4u);
        let a1 = four(at, row * 4u + 4u);
        let a2 = four(at, row * 4u + 8u);
        let a3 = four(at, row * 4u + 12u);
        let b0 = mat4x4<f32>(b[k0], b[k1], b[k2], b[k3]);
        c00 += b0 * a0;
        c10 += b0 * a1;
        c20 += b0 * a2;
        c30 += b0 * a3;
        if VECTORS == 2u {
            let b1 = mat4x4<f32>(b[k0 + 1u], b[k1 + 1u], b[k2 + 1u], b[k3 + 1u]);
            c01 += b1 * a0;
            c11 += b1 * a1;
            c21 += b1 * a2;
            c31 += b1 * a3;
        }
    }
    let to = (n * rows * 4u + row * 4u) * columns + column;
    write(to, c00);
    write(to + 4u * columns, c10);
    write(to + 8u * columns, c20);
    write(to + 12u * columns, c30);
    if VECTORS == 2u {
        write(to + 1u, c01);
        write(to + 4u * columns + 1u, c11);
        write(to + 8u * columns + 1u, c21);
        write(to + 12u * columns + 1u, c31);
    }
}
