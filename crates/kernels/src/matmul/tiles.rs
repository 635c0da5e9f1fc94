//! The WGSL of [`matmul`](super::gpu::matmul) for GPUs: a workgroup computes a tile of the product. It copies some steps of both operands' depth into
//! workgroup memory at a time, from which a thread reads vectors of four for blocks of 4x4 multiply-adds; its blocks are as far apart as
//! there are threads beside each other, so that adjacent threads read adjacent vectors.
//!
//! Which tile is quickest depends on the GPU, so it is a table: [`VARIANTS`].

use std::fmt::Write;

/// How the work is divided. A tile's sides are multiples of 4 times the threads of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// Rows and columns of a workgroup's tile.
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Threads of a side of a workgroup: 8 or 16.
    pub(crate) side: usize,
    /// Steps of the depth that are in workgroup memory: 8 or 16.
    pub(crate) depth: usize,
    /// Whether the next steps are copied while these are multiplied, into a second buffer, with one barrier in place of two.
    pub(crate) double_buffer: bool,
}

/// What may be chosen from; the first without a measurement. All fit into WebGPU's default 16 KiB of workgroup memory, and a thread has 64
/// sums at most, or 128 in one.
pub(crate) const VARIANTS: [Variant; 9] = [
    Variant { rows: 64, columns: 64, side: 8, depth: 8, double_buffer: false },
    Variant { rows: 64, columns: 64, side: 8, depth: 16, double_buffer: false },
    Variant { rows: 64, columns: 64, side: 8, depth: 8, double_buffer: true },
    Variant { rows: 64, columns: 64, side: 16, depth: 16, double_buffer: false },
    Variant { rows: 128, columns: 64, side: 8, depth: 8, double_buffer: false },
    Variant { rows: 128, columns: 64, side: 16, depth: 8, double_buffer: true },
    Variant { rows: 128, columns: 128, side: 16, depth: 8, double_buffer: false },
    Variant { rows: 128, columns: 128, side: 16, depth: 16, double_buffer: false },
    Variant { rows: 128, columns: 128, side: 16, depth: 8, double_buffer: true },
];

/// How the left operand lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// `[N, rows / 16, depth, 16]`
    Plain,
    /// `[N, depth / 16, rows, 16]`, of Winograd's transformed filters, whose planes are in another order for the gradient.
    Transposed,
}

impl Left {
    /// The plane of the left operand for the plane `n` of the product: as it is, or of the flipped filter. The interpolation points are 0, a, -a,
    /// b = 1 / a, -b and infinity; flipping exchanges each with its inverse.
    pub(crate) fn plane(self) -> &'static str {
        match self {
            Self::Plain => "fn plane(n: u32) -> u32 {\n    return n;\n}\n",
            Self::Transposed => {
                "fn plane(n: u32) -> u32 {\n    var inverse = array<u32, 6>(5u, 3u, 4u, 1u, 2u, 0u);\n    return inverse[n / 6u] * 6u + inverse[n % 6u];\n}\n"
            }
        }
    }
}

impl Variant {
    /// Threads of a workgroup.
    pub(crate) fn threads(self) -> usize {
        self.side * self.side
    }

    /// A name for profiles, and for what was measured once.
    pub(crate) fn name(self) -> String {
        let Self { rows, columns, side, depth, double_buffer } = self;
        format!("{rows}x{columns}_{}_{depth}{}", side * side, if double_buffer { "_double" } else { "" })
    }

    /// Workgroups for a product.
    #[cfg(feature = "gpu")]
    pub(crate) fn workgroups(self, [n, rows, columns]: [usize; 3]) -> usize {
        n * rows.div_ceil(self.rows) * columns.div_ceil(self.columns)
    }

