//! How long a step takes, and what memory it needs: with the preset `reference` and pictures of noise.
//!
//! ```text
//! cargo run --release -p transfer --example step -- NETWORK.safetensors SIZE [STEPS]
//! cargo run --release -p transfer --example step --no-default-features --features gpu -- NETWORK.safetensors SIZE [STEPS]
//! ```
//!
//! With `CUBECL_DEBUG_OPTION=profile` in the environment the second also prints the time of every kernel, from the device's
//! timestamps where it has them. Without a GPU, `VK_DRIVER_FILES` names a software driver.

use std::{error::Error, fs, time::Instant};

use burn::tensor::Device;
use transfer::{Image, RunSpec, Session, settings};
use vgg::WeightsFile;

#[cfg(feature = "gpu")]
fn device() -> Result<Device, Box<dyn Error>> {
    Ok(Device::wgpu_options().init()?)
}

#[cfg(not(feature = "gpu"))]
#[allow(clippy::unnecessary_wraps, reason = "a GPU may be missing")]
fn device() -> Result<Device, Box<dyn Error>> {
    Ok(Device::flex())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (network, size) = (arguments.first().ok_or("wanted: NETWORK SIZE [STEPS]")?, arguments.get(1).ok_or("wanted: a SIZE")?);
    let size: u32 = size.parse()?;
    let steps: u32 = arguments.get(2).map_or(Ok(5), |steps| steps.parse())?;
    let device = device()?;
    let weights = WeightsFile::parse(fs::read(network)?)?;
    // One more than is timed: the last waits for all that are under way.
    let settings = settings::resolve("reference", &format!(r#"{{"size": {size}, "evaluations": {}}}"#, steps + 2))?;
    let spec = RunSpec { settings, content: noise(size, 1), styles: vec![noise(size, 2)], ..RunSpec::default() };
    let mut session = Session::new(&weights, spec, &device)?;
    let (mut times, mut reserved, mut in_use) = (Vec::new(), 0, 0);
    loop {
        let start = Instant::now();
        let done = pollster::block_on(session.step())?.done;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        if let Some(memory) = device.memory_pool_usage() {
            (reserved, in_use) = (reserved.max(memory.bytes_reserved), in_use.max(memory.bytes_in_use));
        }
        if done {
            break;
        }
    }
    let first = times[0];
    let timed = &mut times[2..steps as usize + 1];
    timed.sort_by(f64::total_cmp);
    println!("{size} px: first step {first:.0} ms, median of {} more {:.1} ms", timed.len(), timed[timed.len() / 2]);
    println!("device memory: {} MiB in use at most, {} MiB reserved", in_use >> 20, reserved >> 20);
    Ok(())
}

fn noise(size: u32, seed: u32) -> Image {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let rgba = (0..size * size).flat_map(|_| [next(), next(), next(), 255]).collect();
    Image { name: format!("noise {seed}"), size: (size, size), rgba, ..Image::default() }
}
