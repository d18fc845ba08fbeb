//! Pictures and text of a document, made by a child process that can do nothing else.
//!
//! Drawing a foreign file is the most dangerous thing that this house does, so it happens in a process with no files,
//! no network, no environment, little memory and little time; whatever kills it refuses the document. The child is this
//! same program under a hidden name ([`child_main`], before any runtime starts). It learns the document's bytes and
//! nothing about whose they are; PNG and text come back and are kept as they are, because drawings differ by a bit
//! between processors and are never made twice.

pub(crate) mod aid;
mod child;
mod draw;
mod fonts;
mod frame;
mod lines;
mod structure;
mod text;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

pub use child::child_main;
pub use frame::{CHILD_COMMAND, Undrawable};

/// Name and version of what draws, as the evidence says it.
pub(crate) const RENDERER: &str = "hayro/0.9.0";

/// Wall time of one child; its processor time is limited to half of that.
const WALL_SECONDS_MAX: u64 = 20;
/// What one child may answer: 300 pages of 32 KB are 10 MB, a thick scan is a few times that.
const OUTPUT_BYTES_MAX: usize = 128 << 20;
/// Documents that wait for a child. More are told to come back: an upload must not wait longer than a browser does.
const WAITING_MAX: usize = 32;
/// The same for a narrow renderer.
const NARROW_MAX: usize = 4;

/// One page as it will be shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    /// The picture.
    pub(crate) png: Vec<u8>,
    /// The text of the page, as [`aid`] writes it; empty where it has none.
    pub(crate) text: String,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Page {} x {}, {} bytes", self.width, self.height, self.png.len())
    }
}

/// Why there are no pictures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderError {
    /// The document's fault.
    #[error(transparent)]
    Refused(#[from] Undrawable),
    /// Too many documents wait. Ours, and over soon.
    #[error("too many documents are being drawn")]
    Busy,
    /// The child cannot be started. Ours.
    #[error("the drawing program cannot be started: {0}")]
    Program(String),
}

/// What a child is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Each page as a picture, with its words.
    Pages,
    /// The words alone: nothing is drawn, so a page costs a thousandth of a second.
    Words,
}

impl Asked {
    /// How the child is told.
    const fn word(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Words => "words",
        }
    }
}

/// Draws documents, one child per core at a time.
#[derive(Clone)]
pub(crate) struct Renderer {
    program: PathBuf,
    children: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Renderer {
    /// Draws with this program, which must understand [`CHILD_COMMAND`].
    pub(crate) fn new(program: PathBuf) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            program,
            children: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }

    /// One child at a time, and few that wait for it: for what is good to have and may be left out.
    pub(crate) fn narrow(program: PathBuf) -> Self {
        Self { program, children: Arc::new(Semaphore::new(1)), waiting: Arc::new(Semaphore::new(NARROW_MAX)) }
    }

    /// All pages of a document that the strict reader has accepted.
    pub(crate) async fn draw(&self, document: &[u8]) -> Result<Vec<Page>, RenderError> {
        self.ask(Asked::Pages, document).await
    }

    /// The words of all pages.
    pub(crate) async fn words(&self, document: &[u8]) -> Result<Vec<String>, RenderError> {
        let pages = self.ask(Asked::Words, document).await?;
        Ok(pages.into_iter().map(|page| page.text).collect())
    }

    async fn ask(&self, asked: Asked, document: &[u8]) -> Result<Vec<Page>, RenderError> {
        let _place = self.waiting.try_acquire().map_err(|_| RenderError::Busy)?;
        let _child = self.children.acquire().await.map_err(|_| RenderError::Busy)?;
        let output = tokio::time::timeout(Duration::from_secs(WALL_SECONDS_MAX), self.run(asked, document))
            .await
            .map_err(|_| RenderError::Refused(Undrawable::TooHeavy))??;
        frame::pages(&output).map_err(RenderError::Refused)
    }

    /// Feeds the child and collects its answer. Dropping it (time is up) kills the child.
    async fn run(&self, asked: Asked, document: &[u8]) -> Result<Vec<u8>, RenderError> {
        let failed = |error: std::io::Error| RenderError::Program(error.to_string());
        let mut child = Command::new(&self.program)
            .args([CHILD_COMMAND, asked.word()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(RenderError::Program("it has no pipes".to_owned()));
        };
        let feed = async {
            // A child that refuses early closes its end; what it answered counts.
            let _early = stdin.write_all(document).await;
            drop(stdin);
        };
        let mut output = Vec::new();
        let mut limited = stdout.take(OUTPUT_BYTES_MAX as u64 + 1);
        let collect = limited.read_to_end(&mut output);
        let ((), read) = tokio::join!(feed, collect);
        read.map_err(failed)?;
        if output.len() > OUTPUT_BYTES_MAX {
            return Err(RenderError::Refused(Undrawable::TooHeavy));
        }
        // Its exit code says nothing that a missing end frame does not say.
        let _status = child.wait().await;
        Ok(output)
    }
}

#[cfg(test)]
pub(crate) mod tests;
