//! axe-core, a stranger's opinion on accessibility, asked of the page that a browser has open.
//!
//! What it cannot decide is not taken for good: where it is the contrast of a text with what lies behind it, the pixels are
//! measured; anything else counts as found.

use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::json;

use crate::chrome::{Chrome, Device};

/// WCAG 2.2 on its levels A and AA contains what 2.0 and 2.1 ask; beyond them, what is good practice.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// The program, as it is put into pages.
pub(super) struct Axe(String);

#[derive(Deserialize)]
struct Opinion {
    violations: Vec<Finding>,
    undecided: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    target: String,
    summary: String,
}

impl Axe {
    /// Reads it where conformance/setup puts it.
    pub(super) fn installed() -> Result<Self> {
        let tools = std::env::var_os("CONFORMANCE_TOOLS")
            .context("CONFORMANCE_TOOLS is not set: conformance/run sets it")?;
        let file = Path::new(&tools).join("npm/axe/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&file);
        Ok(Self(
            source
                .with_context(|| format!("{} is not there: conformance/setup installs it", file.display()))?,
        ))
    }

    /// Once for each page.
    pub(super) async fn enter(&self, chrome: &Chrome) -> Result<()> {
        chrome.script(&self.0, Vec::new()).await.map(drop)
    }

    /// All that it finds on the page that it has entered, as this device shows it.
    pub(super) async fn faults(&self, chrome: &Chrome, device: Device) -> Result<Vec<String>> {
        let answer = chrome.script_later(include_str!("axe.js"), vec![json!(TAGS)]).await?;
        let opinion: Opinion = serde_json::from_value(answer)?;
        let (unseen, unknown): (Vec<_>, Vec<_>) =
            opinion.undecided.into_iter().partition(|finding| finding.rule == "color-contrast");
        let mut faults: Vec<_> = opinion.violations.iter().chain(&unknown).map(Finding::line).collect();
        if !unseen.is_empty() {
            let targets: Vec<_> = unseen.into_iter().map(|finding| finding.target).collect();
            faults.extend(measured(chrome, device, &targets).await?);
        }
        Ok(faults)
    }
}

/// The contrast of these texts with the pixels behind them.
async fn measured(chrome: &Chrome, device: Device, targets: &[String]) -> Result<Vec<String>> {
    let texts = chrome.script(include_str!("behind.js"), vec![json!(targets)]).await?;
    let picture = BASE64.encode(chrome.snapshot(device.width).await?);
    chrome.script(include_str!("behind.js"), Vec::new()).await?;
    let faults = chrome.script_later(include_str!("contrast.js"), vec![texts, json!(picture)]).await?;
    Ok(serde_json::from_value(faults)?)
}

impl Finding {
    fn line(&self) -> String {
        format!("{} at {}: {}", self.rule, self.target, self.summary)
    }
}
