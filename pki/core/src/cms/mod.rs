//! CMS signatures (RFC 5652, EN 319 122-1): one signer, signed attributes, DER only.
//!
//! Building has two phases, because the certificate of a one-signature key names the hash of the attributes and the
//! attributes name the certificate: [`Draft`] fixes everything but the certificate reference and gives
//! [`Draft::data_tbs_hash`]; [`Draft::certified`] adds the reference; [`ToSign::sign`] takes a signer that is used up.
//! Verifying gives [`Verified`], which only this room makes; the chain is `path`'s business. Documents come in as
//! digests: this room never sees one, and it learns nothing about who signs what.

mod build;
mod verify;

pub use build::{Draft, ToSign};
pub use verify::{DocumentBinding, Verified};

use ::cms::cert::CertificateChoices;
use ::cms::content_info::{CmsVersion, ContentInfo};
use ::cms::signed_data::{SignedData as WireSignedData, SignerIdentifier};
use const_oid::ObjectIdentifier;
use der::asn1::{OctetString, SetOfVec};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute as WireAttribute;

use crate::asn1;
use crate::bytes::{self, BytesError};
use crate::key::{Algorithm, KeyError, sha256, sha384, sha512};
use crate::oid;
use crate::x509::{self, Certificate, CertificateError};

/// Object identifiers of CMS and of its attributes.
pub mod oids {
    use const_oid::ObjectIdentifier;

    /// id-data.
    pub const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
    /// id-signedData.
    pub const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
    /// id-ct-TSTInfo.
    pub const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
    /// content-type.
    pub const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
    /// message-digest.
    pub const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
    /// signing-time: never in PAdES.
    pub const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
    /// signing-certificate, version 1 (SHA-1): never made, never accepted.
    pub const SIGNING_CERTIFICATE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
    /// signing-certificate-v2 (RFC 5035).
    pub const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
    /// cms-algorithm-protection (RFC 6211).
    pub const ALGORITHM_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");
    /// signature-time-stamp, unsigned.
    pub const SIGNATURE_TIME_STAMP: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
    /// SHA-384.
    pub const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
    /// SHA-512.
    pub const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
}

/// Largest signature that is read: attributes, a handful of certificates, a time-stamp and 64 KiB of evidence.
pub const SIGNED_DATA_SIZE_MAX: usize = 256 * 1024;

/// Most certificates in one signature: ours hold two.
pub const CERTIFICATES_MAX: usize = 16;

/// Most attributes of one sort.
const ATTRIBUTES_MAX: usize = 16;

/// A hash function for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// The hash function that belongs to a signature algorithm: a signer never mixes two.
    #[must_use]
    pub const fn of_algorithm(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::EcdsaP256Sha256 | Algorithm::RsaPkcs1Sha256 => Self::Sha256,
            Algorithm::EcdsaP384Sha384 => Self::Sha384,
            // RFC 8419 §3.1.
            Algorithm::Ed25519 => Self::Sha512,
        }
    }

    /// Its object identifier.
    #[must_use]
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oids::SHA384,
            Self::Sha512 => oids::SHA512,
        }
    }

    /// Octets of its value.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of a message.
    #[must_use]
    pub fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha256(message).as_bytes().to_vec(),
            Self::Sha384 => sha384(message),
            Self::Sha512 => sha512(message),
        }
    }

    /// From an identifier; RFC 5754 §2: parameters SHOULD be absent, NULL is accepted.
    #[must_use]
    pub fn read(identifier: &AlgorithmIdentifierOwned) -> Option<Self> {
        let empty = identifier.parameters.as_ref().is_none_or(der::asn1::Any::is_null);
        [Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|digest| empty && digest.oid() == identifier.oid)
    }
}

