//! Certificates as we read them: strict DER, every extension that we know as a typed value, nothing believed yet.
//!
//! A [`Certificate`] is only *read*: that it was signed by its issuer is [`Certificate::verify_signed_by`], that it may
//! be relied on is `path`. Bytes come from files, signatures and other houses; typed facts go up. It never learns what
//! a certificate is used for.

pub(crate) mod alternative;
mod binding;
mod extensions;
mod name;
pub mod oids;

pub use alternative::{NameKind, Subtree};
pub use binding::{BindingError, BindingType, SignedDocumentBinding};
pub(crate) use extensions::addresses;
pub use extensions::{BasicConstraints, ExtendedKeyUsage, Extensions, KeyUsage};
pub use name::{NameError, SubjectName};

use der::Encode as _;
use spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::bytes::{self, BytesError};
use crate::key::{Algorithm, KeyError, PublicKey, SignatureEncoding, sha256};
use crate::time::Instant;

/// Largest certificate that is read: ours stay under 1 KiB, those of others with many names under 8 KiB.
pub const CERTIFICATE_SIZE_MAX: usize = 16 * 1024;

/// Largest serial number in octets (RFC 5280 §4.1.2.2).
pub const SERIAL_SIZE_MAX: usize = 20;

/// Why bytes are not a certificate that we accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not one canonical DER certificate.
    #[error(transparent)]
    Bytes(#[from] BytesError),
    /// RFC 5280 §4.1.2.1: extensions need version 3.
    #[error("the certificate is not of version 3")]
    Version,
    /// RFC 5280 §4.1.2.2: positive, at most 20 octets.
    #[error("the serial number is not positive or has more than 20 octets")]
    Serial,
    /// RFC 5280 §4.1.1.2: the algorithm inside and outside the signed part must be the same.
    #[error("the two signature algorithms of the certificate differ")]
    AlgorithmsDiffer,
    /// A signature algorithm that no accepted key has, or one with foreign parameters.
    #[error("the signature algorithm of the certificate is not one that we accept")]
    Algorithm,
    /// RFC 5280 §4.1.2.5: notAfter before notBefore.
    #[error("the certificate ends before it begins")]
    Validity,
    /// RFC 5280 §4.1.2.8: unique identifiers are never used.
    #[error("the certificate carries a unique identifier")]
    UniqueIdentifier,
    /// RFC 5280 §4.2: an extension twice.
    #[error("the extension {0} occurs twice")]
    DuplicateExtension(const_oid::ObjectIdentifier),
    /// Critical where RFC 5280 says it must not be, or the other way round.
    #[error("the criticality of the extension {0} is not what it must be")]
    Criticality(const_oid::ObjectIdentifier),
    /// RFC 5280 §4.1.2.6: no subject, and no critical alternative name in its place.
    #[error("the certificate names nobody")]
    NoSubject,
    /// An extension that we know does not hold what it should.
    #[error("the extension {0} does not hold what it should")]
    Extension(const_oid::ObjectIdentifier),
    /// A subject or issuer name that cannot be read.
    #[error("a name in the certificate cannot be read")]
    Name(#[from] NameError),
    /// The public key is of no kind that we accept.
    #[error("the certificate's key cannot be used")]
    Key(#[from] KeyError),
}

/// A certificate that was read strictly. Nothing says yet that it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    subject_name: SubjectName,
    issuer_name: SubjectName,
    serial: Vec<u8>,
    not_before: Instant,
    not_after: Instant,
    public_key: PublicKey,
    algorithm: Algorithm,
    signature: Vec<u8>,
    extensions: Extensions,
}

impl Certificate {
    /// Reads one DER certificate.
    ///
    /// # Errors
    /// Anything but the canonical encoding of a version 3 certificate with a key and extensions that we accept.
    pub fn read(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > CERTIFICATE_SIZE_MAX {
            return Err(BytesError::TooLarge("Certificate").into());
        }
        let certificate: x509_cert::Certificate = bytes::read("Certificate", der)?;
        let tbs = certificate.tbs_certificate();
        if tbs.version() != x509_cert::Version::V3 {
            return Err(CertificateError::Version);
        }
        if tbs.signature() != certificate.signature_algorithm() {
            return Err(CertificateError::AlgorithmsDiffer);
        }
        if tbs.issuer_unique_id().is_some() || tbs.subject_unique_id().is_some() {
            return Err(CertificateError::UniqueIdentifier);
        }
        let serial = positive_serial(tbs.serial_number().as_bytes()).ok_or(CertificateError::Serial)?;
        let not_before = instant(&tbs.validity().not_before);
        let not_after = instant(&tbs.validity().not_after);
        if not_after < not_before {
            return Err(CertificateError::Validity);
        }
        let public_key = PublicKey::from_spki(&bytes::write(tbs.subject_public_key_info()))?;
        let extensions = Extensions::read(tbs.extensions().map_or(&[][..], Vec::as_slice))?;
        if tbs.subject().is_empty() && !extensions.alternative_names_critical {
            return Err(CertificateError::NoSubject);
        }
        Ok(Self {
            tbs: bytes::write(tbs),
            issuer: bytes::write(tbs.issuer()),
            subject: bytes::write(tbs.subject()),
            subject_name: SubjectName::read(tbs.subject())?,
            issuer_name: SubjectName::read(tbs.issuer())?,
            serial,
            not_before,
            not_after,
            public_key,
            algorithm: signature_algorithm(certificate.signature_algorithm())
                .ok_or(CertificateError::Algorithm)?,
            signature: certificate.signature().as_bytes().ok_or(CertificateError::Algorithm)?.to_vec(),
            extensions,
            der: der.to_vec(),
        })
    }

    /// The certificate of a format that holds one as a typed structure.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_typed(certificate: &x509_cert::Certificate) -> Result<Self, CertificateError> {
        Self::read(&certificate.to_der().unwrap_or_default())
    }

    /// The bytes that were read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the whole certificate: its fingerprint, and `certHash` of RFC 5035.
    #[must_use]
    pub fn fingerprint(&self) -> bytes::Hash {
        sha256(&self.der)
    }

    /// DER of the signed part.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        &self.tbs
    }

    /// Serial number, big-endian, without a leading zero octet.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// DER of the issuer name, as it stands in the certificate.
    #[must_use]
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer
    }

    /// DER of the subject name, as it stands in the certificate.
    #[must_use]
    pub fn subject_der(&self) -> &[u8] {
        &self.subject
    }

    /// The subject's attributes.
    #[must_use]
    pub const fn subject_name(&self) -> &SubjectName {
        &self.subject_name
    }

    /// The issuer's attributes.
    #[must_use]
    pub const fn issuer_name(&self) -> &SubjectName {
        &self.issuer_name
    }

    /// First second of the validity.
    #[must_use]
    pub const fn not_before(&self) -> Instant {
        self.not_before
    }

    /// Last second of the validity, inclusive (RFC 5280 §4.1.2.5).
    #[must_use]
    pub const fn not_after(&self) -> Instant {
        self.not_after
    }

    /// Whether `at`, cut to its second, lies within the validity, both ends included (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn valid_at(&self, at: Instant) -> bool {
        let second = at.whole_second();
        self.not_before <= second && second <= self.not_after
    }

    /// The certified key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// What the extensions say.
    #[must_use]
    pub const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Whether subject and issuer are the same name, byte for byte.
    #[must_use]
    pub fn self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Verifies the signature with an issuer's key. The algorithm belongs to the key; the certificate may only agree.
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`], also when the certificate names another algorithm than the key has.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), KeyError> {
        if issuer.algorithm() != self.algorithm {
            return Err(KeyError::SignatureMismatch);
        }
        issuer.verify(SignatureEncoding::Der, &self.tbs, &self.signature)
    }
}

/// RFC 5280 §4.1.2.2: positive, at most 20 octets; without the leading zero of a number above 0x7f.
pub(crate) fn positive_serial(content: &[u8]) -> Option<Vec<u8>> {
    let serial: Vec<u8> = content.iter().copied().skip_while(|byte| *byte == 0).collect();
    let negative = content.first().is_some_and(|first| *first >= 0x80);
    (!serial.is_empty() && !negative && content.len() <= SERIAL_SIZE_MAX).then_some(serial)
}

/// RFC 5280 §4.1.2.5: both choices of `Time` are whole seconds.
pub(crate) fn instant(time: &Time) -> Instant {
    Instant::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

/// The one algorithm that an identifier names: parameters absent for ECDSA and Ed25519, NULL for RSA (RFC 4055 §5).
pub(crate) fn signature_algorithm(identifier: &AlgorithmIdentifierOwned) -> Option<Algorithm> {
    let absent = identifier.parameters.is_none();
    let null = identifier.parameters.as_ref().is_some_and(der::asn1::Any::is_null);
    [Algorithm::EcdsaP256Sha256, Algorithm::EcdsaP384Sha384, Algorithm::Ed25519, Algorithm::RsaPkcs1Sha256]
        .into_iter()
        .find(|algorithm| algorithm.oid() == identifier.oid)
        .filter(|algorithm| if *algorithm == Algorithm::RsaPkcs1Sha256 { null } else { absent })
}

#[cfg(test)]
pub(crate) mod forge;
#[cfg(test)]
mod tests;
