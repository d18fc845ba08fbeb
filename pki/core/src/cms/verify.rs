//! Does a signature hold: attributes, certificate reference, algorithms, digest, signature value (EN 319 102-1 §5.2.3,
//! §5.2.7). Whether the certificate may be relied on is `path`'s question.

use const_oid::ObjectIdentifier;
use der::Sequence;
use der::asn1::OctetString;
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::serial_number::SerialNumber;

use super::{Attribute, CmsError, Digest, SignedData, attributes_der, oids};
use crate::bytes::{self, Hash};
use crate::key::{SignatureEncoding, constant_time_eq, sha256};
use crate::oid;
use crate::x509::{BindingError, BindingType, Certificate};

/// ESS (RFC 5035 §3). No policies: nobody uses them, and they would be a second place to name a policy.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct IssuerSerial {
    issuer: Vec<GeneralName>,
    serial_number: SerialNumber,
}

/// Whether the signer's certificate was made for exactly this signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentBinding {
    /// The certificate does not say what it is for.
    Absent,
    /// It names the hash of these attributes.
    Holds,
    /// It names the hash of something else: refuse.
    Broken,
    /// A type or hash function that we do not know: nothing can be said.
    Unknown(BindingError),
}

/// Proof that a signature value, the signed attributes, the content's digest and a certificate belong together. Only
/// this file makes it. It does not say that the certificate may be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    signer: Certificate,
    signed: Vec<Attribute>,
    evidence_hash: Option<Hash>,
    binding: DocumentBinding,
    _proof: (),
}

impl Verified {
    /// The certificate that the signed reference names and whose key signed.
    #[must_use]
    pub const fn signer(&self) -> &Certificate {
        &self.signer
    }

    /// All signed attributes.
    #[must_use]
    pub fn signed_attributes(&self) -> &[Attribute] {
        &self.signed
    }

    /// SHA-256 of DER(Evidence), where it was signed.
    #[must_use]
    pub const fn evidence_hash(&self) -> Option<&Hash> {
        self.evidence_hash.as_ref()
    }

    /// Whether the certificate was made for exactly this signature.
    #[must_use]
    pub const fn binding(&self) -> &DocumentBinding {
        &self.binding
    }
}

impl SignedData {
    /// Verifies a signature over a document that is outside, as PAdES has it. `digest` is the hash of the signed bytes
    /// with the function that [`digest`](Self::digest) names.
    ///
    /// # Errors
    /// The first thing that does not hold: shape, attributes, reference, algorithms, digest, signature.
    pub fn verify_document(&self, digest: &[u8]) -> Result<Verified, CmsError> {
        // EN 319 142-1 §6.3: id-data, detached, without signing-time.
        if self.content_type != oids::DATA || self.content.is_some() {
            return Err(CmsError::Structure("the signature is not one over an outside document"));
        }
        if self.signed(oids::SIGNING_TIME).is_some() {
            return Err(CmsError::Attribute(oids::SIGNING_TIME));
        }
        // RFC 6211: always made by us, so its absence is a change.
        if self.signed(oids::ALGORITHM_PROTECTION).is_none() {
            return Err(CmsError::Attribute(oids::ALGORITHM_PROTECTION));
        }
        self.verify_with(digest, &[])
    }

    /// Verifies a signature over content that is inside. `known` are certificates that the signature may leave out.
    ///
    /// # Errors
    /// As [`verify_document`](Self::verify_document).
    pub fn verify_inside(&self, known: &[Certificate]) -> Result<Verified, CmsError> {
        let content = self.content.as_deref().ok_or(CmsError::Structure("there is no content inside"))?;
        self.verify_with(&self.digest.of(content), known)
    }

    pub(super) fn verify_with(&self, digest: &[u8], known: &[Certificate]) -> Result<Verified, CmsError> {
        // RFC 5652 §11.1: content-type must be there and agree.
        let content_type: ObjectIdentifier = self.signed_value(oids::CONTENT_TYPE)?;
        if content_type != self.content_type {
            return Err(CmsError::Attribute(oids::CONTENT_TYPE));
        }
        if self.signed(oids::SIGNING_CERTIFICATE).is_some() {
            return Err(CmsError::Attribute(oids::SIGNING_CERTIFICATE));
        }
        let signer = self.signer(known)?.clone();
        // The algorithm belongs to the key; identifiers may only agree.
        let algorithm = signer.public_key().algorithm();
        if self.algorithm != algorithm || self.digest != Digest::of_algorithm(algorithm) {
            return Err(CmsError::Algorithm);
        }
        self.protected_algorithms()?;
        if !constant_time_eq(self.signed_digest()?, digest) {
            return Err(CmsError::DigestMismatch);
        }
        // RFC 5652 §5.4. The attributes were read as one canonical SET OF, so these are the received bytes with the
        // tag 0x31 in place of [0].
        let message = attributes_der(&self.signed);
        signer
            .public_key()
            .verify(SignatureEncoding::Der, &message, &self.signature)
            .map_err(|_| CmsError::SignatureMismatch)?;
        let evidence_hash = match self.signed(oid::EVIDENCE_HASH) {
            None => None,
            Some(_) => Some(self.signed_value::<Hash>(oid::EVIDENCE_HASH)?),
        };
        Ok(Verified {
            binding: self.document_binding(&signer),
            signer,
            signed: self.signed.clone(),
            evidence_hash,
            _proof: (),
        })
    }

