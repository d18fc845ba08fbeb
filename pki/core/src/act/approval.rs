//! A person's approval of one act: is this touch, for this request, by this passkey, in time?
//!
//! The signer asks before it acts, `pki` before it certifies, a verifier before it says Genuine: the same function,
//! each against its own copy of the statement. That an approval is used once is a UNIQUE row at `pki`.

use super::{ActError, SignRequest, challenge};
use crate::assertion::{self, Assertion, Expected};
use crate::bytes::Hash;
use crate::enrolment::CheckedStatement;
use crate::limits::{self, OutOfRange};
use crate::oid;
use crate::time::Instant;

impl SignRequest {
    /// Sizes and shapes.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::version("request", self.version)?;
        limits::text("RP ID", &self.rp_id, &limits::ORIGIN_CHARS)?;
        limits::text("origin", &self.origin, &limits::ORIGIN_CHARS)?;
        self.subject_name.check()?;
        limits::holds(self.policy == oid::POLICY_ONE_SIGNATURE, "policy", "is not the one-signature policy")?;
        limits::holds(self.algorithm == oid::ECDSA_SHA256, "algorithm", "is not ecdsa-with-SHA256")?;
        limits::holds(limits::SIGNATURES.contains(&self.signatures), "signatures", "are not 1 to 20")
    }
}

/// An approval that is good. Only [`check_approval`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedApproval {
    challenge: Hash,
    assertion: assertion::Checked,
}

impl CheckedApproval {
    /// What was approved: unique for ever, because each showing has a fresh request id.
    #[must_use]
    pub const fn challenge(&self) -> &Hash {
        &self.challenge
    }

    /// Flags and counter of the touch.
    #[must_use]
    pub const fn assertion(&self) -> &assertion::Checked {
        &self.assertion
    }
}

/// Checks an approval for a signature at `signing_time` (formats.md §1, points 5, 6 and 8, as far as they need no
/// certificate).
///
/// # Errors
/// The first check that fails.
pub fn check_approval(
    request: &SignRequest,
    assertion: &Assertion,
    statement: &CheckedStatement,
    signing_time: Instant,
) -> Result<CheckedApproval, ActError> {
    request.check()?;
    check_person(request, statement)?;
    check_signing_time(request, signing_time)?;
    let assertion = check_assertion(request, assertion, statement)?;
    Ok(CheckedApproval { challenge: challenge(request), assertion })
}

/// Point 5: record, request and client data agree on RP ID and origin; the statement's passkey answered for exactly
/// this request.
pub(super) fn check_assertion(
    request: &SignRequest,
    assertion: &Assertion,
    statement: &CheckedStatement,
) -> Result<assertion::Checked, ActError> {
    let record = statement.record();
    if request.rp_id != record.rp_id || request.origin != record.signing_origin {
        return Err(ActError::OtherOrigin);
    }
    let expected = Expected {
        rp_id: &record.rp_id,
        origin: &record.signing_origin,
        challenge: &challenge(request),
        credential_id: statement.credential_id(),
        public_key: statement.public_key(),
    };
    Ok(assertion::verify(assertion, &expected)?)
}

/// Point 6, without the certificate: this statement, under the name that officers certified.
pub(super) fn check_person(request: &SignRequest, statement: &CheckedStatement) -> Result<(), ActError> {
    if request.statement != *statement.hash() {
        return Err(ActError::OtherStatement);
    }
    if request.subject_name != statement.record().certified_name {
        return Err(ActError::OtherName);
    }
    Ok(())
}

/// Point 8: signing time <= notAfter, at most ten minutes before it.
pub(super) fn check_signing_time(request: &SignRequest, signing_time: Instant) -> Result<(), ActError> {
    let left = Instant::from_generalized(&request.not_after).seconds_since(signing_time);
    if left < 0 {
        return Err(ActError::SignedTooLate);
    }
    if left > limits::APPROVAL_SECONDS_MAX {
        return Err(ActError::SignedTooEarly);
    }
    Ok(())
}
