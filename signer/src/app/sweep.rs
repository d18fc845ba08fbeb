//! What time ends: requests that nobody decided, sessions, keys that have served, and everything about a person thirty
//! days after the agency fetched the file.

use super::{App, Fault};
use crate::store::{requests, sessions};

/// An agency's own key is remembered for seven days (formats.md §3).
const KEY_SECONDS: i64 = 7 * 86_400;
/// Documents, people and words are kept for thirty days after the file was fetched.
pub(crate) const KEEP_SECONDS: i64 = 30 * 86_400;
/// Sessions that nobody has used since an hour are long over.
const SESSION_SECONDS: i64 = 3600;

/// Runs once; the shell calls it at start and every few minutes.
pub(crate) async fn run(app: &App) -> Result<(), Fault> {
    let now = app.now();
    app.store.apply(requests::sweep(now, now.plus_seconds(-KEY_SECONDS))).await?;
    app.store.apply(requests::forget(now.plus_seconds(-KEEP_SECONDS))).await?;
    app.store.apply(sessions::sweep(now.plus_seconds(-SESSION_SECONDS))).await?;
    Ok(())
}
