//! Starts a country as a person would: the `chancery` program, a data directory of its own, four ports in a row.
//!
//! It learns of a country what `up --json` prints and what lies in the data directory, and stops with SIGTERM only what it
//! started.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use url::Url;

/// A first start makes keys, certificates and four databases in a debug build on a busy machine.
const START_WITHIN: Duration = Duration::from_secs(120);
/// Draining ends what is in flight.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// The one line of `up --json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// The identity provider.
    pub idp: Url,
    /// The signing service.
    pub signer: Url,
    /// The registration and certification authority.
    pub pki: Url,
    /// The sample relying party.
    pub agency: Url,
    /// Where all trust starts.
    pub root: Root,
    /// Who may enrol.
    pub enrol: Vec<EnrolmentLink>,
}

/// The root certificate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// In PEM or DER.
    pub file: PathBuf,
    /// Fingerprint of the DER form, in hex.
    pub sha256: String,
}

/// A link that makes a passkey.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentLink {
    /// `officer` or `person`.
    pub role: String,
    /// As the record has it.
    pub name: String,
    /// With the slip's code.
    pub url: Url,
}

/// One country on this machine.
pub struct Country {
    program: PathBuf,
    home: PathBuf,
    base: u16,
    processes: Vec<(&'static str, Child)>,
    board: Option<Board>,
    environment: Vec<(&'static str, OsString)>,
    log: Option<&'static str>,
}

impl Country {
    /// A place for a country that does not exist yet.
    ///
    /// # Errors
    /// When there is no program, no folder or no four ports in a row.
    pub fn place(name: &str) -> Result<Self> {
        let home = std::env::temp_dir().join(format!("chancery-conformance-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&home)?;
        Ok(Self {
            program: program()?,
            home,
            base: free_ports()?,
            processes: Vec::new(),
            board: None,
            environment: Vec::new(),
            log: None,
        })
    }

    /// From here on, what is started says on its log what this filter lets through.
    pub fn listen(&mut self, filter: Option<&'static str>) {
        self.log = filter;
    }

    /// The processes that run, by the name of their part (`up` for the whole country in one).
    #[must_use]
    pub fn processes(&self) -> Vec<(&'static str, u32)> {
        self.processes.iter().map(|(part, child)| (*part, child.id())).collect()
    }

    /// From here on, what is started has this in its environment.
    pub fn environment(&mut self, variables: Vec<(&'static str, OsString)>) {
        self.environment = variables;
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// A folder that goes away with the country.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        &self.home
    }

    /// What `up` printed when it started last.
    ///
    /// # Errors
    /// When it never did.
    pub fn board(&self) -> Result<&Board> {
        self.board.as_ref().context("the country was never started")
    }

    /// `chancery up`: the whole country in one process.
    ///
    /// # Errors
    /// When it does not print its line in time; the end of its log is told.
    pub fn up(&mut self) -> Result<&Board> {
        let base = self.base.to_string();
        let mut child = self.start(
            "up",
            Stdio::piped(),
            &[&"up", &"--json", &"--data", &self.data(), &"--ports", &base],
        )?;
        let stdout = child.stdout.take().context("no stdout")?;
        self.processes.push(("up", child));
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line).map(|_| line);
            // Nobody listens any more when the start took too long.
            _ = tell.send(read);
        });
        let line = match told.recv_timeout(START_WITHIN) {
            Ok(line) => line?,
            Err(_) => bail!("`up --json` printed nothing in {START_WITHIN:?}: {}", self.log("up")),
        };
        let board = serde_json::from_str(&line)
            .with_context(|| format!("`up --json` printed {line:?}; its log ends: {}", self.log("up")))?;
        Ok(self.board.insert(board))
    }

    /// The four parts as processes of their own, from the configuration that `up` wrote.
    ///
    /// # Errors
    /// When one of them does not answer in time; the end of its log is told.
    pub async fn apart(&mut self) -> Result<()> {
        let board = self.board()?.clone();
        // The registration authority first: the others follow its feed.
        for (part, url) in
            [("pki", &board.pki), ("idp", &board.idp), ("signer", &board.signer), ("agency", &board.agency)]
        {
            let config = self.data().join(format!("{part}.toml"));
            let child = self.start(part, Stdio::null(), &[&part, &"--config", &config])?;
            self.processes.push((part, child));
            let begun = Instant::now();
            while reqwest::Client::builder().no_proxy().build()?.get(url.clone()).send().await.is_err() {
                ensure!(begun.elapsed() < START_WITHIN, "{part} does not answer: {}", self.log(part));
                let ended = self.processes.last_mut().and_then(|(_, child)| child.try_wait().ok().flatten());
                ensure!(ended.is_none(), "{part} ended ({ended:?}): {}", self.log(part));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// SIGTERM to everything that was started here; each must end by itself, with success.
    ///
    /// # Errors
    /// When one does not end in time (it is killed then), or ends with a failure.
    pub fn stop(&mut self) -> Result<()> {
        let mut trouble = Vec::new();
        for (_, child) in &self.processes {
            terminate(child)?;
        }
        for (_, mut child) in self.processes.drain(..) {
            let begun = Instant::now();
            let status = loop {
                if let Some(status) = child.try_wait()? {
                    break status;
                }
                if begun.elapsed() > STOP_WITHIN {
                    child.kill()?;
                    trouble.push(format!("process {} did not end on SIGTERM", child.id()));
                }
                pause();
            };
            if !status.success() {
                trouble.push(format!("process {} ended with {status}", child.id()));
            }
        }
        ensure!(trouble.is_empty(), "{}", trouble.join("; "));
        Ok(())
    }

    /// Runs the program to its end, for example `chancery verify`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn chancery(&self, arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Result<std::process::Output> {
        Ok(Command::new(&self.program)
            .args(arguments.iter().map(|a| a.as_ref()))
            .stdin(Stdio::null())
            .output()?)
    }

    /// Everything that a part has said on its log.
    #[must_use]
    pub fn said(&self, part: &str) -> String {
        std::fs::read_to_string(self.home.join(format!("{part}.log"))).unwrap_or_default()
    }

    /// The end of a part's log, for an error message.
    #[must_use]
    pub fn log(&self, part: &str) -> String {
        let log = self.said(part);
        let lines: Vec<_> = log.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(6)).copied().collect::<Vec<_>>().join(" | ")
    }

    fn start(&self, part: &str, stdout: Stdio, arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Result<Child> {
        let log = File::options().create(true).append(true).open(self.home.join(format!("{part}.log")))?;
        let filter = self.log.map(|filter| ["--log", filter]).into_iter().flatten();
        Command::new(&self.program)
            .args(arguments.iter().map(|argument| argument.as_ref()))
            .args(filter)
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", self.program.display()))
    }
}

impl Drop for Country {
    fn drop(&mut self) {
        for (_, child) in &mut self.processes {
            // Stopped already, or the check has failed and says so itself.
            _ = child.kill();
            _ = child.wait();
        }
        if std::env::var_os("CONFORMANCE_KEEP_DATA").is_none() {
            _ = std::fs::remove_dir_all(&self.home);
        }
    }
}

/// The `chancery` that lies beside this program.
fn program() -> Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("chancery");
    ensure!(
        beside.exists(),
        "{} is not built: run conformance/run, or cargo build --workspace",
        beside.display()
    );
    Ok(beside)
}

/// The first of four ports in a row that nobody uses now.
fn free_ports() -> Result<u16> {
    let start = 20_000 + (std::process::id() % 2_000) * 4;
    for base in (start..40_000).step_by(4) {
        let base = u16::try_from(base)?;
        if (base..base + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return Ok(base);
        }
    }
    bail!("no four free ports in a row")
}

/// SIGTERM, as a service manager sends it. The standard library can only kill; `unsafe` is forbidden here.
fn terminate(child: &Child) -> Result<()> {
    let sent =
        Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status()?;
    ensure!(sent.success(), "process {} was gone before it was asked to stop", child.id());
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "waiting for the end of a process of this machine, outside any runtime"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}
