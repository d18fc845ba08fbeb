//! Following the registry's feed: who is enrolled with which passkey, who was suspended, who is an officer.
//!
//! Each entry is checked down to the root (`pki_core::feed`) and applied with the feed's new position in one write, so
//! that an entry counts exactly once whatever crashes. An entry that does not fit halts the feed with an alarm;
//! login then goes on until the registry has been silent for too long.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use der::{Reader as _, SliceReader};
use idp_core::assurance::Proofing;
use idp_core::authn::Passkey;
use idp_core::claims::Values;
use idp_core::subject::{Person, PersonId, SignerHandle};
use pki_core::bytes::{BytesError, read};
use pki_core::enrolment::{Field, RecordKind};
use pki_core::feed::{
    Accepted, Audience, CheckedStatus, FeedError, Newcomer, News, Reading, SignedFeedEntry, Status,
    officers_needed,
};
use service::clock::Instant;
use service::config::BaseUrl;
use service::db::Plan;
use service::http::egress::{Ask, Egress, EgressError};
use service::pass::{PassError, Passes};
use service::skeleton::Stop;
use tokio::sync::Mutex;

use super::{App, Broken};
use crate::store::feed::{self, Position};
use crate::store::{StoreError, passkeys, people};

/// The registry holds a question open for this long when there is nothing new.
const WAIT_SECONDS: u64 = 25;
/// 500 entries of a statement with its officers' approvals, with room.
const PAGE_BYTES_MAX: usize = 16 << 20;
/// After a failure the next question waits this long.
const RETRY: Duration = Duration::from_secs(2);

