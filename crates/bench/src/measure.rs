//! `bench-native measure FOLDER`: what the folder that `./dev bench --pack` makes runs on another machine. The kernels' tests; the network at
//! several sizes, with activations stored as f32 and as f16; large products, for the card's ceiling; and PyTorch, where `python3` has it with
//! CUDA. In [`BUDGET`]: what would not end in time is left out, and named. Writes `bench.json` and `bench.md` into the folder.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use bench::{Program, workload};
use burn::tensor::{Device, Tensor, TensorData};
use serde::Serialize;
use serde_json::{Value, json};
use transfer::settings::Precision;
use vgg::WeightsFile;

/// For everything.
const BUDGET: Duration = Duration::from_secs(285);
/// For all tests of the kernels.
const TESTS: Duration = Duration::from_secs(100);
/// For the measurements of one row, once everything is compiled.
const ROW: Duration = Duration::from_secs(12);
/// Heights and widths.
const SIZES: [usize; 3] = [256, 512, 1024];
/// The most measurements that a row is the median of.
const REPEATS: usize = 11;
/// A product is doubled in size until it takes this long.
const LONG_ENOUGH: Duration = Duration::from_millis(60);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Debug, Serialize)]
struct Row {
    program: String,
    storage: &'static str,
    size: usize,
    forward_ms: f64,
    step_ms: f64,
    /// Of a step, in operations of a direct convolution.
    gflops: f64,
    measurements: usize,
}

pub(crate) fn run(device: &Device, adapter: &str, folder: &Path) -> Result<()> {
    let end = Instant::now() + BUDGET;
    println!("{adapter}");
    let mut left_out = Vec::new();
    let tests = tests(&folder.join("tests"), Instant::now() + TESTS)?;
    let mut products = vec![product("ours", end, |n| ours(device, n, kernels::product))?];
    products.push(product("burn's", end, |n| ours(device, n, Tensor::matmul))?);
    let mut rows = Vec::new();
    let file = || -> Result<WeightsFile> { Ok(WeightsFile::parse(fs::read(folder.join("vgg19.safetensors"))?)?) };
    for (storage, precision) in [("f32", Precision::Full), ("f16", Precision::Half)] {
        if precision == Precision::Half && !kernels::device::has_half(device) {
            left_out.push("f16 storage: the adapter has no shader-f16".to_owned());
            continue;
        }
        let mut program = Program::with_network(file()?, device, precision)?;
        let mut last = None;
        for size in SIZES {
            let what = format!("pastiche, {storage}, {size} px");
            if let Some(reason) = too_long(last, size, end) {
                left_out.push(format!("{what}: {reason}"));
                continue;
            }
            let row = program.prepare([size, size]).map_err(Into::into).and_then(|()| {
                measure("pastiche".to_owned(), storage, size, &mut |pass| match pass {
                    Pass::Forward => timed(|| Ok(pollster::block_on(program.forward()).map(drop)?)),
                    Pass::Step => timed(|| Ok(pollster::block_on(program.step()).map(drop)?)),
                })
            });
            match row {
                Ok(row) => {
                    last = Some((size, row.step_ms));
                    rows.push(row);
                }
                // As where the adapter has no buffers of that size. Larger ones would fail too, and those before it count.
                Err(error) => {
                    left_out.push(format!("{what} and larger: {}", cause(&error.to_string())));
                    break;
                }
            }
        }
    }
    for (program, words) in [("pytorch", [].as_slice()), ("pytorch, TF32", ["tf32"].as_slice())] {
        if let Err(reason) = pytorch(program, words, folder, end, &mut rows, &mut products) {
            left_out.push(format!("{program}: {reason}"));
        }
    }
    // TF32 is no f32.
    let ceiling = products.iter().filter(|product| !product.name.contains("TF32")).map(|product| product.gflops).fold(0.0, f64::max);
    let table = table(adapter, &rows, &products, ceiling, &tests, &left_out);
    println!("\n{table}");
    let report =
        json!({ "adapter": adapter, "ceiling_gflops": ceiling, "products": products, "rows": rows, "tests": tests, "left_out": left_out });
    fs::write(folder.join("bench.json"), serde_json::to_string_pretty(&report)?)?;
    fs::write(folder.join("bench.md"), table)?;
    if tests.iter().any(|(_, result)| result.starts_with("FAILED")) { Err("Some of the kernels' tests failed.".into()) } else { Ok(()) }
}

