//! The benchmark natively: one program, commands on standard input, one a line, answers as JSON.
//!
//! ```text
//! bench-native pastiche-cpu | burn-flex | pastiche-gpu | burn-webgpu [THREADS]
//!              ->  {"adapter": ..}
//! prepare H W  ->  {}
//! step         ->  {"ms": .., "loss": ..}
//! gradient     ->  {"loss": .., "gradient": [..]}
//! forward      ->  {"ms": ..}
//! profile H W  ->  {"costs": [{"operation": .., "ms": .., "operations": ..}, ..]}
//! ```
//!
//! `bench-native measure FOLDER`: what the folder of `./dev bench --pack` runs (`measure.rs`).

#[cfg(not(target_family = "wasm"))]
mod measure;
#[cfg(not(target_family = "wasm"))]
mod native {
    use std::{env, error::Error, io, time::Instant};

    use bench::{Implementation, Program};
    use burn::tensor::Device;
    use serde_json::{Value, json};

    #[cfg(feature = "cpu")]
    fn device(name: &str) -> Option<(Device, String)> {
        matches!(name, "pastiche-cpu" | "burn-flex").then(|| (Device::flex(), "Rust".to_owned()))
    }

    #[cfg(all(feature = "gpu", not(feature = "cpu")))]
    fn device(name: &str) -> Option<(Device, String)> {
        let wanted = matches!(name, "pastiche-gpu" | "burn-webgpu");
        let (device, setup) = wanted.then(|| pollster::block_on(Device::wgpu_options().init_with_setup_async()).ok()).flatten()?;
        let info = setup.adapter.get_info();
        Some((device, format!("{}, {}", info.backend, info.name)))
    }

    pub(crate) fn run() -> Result<(), Box<dyn Error>> {
        let words: Vec<String> = env::args().skip(1).collect();
        if let [first, folder] = words.as_slice()
            && first == "measure"
        {
            let (device, adapter) = device("pastiche-gpu").or_else(|| device("pastiche-cpu")).ok_or("There is no device here.")?;
            return crate::measure::run(&device, &adapter, folder.as_ref());
        }
        let [name, threads @ ..] = words.as_slice() else { return Err("Which program?".into()) };
        #[cfg(feature = "threads")]
        if let Some(threads) = threads.first() {
            rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).use_current_thread().build_global()?;
        }
        #[cfg(not(feature = "threads"))]
        let _ = threads;
        let implementation = if name.starts_with("pastiche") { Implementation::Pastiche } else { Implementation::Stock };
        let (device, adapter) = device(name).ok_or_else(|| format!("{name} is not in this build, or has no device here."))?;
        let mut program = Program::new(implementation, &device)?;
        println!("{}", json!({ "adapter": adapter }));
        for line in io::stdin().lines() {
            println!("{}", obey(&mut program, &device, &line?)?);
        }
        Ok(())
    }

    fn obey(program: &mut Program, device: &Device, line: &str) -> Result<Value, Box<dyn Error>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let start = Instant::now();
        let elapsed = || start.elapsed().as_secs_f64() * 1e3;
        Ok(match words[..] {
            ["prepare", height, width] => {
                program.prepare([height.parse()?, width.parse()?])?;
                json!({})
            }
            ["profile", height, width] => {
                let costs = bench::profile(device, [height.parse()?, width.parse()?], 5);
                json!({ "costs": pollster::block_on(costs)? })
            }
            ["forward"] => {
                pollster::block_on(program.forward())?;
                json!({ "ms": elapsed() })
            }
            ["step"] => {
                let (loss, _) = pollster::block_on(program.step())?;
                json!({ "ms": elapsed(), "loss": loss })
            }
            ["gradient"] => {
                let (loss, gradient) = pollster::block_on(program.step())?;
                json!({ "loss": loss, "gradient": gradient })
            }
            _ => return Err(format!("Not a command: {line}").into()),
        })
    }
}

#[cfg(not(target_family = "wasm"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    native::run()
}

#[cfg(target_family = "wasm")]
fn main() {}
