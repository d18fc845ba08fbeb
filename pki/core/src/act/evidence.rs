//! What a court checks: nine points, from the root's key alone, each a function with its own refusals.

use const_oid::ObjectIdentifier;

use super::approval::{check_assertion, check_person, check_signing_time};
use super::{ActError, Evidence, Particulars, ReceiptNumber, evidence_hash, particulars_hash};
use crate::bytes::Hash;
use crate::enrolment::{
    CertifiedName, CheckedCharter, CheckedOfficer, CheckedStatement, check_approved, check_grant,
    check_registry, check_with_officers,
};
use crate::key::PublicKey;
use crate::limits::{self, OutOfRange};
use crate::time::Instant;

/// What the evidence must fit: facts of the file and its certificate, from whoever took the file apart.
#[derive(Clone, Debug)]
pub struct EvidenceContext<'a> {
    /// SHA-256 of the bytes before the signature's increment: what was shown.
    pub document_sha256: Hash,
    /// Common name, given name and surname of the signer's certificate.
    pub certificate_name: &'a CertifiedName,
    /// Its certificate policies.
    pub certificate_policies: &'a [ObjectIdentifier],
    /// The algorithm of the signature.
    pub signature_algorithm: ObjectIdentifier,
    /// The signing time that the signature claims; the certificate begins at exactly that second.
    pub signing_time: Instant,
    /// The value of the signed attribute.
    pub evidence_hash_attribute: Hash,
}

