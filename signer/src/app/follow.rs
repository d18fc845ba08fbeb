//! Follows the registry's feed: each entry is proved down to the root, then written together with the position after it.
//!
//! An entry that does not fit halts the feed with an alarm until an operator has looked; this house then refuses new
//! approvals as stale, and goes on serving what was signed.

use pki_core::feed::{Audience, FeedError, News, Reading, SignedFeedEntry, officers_needed};
use pki_core::time::Instant;
use service::db::Plan;

use super::{App, Fault};
use crate::store::feed::{self, Position};

/// Without a word from the feed for so long, no new approval is taken (formats.md §2: pki's own check in the act decides;
/// this only spares the person a late refusal).
const STALE_SECONDS: i64 = 15 * 60;

/// Why the feed stands still.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FollowError {
    /// No answer, or the database: try again.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// An entry that does not fit: halt.
    #[error("the feed does not fit what this house knows")]
    Alarm(#[from] FeedError),
    /// An entry that is proved, and yet about nobody whom this house knows, or about somebody else than it says: halt.
    #[error("the feed speaks of a person as of another")]
    OtherPerson,
}

/// Reads what the feed says within `wait_seconds`, and applies it. Says how many entries were new.
pub(crate) async fn poll(app: &App, wait_seconds: u64) -> Result<usize, FollowError> {
    let position = app.store.position().await.map_err(Fault::from)?;
    let after = position.follower.number;
    let entries = app.pki.feed(after, wait_seconds, app.now(), &*app.random).await.map_err(Fault::from)?;
    let mut count = 0;
    let mut position = position;
    for entry in &entries {
        if let Some(next) = apply(app, &position, entry, app.now()).await? {
            count += usize::from(next.follower.number > position.follower.number);
            position = next;
        }
    }
    Ok(count)
}

/// Applies one entry; `None` if it was applied before (a page fetched twice, another replica).
async fn apply(
    app: &App,
    position: &Position,
    entry: &SignedFeedEntry,
    now: Instant,
) -> Result<Option<Position>, FollowError> {
    let officers = app.store.officers(&officers_needed(entry)).await.map_err(Fault::from)?;
    let reading =
        Reading { audience: Audience::Signer, charter: app.trust.charter(), officers: &officers, now };
    let accepted = match position.follower.accept(entry, &reading) {
        Ok(accepted) => accepted,
        Err(FeedError::Replayed { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let plan = feed::advance(&position.follower, &accepted.next, now).then(changes(&accepted.news, now));
    match app.store.apply(plan).await {
        Ok(_) => Ok(Some(Position { follower: accepted.next, heard_at: Some(now) })),
        // Another replica was first; the next poll begins where it is.
        Err(error) if error.lost("feed.advance") || error.exists("feed.advance") => Ok(None),
        Err(error)
            if error.exists("feed.enrolled") || error.lost("feed.replaced") || error.lost("feed.status") =>
        {
            Err(FollowError::OtherPerson)
        }
        Err(error) => Err(Fault::from(error).into()),
    }
}

fn changes(news: &News, now: Instant) -> Plan {
    match news {
        News::Enrolled(person) => {
            let (statement, hash) = (person.statement.statement(), person.statement.hash());
            match &person.statement.record().supersedes {
                Some(superseded) => feed::replaced(&person.handle, superseded, statement, hash),
                None => feed::enrolled(&person.handle, statement, hash, now),
            }
        }
        News::Status(status) => {
            feed::status_changed(status.handle(), &status.order().statement, status.order().status, now)
        }
        News::Officer(officer, grant) => feed::officer(officer.hash(), grant),
        News::Heartbeat => Plan::new(),
    }
}

/// Whether the feed has spoken lately; if not, it is asked once before anyone is refused.
pub(crate) async fn is_fresh(app: &App) -> Result<bool, Fault> {
    if heard_lately(app).await? {
        return Ok(true);
    }
    match poll(app, 0).await {
        Ok(_) | Err(FollowError::Fault(_)) => heard_lately(app).await,
        Err(FollowError::Alarm(_) | FollowError::OtherPerson) => Ok(false),
    }
}

async fn heard_lately(app: &App) -> Result<bool, Fault> {
    let heard = app.store.position().await?.heard_at;
    Ok(heard.is_some_and(|heard| app.now().seconds_since(heard) <= STALE_SECONDS))
}
