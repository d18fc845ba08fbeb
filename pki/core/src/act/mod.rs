//! The formats of one signing act: what the passkey approves, what it is about, and what a court needs.
//!
//! Bytes are fixed by the ASN.1 module `ChanceryFormats` (see `docs/formats.md`); golden vectors stand in the tests.
//! [`check_approval`] is asked before each signature by two houses, [`check_evidence`] after it by anyone. This room
//! never learns a private key, and knows agencies only by the words that were shown.

mod approval;
mod evidence;
mod receipt;
#[cfg(test)]
mod tests;

use const_oid::ObjectIdentifier;
use der::asn1::{GeneralizedTime, OctetString, PrintableString};
use der::{Enumerated, Sequence};

use spki::SubjectPublicKeyInfoOwned;

pub use approval::{CheckedApproval, check_approval};
pub use evidence::{CheckedEvidence, EvidenceContext, EvidenceError, check_evidence};
pub use receipt::{ReceiptNumber, ReceiptNumberError};

use crate::assertion::{self, Assertion, AssertionError};
use crate::bytes::{self, Hash, Id};
use crate::enrolment::{CertifiedName, Charter, OfficerGrant, Statement, tag};
use crate::key::{hash_parts, sha256};
use crate::limits::OutOfRange;

/// Why an act is not the one that was approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// A member out of range.
    #[error(transparent)]
    Range(#[from] OutOfRange),
    /// The touch is not good for this request.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    /// Request and record disagree on RP ID or signing origin.
    #[error("the request was made for another site")]
    OtherOrigin,
    /// Another person's, or an older, statement.
    #[error("the request names another statement")]
    OtherStatement,
    /// Another name than officers certified or the certificate carries.
    #[error("the names differ")]
    OtherName,
    /// A policy that the certificate does not have.
    #[error("the policies differ")]
    OtherPolicy,
    /// Another algorithm.
    #[error("the algorithms differ")]
    OtherAlgorithm,
    /// Other particulars than were approved.
    #[error("the particulars are not the ones that were approved")]
    OtherParticulars,
    /// Another document, or none at that index.
    #[error("the document is not the one that was shown")]
    OtherDocument,
    /// Not a receipt number.
    #[error("the receipt number is malformed")]
    ReceiptMalformed,
    /// After the approval's end.
    #[error("the approval had ended")]
    SignedTooLate,
    /// More than ten minutes before the approval's end: before it was given.
    #[error("the approval had not been given")]
    SignedTooEarly,
}

/// The challenge of a request: what the passkey signs.
#[must_use]
pub fn challenge(request: &SignRequest) -> Hash {
    assertion::challenge(tag::SIGN, &bytes::write(request))
}

/// SHA-256("chancery-particulars/1" || DER(Particulars)).
#[must_use]
pub fn particulars_hash(particulars: &Particulars) -> Hash {
    hash_parts(&[tag::PARTICULARS.as_bytes(), &bytes::write(particulars)])
}

/// SHA-256(DER(Evidence)): the value of the signed attribute.
#[must_use]
pub fn evidence_hash(evidence: &Evidence) -> Hash {
    sha256(&bytes::write(evidence))
}

/// What the passkey approves, and all that `pki` sees of an act.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct SignRequest {
    /// 1.
    pub version: u8,
    /// The RP ID that the passkey belongs to.
    pub rp_id: String,
    /// The exact signing origin.
    pub origin: String,
    /// Fresh per showing.
    pub request_id: Id,
    /// SHA-256(DER(Statement)): person, name, credential.
    pub statement: Hash,
    /// The name that the certificate will carry.
    pub subject_name: CertifiedName,
    /// Certificate policy.
    pub policy: ObjectIdentifier,
    /// Signature algorithm of the one-use key.
    pub algorithm: ObjectIdentifier,
    /// 1 to 20.
    pub signatures: u8,
    /// The approval is good until then, at most ten minutes after it was made.
    pub not_after: GeneralizedTime,
    /// SHA-256("chancery-particulars/1" || DER(Particulars)).
    pub particulars: Hash,
}

/// Format of the signature that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum Format {
    /// PDF (EN 319 142-1).
    Pades = 0,
}

/// Level of the signature that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum Level {
    /// B-B.
    B = 0,
    /// B-T.
    T = 1,
    /// B-LT.
    Lt = 2,
    /// B-LTA.
    Lta = 3,
}

/// What an act is about. Stays at the signer and in the signed file; `pki` never sees it.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Particulars {
    /// Random, so that the hash tells nothing.
    pub salt: Hash,
    /// `R27-XXXX-XXXX`.
    pub receipt: PrintableString,
    /// The agency's id in the signer's register.
    pub requester: String,
    /// The agency's name as it was shown.
    pub requester_name: String,
    /// What for, as it was shown.
    pub purpose: String,
    /// Always PAdES for now.
    pub format: Format,
    /// The level asked for.
    pub level: Level,
    /// What was shown.
    pub documents: Vec<Document>,
    /// Commitment type (EN 319 122-1 §5.2.3).
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub commitment: Option<ObjectIdentifier>,
    /// A mandate, when someone signs for another.
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub mandate: Option<OctetString>,
}

/// One document as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Document {
    /// Title as it was shown.
    pub title: String,
    /// Bytes.
    pub size: u32,
    /// Of the exact bytes shown.
    pub sha256: Hash,
    /// Renderer and version.
    pub renderer: String,
    /// Pages.
    pub pages: u16,
    /// SHA-256 over the ordered page-image digests.
    pub images: Hash,
    /// SHA-256 over the text shown (UTF-8).
    pub text: Hash,
}

/// What a court needs. Its hash is a signed attribute, itself an unsigned one.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Evidence {
    /// 1.
    pub version: u8,
    /// What was approved.
    pub request: SignRequest,
    /// What it is about.
    pub particulars: Particulars,
    /// Which document of the particulars this file is.
    pub index: u8,
    /// The person's passkey over the request.
    pub assertion: Assertion,
    /// Who the person is and which passkey is theirs.
    pub statement: Statement,
    /// The officers whose approvals the statement carries.
    pub officers: Vec<OfficerGrant>,
    /// The root's word on who may speak for the country.
    pub charter: Charter,
}

/// Body of `POST /certificates` (formats.md §2, "issue"): what the signer asks of `pki`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct CertificateRequest {
    /// 1.
    pub version: u8,
    /// What the person approved.
    pub request: SignRequest,
    /// Their approval.
    pub assertion: Assertion,
    /// Which of the approved signatures.
    pub index: u8,
    /// 0, or 1 for the one replacement after an abandoned certificate.
    pub attempt: u8,
    /// What the key may sign, as the certificate's signedDocumentBinding will say.
    pub data_tbs_hash: Hash,
    /// The one-use key.
    pub public_key: SubjectPublicKeyInfoOwned,
    /// A whole second; the certificate begins at it.
    pub signing_time: GeneralizedTime,
}

/// Body of `POST /certificates/abandon`: the key of this certificate is gone and can never sign.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Abandonment {
    /// 1.
    pub version: u8,
    /// Serial number of the certificate, as its INTEGER's content octets.
    pub serial: OctetString,
}
