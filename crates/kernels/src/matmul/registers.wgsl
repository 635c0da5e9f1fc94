// c[n] = transposed a[n] times b[n], on a software adapter: a thread computes 16 rows of one or two vectors, in registers. On a CPU a load costs
// as much as six multiplications, workgroup memory is no faster than any other, a barrier costs more than either, and a branch saves
// nothing. How `a` lies in memory and is read is in `registers_plain.wgsl` and `registers_transposed.wgsl`: the steps of the depth.

@group(0) @binding(0) var<storage, {{ read }}> a: array<vec4<f32>>;
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

fn outer(a: vec4<f32>, b: vec4<f32>) -> mat4x4<f32> {
    return mat4x4<f32>(a.x * b, a.y * b, a.z * b, a.w * b);
}

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
{{ steps }}    let to = (n * rows * 4u + row * 4u) * columns + column;
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
