//! Private keys that live longer than one act: authorities, time-stamping, registry, services. Never a person's.

use const_oid::ObjectIdentifier;
use der::asn1::{Any, OctetString, Uint};
use der::{Decode, Encode, Sequence};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair as _,
};
use zeroize::Zeroizing;

use super::{Algorithm, KeyError, PublicKey, Random, SignatureEncoding};

/// A signature in DER form; [`fixed`](Self::fixed) gives the JOSE form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

#[derive(Sequence)]
struct EcdsaSigValue {
    r: Uint,
    s: Uint,
}

impl Signature {
    /// From `ECDSA-Sig-Value` bytes (or raw Ed25519 bytes).
    #[must_use]
    pub const fn from_der(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As X.509 and CMS carry it.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// `r || s`, 32 bytes each (RFC 7518 §3.4, ES256).
    ///
    /// # Errors
    /// When the value is not an ECDSA signature on a 256-bit curve.
    pub fn fixed(&self) -> Result<[u8; 64], KeyError> {
        let value = EcdsaSigValue::from_der(&self.0).map_err(|_| KeyError::SigningFailed)?;
        let mut out = [0u8; 64];
        for (half, number) in out.chunks_exact_mut(32).zip([value.r.as_bytes(), value.s.as_bytes()]) {
            let start = 32usize.checked_sub(number.len()).ok_or(KeyError::SigningFailed)?;
            for (to, from) in half.iter_mut().skip(start).zip(number) {
                *to = *from;
            }
        }
        Ok(out)
    }
}

/// A key that signs messages. Synchronous: shells move it to a blocking thread where the key is in an HSM.
pub trait SigningKey: Send + Sync {
    /// Its public half.
    fn public_key(&self) -> &PublicKey;

    /// Signs the message with the key's one algorithm, and verifies the result before giving it away.
    ///
    /// # Errors
    /// When the key store does not sign, or gave a signature that does not verify.
    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError>;
}

/// A key in this process's memory (P-256 or P-384), kept as PKCS #8 in a file of mode 0600.
pub struct SoftKey {
    pair: EcdsaKeyPair,
    rng: ring::rand::SystemRandom,
    public: PublicKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

#[derive(Sequence)]
struct PrivateKeyInfo {
    version: u8,
    algorithm: spki::AlgorithmIdentifierOwned,
    private_key: OctetString,
}

#[derive(Sequence)]
struct EcPrivateKey {
    version: u8,
    private_key: OctetString,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    public_key: der::asn1::BitString,
}

impl SoftKey {
    /// A new P-256 key from the given randomness.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate_p256(random: &dyn Random) -> Result<Self, KeyError> {
        let (secret, point) = super::ephemeral::p256_secret(random)?;
        let inner = EcPrivateKey {
            version: 1,
            private_key: OctetString::new(secret.to_bytes().as_slice()).map_err(|_| KeyError::Unreadable)?,
            public_key: der::asn1::BitString::from_bytes(&point).map_err(|_| KeyError::Unreadable)?,
        };
        let inner = Zeroizing::new(inner.to_der().map_err(|_| KeyError::Unreadable)?);
        let outer = PrivateKeyInfo {
            version: 0,
            algorithm: spki::AlgorithmIdentifierOwned {
                oid: ObjectIdentifier::new_unwrap("1.2.840.10045.2.1"),
                parameters: Some(Any::from(ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"))),
            },
            private_key: OctetString::new(inner.as_slice()).map_err(|_| KeyError::Unreadable)?,
        };
        let pkcs8 = Zeroizing::new(outer.to_der().map_err(|_| KeyError::Unreadable)?);
        Self::from_pkcs8(Algorithm::EcdsaP256Sha256, &pkcs8)
    }

    /// A new P-384 key; ring takes only the operating system's randomness for it.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate_p384() -> Result<Self, KeyError> {
        let rng = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, &rng)
            .map_err(|_| KeyError::Random(super::RandomError))?;
        Self::from_pkcs8(Algorithm::EcdsaP384Sha384, pkcs8.as_ref())
    }

    /// From a PKCS #8 file that [`pkcs8`](Self::pkcs8) gave.
    ///
    /// # Errors
    /// Bytes that are not such a key.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let scheme: &'static EcdsaSigningAlgorithm = match algorithm {
            Algorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Algorithm::EcdsaP384Sha384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            Algorithm::Ed25519 | Algorithm::RsaPkcs1Sha256 => return Err(KeyError::Unsupported),
        };
        let rng = ring::rand::SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(scheme, pkcs8, &rng).map_err(|_| KeyError::Unreadable)?;
        let public = PublicKey::from_point(pair.public_key().as_ref())?;
        Ok(Self { pair, rng, public, pkcs8: Zeroizing::new(pkcs8.to_vec()) })
    }

    /// From a PKCS #8 file, whichever of the two curves it is on.
    ///
    /// # Errors
    /// Bytes that are not such a key.
    pub fn read(pkcs8: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs8(Algorithm::EcdsaP256Sha256, pkcs8)
            .or_else(|_| Self::from_pkcs8(Algorithm::EcdsaP384Sha384, pkcs8))
    }

    /// The key as PKCS #8, for its file.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

impl SigningKey for SoftKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        let signature =
            self.pair.sign(&self.rng, message).map_err(|_| KeyError::SigningFailed)?.as_ref().to_vec();
        // A fault in the arithmetic must never leave the room (style.md 15).
        self.public
            .verify(SignatureEncoding::Der, message, &signature)
            .map_err(|_| KeyError::SigningFailed)?;
        Ok(Signature::from_der(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SystemRandom;

    #[test]
    fn signs_in_both_encodings_and_survives_its_file() -> Result<(), KeyError> {
        for key in [SoftKey::generate_p256(&SystemRandom::new())?, SoftKey::generate_p384()?] {
            let again = SoftKey::read(key.pkcs8())?;
            assert_eq!(again.public_key(), key.public_key());
            let signature = again.sign(b"message")?;
            key.public_key().verify(SignatureEncoding::Der, b"message", signature.der())?;
            assert_eq!(
                key.public_key().verify(SignatureEncoding::Der, b"messagf", signature.der()),
                Err(KeyError::SignatureMismatch)
            );
            if key.public_key().algorithm() == Algorithm::EcdsaP256Sha256 {
                key.public_key().verify(SignatureEncoding::Fixed, b"message", &signature.fixed()?)?;
            }
        }
        Ok(())
    }
}
