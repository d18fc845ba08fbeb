//! Checking a signed file with a program of somebody else's: the agency trusts a verifier that it chose itself, not the
//! service that signed. The program gets the file's path as its last argument and prints one line of JSON for it.
//! Data: a signed PDF in, a verdict out. The file is written for the program alone and removed when it has answered.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::secret::fresh;

/// Verification works offline and takes a fraction of a second.
const WAIT: Duration = Duration::from_secs(30);

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VerifierError {
    /// The file for the program cannot be written.
    #[error("the file for the verifier cannot be written")]
    File(#[source] std::io::Error),
    /// The program cannot be run.
    #[error("the verifier {0} cannot be run")]
    Program(String, #[source] std::io::Error),
    /// The program did not end.
    #[error("the verifier did not answer in {} seconds", WAIT.as_secs())]
    TooSlow,
    /// The program said something else than it should.
    #[error("the verifier's answer is not understood (exit code {exit:?}): {detail}")]
    Answer {
        /// What the program ended with.
        exit: Option<i32>,
        /// What was wrong.
        detail: String,
    },
}

/// What the program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Genuine, and signed once.
    Genuine,
    /// Everything else, in the program's words.
    Other(String),
}

/// The program with its first arguments.
#[derive(Debug, Clone)]
pub(crate) struct Verifier {
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
}

/// One line of the program's output. What it says besides is for people.
#[derive(Deserialize)]
struct Line {
    verdict: String,
    signatures: Vec<serde_json::Value>,
}

/// A file that goes away with its value.
struct Borrowed(PathBuf);

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, "a file for the verifier could not be removed");
        }
    }
}

impl Verifier {
    /// Checks one signed file.
    pub(crate) async fn check(&self, signed: &[u8]) -> Result<Verdict, VerifierError> {
        let file = write(signed).await?;
        let run = Command::new(&self.program)
            .args(&self.arguments)
            .arg(&file.0)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(WAIT, run)
            .await
            .map_err(|_| VerifierError::TooSlow)?
            .map_err(|error| VerifierError::Program(self.program.clone(), error))?;
        read(output.status.code(), &output.stdout)
    }
}

/// The exit code and the line must say the same: 0 and "genuine", or something else and something else.
fn read(exit: Option<i32>, output: &[u8]) -> Result<Verdict, VerifierError> {
    let answer = |detail: String| VerifierError::Answer { exit, detail };
    let text = std::str::from_utf8(output).map_err(|error| answer(error.to_string()))?;
    let mut lines = text.lines();
    let first = lines.next().ok_or_else(|| answer("no line".to_owned()))?;
    if lines.next().is_some() {
        return Err(answer("more than one line for one file".to_owned()));
    }
    let line: Line = serde_json::from_str(first).map_err(|error| answer(error.to_string()))?;
    match (exit, line.verdict.as_str(), line.signatures.len()) {
        (Some(0), "genuine", 1) => Ok(Verdict::Genuine),
        (Some(0), "genuine", count) => Ok(Verdict::Other(format!("genuine, with {count} signatures"))),
        (Some(code), verdict, _) if code != 0 && verdict != "genuine" => {
            Ok(Verdict::Other(verdict.to_owned()))
        }
        _ => Err(answer(format!("the verdict {:?} does not go with the exit code", line.verdict))),
    }
}

async fn write(signed: &[u8]) -> Result<Borrowed, VerifierError> {
    let name = fresh().map_err(|error| VerifierError::File(std::io::Error::other(error)))?;
    let path = std::env::temp_dir().join(format!("open-assembly-{name}.pdf"));
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&path).await.map_err(VerifierError::File)?;
    let borrowed = Borrowed(path);
    file.write_all(signed).await.map_err(VerifierError::File)?;
    file.flush().await.map_err(VerifierError::File)?;
    Ok(borrowed)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// A verifier that says `line` and ends with `exit`, after looking at the file it was given.
    fn says(line: &str, exit: i32) -> Verifier {
        let script = format!("grep -q 'signed bytes' \"$1\" || exit 9; printf '%s\\n' '{line}'; exit {exit}");
        Verifier {
            program: "/bin/sh".to_owned(),
            arguments: vec!["-c".to_owned(), script, "verifier".to_owned()],
        }
    }

    const GENUINE: &str = r#"{"file":"x","verdict":"genuine","indication":"TOTAL-PASSED","signatures":[{}]}"#;

    #[tokio::test]
    async fn genuine_needs_the_word_the_exit_code_and_one_signature() {
        assert_eq!(says(GENUINE, 0).check(b"signed bytes").await.unwrap(), Verdict::Genuine);

        let refused =
            says(&GENUINE.replace("genuine", "not-genuine"), 1).check(b"signed bytes").await.unwrap();
        assert_eq!(refused, Verdict::Other("not-genuine".to_owned()));
        let unsure =
            says(&GENUINE.replace("genuine", "cannot-be-confirmed"), 2).check(b"signed bytes").await.unwrap();
        assert_eq!(unsure, Verdict::Other("cannot-be-confirmed".to_owned()));
        let twice = says(&GENUINE.replace("{}", "{},{}"), 0).check(b"signed bytes").await.unwrap();
        assert_eq!(twice, Verdict::Other("genuine, with 2 signatures".to_owned()));
    }

    #[tokio::test]
    async fn words_that_do_not_go_with_the_exit_code_are_no_verdict() {
        for (line, exit) in [
            (GENUINE.to_owned(), 1),
            (GENUINE.replace("genuine", "not-genuine"), 0),
            ("Genuine.".to_owned(), 0),
            (GENUINE.replace("signatures", "signature"), 0),
            (format!("{GENUINE}\n{GENUINE}"), 0),
            (String::new(), 3),
        ] {
            let answer = says(&line, exit).check(b"signed bytes").await;
            assert!(
                matches!(answer, Err(VerifierError::Answer { exit: Some(told), .. }) if told == exit),
                "{line}"
            );
        }
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let verifier = Verifier { program: "/nowhere/verify".to_owned(), arguments: Vec::new() };
        assert!(
            matches!(verifier.check(b"signed bytes").await, Err(VerifierError::Program(name, _)) if name == "/nowhere/verify")
        );
    }

    #[tokio::test]
    async fn the_file_is_gone_when_the_program_has_answered() {
        let file = write(b"signed bytes").await.unwrap();
        let path = file.0.clone();
        assert_eq!(std::fs::read(&path).unwrap(), b"signed bytes");
        drop(file);
        assert!(!path.exists());
    }
}