    /// The kernel, without `dispatch.wgsl`. `read`: the access mode of the operands; `whole`: whether the product's depth is a multiple of
    /// the variant's, so that no step is checked.
    pub(crate) fn source(self, left: Left, read: &str, whole: bool) -> String {
        let Self { side, depth, double_buffer, .. } = self;
        // In vectors of four.
        let [tile_rows, tile_columns] = [self.rows / 4, self.columns / 4];
        // Blocks of a thread.
        let (down, across) = (tile_rows / side, tile_columns / side);
        let buffers = 1 + usize::from(double_buffer);
        let mut blocks = String::new();
        let mut products = String::new();
        let mut writes = String::new();
        for y in 0..down {
            writeln!(products, "            let a{y} = shared_a[at_a + {}u];", y * side).ok();
        }
        for x in 0..across {
            writeln!(products, "            let b{x} = shared_b[at_b + {}u];", x * side).ok();
        }
        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
            writeln!(blocks, "    var c{y}{x} = mat4x4<f32>();").ok();
            writeln!(products, "            c{y}{x} += outer(a{y}, b{x});").ok();
            writeln!(writes, "    write(n, row + y + {}u, column + x + {}u, c{y}{x});", y * side, x * side).ok();
        }
        let products = format!(
            "        for (var s = 0u; s < {depth}u; s++) {{
            let at_a = buffer * {}u + s * {tile_rows}u + y;
            let at_b = buffer * {}u + s * {tile_columns}u + x;
{products}        }}\n",
            depth * tile_rows,
            depth * tile_columns,
        );
        let copies = self.copies(left, whole);
        let body = if double_buffer {
            format!(
                "    var buffer = 0u;
{declare}    {{
        let k = 0u;
{load}{store}    }}
    for (var step = 0u; step < depth; step += {depth}u) {{
        // All have stored these steps, and none reads the other buffer any more.
        workgroupBarrier();
        let k = step + {depth}u;
        if k < depth {{
{load}        }}
{products}        buffer = 1u - buffer;
        if k < depth {{
{store}        }}
    }}\n",
                declare = copies.declare,
                load = copies.load,
                store = copies.store,
            )
        } else {
            format!(
                "    let buffer = 0u;
{declare}    for (var k = 0u; k < depth; k += {depth}u) {{
{load}        workgroupBarrier();
{store}        workgroupBarrier();
{products}    }}\n",
                declare = copies.declare,
                load = copies.load,
                store = copies.store,
            )
        };
        format!(
            "// c[n] = transposed a[n] times b[n]: tiles of {rows} rows and {columns} columns by {threads} threads, {depth} steps at a time.

@group(0) @binding(0) var<storage, {read}> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, {read}> b: array<vec4<f32>>; // [N, depth, columns / 4]
@group(0) @binding(2) var<storage, read_write> c: array<vec4<f32>>; // [N, rows, columns / 4]
@group(0) @binding(3) var<storage, read> params: Params;

struct Params {{
    batch: u32,
    depth: u32,
    // In vectors of four.
    rows: u32,
    columns: u32,
    // Of a, in rows.
    stored_rows: u32,
}}

var<workgroup> shared_a: array<vec4<f32>, {shared_a}>; // [buffers, {depth}, {tile_rows}]
var<workgroup> shared_b: array<vec4<f32>, {shared_b}>; // [buffers, {depth}, {tile_columns}]

fn outer(a: vec4<f32>, b: vec4<f32>) -> mat4x4<f32> {{
    return mat4x4<f32>(a.x * b, a.y * b, a.z * b, a.w * b);
}}

{plane}
// `row`: of four, `column`: of four.
fn write(n: u32, row: u32, column: u32, value: mat4x4<f32>) {{
    let columns = params.columns;
    if row < params.rows && column < columns {{
        let at = (n * params.rows + row) * 4u * columns + column;
        c[at] = value[0];
        c[at + columns] = value[1];
        c[at + 2u * columns] = value[2];
        c[at + 3u * columns] = value[3];
    }}
}}

@compute @workgroup_size({threads}, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {{
    let depth = params.depth;
    let rows = params.rows;
    let columns = params.columns;
    let tiles_across = (columns + {last_column}u) / {tile_columns}u;
    let tiles_down = (rows + {last_row}u) / {tile_rows}u;
    let tile = workgroup_index(workgroup, workgroups);
    let column = tile % tiles_across * {tile_columns}u;
    let row = tile / tiles_across % tiles_down * {tile_rows}u;
    let n = tile / tiles_across / tiles_down;
    // The same for all threads of a workgroup, as the barriers demand.
    if n >= params.batch {{
        return;
    }}
    let x = local % {side}u;
    let y = local / {side}u;
{blocks}{body}{writes}}}
",
            rows = self.rows,
            columns = self.columns,
            threads = self.threads(),
            shared_a = buffers * depth * tile_rows,
            shared_b = buffers * depth * tile_columns,
            plane = left.plane(),
            last_column = tile_columns - 1,
            last_row = tile_rows - 1,
        )
    }

    /// How a thread copies its share of both operands, from step `k` of the depth on. At the edges it copies rows and columns that are not used.
    fn copies(self, left: Left, whole: bool) -> Copies {
        let (threads, depth) = (self.threads(), self.depth);
        let [tile_rows, tile_columns] = [self.rows / 4, self.columns / 4];
        let mut copies = Copies::default();
        let Copies { declare, load, store } = &mut copies;
        // Shares of unequal length: the last is of some of the threads only.
        let shares = |total: usize| (0..total.div_ceil(threads)).map(move |n| (n, n * threads, n * threads + threads > total));
        let only = |partial: bool, total: usize, index: &str, line: String| {
            if partial { format!("        if {index} < {total}u {{\n    {line}\n        }}\n") } else { format!("{line}\n") }
        };
        let a_total = depth * tile_rows;
        match left {
            Left::Plain => {
                for (n, first, partial) in shares(a_total) {
                    let index = format!("index_a{n}");
                    writeln!(declare, "    let {index} = local + {first}u;").ok();
                    writeln!(declare, "    let row_a{n} = min(row + {index} % {tile_rows}u, rows - 1u);").ok();
                    writeln!(declare, "    let from_a{n} = (plane(n) * rows + row_a{n} / 4u * 4u) * depth + row_a{n} % 4u;").ok();
                    writeln!(declare, "    let step_a{n} = {index} / {tile_rows}u;").ok();
                    writeln!(declare, "    var copy_a{n} = vec4<f32>();").ok();
                    let value = format!("a[from_a{n} + (k + step_a{n}) * 4u]");
                    load.push_str(&only(partial, a_total, &index, assign(&format!("copy_a{n}"), &value, whole, &format!("step_a{n}"))));
                    let line = format!("        shared_a[buffer * {a_total}u + {index}] = copy_a{n};");
                    store.push_str(&only(partial, a_total, &index, line));
                }
            }
            Left::Transposed => {
                // Four rows by four steps at a time, transposed in registers. Beyond the depth are zeros, up to a whole group.
                let (quads, total) = (depth / 4, a_total / 4);
                for (n, first, partial) in shares(total) {
                    let index = format!("index_a{n}");
                    writeln!(declare, "    let {index} = local + {first}u;").ok();
                    writeln!(declare, "    let row_a{n} = (row + {index} / {quads}u) * 4u;").ok();
                    writeln!(declare, "    let step_a{n} = {index} % {quads}u * 4u;").ok();
                    writeln!(declare, "    var copy_a{n} = mat4x4<f32>();").ok();
                    let row = |r: usize| format!("a[start + min(row_a{n} + {r}u, stored_rows - 1u) * 4u]");
                    let line = format!(
                        "        {{
            let start = (plane(n) * groups + (k + step_a{n}) / 16u) * stored_rows * 4u + (k + step_a{n}) % 16u / 4u;
            copy_a{n} = transpose(mat4x4<f32>({}, {}, {}, {}));
        }}",
                        row(0),
                        row(1),
                        row(2),
                        row(3)
                    );
                    load.push_str(&only(partial, total, &index, line));
                    let mut lines =
                        format!("        {{\n            let to = buffer * {a_total}u + step_a{n} * {tile_rows}u + {index} / {quads}u;\n");
                    for s in 0..4 {
                        writeln!(lines, "            shared_a[to + {}u] = copy_a{n}[{s}];", s * tile_rows).ok();
                    }
                    lines.push_str("        }");
                    store.push_str(&only(partial, total, &index, lines));
                }
                declare.insert_str(0, "    let groups = (depth + 15u) / 16u;\n    let stored_rows = params.stored_rows;\n");
            }
        }
        let b_total = depth * tile_columns;
        for (n, first, partial) in shares(b_total) {
            let index = format!("index_b{n}");
            writeln!(declare, "    let {index} = local + {first}u;").ok();
            writeln!(declare, "    let step_b{n} = {index} / {tile_columns}u;").ok();
            writeln!(declare, "    let from_b{n} = n * depth * columns + min(column + {index} % {tile_columns}u, columns - 1u);").ok();
            writeln!(declare, "    var copy_b{n} = vec4<f32>();").ok();
            let value = format!("b[from_b{n} + (k + step_b{n}) * columns]");
            load.push_str(&only(partial, b_total, &index, assign(&format!("copy_b{n}"), &value, whole, &format!("step_b{n}"))));
            let line = format!("        shared_b[buffer * {b_total}u + {index}] = copy_b{n};");
            store.push_str(&only(partial, b_total, &index, line));
        }
        copies
    }
}

