//! Runs a program of a stranger and listens to what it says.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

/// A command line that is being put together.
pub struct Tool {
    command: Command,
    line: String,
}

/// What it said and how it ended.
#[derive(Clone, Debug)]
pub struct Said {
    /// stdout, then stderr.
    pub text: String,
    /// Whether it ended with success.
    pub success: bool,
    line: String,
}

impl Tool {
    /// The program, run in this folder.
    #[must_use]
    pub fn new(program: &str, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null()).env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
        Self { command, line: program.to_owned() }
    }

    /// The same under a false clock that starts at this second of 1970.
    ///
    /// # Errors
    /// When the second is no time of a calendar.
    pub fn at(second: i64, program: &str, folder: &Path) -> Result<Self> {
        let start = calendar(second).context("no such time")?;
        Ok(Self::new("faketime", folder).with(&["-f", &format!("@{start}"), program]))
    }

    /// More arguments.
    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self.line.extend(arguments.iter().flat_map(|argument| [" ", argument]));
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// When it is not there.
    pub fn run(mut self) -> Result<Said> {
        let program = self.command.get_program().to_string_lossy().into_owned();
        let output = self
            .command
            .output()
            .with_context(|| format!("{program} does not run: conformance/setup installs it"))?;
        let text = [output.stdout, output.stderr].concat();
        Ok(Said {
            text: String::from_utf8_lossy(&text).into_owned(),
            success: output.status.success(),
            line: self.line,
        })
    }

    /// Runs it; it must end with success and say this.
    ///
    /// # Errors
    /// When it does not.
    pub fn accepts(self, words: &str) -> Result<Said> {
        let said = self.run()?;
        ensure!(said.success && said.text.contains(words), "`{}` should accept: {}", said.line, said.text);
        Ok(said)
    }

    /// Runs it; it must end with a failure and say this: a refusal for another reason is no proof.
    ///
    /// # Errors
    /// When it does not.
    pub fn refuses(self, words: &str) -> Result<Said> {
        let said = self.run()?;
        if said.success || !said.text.contains(words) {
            bail!("`{}` should refuse with \"{words}\": {}", said.line, said.text);
        }
        Ok(said)
    }
}

/// `YYYY-MM-DD hh:mm:ss` of a second since 1970, as faketime reads it.
fn calendar(second: i64) -> Option<String> {
    let text = pki_core::time::Instant::from_seconds(second).generalized().to_date_time().to_string();
    let (date, time) = text.trim_end_matches('Z').split_once('T')?;
    Some(format!("{date} {}", time.get(..8)?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_second_becomes_a_date() {
        assert_eq!(calendar(1_795_403_700).unwrap(), "2026-11-23 03:15:00");
    }

    #[test]
    fn a_missing_program_is_an_error_that_says_what_to_do() {
        let error = Tool::new("no-such-program", Path::new(".")).accepts("").unwrap_err();
        assert_eq!(error.to_string(), "no-such-program does not run: conformance/setup installs it");
    }

    #[test]
    fn a_refusal_for_another_reason_is_no_refusal() {
        Tool::new("sh", Path::new(".")).with(&["-c", "echo expired; exit 1"]).refuses("expired").unwrap();
        Tool::new("sh", Path::new(".")).with(&["-c", "echo no file; exit 1"]).refuses("expired").unwrap_err();
        Tool::new("sh", Path::new(".")).with(&["-c", "echo expired"]).refuses("expired").unwrap_err();
    }
}
