//! Statements: who a person is and which passkey is theirs, checked from the charter down.

use super::approval::{Given, approvers};
use super::charter::sign;
use super::{
    Binding, CertifiedName, CheckedCharter, CheckedOfficer, EnrolmentError, EnrolmentRecord, OfficerGrant,
    Statement, StatementTbs, check_grant, tag,
};
use crate::assertion::{self, FLAG_BE, FLAG_BS, FLAG_UP, FLAG_UV};
use crate::bytes::{self, Hash};
use crate::key::{PublicKey, SigningKey, sha256};
use crate::limits::{self, OutOfRange};
use crate::oid;
use crate::time::Instant;

impl CertifiedName {
    /// Sizes and shapes.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::text("common name", &self.common, &limits::COMMON_NAME_CHARS)?;
        for (what, part) in [("given name", &self.given), ("family name", &self.family)] {
            if let Some(part) = part {
                limits::text(what, part, &limits::NAME_PART_CHARS)?;
            }
        }
        Ok(())
    }
}

/// Approvals that a record needs at least: two where people are real, one in a sandbox, which says so everywhere.
const fn threshold_min(sandbox: bool) -> u8 {
    if sandbox { 1 } else { 2 }
}

impl EnrolmentRecord {
    /// Sizes, shapes, and that a sandbox record claims no real proofing and the reverse.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::version("record", self.version)?;
        limits::text("RP ID", &self.rp_id, &limits::ORIGIN_CHARS)?;
        limits::text("signing origin", &self.signing_origin, &limits::ORIGIN_CHARS)?;
        self.certified_name.check()?;
        limits::list("fields", &self.fields, 1, limits::FIELDS_MAX)?;
        let policy = if self.sandbox { oid::PROOFING_SANDBOX } else { oid::PROOFING_DESK };
        limits::holds(self.policy == policy, "proofing policy", "is not the one of such a record")?;
        let enough = self.threshold >= threshold_min(self.sandbox);
        limits::holds(
            enough && usize::from(self.threshold) <= limits::APPROVALS_MAX,
            "threshold",
            "is not possible",
        )?;
        let replaces = matches!(self.kind, super::RecordKind::Replacement);
        limits::holds(
            replaces == self.supersedes.is_some(),
            "superseded statement",
            "belongs to a replacement only",
        )
    }
}

impl StatementTbs {
    /// Sizes and shapes, of the record inside too.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::version("statement", self.version)?;
        self.record.check()?;
        limits::list("approvals", &self.approvals, 1, limits::APPROVALS_MAX)?;
        limits::credential_id(self.credential_id.as_bytes())?;
        // A passkey that did not check who touched it is none; a backed-up one that cannot be backed up neither.
        let verified = self.flags & (FLAG_UP | FLAG_UV) == FLAG_UP | FLAG_UV;
        limits::holds(
            verified && self.flags & (FLAG_BE | FLAG_BS) != FLAG_BS,
            "registration flags",
            "are not possible",
        )?;
        let order =
            Instant::from_generalized(&self.record.created) <= Instant::from_generalized(&self.created);
        limits::holds(order, "statement", "is older than its record")
    }
}

impl Statement {
    /// SHA-256(DER(Statement)): how requests and orders name it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(&bytes::write(self))
    }

    fn signed(&self) -> Vec<u8> {
        [tag::STATEMENT.as_bytes(), &bytes::write(&self.tbs), &bytes::write(&self.confirmations)].concat()
    }

    /// Hashes of the officers whose approvals and confirmations it carries: whose grants a reader must have.
    #[must_use]
    pub fn officers_named(&self) -> Vec<Hash> {
        let mut named: Vec<Hash> =
            self.tbs.approvals.iter().chain(&self.confirmations).map(|approval| approval.officer).collect();
        named.sort_unstable();
        named.dedup();
        named
    }
}

/// Signs a statement with the registry's key. Whether it is a good one is [`check_statement`]'s word: the registry
/// calls it on what it signed before anyone sees it.
///
/// # Errors
/// When the key does not sign.
pub fn sign_statement(
    tbs: StatementTbs,
    confirmations: Vec<super::Approval>,
    registry_key: &dyn SigningKey,
) -> Result<Statement, EnrolmentError> {
    let parts: [&[u8]; 3] = [tag::STATEMENT.as_bytes(), &bytes::write(&tbs), &bytes::write(&confirmations)];
    let signature = sign(registry_key, &parts)?;
    Ok(Statement {
        tbs,
        confirmations,
        algorithm: registry_key.public_key().algorithm().identifier(),
        signature,
    })
}

