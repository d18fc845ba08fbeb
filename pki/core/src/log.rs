//! What the public log counts: a salted commitment per enrolment, status change, officer, certificate and act.

use der::asn1::GeneralizedTime;
use der::{Enumerated, Sequence};

use crate::bytes::Hash;
use crate::key::hash_parts;
use crate::time::Instant;

/// What a leaf counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum LeafKind {
    /// A Statement.
    Enrolment = 0,
    /// A `StatusOrder`.
    Status = 1,
    /// A Certificate.
    Certificate = 2,
    /// An Evidence.
    Act = 3,
    /// An `OfficerGrant`.
    Officer = 4,
}

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Leaf {
    /// 1.
    pub version: u8,
    /// What it counts.
    pub kind: LeafKind,
    /// When.
    pub at: GeneralizedTime,
    /// SHA-256("chancery-leaf/1" || salt32 || DER of what it counts).
    pub commitment: Hash,
}

impl Leaf {
    /// The leaf of a thing whose DER is `counted`, under a fresh random `salt` that only its owner keeps.
    #[must_use]
    pub fn of(kind: LeafKind, at: Instant, salt: &Hash, counted: &[u8]) -> Self {
        let commitment = hash_parts(&[b"chancery-leaf/1", salt.as_bytes(), counted]);
        Self { version: 1, kind, at: at.generalized(), commitment }
    }
}