/// Why a signature is not one, or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// Not one canonical DER SignedData.
    #[error(transparent)]
    Bytes(#[from] BytesError),
    /// Structure that this room does not take: versions, several signers, lists, unnamed kinds of certificates.
    #[error("the signature is not in the form that we accept: {0}")]
    Structure(&'static str),
    /// A certificate in the signature cannot be read.
    #[error("a certificate in the signature cannot be read")]
    Certificate(#[from] CertificateError),
    /// An attribute twice, with several values, missing, or not holding what it should.
    #[error("the attribute {0} is missing, stands twice or does not hold what it should")]
    Attribute(ObjectIdentifier),
    /// Algorithms that are unknown, differ from each other or from the protected ones, or are not the key's.
    #[error("the algorithms of the signature do not agree with each other or with the key")]
    Algorithm,
    /// No certificate is the one that the signed reference names.
    #[error("the certificate that the signature names is not there")]
    SigningCertificate,
    /// The digest of the content is another.
    #[error("the content does not match the signed digest")]
    DigestMismatch,
    /// The signature value does not verify.
    #[error("the signature does not verify")]
    SignatureMismatch,
    /// The certificate to be used was made for other attributes or another key.
    #[error("the certificate was not made for this signature")]
    OtherBinding,
    /// The signer did not sign.
    #[error("the key did not sign")]
    Key(#[from] KeyError),
}

impl CmsError {
    /// Sub-indication of EN 319 102-1 (§5.2.6, §5.2.7).
    #[must_use]
    pub const fn sub_indication(&self) -> &'static str {
        match self {
            Self::Bytes(_) | Self::Structure(_) | Self::Certificate(_) => "FORMAT_FAILURE",
            Self::Attribute(_) | Self::Algorithm | Self::OtherBinding => "SIG_CONSTRAINTS_FAILURE",
            Self::SigningCertificate => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::DigestMismatch => "HASH_FAILURE",
            Self::SignatureMismatch | Self::Key(_) => "SIG_CRYPTO_FAILURE",
        }
    }
}

/// An attribute with its one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub kind: ObjectIdentifier,
    /// DER of its one value.
    pub value: Vec<u8>,
}

impl Attribute {
    pub(crate) fn der(&self) -> Vec<u8> {
        asn1::sequence(&[&asn1::oid(self.kind), &asn1::constructed(asn1::SET, &[&self.value])])
    }
}

/// The message that a signature is over, and that `cades` bindings are over (RFC 5652 §5.4: the explicit SET OF tag).
pub(crate) fn attributes_der(attributes: &[Attribute]) -> Vec<u8> {
    asn1::set_of(asn1::SET, attributes.iter().map(Attribute::der).collect())
}

/// A signature that was read strictly, or was just made. Nothing says yet that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedData {
    der: Vec<u8>,
    content_type: ObjectIdentifier,
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    issuer: Vec<u8>,
    serial: Vec<u8>,
    /// DER of the identifiers, as they stand there.
    digest_identifier: Vec<u8>,
    signature_identifier: Vec<u8>,
    digest: Digest,
    algorithm: Algorithm,
    signed: Vec<Attribute>,
    signature: Vec<u8>,
    unsigned: Vec<Attribute>,
}

impl SignedData {
    /// Reads a DER ContentInfo that holds SignedData with one signer.
    ///
    /// # Errors
    /// Anything that is not in its one canonical encoding, or not of the shape that this room takes.
    pub fn read(der: &[u8]) -> Result<Self, CmsError> {
        if der.len() > SIGNED_DATA_SIZE_MAX {
            return Err(BytesError::TooLarge("SignedData").into());
        }
        let info: ContentInfo = bytes::read("ContentInfo", der)?;
        if info.content_type != oids::SIGNED_DATA {
            return Err(CmsError::Structure("not SignedData"));
        }
        let wire: WireSignedData = bytes::read("SignedData", &bytes::write(&info.content))?;
        let read = Self::from_wire(&wire)?;
        // Our own writer must give the same bytes: nothing was skipped, every SET OF is in order (X.690 §11.6).
        if read.encode() != der {
            return Err(BytesError::NotCanonical("SignedData").into());
        }
        Ok(Self { der: der.to_vec(), ..read })
    }

