//! What `pki` tells `idp` and `signer`: a signed, numbered, chained sequence of events per audience.
//!
//! The structures stand here; [`follow`](Follower::accept) checks them. No house learns the other's handles but the idp,
//! which must name the signer's in tokens for the signer.

mod follow;
#[cfg(test)]
mod tests;

use der::asn1::{BitString, GeneralizedTime, OctetString};
use der::{Choice, Enumerated, Sequence};
use spki::AlgorithmIdentifierOwned;

pub use follow::{
    Accepted, CheckedStatus, FeedError, Follower, Newcomer, News, Reading, check_status, officers_needed,
    seal_entry,
};

use crate::bytes::{Hash, Id};
use crate::enrolment::{Approval, OfficerGrant, Statement};

/// Whom an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum Audience {
    /// The identity provider.
    Idp = 0,
    /// The signing service.
    Signer = 1,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum Status {
    /// Everything.
    Active = 0,
    /// Nothing, until active again.
    Suspended = 1,
    /// Nothing, for ever.
    Revoked = 2,
    /// Nothing, for ever.
    Deceased = 3,
}

/// A change of status, as an officer approves it.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct StatusOrder {
    /// 1.
    pub version: u8,
    /// Random.
    pub order_id: Id,
    /// SHA-256(DER(Statement)) of the person.
    pub statement: Hash,
    /// What becomes of them.
    pub status: Status,
    /// When.
    pub created: GeneralizedTime,
}

/// A person who is now enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Enrolled {
    /// The handle of this audience; it differs per house.
    pub handle: Id,
    /// The proof.
    pub statement: Statement,
    /// salt32 || DER(Field), for the idp; empty for the signer.
    pub disclosed: Vec<OctetString>,
    /// The signer's handle, in the idp's feed only.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub signer_handle: Option<Id>,
}

/// A change of status with its approvals.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct StatusChange {
    /// The handle of this audience.
    pub handle: Id,
    /// What was ordered.
    pub order: StatusOrder,
    /// Over "chancery-status/1", DER(order).
    pub approvals: Vec<Approval>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Choice)]
#[expect(clippy::large_enum_variant, reason = "the ASN.1 CHOICE; an entry is read once and taken apart")]
pub enum Event {
    /// A person was enrolled.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", constructed = "true")]
    Enrolled(Enrolled),
    /// A person's status changed.
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    Status(StatusChange),
    /// An officer was granted.
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    Officer(OfficerGrant),
    /// Nothing new: `number` of the last entry, and its hash as `previous`. Signed, never stored.
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", constructed = "true")]
    Heartbeat(der::asn1::Null),
}

/// One entry of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct FeedEntry {
    /// 1.
    pub version: u8,
    /// Whom it is for.
    pub audience: Audience,
    /// New after a restored backup.
    pub epoch: Id,
    /// 1, 2, 3, ...
    pub number: u64,
    /// SHA-256(DER(SignedFeedEntry)) of the entry before; 32 zero bytes before the first.
    pub previous: Hash,
    /// When.
    pub at: GeneralizedTime,
    /// What.
    pub event: Event,
}

/// A feed entry as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SignedFeedEntry {
    /// What is said.
    pub entry: FeedEntry,
    /// Of the registry key.
    pub algorithm: AlgorithmIdentifierOwned,
    /// Registry key over "chancery-feed/1" || DER(entry).
    pub signature: BitString,
}