/// Why evidence is wrong. Any of these makes a signature Not genuine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// A member of the evidence itself out of range.
    #[error("the evidence is not one that is made here")]
    Range(#[source] OutOfRange),
    /// Point 1.
    #[error("the charter in the evidence is not this root's word at that time")]
    Charter(#[source] crate::enrolment::EnrolmentError),
    /// Point 2.
    #[error("an officer in the evidence was not put in office by a registrar")]
    Officer(#[source] crate::enrolment::EnrolmentError),
    /// Point 3.
    #[error("the person was not approved by enough officers")]
    Approvals(#[source] crate::enrolment::EnrolmentError),
    /// Point 4.
    #[error("the registry did not sign the statement about the person")]
    Registry(#[source] crate::enrolment::EnrolmentError),
    /// Point 5.
    #[error("the person's passkey did not approve this act")]
    Assertion(#[source] ActError),
    /// Point 6: statement, name, policy or algorithm.
    #[error("what was approved is not what was certified")]
    Certificate(#[source] ActError),
    /// Point 7.
    #[error("what was approved is not about this document")]
    Document(#[source] ActError),
    /// Point 8.
    #[error("the approval was not fresh when the signature was made")]
    Time(#[source] ActError),
    /// Point 9.
    #[error("the signature names other evidence")]
    Attribute,
}

impl EvidenceError {
    /// The number of the point in formats.md §1; 0 for evidence that is none.
    #[must_use]
    pub const fn point(&self) -> u8 {
        match self {
            Self::Range(_) => 0,
            Self::Charter(_) => 1,
            Self::Officer(_) => 2,
            Self::Approvals(_) => 3,
            Self::Registry(_) => 4,
            Self::Assertion(_) => 5,
            Self::Certificate(_) => 6,
            Self::Document(_) => 7,
            Self::Time(_) => 8,
            Self::Attribute => 9,
        }
    }
}

/// Evidence that is right in all its points. Only [`check_evidence`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedEvidence {
    evidence: Evidence,
    charter: CheckedCharter,
    statement: CheckedStatement,
    receipt: ReceiptNumber,
}

impl CheckedEvidence {
    /// The evidence.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The charter in it.
    #[must_use]
    pub const fn charter(&self) -> &CheckedCharter {
        &self.charter
    }

    /// The statement in it.
    #[must_use]
    pub const fn statement(&self) -> &CheckedStatement {
        &self.statement
    }

    /// The receipt number in it.
    #[must_use]
    pub const fn receipt(&self) -> &ReceiptNumber {
        &self.receipt
    }

    /// The document of the particulars that this file is.
    #[must_use]
    pub fn document(&self) -> Option<&super::Document> {
        self.evidence.particulars.documents.get(usize::from(self.evidence.index))
    }
}

/// Checks evidence from the root's key alone (formats.md §1, "Checks of evidence").
///
/// # Errors
/// The first point that fails, with its reason inside.
pub fn check_evidence(
    evidence: &Evidence,
    root_key: &PublicKey,
    context: &EvidenceContext<'_>,
) -> Result<CheckedEvidence, EvidenceError> {
    check_ranges(evidence).map_err(EvidenceError::Range)?;
    let charter = point_1_charter(evidence, root_key, context)?;
    let officers = point_2_officers(evidence, &charter)?;
    point_3_approvals(evidence, &officers, &charter)?;
    let statement = point_4_registry(evidence, &officers, &charter)?;
    point_5_assertion(evidence, &statement)?;
    point_6_certificate(evidence, &statement, context)?;
    let receipt = point_7_document(evidence, context)?;
    point_8_time(evidence, context)?;
    point_9_attribute(evidence, context)?;
    Ok(CheckedEvidence { evidence: evidence.clone(), charter, statement, receipt })
}

fn check_ranges(evidence: &Evidence) -> Result<(), OutOfRange> {
    limits::version("evidence", evidence.version)?;
    limits::list("officers", &evidence.officers, 1, limits::OFFICERS_MAX)?;
    evidence.request.check()?;
    evidence.particulars.check()?;
    limits::holds(
        evidence.particulars.documents.len() == usize::from(evidence.request.signatures),
        "documents",
        "are not as many as signatures were approved",
    )
}

/// Point 1: "Charter signed by the root's key, valid at the time; registry key listed in it": in force when the person
/// signed. That the registry key is listed is what point 4 tries.
fn point_1_charter(
    evidence: &Evidence,
    root_key: &PublicKey,
    context: &EvidenceContext<'_>,
) -> Result<CheckedCharter, EvidenceError> {
    CheckedCharter::check(&evidence.charter, root_key, context.signing_time).map_err(EvidenceError::Charter)
}

/// Point 2: "Each OfficerGrant approved by a registrar of the charter."
fn point_2_officers(
    evidence: &Evidence,
    charter: &CheckedCharter,
) -> Result<Vec<CheckedOfficer>, EvidenceError> {
    evidence
        .officers
        .iter()
        .map(|grant| check_grant(grant, charter))
        .collect::<Result<_, _>>()
        .map_err(EvidenceError::Officer)
}

/// Point 3: "Approvals: at least the threshold, different officers, valid at the time, over the record; a confirmation over
/// the key where binding is desk."
fn point_3_approvals(
    evidence: &Evidence,
    officers: &[CheckedOfficer],
    charter: &CheckedCharter,
) -> Result<(), EvidenceError> {
    check_approved(&evidence.statement, officers, charter).map_err(EvidenceError::Approvals)
}

/// Point 4: "Statement signed by the registry key."
fn point_4_registry(
    evidence: &Evidence,
    officers: &[CheckedOfficer],
    charter: &CheckedCharter,
) -> Result<CheckedStatement, EvidenceError> {
    check_registry(&evidence.statement, charter).map_err(EvidenceError::Registry)?;
    // The proof type is made by the one function that checks everything; what it repeats costs two verifications.
    check_with_officers(&evidence.statement, officers, charter).map_err(EvidenceError::Registry)
}

/// Point 5: "Assertion: credential id and key of the statement, RP ID, exact signing origin (record, request and client data
/// agree), UP, UV, crossOrigin not true, challenge = request."
fn point_5_assertion(evidence: &Evidence, statement: &CheckedStatement) -> Result<(), EvidenceError> {
    check_assertion(&evidence.request, &evidence.assertion, statement)
        .map(|_| ())
        .map_err(EvidenceError::Assertion)
}

/// Point 6: "request.statement = this statement; subjectName = certifiedName = the certificate's name; policy = the
/// certificate's."
fn point_6_certificate(
    evidence: &Evidence,
    statement: &CheckedStatement,
    context: &EvidenceContext<'_>,
) -> Result<(), EvidenceError> {
    check_person(&evidence.request, statement).map_err(EvidenceError::Certificate)?;
    if evidence.request.subject_name != *context.certificate_name {
        return Err(EvidenceError::Certificate(ActError::OtherName));
    }
    if !context.certificate_policies.contains(&evidence.request.policy) {
        return Err(EvidenceError::Certificate(ActError::OtherPolicy));
    }
    if evidence.request.algorithm != context.signature_algorithm {
        return Err(EvidenceError::Certificate(ActError::OtherAlgorithm));
    }
    Ok(())
}

/// Point 7: "Particulars hash; documents[index].sha256 = the bytes before the signature's increment; receipt well formed."
fn point_7_document(
    evidence: &Evidence,
    context: &EvidenceContext<'_>,
) -> Result<ReceiptNumber, EvidenceError> {
    if particulars_hash(&evidence.particulars) != evidence.request.particulars {
        return Err(EvidenceError::Document(ActError::OtherParticulars));
    }
    let document = evidence.particulars.documents.get(usize::from(evidence.index));
    if document.is_none_or(|document| document.sha256 != context.document_sha256) {
        return Err(EvidenceError::Document(ActError::OtherDocument));
    }
    ReceiptNumber::parse(evidence.particulars.receipt.as_str())
        .map_err(|_| EvidenceError::Document(ActError::ReceiptMalformed))
}

/// Point 8: "signing time <= notAfter, at most 10 minutes before it."
fn point_8_time(evidence: &Evidence, context: &EvidenceContext<'_>) -> Result<(), EvidenceError> {
    check_signing_time(&evidence.request, context.signing_time).map_err(EvidenceError::Time)
}

/// Point 9: "Signed attribute = hash of this evidence."
fn point_9_attribute(evidence: &Evidence, context: &EvidenceContext<'_>) -> Result<(), EvidenceError> {
    if evidence_hash(evidence) == context.evidence_hash_attribute {
        Ok(())
    } else {
        Err(EvidenceError::Attribute)
    }
}

impl Particulars {
    /// Sizes and shapes; the receipt's form is a point of its own.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::text("requester", &self.requester, &limits::REQUESTER_CHARS)?;
        limits::text("requester's name", &self.requester_name, &limits::TITLE_CHARS)?;
        limits::text("purpose", &self.purpose, &limits::PURPOSE_CHARS)?;
        limits::list("documents", &self.documents, 1, usize::from(*limits::SIGNATURES.end()))?;
        for document in &self.documents {
            limits::text("title", &document.title, &limits::TITLE_CHARS)?;
            limits::text("renderer", &document.renderer, &limits::REQUESTER_CHARS)?;
            limits::holds(document.size > 0 && document.pages > 0, "document", "is empty")?;
        }
        // Mandates arrive with their own format; until then nobody signs for another.
        limits::holds(self.mandate.is_none(), "mandate", "is not known here")
    }
}