    /// Reads a signature that stands in a space of fixed size filled up with zeros, as `/Contents` of a PDF is.
    ///
    /// # Errors
    /// As [`read`](Self::read), and anything but zeros after the signature.
    pub fn read_padded(space: &[u8]) -> Result<Self, CmsError> {
        let not_canonical = || CmsError::Bytes(BytesError::NotCanonical("ContentInfo"));
        let length = total_length(space).ok_or_else(not_canonical)?;
        let (der, padding) = space.split_at_checked(length).ok_or_else(not_canonical)?;
        if padding.iter().any(|octet| *octet != 0) {
            return Err(CmsError::Structure("something stands after the signature"));
        }
        Self::read(der)
    }

    fn from_wire(wire: &WireSignedData) -> Result<Self, CmsError> {
        let structure = CmsError::Structure;
        let [signer] = wire.signer_infos.0.as_slice() else {
            return Err(structure("not exactly one signer"));
        };
        let [digest_identifier] = wire.digest_algorithms.as_slice() else {
            return Err(structure("not exactly one digest algorithm"));
        };
        if wire.crls.is_some() {
            return Err(structure("revocation lists stand inside"));
        }
        let SignerIdentifier::IssuerAndSerialNumber(sid) = &signer.sid else {
            return Err(structure("the signer is not named by issuer and serial number"));
        };
        // RFC 5652 §5.1: version 1 for id-data with certificates only, 3 for any other content.
        let content_type = wire.encap_content_info.econtent_type;
        let version = if content_type == oids::DATA { CmsVersion::V1 } else { CmsVersion::V3 };
        if wire.version != version || signer.version != CmsVersion::V1 {
            return Err(structure("the versions are not those of the content"));
        }
        if digest_identifier != &signer.digest_alg {
            return Err(CmsError::Algorithm);
        }
        let content = match &wire.encap_content_info.econtent {
            None => None,
            Some(any) => {
                Some(bytes::read::<OctetString>("eContent", &bytes::write(any))?.as_bytes().to_vec())
            }
        };
        Ok(Self {
            der: Vec::new(),
            content_type,
            content,
            certificates: certificates(wire)?,
            issuer: bytes::write(&sid.issuer),
            serial: x509::positive_serial(sid.serial_number.as_bytes())
                .ok_or(structure("the signer's serial number is not positive"))?,
            digest_identifier: bytes::write(digest_identifier),
            signature_identifier: bytes::write(&signer.signature_algorithm),
            digest: Digest::read(digest_identifier).ok_or(CmsError::Algorithm)?,
            algorithm: x509::signature_algorithm(&signer.signature_algorithm).ok_or(CmsError::Algorithm)?,
            signed: attributes(
                signer.signed_attrs.as_ref().ok_or(structure("there are no signed attributes"))?,
            )?,
            signature: signer.signature.as_bytes().to_vec(),
            unsigned: signer.unsigned_attrs.as_ref().map_or(Ok(Vec::new()), attributes)?,
        })
    }

