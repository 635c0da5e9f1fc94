//! Executes a target again and again, counts what it does, and keeps the inputs of failures.

use std::{
    fs::{self, File},
    io::{Seek, Write},
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use mutatis::Session;

use crate::targets::{Target, Verdict};

/// A target that fails over and over is ended: one cause has many inputs.
const MOST_FAILURES: u32 = 10;
/// An execution that takes so long does not end.
const ENDLESS: Duration = Duration::from_secs(30);

/// How long, and where to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of the whole run; with an execution's number it gives that execution's input.
    pub seed: u64,
    /// The first execution's number.
    pub first: u64,
    /// How many there are at most.
    pub executions: u64,
    /// When no more are begun.
    pub time: Duration,
    /// Where inputs of failures go.
    pub out: PathBuf,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// In all.
    pub executions: u64,
    /// Inputs that were accepted and met the invariant.
    pub accepted: u64,
    /// Inputs that were refused with a sentence.
    pub refused: u64,
    /// Anything else.
    pub failed: u32,
}

/// The input under way, for the thread that ends executions which do not end by themselves.
struct UnderWay {
    input: Vec<u8>,
    number: u64,
}

/// Runs a target. Ends the whole process where an execution does not end.
pub fn run(target: &mut dyn Target, plan: &Plan) -> Counts {
    let begun = Instant::now();
    let name = target.name();
    let mut counts = Counts::default();
    let under_way = Arc::new(Mutex::new(None));
    watch(name, plan, Arc::clone(&under_way));
    let mut place = fs::create_dir_all(&plan.out).and_then(|()| File::create(at_file(&plan.out, name))).ok();
    for number in plan.first..plan.first.saturating_add(plan.executions) {
        if begun.elapsed() >= plan.time || counts.failed >= MOST_FAILURES {
            break;
        }
        // Read where this process ends with a signal, as it does when the stack overflows.
        if let Some(file) = &mut place {
            let _ = file.rewind().and_then(|()| write!(file, "{number:020}"));
        }
        let input = target.input(&mut session(plan.seed, number));
        *lock(&under_way) = Some(UnderWay { input: input.clone(), number });
        counts.executions += 1;
        match execute(target, &input) {
            Ok(Verdict::Accepted) => counts.accepted += 1,
            Ok(Verdict::Refused) => counts.refused += 1,
            Err(reason) => {
                counts.failed += 1;
                failure(name, plan, number, &input, &reason);
            }
        }
        *lock(&under_way) = None;
    }
    drop(place);
    let _ = fs::remove_file(at_file(&plan.out, name));
    counts
}

/// The random numbers of an execution.
#[must_use]
pub fn session(seed: u64, number: u64) -> Session {
    // Neighbouring numbers give unrelated sequences: SplitMix64's increment.
    Session::new().seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number))
}

/// One execution within the target's limits.
///
/// # Errors
///
/// Why it is a failure.
pub fn execute(target: &mut dyn Target, input: &[u8]) -> Result<Verdict, String> {
    // The allocator that counts is `browser`'s.
    let (before, started) = (browser::memory_in_use(), Instant::now());
    let result = panic::catch_unwind(AssertUnwindSafe(|| target.check(input)));
    let (used, time) = ((browser::peak_memory() - before).max(0.0) as usize, started.elapsed());
    let verdict = result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        format!("it panics: {}", text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default())
    })??;
    let limits = target.limits();
    let most = limits.memory + limits.memory_per_byte * input.len();
    if used > most {
        return Err(format!("it takes {used} bytes of memory for {} bytes of input, and {most} are allowed", input.len()));
    }
    if time > limits.time {
        // Once more, by the processor's clock: a machine with other work to do takes seconds for anything.
        let started = work_time(Instant::now());
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(target.check(input))));
        let worked = started();
        if worked > limits.time {
            return Err(format!("it takes {} ms, and {} are allowed", worked.as_millis(), limits.time.as_millis()));
        }
    }
    Ok(verdict)
}

/// Holds the number of the execution under way.
#[must_use]
pub fn at_file(out: &Path, name: &str) -> PathBuf {
    out.join(format!("{name}.at"))
}

fn failure(name: &str, plan: &Plan, number: u64, input: &[u8], reason: &str) {
    let file = plan.out.join(format!("{name}-{}-{number}", plan.seed));
    let kept = fs::create_dir_all(&plan.out).and_then(|()| fs::write(&file, input));
    eprintln!("{name}: execution {number} failed: {reason}");
    match kept {
        Ok(()) => eprintln!("  ./dev fuzz {name} --input {} repeats it.", file.display()),
        Err(error) => {
            eprintln!("  Its input could not be kept ({error}); ./dev fuzz {name} --seed {} --at {number} makes it again.", plan.seed)
        }
    }
}

/// How long this process has worked since this is called, or where the system does not say so, the time that has passed since `now`.
fn work_time(now: Instant) -> impl Fn() -> Duration {
    let before = processor_time();
    move || match (before, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => now.elapsed(),
    }
}

/// Of all threads, in the kernel and outside it: Linux has it in hundredths of a second.
fn processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the program's name, which may have spaces, the first field is the third: user and system time are the 14th and 15th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(10 * ticks))
}

/// Ends the process where an execution does not end: nothing else ends a loop.
fn watch(name: &'static str, plan: &Plan, under_way: Arc<Mutex<Option<UnderWay>>>) {
    let plan = plan.clone();
    thread::spawn(move || {
        let mut seen = None;
        loop {
            thread::sleep(Duration::from_millis(500));
            let Some(UnderWay { input, number }) = &*lock(&under_way) else { continue };
            if seen.as_ref().is_none_or(|(before, _)| before != number) {
                seen = Some((*number, work_time(Instant::now())));
            }
            if let Some((_, worked)) = &seen
                && worked() > ENDLESS
            {
                failure(name, &plan, *number, input, &format!("it has not ended after {} s", worked().as_secs()));
                let _ = fs::remove_file(at_file(&plan.out, name));
                process::exit(3);
            }
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