    /// DER of the value of a signed attribute.
    fn signed(&self, kind: ObjectIdentifier) -> Option<&[u8]> {
        self.signed
            .iter()
            .find(|attribute| attribute.kind == kind)
            .map(|attribute| attribute.value.as_slice())
    }

    fn signed_value<T>(&self, kind: ObjectIdentifier) -> Result<T, CmsError>
    where
        T: for<'a> der::Decode<'a> + der::Encode,
    {
        let value = self.signed(kind).ok_or(CmsError::Attribute(kind))?;
        bytes::read("attribute", value).map_err(|_| CmsError::Attribute(kind))
    }

    /// The signed digest of the content.
    pub(super) fn signed_digest(&self) -> Result<&[u8], CmsError> {
        let wrong = CmsError::Attribute(oids::MESSAGE_DIGEST);
        let value = self.signed(oids::MESSAGE_DIGEST).ok_or_else(|| wrong.clone())?;
        match value.split_at_checked(2) {
            Some(([0x04, length], digest)) if usize::from(*length) == digest.len() => Some(digest),
            _ => None,
        }
        .filter(|digest| digest.len() == self.digest.length())
        .ok_or(wrong)
    }

    /// The certificate whose SHA-256 stands in the signed reference; issuer and serial number may only agree
    /// (RFC 5035 §5).
    fn signer<'a>(&'a self, known: &'a [Certificate]) -> Result<&'a Certificate, CmsError> {
        let reference: SigningCertificateV2 = self.signed_value(oids::SIGNING_CERTIFICATE_V2)?;
        let wrong = CmsError::Attribute(oids::SIGNING_CERTIFICATE_V2);
        let first = reference.certs.first().ok_or_else(|| wrong.clone())?;
        // SHA-256 is the DEFAULT, so DER leaves it out; no other function is used by anyone we meet.
        if first.hash_algorithm.is_some() {
            return Err(wrong);
        }
        let signer = self
            .certificates
            .iter()
            .chain(known)
            .find(|certificate| certificate.fingerprint().as_bytes() == first.cert_hash.as_bytes())
            .ok_or(CmsError::SigningCertificate)?;
        if signer.issuer_der() != self.issuer || signer.serial() != self.serial {
            return Err(CmsError::SigningCertificate);
        }
        if let Some(named) = &first.issuer_serial {
            let serial = crate::x509::positive_serial(named.serial_number.as_bytes());
            let issuer = match named.issuer.as_slice() {
                [GeneralName::DirectoryName(name)] => bytes::write(name),
                _ => return Err(wrong),
            };
            if issuer != signer.issuer_der() || serial.as_deref() != Some(signer.serial()) {
                return Err(CmsError::SigningCertificate);
            }
        }
        Ok(signer)
    }

    /// RFC 6211 §3: the protected identifiers must be those outside, byte for byte.
    fn protected_algorithms(&self) -> Result<(), CmsError> {
        let Some(value) = self.signed(oids::ALGORITHM_PROTECTION) else { return Ok(()) };
        let mut signature = self.signature_identifier.clone();
        if let Some(tag) = signature.first_mut() {
            *tag = 0xa1;
        }
        if value == crate::asn1::sequence(&[&self.digest_identifier, &signature]) {
            Ok(())
        } else {
            Err(CmsError::Algorithm)
        }
    }

    /// draft-ietf-lamps-one-signature-certs, binding type `cades`.
    pub(super) fn document_binding(&self, signer: &Certificate) -> DocumentBinding {
        let Some(binding) = &signer.extensions().binding else { return DocumentBinding::Absent };
        let without: Vec<Attribute> = self
            .signed
            .iter()
            .filter(|attribute| attribute.kind != oids::SIGNING_CERTIFICATE_V2)
            .cloned()
            .collect();
        match binding.bound() {
            Ok((BindingType::Cades, hash)) if hash == sha256(&attributes_der(&without)) => {
                DocumentBinding::Holds
            }
            Ok(_) => DocumentBinding::Broken,
            Err(why) => DocumentBinding::Unknown(why),
        }
    }
}
