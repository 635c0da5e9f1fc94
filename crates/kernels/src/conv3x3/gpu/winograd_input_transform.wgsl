// Winograd's input transform, Bt d B: a thread transforms one tile of one channel, 6x6 numbers.
//
// All arithmetic is on vectors of three: a row is two of them, six rows are two matrices of three for each half.

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;    // [C, H, W]
@group(0) @binding(1) var<storage, read_write> transformed: array<f32>; // [36, C, padded_tiles]
{{ relu_output }}
@group(0) @binding({{ params_binding }}) var<storage, read> params: Params;

struct Params {
    channels: u32,
    height: u32,
    width: u32,
    tiles_across: u32,
    first_tile: u32,
    tiles: u32,
    padded_tiles: u32,
    // Pixels by which x is larger than the output on every side.
    border: i32,
}

const A = {{ a }};
const B = {{ b }};
const AA = A * A;
const BB = B * B;

struct Row {
    left: vec3<f32>,
    right: vec3<f32>,
}

fn load(start: u32, columns: vec3<i32>, inside: bool) -> vec3<f32> {
    let end = i32(params.width) - 1;
    let at = vec3<u32>(clamp(columns, vec3<i32>(0), vec3<i32>(end))) + start;
    let is_inside = (columns >= vec3<i32>(0)) & (columns <= vec3<i32>(end)) & vec3<bool>(inside);
    return select(vec3<f32>(0.0), {{ load }}, is_inside);
}

// Six numbers from column `left` on; 0 outside of x.
fn row(channel: u32, y: i32, left: i32) -> Row {
    let end = i32(params.height) - 1;
    let start = (channel * params.height + u32(clamp(y, 0, end))) * params.width;
    let inside = y >= 0 && y <= end;
    return Row(load(start, left + vec3<i32>(0, 1, 2), inside), load(start, left + vec3<i32>(3, 4, 5), inside));
}

struct Six {
    a: mat3x3<f32>,
    b: mat3x3<f32>,
}

// Bt times six rows.
fn input_transform(d: Six) -> Six {
    let even_a = fma(vec3<f32>(-BB), d.a[2], d.b[1]);
    let odd_a = A * fma(vec3<f32>(-BB), d.a[1], d.b[0]);
    let even_b = fma(vec3<f32>(-AA), d.a[2], d.b[1]);
    let odd_b = B * fma(vec3<f32>(-AA), d.a[1], d.b[0]);
    let first = d.a[0] + fma(vec3<f32>(-AA - BB), d.a[2], d.b[1]);
    let last = d.a[1] + fma(vec3<f32>(-AA - BB), d.b[0], d.b[2]);
    return Six(mat3x3<f32>(first, even_a + odd_a, even_a - odd_a), mat3x3<f32>(even_b + odd_b, even_b - odd_b, last));
}

// Three elements of a column.
fn write(at: u32, stride: u32, value: vec3<f32>) {
    transformed[at] = value.x;
    transformed[at + 6u * stride] = value.y;
    transformed[at + 12u * stride] = value.z;
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = thread_index(workgroup, workgroups, local);
    let channel = id / params.tiles;
    let tile = id % params.tiles;
    if channel >= params.channels {
        return;
    }
    // Tiles are counted in the output.
    let top = i32((params.first_tile + tile) / params.tiles_across * 4u) - 1 + params.border;
    let left = i32((params.first_tile + tile) % params.tiles_across * 4u) - 1 + params.border;
    let d0 = row(channel, top, left);
    let d1 = row(channel, top + 1, left);
    let d2 = row(channel, top + 2, left);
    let d3 = row(channel, top + 3, left);
    let d4 = row(channel, top + 4, left);
    let d5 = row(channel, top + 5, left);
    let l = input_transform(Six(mat3x3<f32>(d0.left, d1.left, d2.left), mat3x3<f32>(d3.left, d4.left, d5.left)));
    let r = input_transform(Six(mat3x3<f32>(d0.right, d1.right, d2.right), mat3x3<f32>(d3.right, d4.right, d5.right)));
    // Along the rows: of the upper three, then of the lower.
    let upper = input_transform(Six(transpose(l.a), transpose(r.a)));
    let lower = input_transform(Six(transpose(l.b), transpose(r.b)));

    let stride = params.channels * params.padded_tiles;
    let at = channel * params.padded_tiles + tile;
    write(at, stride, upper.a[0]);
    write(at + stride, stride, upper.a[1]);
    write(at + 2u * stride, stride, upper.a[2]);
    write(at + 3u * stride, stride, upper.b[0]);
    write(at + 4u * stride, stride, upper.b[1]);
    write(at + 5u * stride, stride, upper.b[2]);
    write(at + 18u * stride, stride, lower.a[0]);
    write(at + 19u * stride, stride, lower.a[1]);
    write(at + 20u * stride, stride, lower.a[2]);
    write(at + 21u * stride, stride, lower.b[0]);
    write(at + 22u * stride, stride, lower.b[1]);
    write(at + 23u * stride, stride, lower.b[2]);
}
