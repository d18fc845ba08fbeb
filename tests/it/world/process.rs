//! A house as a process of its own: the program that people run, with the configuration that `up` wrote.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chancery::country::Part;
use tokio::process::{Child, Command};

/// A killed process is gone at once; draining ends what is in flight.
const GONE_WITHIN: Duration = Duration::from_secs(30);
/// What `abort` sends to itself.
const SIGABRT: i32 = 6;

pub(crate) struct Process(Child);

impl Process {
    pub(super) fn spawn(part: Part, config: &Path, environment: &[(&str, &str)]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_chancery"))
            .args(["--log", "error", part.name(), "--config"])
            .arg(config)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        Self(child.unwrap())
    }

    /// SIGKILL: nothing is flushed, nothing is finished.
    pub(super) async fn stop(mut self) {
        self.0.kill().await.unwrap();
    }

    pub(super) async fn died(mut self) {
        let status = tokio::time::timeout(GONE_WITHIN, self.0.wait()).await;
        let Ok(status) = status else { panic!("the failpoint was never reached") };
        let status = status.unwrap();
        assert_eq!(status.signal(), Some(SIGABRT), "{status}");
    }
}