    /// The one encoding.
    fn encode(&self) -> Vec<u8> {
        let attributes =
            |tag, list: &[Attribute]| asn1::set_of(tag, list.iter().map(Attribute::der).collect());
        let signer_name = asn1::sequence(&[&self.issuer, &asn1::unsigned(&self.serial)]);
        let unsigned = if self.unsigned.is_empty() { Vec::new() } else { attributes(0xa1, &self.unsigned) };
        let signer = asn1::sequence(&[
            &asn1::integer(1),
            &signer_name,
            &self.digest_identifier,
            &attributes(0xa0, &self.signed),
            &self.signature_identifier,
            &asn1::octets(&self.signature),
            &unsigned,
        ]);
        let content =
            self.content.as_ref().map(|content| asn1::tlv(0xa0, &asn1::octets(content))).unwrap_or_default();
        let certificates: Vec<Vec<u8>> =
            self.certificates.iter().map(|certificate| certificate.der().to_vec()).collect();
        let certificates =
            if certificates.is_empty() { Vec::new() } else { asn1::set_of(0xa0, certificates) };
        let signed_data = asn1::sequence(&[
            &asn1::integer(if self.content_type == oids::DATA { 1 } else { 3 }),
            &asn1::constructed(asn1::SET, &[&self.digest_identifier]),
            &asn1::sequence(&[&asn1::oid(self.content_type), &content]),
            &certificates,
            &asn1::constructed(asn1::SET, &[&signer]),
        ]);
        asn1::sequence(&[&asn1::oid(oids::SIGNED_DATA), &asn1::tlv(0xa0, &signed_data)])
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Type of the content.
    #[must_use]
    pub const fn content_type(&self) -> ObjectIdentifier {
        self.content_type
    }

    /// The content, where it is inside.
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The hash function of the content's digest.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// All certificates inside, in the order of their bytes.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The signature value: what a signature time-stamp is over.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// All unsigned attributes.
    #[must_use]
    pub fn unsigned_attributes(&self) -> &[Attribute] {
        &self.unsigned
    }

    /// DER of the value of an unsigned attribute.
    #[must_use]
    pub fn unsigned(&self, kind: ObjectIdentifier) -> Option<&[u8]> {
        self.unsigned
            .iter()
            .find(|attribute| attribute.kind == kind)
            .map(|attribute| attribute.value.as_slice())
    }

    /// The same signature with an unsigned attribute more: a time-stamp over it, the evidence.
    ///
    /// # Errors
    /// [`CmsError::Attribute`] when one of this type is there, or the value is not one DER value.
    pub fn with_unsigned(mut self, kind: ObjectIdentifier, value: &[u8]) -> Result<Self, CmsError> {
        let whole = total_length(value) == Some(value.len());
        if !whole || self.unsigned(kind).is_some() {
            return Err(CmsError::Attribute(kind));
        }
        self.unsigned.push(Attribute { kind, value: value.to_vec() });
        Self::read(&self.encode())
    }

    /// The same signature without an unsigned attribute: a copy that can be published.
    ///
    /// # Errors
    /// [`CmsError::Attribute`] when there is none of this type.
    pub fn without_unsigned(mut self, kind: ObjectIdentifier) -> Result<Self, CmsError> {
        let before = self.unsigned.len();
        self.unsigned.retain(|attribute| attribute.kind != kind);
        if self.unsigned.len() == before {
            return Err(CmsError::Attribute(kind));
        }
        Self::read(&self.encode())
    }
}

fn certificates(wire: &WireSignedData) -> Result<Vec<Certificate>, CmsError> {
    let Some(set) = &wire.certificates else { return Ok(Vec::new()) };
    if set.0.is_empty() || set.0.len() > CERTIFICATES_MAX {
        return Err(CmsError::Structure("no certificate at all, or too many"));
    }
    let mut read = Vec::new();
    for choice in set.0.iter() {
        let CertificateChoices::Certificate(certificate) = choice else {
            return Err(CmsError::Structure("a certificate of another kind"));
        };
        read.push(Certificate::from_typed(certificate)?);
    }
    Ok(read)
}

/// Each type at most once, with exactly one value (EN 319 122-1 §5; duplicates are read in two ways by two readers).
fn attributes(set: &SetOfVec<WireAttribute>) -> Result<Vec<Attribute>, CmsError> {
    if set.is_empty() || set.len() > ATTRIBUTES_MAX {
        return Err(CmsError::Structure("no attributes at all, or too many"));
    }
    let mut read: Vec<Attribute> = Vec::new();
    for attribute in set.iter() {
        let [value] = attribute.values.as_slice() else { return Err(CmsError::Attribute(attribute.oid)) };
        if read.iter().any(|other| other.kind == attribute.oid) {
            return Err(CmsError::Attribute(attribute.oid));
        }
        read.push(Attribute { kind: attribute.oid, value: bytes::write(value) });
    }
    Ok(read)
}

/// Length of the TLV at the start, header included; definite and shortest only.
pub(crate) fn total_length(space: &[u8]) -> Option<usize> {
    let first = usize::from(*space.get(1)?);
    if first < 0x80 {
        return Some(2 + first);
    }
    let octets = space.get(2..2 + (first & 0x7f)).filter(|octets| (1..=4).contains(&octets.len()))?;
    let length = octets.iter().fold(0usize, |length, octet| (length << 8) | usize::from(*octet));
    let shortest = length >= 0x80 && octets.first() != Some(&0);
    shortest.then_some(2 + octets.len() + length)
}

#[cfg(test)]
mod tests;
