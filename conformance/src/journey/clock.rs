//! A clock that a test moves while the country runs: faketime's library, which takes what it adds to the time from a file.
//!
//! Only the wall clock moves; timers count real seconds.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The wall clock of processes that are started with its environment.
pub(super) struct FalseClock {
    file: PathBuf,
    library: OsString,
    ahead: i64,
}

impl FalseClock {
    /// A clock that still shows the time of this machine.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        // Where the library lies, the program itself knows best.
        let asked = Command::new("faketime")
            .args(["-m", "-f", "+0", "sh", "-c", "printf %s \"$LD_PRELOAD\""])
            .output()
            .context("faketime does not run: conformance/setup installs it")?;
        let library = String::from_utf8(asked.stdout)?;
        ensure!(asked.status.success() && !library.is_empty(), "faketime names no library");
        let clock = Self { file: folder.join("clock"), library: library.into(), ahead: 0 };
        clock.write()?;
        Ok(clock)
    }

    /// What a process must have in its environment.
    pub(super) fn environment(&self) -> [(&'static str, OsString); 5] {
        [
            ("LD_PRELOAD", self.library.clone()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.clone().into_os_string()),
            ("FAKETIME_NO_CACHE", "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
            // As older versions of the library call it.
            ("DONT_FAKE_MONOTONIC", "1".into()),
        ]
    }

    /// From now on it shows so much more.
    pub(super) fn advance(&mut self, seconds: i64) -> Result<()> {
        self.ahead += seconds;
        self.write()
    }

    /// The file is never half written: each look at the clock reads it.
    fn write(&self) -> Result<()> {
        let next = self.file.with_extension("next");
        std::fs::write(&next, format!("+{}\n", self.ahead))?;
        Ok(std::fs::rename(&next, &self.file)?)
    }
}