/// The statements of a kernel that copy operands: indices, reading into registers, writing to workgroup memory.
#[derive(Default)]
struct Copies {
    declare: String,
    load: String,
    store: String,
}

/// `copy = value`, or zeros where the step is beyond the depth.
fn assign(copy: &str, value: &str, whole: bool, step: &str) -> String {
    if whole {
        format!("        {copy} = {value};")
    } else {
        format!("        {copy} = vec4<f32>();\n        if k + {step} < depth {{\n            {copy} = {value};\n        }}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use naga::back::{hlsl, msl, spv};

    use super::{Left, VARIANTS, Variant};

    const DISPATCH: &str = include_str!("../dispatch.wgsl");

    /// The kernels for software adapters.
    fn registers() -> impl Iterator<Item = (String, String)> {
        let steps = [(Left::Plain, include_str!("registers_plain.wgsl")), (Left::Transposed, include_str!("registers_transposed.wgsl"))];
        steps.into_iter().flat_map(|(left, steps)| {
            ["1u", "2u"].map(|vectors| {
                let values = [("{{ read }}", "read"), ("{{ plane }}", left.plane()), ("{{ vectors }}", vectors), ("{{ steps }}", steps)];
                let source =
                    values.iter().fold(include_str!("registers.wgsl").to_owned(), |source, (name, value)| source.replace(name, value));
                (format!("registers, {left:?}, {vectors}"), [DISPATCH, &source].concat())
            })
        })
    }

    /// All sources of tiles: of every variant, for both layouts, with and without checks of the depth, as in a browser and natively.
    fn sources() -> impl Iterator<Item = (String, String)> {
        let kinds = [Left::Plain, Left::Transposed].into_iter().flat_map(|left| [true, false].map(|whole| (left, whole)));
        let kinds: Vec<_> = kinds.flat_map(|(left, whole)| ["read", "read_write"].map(|read| (left, whole, read))).collect();
        VARIANTS.into_iter().flat_map(move |variant| {
            kinds.clone().into_iter().map(move |(left, whole, read)| {
                let name = format!("{}, {left:?}, whole: {whole}, {read}", variant.name());
                (name, [DISPATCH, &variant.source(left, read, whole)].concat())
            })
        })
    }

    fn parse(name: &str, source: &str) -> (naga::Module, naga::valid::ModuleInfo) {
        let module = naga::front::wgsl::parse_str(source).unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(source)));
        let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty());
        let info = validator.validate(&module).unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(source)));
        (module, info)
    }

    /// Metal, Direct3D and Vulkan accept what they are given, as far as that can be known without them.
    #[test]
    fn every_variant_is_translated_for_every_graphics_interface() {
        for (name, source) in sources().chain(registers()) {
            let (module, info) = parse(&name, &source);
            let metal = msl::Options { lang_version: (2, 4), ..msl::Options::default() };
            let (metal, _) = msl::write_string(&module, &info, &metal, &msl::PipelineOptions::default()).unwrap();
            assert!(metal.contains("kernel void"), "{name}: {metal}");
            let mut direct3d = String::new();
            let options = hlsl::Options::default();
            hlsl::Writer::new(&mut direct3d, &options, &hlsl::PipelineOptions::default()).write(&module, &info, None).unwrap();
            assert!(direct3d.contains("[numthreads("), "{name}: {direct3d}");
            let vulkan = spv::write_vec(&module, &info, &spv::Options::default(), None).unwrap();
            assert!(!vulkan.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_variant_is_within_webgpus_default_limits() {
        for variant @ Variant { rows, columns, side, depth, double_buffer } in VARIANTS {
            let bytes = size_of::<f32>() * (rows + columns) * depth * (1 + usize::from(double_buffer));
            assert!(bytes <= 16_384, "{}: {bytes} bytes of workgroup memory", variant.name());
            assert!(variant.threads() <= 256, "{}", variant.name());
            assert!(rows % (4 * side) == 0 && columns % (4 * side) == 0 && [8, 16].contains(&depth), "{}", variant.name());
        }
    }

    #[test]
    fn variants_have_names_of_their_own() {
        let mut names: Vec<_> = VARIANTS.iter().map(|variant| variant.name()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), VARIANTS.len());
    }
}
