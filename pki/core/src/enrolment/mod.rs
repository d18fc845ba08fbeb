//! Who a person is, as officers approved it, and who may speak for the country, from the root alone.
//!
//! The structures of formats.md §1 stand here; the files below check them, and each check gives a type that only it
//! can make: [`CheckedCharter`] (the root signed it), [`CheckedOfficer`] (a registrar approved), [`CheckedStatement`]
//! (officers approved, the registry signed). This room never learns what is signed or where a person logs in.

mod approval;
mod charter;
mod disclosure;
mod slip;
pub mod software;
mod statement;
#[cfg(test)]
mod tests;

use const_oid::ObjectIdentifier;
use der::asn1::{BitString, GeneralizedTime, OctetString, PrintableString};
use der::{Enumerated, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;

pub use approval::{CheckedOfficer, check_grant};
pub use charter::{CheckedCharter, Trust, sign_charter};
pub use disclosure::{Disclosed, check_disclosed, record_commitment, salted};
pub use slip::{SlipCode, SlipCodeError};
pub use statement::{CheckedStatement, check_statement, check_with_officers, sign_statement};

pub(crate) use approval::{Given, approvers};
pub(crate) use charter::sign;
pub(crate) use statement::{check_approved, check_registry};

use crate::assertion::{Assertion, AssertionError};
use crate::bytes::{BytesError, Hash, Id};
use crate::key::KeyError;
use crate::limits::OutOfRange;

/// What a signature is over begins with what it means, so that none can be taken for another.
pub mod tag {
    /// An officer approves a record.
    pub const APPROVE: &str = "chancery-approve/1";
    /// An officer confirms a statement's key at the desk.
    pub const BIND: &str = "chancery-bind/1";
    /// The registry signs a statement.
    pub const STATEMENT: &str = "chancery-statement/1";
    /// A registrar approves an officer.
    pub const OFFICER: &str = "chancery-officer/1";
    /// The root signs a charter.
    pub const CHARTER: &str = "chancery-charter/1";
    /// An officer orders a status.
    pub const STATUS: &str = "chancery-status/1";
    /// The registry signs a feed entry.
    pub const FEED: &str = "chancery-feed/1";
    /// A person approves a signing act.
    pub const SIGN: &str = "chancery-sign/1";
    /// Hash of what an act is about.
    pub const PARTICULARS: &str = "chancery-particulars/1";
    /// Commitment to a field.
    pub const FIELD: &str = "chancery-field/1";
    /// Hash of a slip's code.
    pub const SLIP: &str = "chancery-slip/1";
}

/// Why a charter, grant, statement or order is not this country's word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// Not DER of its type.
    #[error(transparent)]
    Bytes(#[from] BytesError),
    /// A member out of range.
    #[error(transparent)]
    Range(#[from] OutOfRange),
    /// A key that we do not accept, of this owner.
    #[error("the {0}'s key is of a kind that is not accepted")]
    UnsupportedKey(&'static str),
    /// A key that did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The root cannot be read strictly.
    #[error("the root certificate cannot be read")]
    RootUnreadable,
    /// The root did not sign itself.
    #[error("the root certificate is not signed by its own key")]
    RootSignature,
    /// The root is not in force.
    #[error("the root certificate is not in force")]
    RootOutOfDate,
    /// The root did not sign this charter.
    #[error("the charter is not signed by this root")]
    CharterSignature,
    /// The charter is not in force at that time.
    #[error("the charter is not in force at that time")]
    CharterOutOfDate,
    /// No registry key of the charter signed this.
    #[error("no registry key of the charter signed this")]
    RegistrySignature,
    /// An RP ID, origin or mark that the charter does not have.
    #[error("the {0} is not one of this country")]
    NotOfThisCountry(&'static str),
    /// An approval by someone whom nobody put in office.
    #[error("an approval is by someone who is not in office")]
    UnknownApprover,
    /// An approval outside the approver's window.
    #[error("an approval is by someone who was not in office at that time")]
    ApproverOutOfDate,
    /// Two approvals by one person.
    #[error("two approvals are by the same person")]
    SameApproverTwice,
    /// An approval whose assertion is not good.
    #[error("an approval is not good")]
    Approval(#[from] AssertionError),
    /// Not enough approvals.
    #[error("{found} approvals where {needed} are needed")]
    TooFewApprovals {
        /// Good ones.
        found: usize,
        /// The threshold.
        needed: usize,
    },
    /// Bound at a desk, and no officer confirmed the key.
    #[error("no officer confirmed the key")]
    ConfirmationMissing,
    /// Bound by slip, and yet confirmed.
    #[error("a binding by slip carries a confirmation")]
    ConfirmationUnexpected,
    /// A disclosed field that the record does not commit to.
    #[error("a disclosed field is not the one that was approved")]
    Disclosure,
}

/// The name that a certificate carries.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct CertifiedName {
    /// 1 to 64 characters (X.520 `ub-common-name`); longer names are shortened for display only.
    pub common: String,
    /// Given names.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub given: Option<String>,
    /// Family name.
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub family: Option<String>,
}

/// Which part of a person's data a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enumerated)]
#[repr(u8)]
pub enum FieldPart {
    /// Family name.
    Family = 0,
    /// Given names.
    Given = 1,
    /// A single name, where a person has one.
    Single = 2,
    /// `YYYY-MM-DD`.
    BirthDate = 3,
    /// National number.
    NationalNumber = 4,
}

/// How a name came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enumerated)]
#[repr(u8)]
pub enum FieldKind {
    /// As in the document.
    Official = 0,
    /// Written in another script.
    Transliterated = 1,
    /// A former name.
    Previous = 2,
    /// The name that the person goes by.
    Preferred = 3,
}

/// One field of a person's data. The record holds only its salted commitment.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Field {
    /// Which part.
    pub part: FieldPart,
    /// How it came to be.
    pub kind: FieldKind,
    /// ISO 15924 code (`Latn`, `Arab`), or `Zyyy` for dates and numbers.
    pub script: PrintableString,
    /// The value.
    pub value: String,
}

/// Why a record was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum RecordKind {
    /// A person who was not enrolled.
    New = 0,
    /// Instead of an earlier passkey.
    Replacement = 1,
    /// Beside an earlier passkey.
    Additional = 2,
}

/// What officers approve: commitments only, so that it may travel in every signature.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct EnrolmentRecord {
    /// 1.
    pub version: u8,
    /// Why.
    pub kind: RecordKind,
    /// Random.
    pub record_id: Id,
    /// The identity proofing that was done; the level follows from it.
    pub policy: ObjectIdentifier,
    /// Approvals that are needed.
    pub threshold: u8,
    /// Never a real person.
    pub sandbox: bool,
    /// RP ID of the passkey.
    pub rp_id: String,
    /// The one origin where it signs.
    pub signing_origin: String,
    /// The name that certificates carry.
    pub certified_name: CertifiedName,
    /// SHA-256("chancery-field/1" || salt32 || DER(Field)), ordered by (part, kind, script).
    pub fields: Vec<Hash>,
    /// SHA-256("chancery-slip/1" || code).
    pub slip: Hash,
    /// When.
    pub created: GeneralizedTime,
    /// The statement that this one replaces.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub supersedes: Option<Hash>,
}

/// An officer's (or registrar's) passkey over something tagged.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Approval {
    /// SHA-256(DER(Officer)).
    pub officer: Hash,
    /// Over SHA-256(tag || DER).
    pub assertion: Assertion,
}

