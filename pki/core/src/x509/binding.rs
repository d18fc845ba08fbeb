//! `signedDocumentBinding`: the certificate names the hash of the one thing that its key signs
//! (draft-ietf-lamps-one-signature-certs-02).

use der::Sequence;
use der::asn1::OctetString;
use spki::AlgorithmIdentifierOwned;

use crate::bytes::{self, Hash};
use crate::{asn1, oid};

/// Which bytes the hash covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingType {
    /// CMS, CAdES, PAdES: the DER `SET OF` signed attributes without signing-certificate attributes.
    Cades,
    /// XAdES: `SignedInfo` without the reference to `SignedProperties`.
    Xades,
    /// JWS: the payload.
    Jws,
    /// COSE: the payload.
    Cose,
    /// Absent: exactly the bytes that go into the signature.
    Exact,
}

/// Why a binding cannot be used. A validator answers indeterminate (design.md of the draft: unknown is not false).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// A bindingType of a later version.
    #[error("the document binding is of an unknown type")]
    UnknownType,
    /// Another hash algorithm than SHA-256, or one with parameters.
    #[error("the document binding uses an unknown hash algorithm")]
    UnknownHash,
}

/// The binding as it stands in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDocumentBinding {
    wire: Wire,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Wire {
    data_tbs_hash: OctetString,
    hash_alg: AlgorithmIdentifierOwned,
    #[asn1(optional = "true")]
    binding_type: Option<String>,
}

impl SignedDocumentBinding {
    /// Reads the extension's value.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        bytes::read("SignedDocumentBinding", value).ok().map(|wire| Self { wire })
    }

    /// The extension's value for a CMS signature, hash over the attributes without the certificate reference.
    #[must_use]
    pub fn cades_der(data_tbs_hash: &Hash) -> Vec<u8> {
        asn1::sequence(&[
            &asn1::octets(data_tbs_hash.as_bytes()),
            &asn1::algorithm(oid::SHA256),
            &asn1::tlv(0x0c, b"cades"),
        ])
    }

    /// What the hash covers, and the hash.
    ///
    /// # Errors
    /// A type or a hash algorithm that we do not know.
    pub fn bound(&self) -> Result<(BindingType, Hash), BindingError> {
        let kind = match self.wire.binding_type.as_deref() {
            None => BindingType::Exact,
            Some("cades") => BindingType::Cades,
            Some("xades") => BindingType::Xades,
            Some("jws") => BindingType::Jws,
            Some("cose") => BindingType::Cose,
            Some(_) => return Err(BindingError::UnknownType),
        };
        if self.wire.hash_alg.oid != oid::SHA256 || self.wire.hash_alg.parameters.is_some() {
            return Err(BindingError::UnknownHash);
        }
        let hash = Hash::from_slice(self.wire.data_tbs_hash.as_bytes()).ok_or(BindingError::UnknownHash)?;
        Ok((kind, hash))
    }
}
