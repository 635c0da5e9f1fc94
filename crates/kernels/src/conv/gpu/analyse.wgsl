// Winograd's first step, Bt d B: a thread takes one tile of one channel, 6x6 numbers, to its 36 frequencies.
//
// All arithmetic is on vectors of three: a row is two of them, six rows are two matrices of three for each half.
{{ enable }}

@group(0) @binding(0) var<storage, {{ read }}> x: array<{{ real }}>;    // [C, H, W]
@group(0) @binding(1) var<storage, read_write> frequencies: array<f32>; // [36, C, row]
{{ other }}
@group(0) @binding({{ info }}) var<storage, read> info: array<u32, 8>;  // C, H, W, tiles across, first tile, tiles, row, margin

const A = {{ a }};
const B = {{ b }};
const AA = A * A;
const BB = B * B;

struct Row {
    left: vec3<f32>,
    right: vec3<f32>,
}

fn load(start: u32, columns: vec3<i32>, inside: bool) -> vec3<f32> {
    let end = i32(info[2]) - 1;
    let at = vec3<u32>(clamp(columns, vec3<i32>(0), vec3<i32>(end))) + start;
    let visible = (columns >= vec3<i32>(0)) & (columns <= vec3<i32>(end)) & vec3<bool>(inside);
    return select(vec3<f32>(0.0), {{ load }}, visible);
}

// Six numbers from column `left` on; outside of the picture there are zeros.
fn row(channel: u32, y: i32, left: i32) -> Row {
    let end = i32(info[1]) - 1;
    let start = (channel * info[1] + u32(clamp(y, 0, end))) * info[2];
    let inside = y >= 0 && y <= end;
    return Row(load(start, left + vec3<i32>(0, 1, 2), inside), load(start, left + vec3<i32>(3, 4, 5), inside));
}

struct Six {
    a: mat3x3<f32>,
    b: mat3x3<f32>,
}

// Bt times six rows.
fn analyse(d: Six) -> Six {
    let even_a = fma(vec3<f32>(-BB), d.a[2], d.b[1]);
    let odd_a = A * fma(vec3<f32>(-BB), d.a[1], d.b[0]);
    let even_b = fma(vec3<f32>(-AA), d.a[2], d.b[1]);
    let odd_b = B * fma(vec3<f32>(-AA), d.a[1], d.b[0]);
    let first = fma(vec3<f32>(AA * BB), d.a[0], fma(vec3<f32>(-AA - BB), d.a[2], d.b[1]));
    let last = fma(vec3<f32>(AA * BB), d.a[1], fma(vec3<f32>(-AA - BB), d.b[0], d.b[2]));
    return Six(mat3x3<f32>(first, even_a + odd_a, even_a - odd_a), mat3x3<f32>(even_b + odd_b, even_b - odd_b, last));
}

// Three frequencies of a column.
fn write(at: u32, step: u32, value: vec3<f32>) {
    frequencies[at] = value.x;
    frequencies[at + 6u * step] = value.y;
    frequencies[at + 12u * step] = value.z;
}

@compute @workgroup_size(64, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let id = (workgroup.y * workgroups.x + workgroup.x) * 64u + local;
    let channel = id / info[5];
    let tile = id % info[5];
    if channel >= info[0] {
        return;
    }
    // Tiles are the result's; x may reach further on every side.
    let margin = bitcast<i32>(info[7]);
    let top = i32((info[4] + tile) / info[3] * 4u) - 1 + margin;
    let left = i32((info[4] + tile) % info[3] * 4u) - 1 + margin;
    let d0 = row(channel, top, left);
    let d1 = row(channel, top + 1, left);
    let d2 = row(channel, top + 2, left);
    let d3 = row(channel, top + 3, left);
    let d4 = row(channel, top + 4, left);
    let d5 = row(channel, top + 5, left);
    let l = analyse(Six(mat3x3<f32>(d0.left, d1.left, d2.left), mat3x3<f32>(d3.left, d4.left, d5.left)));
    let r = analyse(Six(mat3x3<f32>(d0.right, d1.right, d2.right), mat3x3<f32>(d3.right, d4.right, d5.right)));
    // Columns become rows: first of the upper three rows, then of the lower.
    let upper = analyse(Six(transpose(l.a), transpose(r.a)));
    let lower = analyse(Six(transpose(l.b), transpose(r.b)));

    let step = info[0] * info[6];
    let at = channel * info[6] + tile;
    write(at, step, upper.a[0]);
    write(at + step, step, upper.a[1]);
    write(at + 2u * step, step, upper.a[2]);
    write(at + 3u * step, step, upper.b[0]);
    write(at + 4u * step, step, upper.b[1]);
    write(at + 5u * step, step, upper.b[2]);
    write(at + 18u * step, step, lower.a[0]);
    write(at + 19u * step, step, lower.a[1]);
    write(at + 20u * step, step, lower.a[2]);
    write(at + 21u * step, step, lower.b[0]);
    write(at + 22u * step, step, lower.b[1]);
    write(at + 23u * step, step, lower.b[2]);
}
