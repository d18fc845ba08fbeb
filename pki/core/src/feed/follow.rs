//! What a house believes of its feed: numbered without a gap, chained, of one epoch, for its ears, signed by the
//! registry, and every event proved down to the root.
//!
//! A [`Follower`] is three values in the house's database; each accepted entry gives the next three, written in the
//! same plan as what the entry changes. Anything that does not fit halts the feed with an alarm: going on past a
//! doubtful entry would make every later one doubtful.

use super::{Audience, Enrolled, Event, FeedEntry, SignedFeedEntry, StatusChange, StatusOrder};
use crate::assertion;
use crate::bytes::{self, Hash, Id};
use crate::enrolment::{
    CheckedCharter, CheckedOfficer, CheckedStatement, Disclosed, EnrolmentError, Given, OfficerGrant,
    approvers, check_disclosed, check_grant, check_statement, sign, tag,
};
use crate::key::{SigningKey, sha256};
use crate::limits::{self, OutOfRange};
use crate::time::Instant;

/// Where a house is in its feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    /// The feed's epoch; `None` until the first entry.
    pub epoch: Option<Id>,
    /// Number of the last accepted entry; 0 before the first.
    pub number: u64,
    /// SHA-256(DER(SignedFeedEntry)) of it; 32 zero bytes before the first.
    pub last: Hash,
}

/// What an entry is read with.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Who reads.
    pub audience: Audience,
    /// The country.
    pub charter: &'a CheckedCharter,
    /// The grants of [`officers_needed`]; others may be among them.
    pub officers: &'a [OfficerGrant],
    /// The reader's clock.
    pub now: Instant,
}

/// An entry that fits, and where the house then is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What to store.
    pub next: Follower,
    /// What happened.
    pub news: News,
}

/// What happened, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A person was enrolled.
    Enrolled(Newcomer),
    /// A person's status changed.
    Status(CheckedStatus),
    /// An officer was put in office; later entries name them.
    Officer(CheckedOfficer, OfficerGrant),
    /// Nothing new; the feed is alive.
    Heartbeat,
}

/// An enrolled person, as this audience may know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// This audience's handle.
    pub handle: Id,
    /// The proof.
    pub statement: CheckedStatement,
    /// Values of fields; empty for the signer.
    pub disclosed: Vec<Disclosed>,
    /// The signer's handle; for the idp only.
    pub signer_handle: Option<Id>,
}

/// A status that an officer ordered. The store writes it only where handle and statement are one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedStatus {
    handle: Id,
    order: StatusOrder,
}

impl CheckedStatus {
    /// This audience's handle.
    #[must_use]
    pub const fn handle(&self) -> &Id {
        &self.handle
    }

    /// What was ordered.
    #[must_use]
    pub const fn order(&self) -> &StatusOrder {
        &self.order
    }
}