/// The last cause that an error of burn names.
fn cause(error: &str) -> &str {
    let lines = || error.lines().map(str::trim).filter(|line| !line.is_empty());
    lines().take_while(|line| !line.starts_with("No backtrace")).last().unwrap_or("it failed")
}

/// Why a size is left out, given the time of a step of a smaller one.
fn too_long(last: Option<(usize, f64)>, size: usize, end: Instant) -> Option<String> {
    let left = end.saturating_duration_since(Instant::now()).as_secs_f64();
    // The style's features, a step and a forward pass that compile, and one of each that counts: about four steps.
    let needed = last.map_or(0.0, |(before, ms)| 4.0 * ms / 1e3 * (size as f64 / before as f64).powi(2));
    (needed > left).then(|| format!("it would take about {needed:.0} s, and {left:.0} s are left"))
}

/// What is timed.
#[derive(Clone, Copy)]
enum Pass {
    Forward,
    /// Forward and backward.
    Step,
}

/// Alternately forward and step, until there are enough or the time is over. `time`: the milliseconds of one.
fn measure(program: String, storage: &'static str, size: usize, time: &mut dyn FnMut(Pass) -> Result<f64>) -> Result<Row> {
    // What is compiled on the first call.
    time(Pass::Step)?;
    time(Pass::Forward)?;
    let (mut forwards, mut steps, start) = (Vec::new(), Vec::new(), Instant::now());
    while forwards.is_empty() || (forwards.len() < REPEATS && start.elapsed() < ROW) {
        forwards.push(time(Pass::Forward)?);
        steps.push(time(Pass::Step)?);
    }
    let measurements = steps.len();
    let [forward_ms, step_ms] = [median(forwards), median(steps)];
    let gflops = 2.0 * workload::operations([size, size]) / step_ms / 1e6;
    println!("{program}, {storage}, {size} px: forward {forward_ms:.1} ms, step {step_ms:.1} ms, {gflops:.0} GFLOP/s");
    Ok(Row { program, storage, size, forward_ms, step_ms, gflops, measurements })
}

/// Milliseconds.
fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[derive(Debug, Serialize)]
struct Product {
    name: String,
    /// Of square matrices with so many rows.
    size: usize,
    gflops: f64,
}

/// The rate of the largest product that is quick enough. `work`: milliseconds of one of a size.
fn product(name: &str, end: Instant, mut work: impl FnMut(usize) -> Result<f64>) -> Result<Product> {
    let mut size = 512;
    loop {
        work(size)?;
        let ms = median((0..3).map(|_| work(size)).collect::<Result<_>>()?);
        let enough = ms > LONG_ENOUGH.as_secs_f64() * 1e3 || size >= 16_384 || end < Instant::now();
        if enough {
            let gflops = 2.0 * (size as f64).powi(3) / ms / 1e6;
            println!("a product of {size} x {size}, {name}: {gflops:.0} GFLOP/s");
            return Ok(Product { name: name.to_owned(), size, gflops });
        }
        size *= 2;
    }
}

fn ours(device: &Device, size: usize, multiply: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>) -> Result<f64> {
    let a = Tensor::<2>::from_data(TensorData::new(workload::noise(3, size * size), [size, size]), device);
    // It has to be there before the clock starts.
    let corner = |tensor: Tensor<2>| -> Result<()> {
        let data = pollster::block_on(tensor.slice([0..1, 0..1]).into_data_async()).map_err(|error| error.to_string())?;
        let value = data.try_to_vec::<f32>().map_err(|error| format!("{error:?}"))?[0];
        if value.is_finite() { Ok(()) } else { Err("a product is not finite".into()) }
    };
    corner(a.clone())?;
    timed(|| corner(multiply(a.clone(), a.clone())))
}

