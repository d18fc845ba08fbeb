//! Looks at one page from all sides while somebody has it open, and notes what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use super::axe::Axe;
use crate::chrome::{Chrome, Device};
use crate::people::Eye;
use crate::report::Report;
use crate::tool::Tool;

/// A page is judged on a phone and at a desk, by day and by night.
const DEVICES: [(&str, Device); 4] = [
    ("390", Device { width: 390, wishes: &[("prefers-color-scheme", "light")] }),
    ("390.dark", Device { width: 390, wishes: &[("prefers-color-scheme", "dark")] }),
    ("1200", Device { width: 1200, wishes: &[("prefers-color-scheme", "light")] }),
    ("1200.dark", Device { width: 1200, wishes: &[("prefers-color-scheme", "dark")] }),
];
/// On a screen this wide, what can be opened is judged open.
const PHONE: i64 = 390;
/// WCAG 2.2, 1.4.10: no second direction of scrolling at 320 CSS pixels.
const NARROW: Device = Device { width: 320, wishes: &[] };
const FORCED_COLORS: Device = Device { width: 320, wishes: &[("forced-colors", "active")] };
const STILL: Device = Device { width: 1200, wishes: &[("prefers-reduced-motion", "reduce")] };
/// Pages that people print, and the sheets of paper that each may take.
const SHEETS: [(&str, usize); 3] = [("07-slip", 1), ("11-receipt", 1), ("13-genuine", 2)];

/// A style sheet may still be on its way when the first words of a page can be read.
const LOADED: &str = "const [done] = arguments; \
                      if (document.readyState === 'complete') done(); else addEventListener('load', () => done());";
const OPEN_DETAILS: &str = "document.querySelectorAll('details:not([open])').forEach((one) => { one.open = true; one.dataset.opened = '' })";
const CLOSE_DETAILS: &str = "document.querySelectorAll('[data-opened]').forEach((one) => { one.open = false; delete one.dataset.opened })";
const SIDEWAYS: &str = "return document.scrollingElement.scrollWidth";
const TURN: &str = "document.documentElement.dir = document.documentElement.dir === 'rtl' ? 'ltr' : 'rtl'";

/// Each is wrong with `bad.html`, and must be found there.
const BAD: [&str; 13] = [
    "html has no lang",
    "html has dir=\"\"",
    "no title",
    "2 h1",
    "asks http://127.0.0.1:1 for something",
    "Cannot read properties of undefined",
    "color-contrast at .low",
    ".band: contrast 1",
    "image-alt at img",
    "label at input",
    "wide at 320",
    "p.moving moves although motion is unwanted",
    "a \"Dull\" does not show that it has focus",
];

/// Notes what it sees, until it is asked to tell.
pub(super) struct Inspector {
    axe: Axe,
    /// Where pictures are kept, if they are.
    keep: Option<PathBuf>,
    /// Where a print is put for as long as its sheets are counted.
    scratch: PathBuf,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    seen: BTreeSet<String>,
    untold: Vec<(String, Result<String>)>,
}

/// The answer of `once.js`.
#[derive(Deserialize)]
struct Once {
    faults: Vec<String>,
    weight: Weight,
}

/// In octets.
#[derive(Deserialize)]
struct Weight {
    page: u64,
    style: u64,
    script: u64,
    whole: u64,
}

/// The answer of `focus.js`.
#[derive(Deserialize)]
struct Focus {
    faults: Vec<String>,
    count: usize,
}

impl Inspector {
    pub(super) fn new(scratch: &Path, keep: Option<&Path>) -> Result<Self> {
        let (scratch, keep) = (scratch.to_owned(), keep.map(Path::to_owned));
        Ok(Self { axe: Axe::installed()?, keep, scratch, notes: Mutex::default() })
    }

    /// Whether it sees what is wrong: a page where everything is must not pass.
    pub(super) async fn is_awake(&self, chrome: &Chrome) -> Result<()> {
        let bad = self.scratch.join("bad.html");
        std::fs::write(&bad, include_str!("bad.html"))?;
        chrome.goto(&format!("file://{}", bad.display())).await?;
        let Err(faults) = self.judge(chrome, "bad").await else { bail!("it found nothing wrong") };
        let faults = faults.to_string();
        let missed: Vec<_> = BAD.into_iter().filter(|fault| !faults.contains(fault)).collect();
        ensure!(missed.is_empty(), "it did not find {missed:?}, but {faults}");
        Ok(())
    }

