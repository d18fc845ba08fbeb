//! Approvals: passkeys of officers and registrars over something tagged.
//!
//! Who may approve comes from the charter alone; the officer's key, origin and window from what the registrars
//! approved. "Valid at the time" means at the time that the approved thing itself states.

use super::{Approval, CheckedCharter, EnrolmentError, Officer, OfficerGrant, tag};
use crate::assertion::{self, Expected};
use crate::bytes::{self, Hash, Id};
use crate::key::{PublicKey, sha256};
use crate::limits::{self, OutOfRange};
use crate::time::Instant;

/// Someone whose approvals count: a registrar of the charter, or an officer whom registrars approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approver {
    pub(crate) officer: Officer,
    pub(crate) hash: Hash,
    pub(crate) key: PublicKey,
}

impl Approver {
    /// Ranges and key of a named officer; says nothing yet about who named them.
    pub(crate) fn read(officer: &Officer) -> Result<Self, EnrolmentError> {
        officer.check()?;
        let key = PublicKey::from_spki(&bytes::write(&officer.public_key))
            .map_err(|_| EnrolmentError::UnsupportedKey("officer"))?;
        Ok(Self { officer: officer.clone(), hash: officer.hash(), key })
    }

    fn valid_at(&self, at: Instant) -> bool {
        Instant::from_generalized(&self.officer.not_before) <= at
            && at <= Instant::from_generalized(&self.officer.not_after)
    }
}

impl Officer {
    /// SHA-256(DER(Officer)): how approvals name them.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(&bytes::write(self))
    }

    /// Sizes and shapes.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::text("desk", &self.desk, &limits::TITLE_CHARS)?;
        limits::text("officer's origin", &self.origin, &limits::ORIGIN_CHARS)?;
        limits::credential_id(self.credential_id.as_bytes())?;
        let (from, to) =
            (Instant::from_generalized(&self.not_before), Instant::from_generalized(&self.not_after));
        limits::holds(from < to, "officer's window", "ends before it begins")
    }
}

/// An officer whom a registrar of the charter approved. Only [`check_grant`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOfficer(Approver);

impl CheckedOfficer {
    /// What was granted.
    #[must_use]
    pub const fn officer(&self) -> &Officer {
        &self.0.officer
    }

    /// SHA-256(DER(Officer)).
    #[must_use]
    pub const fn hash(&self) -> &Hash {
        &self.0.hash
    }

    /// Their passkey's public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.0.key
    }

    /// Whether they may approve at that time.
    #[must_use]
    pub fn valid_at(&self, at: Instant) -> bool {
        self.0.valid_at(at)
    }
}

/// Checks that registrars of the charter approved this officer (formats.md §1, point 2).
///
/// A grant states no time of its own, so the registrar must have been in office when the officer's window begins.
///
/// # Errors
/// Ranges, an origin outside the charter, no approval, or an approval by anyone else.
pub fn check_grant(grant: &OfficerGrant, charter: &CheckedCharter) -> Result<CheckedOfficer, EnrolmentError> {
    let approver = Approver::read(&grant.officer)?;
    if !charter.names_origin(&grant.officer.origin) {
        return Err(EnrolmentError::NotOfThisCountry("officer's origin"));
    }
    let given = Given {
        approvals: &grant.approvals,
        challenge: assertion::challenge(tag::OFFICER, &bytes::write(&grant.officer)),
        at: Instant::from_generalized(&grant.officer.not_before),
        rp_id: &charter.tbs().rp_id,
        needed: 1,
    };
    given.check(charter.registrars())?;
    Ok(CheckedOfficer(approver))
}

/// Approvals as they were given, and what they must be.
pub(crate) struct Given<'a> {
    pub(crate) approvals: &'a [Approval],
    pub(crate) challenge: Hash,
    pub(crate) at: Instant,
    pub(crate) rp_id: &'a str,
    pub(crate) needed: usize,
}

impl Given<'_> {
    /// Every approval must be good, by a different person, and there must be enough of them: a bad one beside enough
    /// good ones is a forgery attempt, not an ornament.
    pub(crate) fn check<'b>(
        &self,
        approvers: impl Iterator<Item = &'b Approver> + Clone,
    ) -> Result<(), EnrolmentError> {
        limits::list("approvals", self.approvals, 0, limits::APPROVALS_MAX)?;
        let mut seen: Vec<(Id, &PublicKey)> = Vec::new();
        for approval in self.approvals {
            let approver = approvers
                .clone()
                .find(|approver| approver.hash == approval.officer)
                .ok_or(EnrolmentError::UnknownApprover)?;
            if !approver.valid_at(self.at) {
                return Err(EnrolmentError::ApproverOutOfDate);
            }
            // Neither a second grant for the same officer nor one passkey under two names makes two people.
            if seen.iter().any(|(id, key)| *id == approver.officer.officer || **key == approver.key) {
                return Err(EnrolmentError::SameApproverTwice);
            }
            assertion::verify(
                &approval.assertion,
                &Expected {
                    rp_id: self.rp_id,
                    origin: &approver.officer.origin,
                    challenge: &self.challenge,
                    credential_id: approver.officer.credential_id.as_bytes(),
                    public_key: &approver.key,
                },
            )?;
            seen.push((approver.officer.officer, &approver.key));
        }
        if seen.len() < self.needed {
            return Err(EnrolmentError::TooFewApprovals { found: seen.len(), needed: self.needed });
        }
        Ok(())
    }
}

/// The approvers of several checked officers.
pub(crate) fn approvers(officers: &[CheckedOfficer]) -> impl Iterator<Item = &Approver> + Clone {
    officers.iter().map(|officer| &officer.0)
}