/// A statement whose officers and registry the charter knows. Only [`check_statement`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedStatement {
    statement: Statement,
    hash: Hash,
    public_key: PublicKey,
}

impl CheckedStatement {
    /// As it was signed.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// SHA-256(DER(Statement)).
    #[must_use]
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }

    /// What officers approved.
    #[must_use]
    pub const fn record(&self) -> &EnrolmentRecord {
        &self.statement.tbs.record
    }

    /// The person's credential id.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        self.statement.tbs.credential_id.as_bytes()
    }

    /// The person's passkey.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

/// Checks a statement: the country's, approved by enough officers at its time, confirmed where it was bound at a desk,
/// and signed by the registry (formats.md §1, points 2 to 4).
///
/// `officers` must hold the grants of [`Statement::officers_named`]; others may be among them.
///
/// # Errors
/// The first check that fails.
pub fn check_statement(
    statement: &Statement,
    officers: &[OfficerGrant],
    charter: &CheckedCharter,
) -> Result<CheckedStatement, EnrolmentError> {
    let named = statement.officers_named();
    let officers: Vec<CheckedOfficer> = officers
        .iter()
        .filter(|grant| named.contains(&grant.officer.hash()))
        .map(|grant| check_grant(grant, charter))
        .collect::<Result<_, _>>()?;
    check_with_officers(statement, &officers, charter)
}

/// As [`check_statement`], with officers whose grants were checked already.
///
/// # Errors
/// The first check that fails.
pub fn check_with_officers(
    statement: &Statement,
    officers: &[CheckedOfficer],
    charter: &CheckedCharter,
) -> Result<CheckedStatement, EnrolmentError> {
    check_approved(statement, officers, charter)?;
    check_registry(statement, charter)?;
    let public_key = PublicKey::from_spki(&bytes::write(&statement.tbs.public_key))
        .map_err(|_| EnrolmentError::UnsupportedKey("person"))?;
    Ok(CheckedStatement { statement: statement.clone(), hash: statement.hash(), public_key })
}

/// Point 3: the record is of this country; at least the threshold of different officers approved it; an officer
/// confirmed the key where binding is desk.
pub(crate) fn check_approved(
    statement: &Statement,
    officers: &[CheckedOfficer],
    charter: &CheckedCharter,
) -> Result<(), EnrolmentError> {
    let tbs = &statement.tbs;
    tbs.check()?;
    let country = charter.tbs();
    if tbs.record.rp_id != country.rp_id {
        return Err(EnrolmentError::NotOfThisCountry("RP ID"));
    }
    if !charter.names_origin(&tbs.record.signing_origin) {
        return Err(EnrolmentError::NotOfThisCountry("signing origin"));
    }
    if tbs.record.sandbox != country.sandbox {
        return Err(EnrolmentError::NotOfThisCountry("sandbox mark"));
    }
    let approvals = Given {
        approvals: &tbs.approvals,
        challenge: assertion::challenge(tag::APPROVE, &bytes::write(&tbs.record)),
        at: Instant::from_generalized(&tbs.record.created),
        rp_id: &country.rp_id,
        needed: usize::from(tbs.record.threshold),
    };
    approvals.check(approvers(officers))?;
    match (tbs.binding, statement.confirmations.is_empty()) {
        (Binding::Slip, true) => Ok(()),
        (Binding::Slip, false) => Err(EnrolmentError::ConfirmationUnexpected),
        (Binding::Desk, true) => Err(EnrolmentError::ConfirmationMissing),
        (Binding::Desk, false) => Given {
            approvals: &statement.confirmations,
            challenge: assertion::challenge(tag::BIND, &bytes::write(tbs)),
            at: Instant::from_generalized(&tbs.created),
            rp_id: &country.rp_id,
            needed: 1,
        }
        .check(approvers(officers)),
    }
}

/// Point 4: signed by a registry key of the charter.
pub(crate) fn check_registry(statement: &Statement, charter: &CheckedCharter) -> Result<(), EnrolmentError> {
    charter.registry_signed(&statement.algorithm, &statement.signed(), &statement.signature)
}
