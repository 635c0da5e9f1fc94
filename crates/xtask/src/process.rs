//! Other programs: whether they are here, and running them.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A program ended with this exit code. It has said why, so nothing is added, and the code is passed on.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) u8);

impl fmt::Display for Failed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "A program ended with exit code {}.", self.0)
    }
}

impl std::error::Error for Failed {}

/// Prints an error with what it rests on, never a backtrace; nothing where the program that [`Failed`] has said it.
pub(crate) fn print_error(error: &anyhow::Error) {
    if error.downcast_ref::<Failed>().is_none() {
        eprintln!("{error}");
        for cause in error.chain().skip(1) {
            eprintln!("  {cause}");
        }
    }
}

/// Runs a program to its end.
///
/// # Errors
///
/// [`Failed`] where it reports an error; a sentence where it cannot be started.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} could not be started.", name(command)))?;
    check(status)
}

/// Becomes a program: signals reach it, and its exit code is this process' own. Returns only where it does not start.
///
/// # Errors
///
/// A sentence where it cannot be started; elsewhere than on Unix those of [`run`].
pub(crate) fn replace(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(command);
        Err(error).with_context(|| format!("{} could not be started.", name(command)))
    }
    #[cfg(not(unix))]
    run(command)
}

/// Runs a program to its end -> what it wrote to standard output. Errors are those of [`run`].
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{} could not be started.", name(command)))?;
    check(output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program, and ends it after `limit` -> whether it succeeded by then.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(None) => sleep(Duration::from_millis(50)),
            Ok(Some(status)) => return status.success(),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

/// Whether a program starts and succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

/// The program that a shell would start by this name: a path as it is, a bare name from `PATH`.
pub(crate) fn find(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let name = Path::new(name.as_ref());
    if name.components().count() > 1 {
        return is_program(name).then(|| name.to_path_buf());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn check(status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(Failed(code(status)).into()) }
}

/// The exit code as a shell has it: 128 and the signal's number where a signal ended the program.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn exit_codes_are_passed_on() {
        let code = |script| run(&mut shell(script)).map_err(|error| error.downcast_ref::<Failed>().map(|failed| failed.0));
        assert_eq!(code("exit 0").ok(), Some(()));
        assert_eq!(code("exit 7").unwrap_err(), Some(7));
        assert_eq!(code("kill -TERM $$").unwrap_err(), Some(143));
        assert_eq!(output(&mut shell("echo ' word '")).unwrap(), "word");
        assert!(run(&mut Command::new("/nowhere/program")).unwrap_err().to_string().contains("could not be started"));
    }

    #[test]
    fn a_program_takes_the_place_of_this_one() {
        // This test once more, as a process that may be replaced.
        const INNER: &str = "PASTICHE_TEST_REPLACE";
        if env::var_os(INNER).is_some() {
            panic!("{:?}", replace(&mut shell("echo process $$; exit 7")));
        }
        let mut outer = Command::new(env::current_exe().unwrap());
        outer.args(["--exact", "--nocapture", "process::tests::a_program_takes_the_place_of_this_one"]).env(INNER, "1");
        let child = outer.stdout(Stdio::piped()).spawn().unwrap();
        let line = format!("process {}\n", child.id());
        let output = child.wait_with_output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains(&line));
        assert_eq!(output.status.code(), Some(7));
    }

    #[test]
    fn a_program_that_is_not_there_replaces_nothing() {
        assert!(replace(&mut Command::new("/nowhere/program")).unwrap_err().to_string().contains("could not be started"));
    }

    #[test]
    fn programs_are_found_by_path_and_by_name() {
        assert!(find("sh").is_some_and(|path| path.is_absolute()));
        assert_eq!(find("/bin/sh"), Some(PathBuf::from("/bin/sh")));
        assert_eq!(find("/nowhere/sh"), None);
        assert_eq!(find("no-program-of-this-name"), None);
        // A file that may not be run is no program.
        assert_eq!(find(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")), None);
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        assert!(succeeds_within(&mut shell("exit 0"), Duration::from_secs(60)));
        assert!(!succeeds_within(&mut shell("exit 1"), Duration::from_secs(60)));
        assert!(!succeeds_within(shell("exec sleep 600").stdout(Stdio::null()), Duration::from_millis(100)));
    }
}
