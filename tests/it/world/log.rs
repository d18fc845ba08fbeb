//! What the houses said on their logs, as an operator would read it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged on the test's thread since it began to listen, down to `debug`, and to `trace` where statements
/// are told.
pub(crate) struct Log {
    lines: Lines,
    _listening: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn listen() -> Self {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter("debug,service=trace,hyper=info,hyper_util=info,reqwest=info,h2=info,sqlx=info")
            .with_ansi(false)
            .without_time()
            .with_writer(lines.clone())
            .finish();
        Self { lines, _listening: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.0.lock().unwrap()).into_owned()
    }

    /// Where the log ends now.
    pub(crate) fn end(&self) -> usize {
        self.lines.0.lock().unwrap().len()
    }

    /// What was said since it ended there.
    pub(crate) fn since(&self, end: usize) -> String {
        let lines = self.lines.0.lock().unwrap();
        String::from_utf8_lossy(lines.get(end..).unwrap_or_default()).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