/// Why an entry does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Made for another house.
    #[error("this entry is for another house")]
    OtherAudience,
    /// No registry key of the charter signed it.
    #[error("this entry was not signed by the registry")]
    Forged,
    /// Another epoch: a restored backup. An operator decides.
    #[error("this entry is of another epoch of the feed")]
    OtherEpoch,
    /// A number that was accepted before.
    #[error("entry {found} was accepted before; the next one is {expected}")]
    Replayed {
        /// The next number.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A number further on: entries are missing or out of order.
    #[error("entry {expected} is missing; {found} came")]
    NotNext {
        /// The next number.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The right number over another past.
    #[error("this entry follows another past than ours")]
    OtherPast,
    /// A heartbeat that is old or from the future: somebody keeps the feed's silence alive.
    #[error("this heartbeat is not of now")]
    StaleHeartbeat,
    /// A member out of range.
    #[error(transparent)]
    Range(#[from] OutOfRange),
    /// The event is not proved.
    #[error("this entry's event is not proved")]
    Event(#[from] EnrolmentError),
    /// Members that this audience must have or must not have.
    #[error("this entry tells its house what it must not know, or not what it must")]
    Disclosure,
}

/// A long poll waits 25 seconds, and clocks of houses differ by a few.
const HEARTBEAT_AGE_SECONDS_MAX: i64 = 120;

impl Follower {
    /// Before the first entry.
    #[must_use]
    pub const fn new() -> Self {
        Self { epoch: None, number: 0, last: Hash::new([0; 32]) }
    }

    /// Checks one entry.
    ///
    /// # Errors
    /// The first check that fails. Only [`FeedError::Replayed`] is harmless (a page fetched twice); every other one is an
    /// alarm.
    pub fn accept(&self, signed: &SignedFeedEntry, reading: &Reading<'_>) -> Result<Accepted, FeedError> {
        let entry = &signed.entry;
        let der = bytes::write(entry);
        reading
            .charter
            .registry_signed(&signed.algorithm, &[tag::FEED.as_bytes(), &der].concat(), &signed.signature)
            .map_err(|_| FeedError::Forged)?;
        limits::version("feed entry", entry.version)?;
        if entry.audience != reading.audience {
            return Err(FeedError::OtherAudience);
        }
        if self.epoch.is_some_and(|epoch| epoch != entry.epoch) {
            return Err(FeedError::OtherEpoch);
        }
        if matches!(entry.event, Event::Heartbeat(_)) {
            return self.accept_heartbeat(entry, reading.now);
        }
        let expected = self.number.saturating_add(1);
        match entry.number {
            found if found < expected => return Err(FeedError::Replayed { expected, found }),
            found if found > expected => return Err(FeedError::NotNext { expected, found }),
            _ if entry.previous != self.last => return Err(FeedError::OtherPast),
            _ => {}
        }
        let news = news(&entry.event, reading)?;
        Ok(Accepted { next: self.after(signed), news })
    }

    /// A heartbeat says number and hash of the feed's last entry, now.
    fn accept_heartbeat(&self, entry: &FeedEntry, now: Instant) -> Result<Accepted, FeedError> {
        let (expected, found) = (self.number, entry.number);
        match found {
            _ if found < expected => return Err(FeedError::Replayed { expected, found }),
            _ if found > expected => {
                return Err(FeedError::NotNext { expected: expected.saturating_add(1), found });
            }
            _ if entry.previous != self.last => return Err(FeedError::OtherPast),
            _ => {}
        }
        if Instant::from_generalized(&entry.at).seconds_since(now).abs() > HEARTBEAT_AGE_SECONDS_MAX {
            return Err(FeedError::StaleHeartbeat);
        }
        Ok(Accepted { next: Self { epoch: Some(entry.epoch), ..*self }, news: News::Heartbeat })
    }

    /// Where this house is after an entry that it accepted, or that it made.
    #[must_use]
    pub fn after(&self, signed: &SignedFeedEntry) -> Self {
        Self {
            epoch: Some(signed.entry.epoch),
            number: signed.entry.number,
            last: sha256(&bytes::write(signed)),
        }
    }

    /// The entry that follows this head, to be sealed and stored by the registry.
    #[must_use]
    pub fn next_entry(&self, epoch: Id, audience: Audience, at: Instant, event: Event) -> FeedEntry {
        let beats = matches!(event, Event::Heartbeat(_));
        let number = if beats { self.number } else { self.number.saturating_add(1) };
        FeedEntry { version: 1, audience, epoch, number, previous: self.last, at: at.generalized(), event }
    }
}

impl Default for Follower {
    fn default() -> Self {
        Self::new()
    }
}

/// Signs an entry with the registry's key.
///
/// # Errors
/// When the key does not sign.
pub fn seal_entry(entry: FeedEntry, key: &dyn SigningKey) -> Result<SignedFeedEntry, EnrolmentError> {
    let signature = sign(key, &[tag::FEED.as_bytes(), &bytes::write(&entry)])?;
    Ok(SignedFeedEntry { entry, algorithm: key.public_key().algorithm().identifier(), signature })
}

/// Hashes of the officers whose grants the reader must look up before it reads this entry.
#[must_use]
pub fn officers_needed(signed: &SignedFeedEntry) -> Vec<Hash> {
    match &signed.entry.event {
        Event::Enrolled(enrolled) => enrolled.statement.officers_named(),
        Event::Status(change) => change.approvals.iter().map(|approval| approval.officer).collect(),
        Event::Officer(_) | Event::Heartbeat(_) => Vec::new(),
    }
}

fn news(event: &Event, reading: &Reading<'_>) -> Result<News, FeedError> {
    match event {
        Event::Enrolled(enrolled) => newcomer(enrolled, reading).map(News::Enrolled),
        Event::Status(change) => Ok(News::Status(check_status(change, reading.officers, reading.charter)?)),
        Event::Officer(grant) => Ok(News::Officer(check_grant(grant, reading.charter)?, grant.clone())),
        Event::Heartbeat(_) => Ok(News::Heartbeat),
    }
}

fn newcomer(enrolled: &Enrolled, reading: &Reading<'_>) -> Result<Newcomer, FeedError> {
    let statement = check_statement(&enrolled.statement, reading.officers, reading.charter)?;
    let fits = match reading.audience {
        Audience::Idp => enrolled.signer_handle.is_some(),
        Audience::Signer => enrolled.disclosed.is_empty() && enrolled.signer_handle.is_none(),
    };
    if !fits {
        return Err(FeedError::Disclosure);
    }
    let disclosed = check_disclosed(&enrolled.disclosed, statement.record())?;
    Ok(Newcomer { handle: enrolled.handle, statement, disclosed, signer_handle: enrolled.signer_handle })
}

/// Checks that an officer in office at its time ordered this status.
///
/// # Errors
/// Ranges, no approval, or an approval that is not good.
pub fn check_status(
    change: &StatusChange,
    officers: &[OfficerGrant],
    charter: &CheckedCharter,
) -> Result<CheckedStatus, EnrolmentError> {
    limits::version("status order", change.order.version)?;
    let named: Vec<Hash> = change.approvals.iter().map(|approval| approval.officer).collect();
    let officers: Vec<CheckedOfficer> = officers
        .iter()
        .filter(|grant| named.contains(&grant.officer.hash()))
        .map(|grant| check_grant(grant, charter))
        .collect::<Result<_, _>>()?;
    let given = Given {
        approvals: &change.approvals,
        challenge: assertion::challenge(tag::STATUS, &bytes::write(&change.order)),
        at: Instant::from_generalized(&change.order.created),
        rp_id: &charter.tbs().rp_id,
        // One officer is enough to stop somebody who lost everything; to undo it needs one as well, and is logged.
        needed: 1,
    };
    given.check(approvers(&officers))?;
    Ok(CheckedStatus { handle: change.handle, order: change.order.clone() })
}