    /// A line for each page seen since the last time.
    pub(super) fn tell(&self, report: &mut Report) {
        let untold = std::mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner).untold);
        for (page, result) in untold {
            report.check_saying(&page, result.map(|detail| ((), detail)));
        }
    }

    /// All its faults as one error, or a word about a page without any.
    async fn judge(&self, chrome: &Chrome, page: &str) -> Result<String> {
        chrome.script_later(LOADED, Vec::new()).await?;
        let mut faults = complaints(chrome).await?;
        let limits = json!({"style": 20 * 1024, "script": 10 * 1024, "whole": 60 * 1024});
        let once: Once = ask(chrome, include_str!("once.js"), vec![limits]).await?;
        faults.extend(once.faults);
        self.axe.enter(chrome).await?;
        let mut by_device = BTreeMap::<_, Vec<_>>::new();
        for (name, device) in DEVICES {
            chrome.on(device).await?;
            self.picture(chrome, page, name, device).await?;
            for fault in self.on_device(chrome, device).await? {
                by_device.entry(fault).or_default().push(name);
            }
        }
        faults.extend(by_device.into_iter().map(|(fault, names)| format!("[{}] {fault}", names.join(" "))));
        faults.extend(narrow(chrome).await?);
        let focus = focus(chrome).await?;
        faults.extend(focus.faults);
        if let Some((_, sheets)) = SHEETS.iter().find(|(name, _)| *name == page) {
            faults.extend(self.print(chrome, page, *sheets).await?);
        }
        chrome.at_its_own().await?;
        // What looking itself has caused is not the page's.
        chrome.complaints().await?;
        if !faults.is_empty() {
            bail!("{}: {}", faults.len(), faults.join(" | "));
        }
        let Weight { page, style, script, whole } = once.weight;
        Ok(format!(
            "{whole} octets (page {page}, style {style}, script {script}), {} take focus",
            focus.count
        ))
    }

    async fn on_device(&self, chrome: &Chrome, device: Device) -> Result<Vec<String>> {
        if device.width == PHONE {
            chrome.script(OPEN_DETAILS, Vec::new()).await?;
        }
        let mut faults = self.axe.faults(chrome, device).await?;
        faults.extend(sideways(chrome, device).await?);
        chrome.script(CLOSE_DETAILS, Vec::new()).await?;
        Ok(faults)
    }

    async fn picture(&self, chrome: &Chrome, page: &str, name: &str, device: Device) -> Result<()> {
        let Some(folder) = &self.keep else { return Ok(()) };
        std::fs::write(folder.join(format!("{page}.{name}.png")), chrome.snapshot(device.width).await?)?;
        Ok(())
    }

    async fn print(&self, chrome: &Chrome, page: &str, most: usize) -> Result<Option<String>> {
        let folder = self.keep.as_deref().unwrap_or(&self.scratch);
        let file = folder.join(format!("{page}.print.pdf"));
        std::fs::write(&file, chrome.printed().await?)?;
        let said = Tool::new("pdfinfo", folder).with(&[&file.to_string_lossy()]).accepts("Pages:")?;
        let pages =
            said.text.lines().find_map(|line| line.strip_prefix("Pages:")).context("no count of pages")?;
        let pages: usize = pages.trim().parse()?;
        Ok((pages > most).then(|| format!("takes {pages} sheets of paper, {most} are enough")))
    }
}

impl Eye for Inspector {
    async fn sees(&self, chrome: &Chrome, page: &str) -> Result<()> {
        let first = self.notes.lock().unwrap_or_else(PoisonError::into_inner).seen.insert(page.to_owned());
        if !first {
            return Ok(());
        }
        let result = self.judge(chrome, page).await;
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).untold.push((page.to_owned(), result));
        Ok(())
    }
}

/// The browser's own: a policy that was broken, a script that failed, a file that did not come.
async fn complaints(chrome: &Chrome) -> Result<Vec<String>> {
    let here = chrome.here().await?;
    // That a page itself is an answer with a status of refusal is what it is for.
    let itself = format!("{here} - Failed to load resource");
    let complaints = chrome.complaints().await?;
    Ok(complaints.into_iter().filter(|complaint| !complaint.starts_with(&itself)).collect())
}

/// Where there is little room, few colours, or the language runs the other way.
async fn narrow(chrome: &Chrome) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    chrome.script(OPEN_DETAILS, Vec::new()).await?;
    chrome.on(NARROW).await?;
    faults.extend(sideways(chrome, NARROW).await?);
    chrome.script(TURN, Vec::new()).await?;
    faults.extend(sideways(chrome, NARROW).await?.map(|fault| format!("turned the other way: {fault}")));
    chrome.script(TURN, Vec::new()).await?;
    chrome.on(FORCED_COLORS).await?;
    faults.extend(sideways(chrome, FORCED_COLORS).await?.map(|fault| format!("in forced colours: {fault}")));
    chrome.script(CLOSE_DETAILS, Vec::new()).await?;
    Ok(faults)
}

async fn sideways(chrome: &Chrome, device: Device) -> Result<Option<String>> {
    let width: i64 = ask(chrome, SIDEWAYS, Vec::new()).await?;
    Ok((width > device.width).then(|| format!("is {width} wide at {}", device.width)))
}

/// Also looks whether anything moves, for somebody who does not want that.
async fn focus(chrome: &Chrome) -> Result<Focus> {
    chrome.on(STILL).await?;
    let moving: Vec<String> = ask(chrome, include_str!("motion.js"), Vec::new()).await?;
    chrome.tab().await?;
    let mut focus: Focus = ask(chrome, include_str!("focus.js"), Vec::new()).await?;
    focus.faults.extend(moving);
    Ok(focus)
}

async fn ask<T: serde::de::DeserializeOwned>(
    chrome: &Chrome,
    script: &str,
    arguments: Vec<serde_json::Value>,
) -> Result<T> {
    Ok(serde_json::from_value(chrome.script(script, arguments).await?)?)
}
