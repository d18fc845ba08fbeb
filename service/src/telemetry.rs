//! What an operator sees on stderr: one line per request and per event, for people or as JSON.
//!
//! Never in a line: names, birth dates, national numbers, tokens, codes, cookies, paths with capabilities in them. A
//! request is logged with its route template and its case number.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// How the lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// One JSON object a line, for collectors.
    Json,
}

/// Starts writing to stderr. `filter` is a directive such as `info` or `warn,service=debug`; one that
/// cannot be read means `info`.
///
/// Called once, by `main`; a second call changes nothing.
pub fn start(format: Format, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE)
        .with_target(false);
    let started = match format {
        Format::Human => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        tracing::debug!("telemetry was started before");
    }
}

/// An error with its causes, on one line of the log.
#[must_use]
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