/// A Python that computes the same on PyTorch.
struct Python {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Python {
    fn ask(&mut self, line: &str) -> Result<Value> {
        writeln!(self.to, "{line}")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err("it ended by itself".into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // One that has ended already is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pytorch(program: &str, words: &[&str], folder: &Path, end: Instant, rows: &mut Vec<Row>, products: &mut Vec<Product>) -> Result<()> {
    let command = ["-c", "import torch, numpy; assert torch.cuda.is_available()"];
    let there = Command::new("python3").args(command).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return Err("python3 has no PyTorch with CUDA here".into());
    }
    let mut command = Command::new("python3");
    let mut child = command.arg(folder.join("pytorch.py")).arg("1").args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (to, from) = (child.stdin.take().ok_or("it has no input")?, child.stdout.take().ok_or("it has no output")?);
    let mut python = Python { child, to, from: BufReader::new(from) };
    python.answer()?;
    let ms = |answer: &Value| answer["ms"].as_f64().ok_or("it gave no time");
    products.push(product(program, end, |n| Ok(ms(&python.ask(&format!("product {n}"))?)?))?);
    let mut last = None;
    for size in SIZES {
        if let Some(reason) = too_long(last, size, end) {
            return Err(format!("{size} px: {reason}").into());
        }
        python.ask(&format!("prepare {size} {size}"))?;
        let storage = if words.is_empty() { "f32" } else { "f32, TF32 products" };
        let row = measure(program.to_owned(), storage, size, &mut |pass| {
            let request = match pass {
                Pass::Forward => "forward",
                Pass::Step => "step",
            };
            Ok(ms(&python.ask(request)?)?)
        })?;
        last = Some((size, row.step_ms));
        rows.push(row);
    }
    Ok(())
}

/// Runs every program in `folder` -> its name, and how it ended.
fn tests(folder: &Path, end: Instant) -> Result<Vec<(String, String)>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.sort();
    let mut results = Vec::new();
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let start = Instant::now();
        let mut child = Command::new(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let result = loop {
            match child.try_wait()? {
                Some(status) if status.success() => break format!("passed in {:.0} s", start.elapsed().as_secs_f64()),
                Some(status) => break format!("FAILED ({status})"),
                None if Instant::now() > end => {
                    child.kill()?;
                    child.wait()?;
                    break "not finished within the time for tests".to_owned();
                }
                None => thread::sleep(Duration::from_millis(50)),
            }
        };
        println!("test {name}: {result}");
        results.push((name, result));
    }
    Ok(results)
}

fn table(adapter: &str, rows: &[Row], products: &[Product], ceiling: f64, tests: &[(String, String)], left_out: &[String]) -> String {
    let mut out = format!("{adapter}\n\n");
    let mut line = |text: String| {
        // Into a string: it does not fail.
        let _ = writeln!(out, "{text}");
    };
    line("| program | storage | size | forward, ms | step, ms | GFLOP/s | share of the ceiling | median of |".to_owned());
    line("|---|---|--:|--:|--:|--:|--:|--:|".to_owned());
    for Row { program, storage, size, forward_ms, step_ms, gflops, measurements } in rows {
        let share = 100.0 * gflops / ceiling;
        line(format!("| {program} | {storage} | {size} | {forward_ms:.1} | {step_ms:.1} | {gflops:.0} | {share:.0} % | {measurements} |"));
    }
    line(String::new());
    line(format!(
        "The ceiling, {ceiling:.0} GFLOP/s, is the quickest of the large products in f32; Winograd's filtering needs fewer than half of a direct convolution's operations, in which GFLOP/s are counted.\n"
    ));
    for Product { name, size, gflops } in products {
        line(format!("- a product of {size} x {size}, {name}: {gflops:.0} GFLOP/s"));
    }
    for (name, result) in tests {
        line(format!("- test {name}: {result}"));
    }
    for what in left_out {
        line(format!("- left out: {what}"));
    }
    out
}
