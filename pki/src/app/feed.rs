//! The feeds: one job per audience turns queued events into signed, numbered, chained entries; readers wait for them.

use std::time::Duration;

use pki_core::bytes::{Id, write};
use pki_core::feed::{Audience, Event, Follower, SignedFeedEntry, seal_entry};
use pki_core::key::random_id;
use service::skeleton::Stop;
use tokio::sync::watch;

use super::{App, Fault};
use crate::store::feed::{self, Head};

/// Entries in one answer.
const PAGE_ENTRIES_MAX: u32 = 500;
/// And bytes in one answer, so that readers with ordinary limits take it; one entry is always given.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// A reader waits at most this long.
pub(crate) const WAIT_SECONDS_MAX: u64 = 25;
/// The sequencer looks by itself this often: another replica may have queued something.
const LOOK_SECONDS: u64 = 2;

/// Struck when something was queued, and when something was signed.
#[derive(Clone)]
pub(crate) struct Bell {
    queued: watch::Sender<u64>,
    signed: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

impl Bell {
    pub(crate) fn new() -> Self {
        Self {
            queued: watch::Sender::new(0),
            signed: watch::Sender::new(0),
            closing: watch::Sender::new(false),
        }
    }

    /// Something was queued.
    pub(crate) fn strike(&self) {
        self.queued.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The house stops: whoever waits gets an answer now.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }
}

/// Why a reader gets no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FeedPageError {
    /// The reader knows more than this feed has: one of the two was restored from a backup.
    #[error("the reader is ahead of the feed: {after} after {last}")]
    Ahead {
        /// What the reader has.
        after: u64,
        /// What the feed has.
        last: u64,
    },
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes sure that both feeds have begun.
pub(crate) async fn begin(app: &App) -> Result<(), Fault> {
    for audience in [Audience::Idp, Audience::Signer] {
        let epoch: Id = random_id(&*app.random)?;
        app.store.apply(feed::begin(audience, &epoch)).await?;
    }
    Ok(())
}

async fn head(app: &App, audience: Audience) -> Result<Head, Fault> {
    app.store.feed_head(audience).await?.ok_or(Fault::Missing("a feed's head"))
}

fn follower(head: &Head) -> Follower {
    Follower { epoch: Some(head.epoch), number: head.number, last: head.last }
}

/// Signs the next queued event of an audience. Says whether there was one.
async fn seal_next(app: &App, audience: Audience) -> Result<bool, Fault> {
    let head = head(app, audience).await?;
    let Some(event) = app.store.feed_queued(audience, head.number.saturating_add(1)).await? else {
        return Ok(false);
    };
    let signed = sealed(app, audience, &head, event)?;
    let next = follower(&head).after(&signed);
    match app.store.apply(feed::seal(audience, &head, &write(&signed), &next.last)).await {
        Ok(_) => Ok(true),
        // Another replica signed this one.
        Err(error) if error.lost("feed.head") => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn sealed(app: &App, audience: Audience, head: &Head, event: Event) -> Result<SignedFeedEntry, Fault> {
    let entry = follower(head).next_entry(head.epoch, audience, app.now(), event);
    Ok(seal_entry(entry, &*app.registry)?)
}

/// Signs all that is queued, for both audiences.
pub(crate) async fn seal_all(app: &App) -> Result<(), Fault> {
    let mut any = false;
    for audience in [Audience::Idp, Audience::Signer] {
        while seal_next(app, audience).await? {
            any = true;
        }
    }
    if any {
        app.bell.signed.send_modify(|count| *count = count.wrapping_add(1));
    }
    Ok(())
}

/// The sequencer: signs what is queued, for as long as the house runs.
pub(crate) async fn sequence(app: &App, mut stop: Stop) {
    let mut queued = app.bell.queued.subscribe();
    while !stop.is_ordered() {
        queued.borrow_and_update();
        if let Err(error) = seal_all(app).await {
            tracing::error!(error = %crate::error_chain(&error), "the feed could not be signed");
        }
        tokio::select! {
            () = stop.wait() => {}
            struck = queued.changed() => debug_assert!(struck.is_ok(), "the bell lives as long as the house"),
            () = tokio::time::sleep(Duration::from_secs(LOOK_SECONDS)) => {}
        }
    }
}

/// Which page a reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageWish {
    pub(crate) audience: Audience,
    /// The last number that the reader has.
    pub(crate) after: u64,
    /// Seconds for which the reader waits when there is nothing new.
    pub(crate) wait: u64,
}

/// The entries after a number, waiting for one if the reader likes; nothing new is a signed heartbeat. A house that
/// stops answers at once.
pub(crate) async fn page(app: &App, wish: PageWish) -> Result<Vec<u8>, FeedPageError> {
    let PageWish { audience, after, wait } = wish;
    let (mut signed, mut closing) = (app.bell.signed.subscribe(), app.bell.closing.subscribe());
    let until = tokio::time::Instant::now() + Duration::from_secs(wait.min(WAIT_SECONDS_MAX));
    loop {
        let head = head(app, audience).await?;
        if after > head.number {
            return Err(FeedPageError::Ahead { after, last: head.number });
        }
        if after < head.number {
            return whole_page(app, audience, after).await;
        }
        if tokio::time::Instant::now() >= until || *closing.borrow() {
            let beat = sealed(app, audience, &head, Event::Heartbeat(der::asn1::Null))?;
            return Ok(write(&beat));
        }
        let look = tokio::time::Instant::now() + Duration::from_secs(LOOK_SECONDS);
        tokio::select! {
            _struck = signed.changed() => {}
            _closing = closing.wait_for(|closing| *closing) => {}
            // Another replica may have signed something.
            () = tokio::time::sleep_until(look.min(until)) => {}
        }
    }
}

/// Entries after a number, as many as fit.
async fn whole_page(app: &App, audience: Audience, after: u64) -> Result<Vec<u8>, FeedPageError> {
    let entries = app.store.feed_after(audience, after, PAGE_ENTRIES_MAX).await.map_err(Fault::from)?;
    let mut page = Vec::new();
    for entry in entries {
        if !page.is_empty() && page.len().saturating_add(entry.len()) > PAGE_BYTES_MAX {
            break;
        }
        page.extend(entry);
    }
    // The head was read before the entries, and both are written together.
    if page.is_empty() { Err(Fault::Missing("an entry of a feed").into()) } else { Ok(page) }
}