/// The registry as a peer: where it is and how it is asked.
pub(crate) struct Registry {
    pub(crate) name: String,
    pub(crate) url: BaseUrl,
    pub(crate) egress: Egress,
    pub(crate) passes: Passes,
    applying: Mutex<()>,
    halted: AtomicBool,
    /// When this process itself heard the registry last, in microseconds; 0 before the first time.
    heard: AtomicI64,
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    /// The registry did not answer.
    #[error("the registry did not answer")]
    Unreachable(#[from] EgressError),
    /// It answered with this status.
    #[error("the registry answered {0}")]
    Status(u16),
    /// No pass could be made.
    #[error("no pass for the registry")]
    Pass(#[from] PassError),
    /// Bytes that are no entries.
    #[error("the registry sent what is no feed")]
    Malformed(#[from] BytesError),
    /// An entry that does not fit: an alarm.
    #[error("entry {number} of the feed does not fit")]
    Entry {
        /// Its number.
        number: u64,
        /// What does not fit.
        source: FeedError,
    },
    /// An entry whose record proves nothing that this house knows.
    #[error("entry {number} of the feed has an unknown proofing policy")]
    Proofing {
        /// Its number.
        number: u64,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registry {
    pub(crate) fn new(name: String, url: BaseUrl, egress: Egress, passes: Passes) -> Self {
        Self {
            name,
            url,
            egress,
            passes,
            applying: Mutex::new(()),
            halted: AtomicBool::new(false),
            heard: AtomicI64::new(0),
        }
    }
}

/// Whether the registry was heard recently enough to rely on what it said. That this process heard it stays true; only
/// when that is too long ago, another replica may have heard it later, which the row knows. Stale: asks once before saying no.
pub(crate) async fn is_fresh(app: &App, now: Instant) -> Result<bool, Broken> {
    let since = |heard: Instant| now.seconds_since(heard) <= app.stale_seconds_max;
    let recent = |position: &Position| position.heard.is_some_and(since);
    if since(Instant::from_micros(app.registry.heard.load(Ordering::SeqCst))) {
        return Ok(true);
    }
    if recent(&app.store.position().await?) {
        return Ok(true);
    }
    if let Err(error) = poll(app, 0).await {
        tracing::warn!(error = %crate::error_chain(&error), "the registry cannot be heard");
    }
    Ok(recent(&app.store.position().await?))
}

/// Follows the feed until the service stops.
pub(crate) async fn follow(app: std::sync::Arc<App>, mut stop: Stop) {
    loop {
        let polled = tokio::select! {
            () = stop.wait() => return,
            polled = poll(&app, WAIT_SECONDS) => polled,
        };
        if let Err(error) = polled {
            let text = crate::error_chain(&error);
            if matches!(error, FollowError::Unreachable(_) | FollowError::Status(_) | FollowError::Pass(_)) {
                tracing::warn!(error = %text, "the feed could not be followed");
            } else {
                // Going on past a doubtful entry would make every later one doubtful.
                app.registry.halted.store(true, Ordering::SeqCst);
                tracing::error!(error = %text, "ALARM: the feed is halted until an operator looks");
            }
            if !stop.sleep(RETRY).await {
                return;
            }
        }
    }
}

/// Asks once and applies what comes. Several may ask at the same time; what one has applied, the others skip.
pub(crate) async fn poll(app: &App, wait: u64) -> Result<(), FollowError> {
    let after = app.store.position().await?.follower.number;
    let url = format!("{}?after={after}&wait={wait}", app.registry.url.at("/feed/idp"));
    let ask = Ask::get(url).at_most(PAGE_BYTES_MAX).patience(Duration::from_secs(wait + 10));
    let ask = app.registry.passes.put_on(ask, &app.registry.name, app.now(), &*app.random)?;
    let answer = app.registry.egress.ask(ask).await?;
    if answer.status != 200 {
        return Err(FollowError::Status(answer.status));
    }
    let entries = entries(&answer.body)?;
    let _turn = app.registry.applying.lock().await;
    let mut position = app.store.position().await?;
    for entry in entries {
        position = match apply(app, &position, &entry).await {
            Ok(position) => position,
            // Another replica of this house was first.
            Err(FollowError::Store(error)) if error.lost("feed.advance") => app.store.position().await?,
            Err(error) => return Err(error),
        };
    }
    if app.registry.halted.swap(false, Ordering::SeqCst) {
        tracing::info!("the feed goes on");
    }
    Ok(())
}

/// Takes concatenated DER apart.
pub(crate) fn entries(body: &[u8]) -> Result<Vec<SignedFeedEntry>, BytesError> {
    let malformed = |error: der::Error| BytesError::Malformed { what: "feed", why: error.to_string() };
    let mut reader = SliceReader::new(body).map_err(malformed)?;
    let mut entries = Vec::new();
    while !reader.is_finished() {
        entries.push(read("SignedFeedEntry", reader.tlv_bytes().map_err(malformed)?)?);
    }
    Ok(entries)
}

/// Checks one entry and writes what it changes, together with the new position.
pub(crate) async fn apply(
    app: &App,
    from: &Position,
    entry: &SignedFeedEntry,
) -> Result<Position, FollowError> {
    let number = entry.entry.number;
    let officers = app.store.officers(&officers_needed(entry)).await?;
    let now = app.now();
    let reading = Reading { audience: Audience::Idp, charter: app.trust.charter(), officers: &officers, now };
    let Accepted { next, news } = match from.follower.accept(entry, &reading) {
        Ok(accepted) => accepted,
        // A page that was fetched twice: nothing new, nothing wrong.
        Err(FeedError::Replayed { .. }) => return Ok(*from),
        Err(source) => return Err(FollowError::Entry { number, source }),
    };
    let advance = feed::advance(&from.follower, &next, now);
    let plan = match news {
        News::Heartbeat => advance,
        News::Officer(officer, grant) => advance.then(feed::officer(officer.hash(), &grant)),
        News::Enrolled(newcomer) => advance.then(enrol(app, &newcomer, number, now)?),
        News::Status(status) => advance.then(change(app, &status).await?),
    };
    app.store.apply(plan).await?;
    app.registry.heard.fetch_max(now.micros(), Ordering::SeqCst);
    Ok(Position { follower: next, heard: Some(now) })
}

fn enrol(app: &App, newcomer: &Newcomer, number: u64, now: Instant) -> Result<Plan, FollowError> {
    let statement = newcomer.statement.statement();
    let record = newcomer.statement.record();
    let fields: Vec<Field> = newcomer.disclosed.iter().map(|disclosed| disclosed.field.clone()).collect();
    let person = Person {
        id: PersonId(newcomer.handle),
        signer_handle: newcomer.signer_handle.map(SignerHandle),
        status: Status::Active,
        proofing: Proofing::of(record).ok_or(FollowError::Proofing { number })?,
        values: Values::of(&record.certified_name, &fields),
    };
    let passkey = Passkey {
        person: person.id,
        credential_id: newcomer.statement.credential_id().to_vec(),
        public_key: newcomer.statement.public_key().clone(),
        flags: statement.tbs.flags,
        counter: 0,
    };
    let hash = newcomer.statement.hash();
    let plan = people::enrol(&person).then(passkeys::enrol(&passkey, hash, app.row_key.expose()));
    Ok(match (record.kind, &record.supersedes) {
        (RecordKind::Replacement, Some(old)) => plan.then(passkeys::replace(person.id, old, now)),
        _ => plan,
    })
}

// Revoked and deceased are for ever: an order that comes later changes nothing here.
async fn change(app: &App, status: &CheckedStatus) -> Result<Plan, StoreError> {
    let (id, order) = (PersonId(*status.handle()), status.order());
    let known = app.store.person(id).await?.map(|person| person.status);
    if matches!(known, Some(Status::Revoked | Status::Deceased)) {
        tracing::warn!("a status was ordered for a person whose identity has ended; it has no effect");
        return Ok(Plan::new());
    }
    Ok(people::set_status(id, &order.statement, order.status))
}
