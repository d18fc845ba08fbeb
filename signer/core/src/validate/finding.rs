//! What can be wrong with a signature. One variant per reason; `Display` is the plain sentence, `key` names the
//! sentence in a message catalogue, `sub_indication` is the word of EN 319 102-1.

use const_oid::ObjectIdentifier;
use pki_core::act::EvidenceError;
use pki_core::bytes::BytesError;
use pki_core::cms::CmsError;
use pki_core::path::PathError;
use pki_core::revocation::RevocationError;
use pki_core::tsp::TokenError;

use crate::ades::changes::Change;
use crate::ades::pdf::Refusal;
use crate::ades::signature::FrameError;

/// Why a check did not pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The file is not a PDF that everyone reads in the same way.
    #[error("the file is damaged, or was changed so that not everyone sees the same in it")]
    Unreadable(#[source] Refusal),
    /// The file does not begin as a PDF does.
    #[error("the file is not a PDF, or its beginning was changed")]
    NotAPdf,
    /// There is no signature.
    #[error("there is no signature in the file")]
    NoSignature,
    /// The signature's place in the file.
    #[error("the signature does not stand in the file as a signature must")]
    Frame(#[source] FrameError),
    /// The signature is not read, or its attributes or algorithms are not accepted.
    #[error("the signature is damaged, or is of a kind that is not accepted here")]
    Form(#[source] CmsError),
    /// The certificate that the signature names is not there.
    #[error("the certificate of the signature is missing, or is another one")]
    SigningCertificate(#[source] CmsError),
    /// The document is not the one that was signed.
    #[error("the document was changed after it was signed")]
    Document(#[source] CmsError),
    /// The signature value does not hold.
    #[error("the signature was not made with the key that it names")]
    Value(#[source] CmsError),
    /// Later saves that are not allowed.
    #[error("something was added to the file, or changed in it, after it was signed")]
    ChangedAfter(#[source] Change),
    /// The signature's own save did more than sign.
    #[error("together with the signature something else was put into the file")]
    Layout(#[source] Change),
    /// No path to a given root.
    #[error("it is not known here who vouches for the signer: the file leads to none of the given roots")]
    UnknownRoot(#[source] PathError),
    /// A path that may not be relied on.
    #[error("the signer's certificate may not be relied on")]
    Chain(#[source] PathError),
    /// The certificate began after the time by which the signature existed.
    #[error("the signature existed before its certificate was valid")]
    TooEarly(#[source] PathError),
    /// Nothing is known about the revocation of an authority.
    #[error("the file does not prove that the authorities behind the signature were not revoked")]
    Revocation(#[source] RevocationError),
    /// A certificate of the path was revoked.
    #[error("a certificate behind the signature was revoked")]
    Revoked(#[source] RevocationError),
    /// No time-stamp.
    #[error("the proof of when it was signed is missing")]
    NoTimeStamp,
    /// A time-stamp that does not hold.
    #[error("the proof of when it was signed does not hold")]
    TimeStamp(#[source] TokenError),
    /// A time-stamp from a unit that leads to none of the given roots.
    #[error("it is not known here who vouches for the time of signing")]
    TimeStampUnit(#[source] TokenError),
    /// The certificate of the time-stamping unit has ended.
    #[error("the proof of when it was signed has ended and was not renewed in time")]
    TimeStampEnded,
    /// Nothing is known about the revocation of the time-stamping unit, or it was revoked.
    #[error("the file does not prove that the time-stamp's authorities were not revoked")]
    TimeStampRevocation(#[source] RevocationError),
    /// The time-stamp lies after the time of checking.
    #[error("the proof of when it was signed lies in the future")]
    TimeStampInFuture,
    /// An unsigned attribute that nobody here knows.
    #[error("the signature carries something that nobody here knows")]
    UnknownAttribute(ObjectIdentifier),
    /// The certificate is not a one-signature certificate.
    #[error("the signature is not of the kind that is confirmed here: a certificate for this one signature")]
    OtherPolicy,
    /// The certificate names no signature, or in a way that is not known here.
    #[error("the certificate does not say for which signature it was made")]
    NotBound,
    /// The certificate names another signature.
    #[error("the certificate was made for another signature")]
    OtherBinding,
    /// A certificate without revocation that lives longer than a day.
    #[error("the certificate lives too long for one that cannot be revoked")]
    LongLife,
    /// `/M` cannot be read, or is not the second in which the certificate begins.
    #[error("the time of signing in the file is not the certified one")]
    SigningTime,
    /// The time-stamp is older than the signing time.
    #[error("the times in the file contradict one another")]
    TimesContradict,
    /// No evidence.
    #[error("the proof that the person approved this document is not in the file")]
    EvidenceMissing,
    /// Evidence that was not signed for.
    #[error("the signature does not say that there is a proof of approval, but the file holds one")]
    EvidenceUnexpected,
    /// Evidence that is none.
    #[error("the proof that the person approved this document is damaged")]
    EvidenceUnreadable(#[source] BytesError),
    /// Evidence that is wrong.
    #[error("the proof of approval does not fit: the person did not approve this document in this way")]
    Evidence(#[source] EvidenceError),
    /// The document that was shown is not as long as what stands before the signature.
    #[error("the document that the person was shown is not the one in the file")]
    OtherLength,
    /// The validation data of the file cannot be read.
    #[error("the proofs about the authorities in the file are damaged")]
    ValidationData(#[source] ValidationDataError),
    /// A certificate or list that belongs to no signature.
    #[error("the file holds certificates or lists that belong to none of its signatures")]
    Stray,
}

/// Why `/DSS` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidationDataError {
    /// `/DSS` is not a dictionary of arrays of streams, or has too many entries.
    #[error("the dictionary of validation data is broken")]
    Dictionary,
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] pki_core::x509::CertificateError),
    /// A revocation list.
    #[error(transparent)]
    Crl(#[from] pki_core::revocation::CrlError),
}

impl Finding {
    /// The sub-indication of EN 319 102-1 §4.3.
    #[must_use]
    pub const fn sub_indication(&self) -> &'static str {
        match self {
            Self::Unreadable(_)
            | Self::NotAPdf
            | Self::Frame(_)
            | Self::Layout(_)
            | Self::ChangedAfter(_) => "FORMAT_FAILURE",
            Self::NoSignature => "SIGNED_DATA_NOT_FOUND",
            Self::Form(error)
            | Self::SigningCertificate(error)
            | Self::Document(error)
            | Self::Value(error) => error.sub_indication(),
            Self::UnknownRoot(error) | Self::Chain(error) => error.sub_indication(),
            Self::TooEarly(_) => "NOT_YET_VALID",
            Self::Revocation(error) | Self::TimeStampRevocation(error) => error.sub_indication(),
            Self::Revoked(RevocationError::Revoked { depth: 0, .. }) => "REVOKED",
            Self::Revoked(error) => error.sub_indication(),
            Self::NoTimeStamp | Self::TimeStamp(_) => "NO_POE",
            Self::TimeStampUnit(_) => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::TimeStampEnded => "OUT_OF_BOUNDS_NO_POE",
            Self::TimeStampInFuture | Self::TimesContradict => "TIMESTAMP_ORDER_FAILURE",
            Self::OtherPolicy | Self::LongLife => "CHAIN_CONSTRAINTS_FAILURE",
            Self::ValidationData(_) | Self::Stray => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            Self::UnknownAttribute(_)
            | Self::NotBound
            | Self::OtherBinding
            | Self::SigningTime
            | Self::EvidenceMissing
            | Self::EvidenceUnexpected
            | Self::EvidenceUnreadable(_)
            | Self::Evidence(_)
            | Self::OtherLength => "SIG_CONSTRAINTS_FAILURE",
        }
    }
}

macro_rules! keys {
    ($($variant:pat => $key:literal,)*) => {
        impl Finding {
            /// The names of all sentences, for whoever keeps a message catalogue.
            pub const KEYS: &'static [&'static str] = &[$($key),*];

            /// The name of its sentence in a message catalogue.
            #[must_use]
            pub const fn key(&self) -> &'static str {
                match self {
                    $($variant => $key,)*
                }
            }
        }
    };
}

keys! {
    Self::Unreadable(_) => "unreadable",
    Self::NotAPdf => "not-a-pdf",
    Self::NoSignature => "no-signature",
    Self::Frame(_) => "frame",
    Self::Form(_) => "form",
    Self::SigningCertificate(_) => "signing-certificate",
    Self::Document(_) => "document",
    Self::Value(_) => "value",
    Self::ChangedAfter(_) => "changed-after",
    Self::Layout(_) => "layout",
    Self::UnknownRoot(_) => "unknown-root",
    Self::Chain(_) => "chain",
    Self::TooEarly(_) => "too-early",
    Self::Revocation(_) => "revocation",
    Self::Revoked(_) => "revoked",
    Self::NoTimeStamp => "no-time-stamp",
    Self::TimeStamp(_) => "time-stamp",
    Self::TimeStampUnit(_) => "time-stamp-unit",
    Self::TimeStampEnded => "time-stamp-ended",
    Self::TimeStampRevocation(_) => "time-stamp-revocation",
    Self::TimeStampInFuture => "time-stamp-in-future",
    Self::UnknownAttribute(_) => "unknown-attribute",
    Self::OtherPolicy => "other-policy",
    Self::NotBound => "not-bound",
    Self::OtherBinding => "other-binding",
    Self::LongLife => "long-life",
    Self::SigningTime => "signing-time",
    Self::TimesContradict => "times-contradict",
    Self::EvidenceMissing => "evidence-missing",
    Self::EvidenceUnexpected => "evidence-unexpected",
    Self::EvidenceUnreadable(_) => "evidence-unreadable",
    Self::Evidence(_) => "evidence",
    Self::OtherLength => "other-length",
    Self::ValidationData(_) => "validation-data",
    Self::Stray => "stray",
}
