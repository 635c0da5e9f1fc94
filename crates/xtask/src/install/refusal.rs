//! What the network refused, remembered for a week: where it is closed, asking again takes minutes each time.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::paths;

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// One refusal: a file in the folder that holds build output, whose time is the refusal's.
pub(super) struct Refusal(PathBuf);

impl Refusal {
    /// # Errors
    ///
    /// Where [`paths::cache`] has none.
    pub(super) fn new(name: &str) -> Result<Self> {
        Ok(Self(paths::cache()?.join(name)))
    }

    /// Whether it was remembered within the last week.
    pub(super) fn is_recent(&self) -> bool {
        let time = fs::metadata(&self.0).and_then(|file| file.modified());
        // A time to come is one of a clock that was set: recent.
        time.is_ok_and(|time| SystemTime::now().duration_since(time).map_or(true, |age| age < WEEK))
    }

    /// # Errors
    ///
    /// Where the file cannot be written.
    pub(super) fn remember(&self) -> Result<()> {
        File::create(&self.0)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| format!("{} cannot be written.", self.0.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_remembered_for_a_week() {
        let path = std::env::temp_dir().join(format!("pastiche-refusal-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let refusal = Refusal(path.clone());
        assert!(!refusal.is_recent());
        refusal.remember().unwrap();
        assert!(refusal.is_recent());
        let day = Duration::from_secs(24 * 60 * 60);
        let hour = Duration::from_secs(60 * 60);
        for (age, recent) in [(WEEK - hour, true), (WEEK + hour, false), (day * 30, false)] {
            File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - age).unwrap();
            assert_eq!(refusal.is_recent(), recent, "{age:?}");
        }
        refusal.remember().unwrap();
        assert!(refusal.is_recent());
        fs::remove_file(&path).unwrap();
    }
}
