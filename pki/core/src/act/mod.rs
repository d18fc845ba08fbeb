//! The formats of one signing act: what the passkey approves, what it is about, and what a court needs.
//!
//! Bytes are fixed by the ASN.1 module `ChanceryFormats` (see `docs/formats.md`); golden vectors stand in the tests.

use const_oid::ObjectIdentifier;
use der::asn1::{GeneralizedTime, OctetString, PrintableString};
use der::{Enumerated, Sequence};

use crate::assertion::Assertion;
use crate::bytes::{Hash, Id};
use crate::enrolment::{CertifiedName, Charter, OfficerGrant, Statement};

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