/// How the person's passkey was bound to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
pub enum Binding {
    /// The officer saw it and confirmed the key.
    Desk = 0,
    /// By the slip alone.
    Slip = 1,
}

/// Record, approvals and passkey, before the registry signs.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct StatementTbs {
    /// 1.
    pub version: u8,
    /// What was approved.
    pub record: EnrolmentRecord,
    /// Over "chancery-approve/1", DER(record).
    pub approvals: Vec<Approval>,
    /// The person's passkey.
    pub credential_id: OctetString,
    /// Its public key.
    pub public_key: SubjectPublicKeyInfoOwned,
    /// Authenticator data flags at registration (UP, UV, BE, BS).
    pub flags: u8,
    /// How it was bound.
    pub binding: Binding,
    /// When.
    pub created: GeneralizedTime,
}

/// Who a person is and which passkey is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Statement {
    /// What is stated.
    pub tbs: StatementTbs,
    /// Over "chancery-bind/1", DER(tbs); empty where binding is slip.
    pub confirmations: Vec<Approval>,
    /// Of the registry key.
    pub algorithm: AlgorithmIdentifierOwned,
    /// Registry key over "chancery-statement/1" || DER(tbs) || DER(confirmations).
    pub signature: BitString,
}

/// Who may approve, at which desk, with which passkey, from when to when.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Officer {
    /// Random.
    pub officer: Id,
    /// Where they work, as it is shown.
    pub desk: String,
    /// The one origin where they approve.
    pub origin: String,
    /// Their passkey.
    pub credential_id: OctetString,
    /// Its public key.
    pub public_key: SubjectPublicKeyInfoOwned,
    /// First instant.
    pub not_before: GeneralizedTime,
    /// Last instant.
    pub not_after: GeneralizedTime,
}

/// An officer whom registrars approved.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct OfficerGrant {
    /// Who.
    pub officer: Officer,
    /// By registrars, over "chancery-officer/1", DER(officer).
    pub approvals: Vec<Approval>,
}

/// Who may speak for the country.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct CharterTbs {
    /// 1.
    pub version: u8,
    /// Rises.
    pub serial: u32,
    /// First instant.
    pub not_before: GeneralizedTime,
    /// Last instant.
    pub not_after: GeneralizedTime,
    /// Whether this country is a sandbox.
    pub sandbox: bool,
    /// RP ID of every passkey.
    pub rp_id: String,
    /// The exact origins: idp, signer, registry.
    pub origins: Vec<String>,
    /// Keys that sign statements and feeds.
    pub registry_keys: Vec<SubjectPublicKeyInfoOwned>,
    /// Who approves officers.
    pub registrars: Vec<Officer>,
}

/// The root's word on who may speak for the country.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Charter {
    /// What is said.
    pub tbs: CharterTbs,
    /// Of the root's key.
    pub algorithm: AlgorithmIdentifierOwned,
    /// Root's key over "chancery-charter/1" || DER(tbs).
    pub signature: BitString,
}

/// `bundle.der`: all that a verifier needs to trust a country.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Bundle {
    /// The root.
    pub root: Certificate,
    /// Its charter.
    pub charter: Charter,
}
