//! Public keys. A key knows its algorithm; nothing that arrives with a signature may choose another one.

use const_oid::ObjectIdentifier;
use der::asn1::{Any, BitString};
use der::{Decode, Encode};
use ring::signature as ring_sig;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::{KeyError, sha256};
use crate::bytes::Hash;

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The one signature algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (JOSE ES256, COSE -7).
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384 (JOSE ES384).
    EcdsaP384Sha384,
    /// Ed25519 (JOSE EdDSA, COSE -8).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (JOSE RS256, COSE -257): older Windows Hello; verified, never made.
    RsaPkcs1Sha256,
}

/// How an ECDSA signature is written: X.509, CMS and WebAuthn use DER, JOSE uses fixed `r || s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureEncoding {
    /// `ECDSA-Sig-Value` (RFC 3279 §2.2.3).
    Der,
    /// `r || s`, each as long as the curve (RFC 7518 §3.4).
    Fixed,
}

/// A public key that we accept, with its `SubjectPublicKeyInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: Algorithm,
    raw: Vec<u8>,
    spki: Vec<u8>,
}

impl PublicKey {
    /// From a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// Any algorithm, curve, point form or size that we do not accept, or bytes that are not canonical.
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoOwned::from_der(spki).map_err(|_| KeyError::Unsupported)?;
        if info.to_der().map_err(|_| KeyError::Unsupported)? != spki {
            return Err(KeyError::Unsupported);
        }
        let raw = info.subject_public_key.as_bytes().ok_or(KeyError::Unsupported)?.to_vec();
        let curve =
            info.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        let null = info.algorithm.parameters.as_ref().is_some_and(Any::is_null);
        let algorithm = match (info.algorithm.oid, curve) {
            (EC_PUBLIC_KEY, Some(P256)) if raw.len() == 65 && raw.first() == Some(&4) => {
                p256::PublicKey::from_sec1_bytes(&raw).map_err(|_| KeyError::Unsupported)?;
                Algorithm::EcdsaP256Sha256
            }
            (EC_PUBLIC_KEY, Some(P384)) if raw.len() == 97 && raw.first() == Some(&4) => {
                Algorithm::EcdsaP384Sha384
            }
            (ED25519, None) if raw.len() == 32 && info.algorithm.parameters.is_none() => Algorithm::Ed25519,
            // 2048 to 8192 bits of modulus: 270 to 1062 bytes of RSAPublicKey with exponent 65537.
            (RSA, None) if null && (268..=1062).contains(&raw.len()) => Algorithm::RsaPkcs1Sha256,
            _ => return Err(KeyError::Unsupported),
        };
        Ok(Self { algorithm, raw, spki: spki.to_vec() })
    }

    /// From an uncompressed SEC1 point on P-256 (65 bytes) or P-384 (97 bytes).
    ///
    /// # Errors
    /// A point of another form or not on its curve.
    pub fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let curve = match point.len() {
            65 => P256,
            97 => P384,
            _ => return Err(KeyError::Unsupported),
        };
        let spki = SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifierOwned { oid: EC_PUBLIC_KEY, parameters: Some(Any::from(curve)) },
            subject_public_key: BitString::from_bytes(point).map_err(|_| KeyError::Unsupported)?,
        };
        Self::from_spki(&spki.to_der().map_err(|_| KeyError::Unsupported)?)
    }

    /// Its one algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// As the typed structure, for formats that hold one.
    ///
    /// # Errors
    /// Never for a key that exists; the type cannot say so.
    pub fn info(&self) -> Result<SubjectPublicKeyInfoOwned, KeyError> {
        SubjectPublicKeyInfoOwned::from_der(&self.spki).map_err(|_| KeyError::Unsupported)
    }

    /// Contents of the `subjectPublicKey` BIT STRING: the SEC1 point, the Ed25519 key, the `RSAPublicKey`.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// RFC 7093 §2 method 1: the first 160 bits of SHA-256 over the BIT STRING's contents.
    #[must_use]
    pub fn key_identifier(&self) -> [u8; 20] {
        let mut id = [0u8; 20];
        for (to, from) in id.iter_mut().zip(sha256(&self.raw).as_bytes()) {
            *to = *from;
        }
        id
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`: what is UNIQUE over all certificates for ever.
    #[must_use]
    pub fn spki_hash(&self) -> Hash {
        sha256(&self.spki)
    }

    /// Verifies a signature over `message` (not over a digest).
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`] for every failure: a wrong signature and a broken one look alike.
    pub fn verify(
        &self,
        encoding: SignatureEncoding,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        let algorithm: &'static dyn ring_sig::VerificationAlgorithm = match (self.algorithm, encoding) {
            (Algorithm::EcdsaP256Sha256, SignatureEncoding::Der) => &ring_sig::ECDSA_P256_SHA256_ASN1,
            (Algorithm::EcdsaP256Sha256, SignatureEncoding::Fixed) => &ring_sig::ECDSA_P256_SHA256_FIXED,
            (Algorithm::EcdsaP384Sha384, SignatureEncoding::Der) => &ring_sig::ECDSA_P384_SHA384_ASN1,
            (Algorithm::EcdsaP384Sha384, SignatureEncoding::Fixed) => &ring_sig::ECDSA_P384_SHA384_FIXED,
            (Algorithm::Ed25519, _) => &ring_sig::ED25519,
            (Algorithm::RsaPkcs1Sha256, _) => &ring_sig::RSA_PKCS1_2048_8192_SHA256,
        };
        ring_sig::UnparsedPublicKey::new(algorithm, &self.raw)
            .verify(message, signature)
            .map_err(|_| KeyError::SignatureMismatch)
    }
}

impl Algorithm {
    /// The X.509 and CMS signature algorithm, parameters absent for ECDSA and Ed25519 (RFC 5758 §3.2, RFC 8410 §3).
    #[must_use]
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::EcdsaP256Sha256 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
            Self::EcdsaP384Sha384 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
            Self::Ed25519 => ED25519,
            Self::RsaPkcs1Sha256 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        }
    }

    /// As an `AlgorithmIdentifier` without parameters.
    #[must_use]
    pub const fn identifier(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: self.oid(), parameters: None }
    }
}
