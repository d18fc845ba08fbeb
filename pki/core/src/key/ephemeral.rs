//! A person's one-use key: born in the vault, consumed by its one signature, zeroised. It has no file form.
//!
//! p256, not ring, because ring's keys are not zeroised on drop; signatures are RFC 6979 (deterministic), so no
//! weak nonce can give the key away.

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;

use super::{KeyError, PublicKey, Random, Signature, SignatureEncoding, random_array};

/// A private key that signs exactly once. Neither `Clone` nor printable nor storable.
pub struct Ephemeral {
    secret: SecretKey,
    public: PublicKey,
}

impl Ephemeral {
    /// A new P-256 key.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(random: &dyn Random) -> Result<Self, KeyError> {
        let (secret, point) = p256_secret(random)?;
        Ok(Self { secret, public: PublicKey::from_point(&point)? })
    }

    /// Its public half, which the certificate will carry.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The one signature. The key is zeroised when this returns, whether it succeeded or not.
    ///
    /// # Errors
    /// When the signature made does not verify.
    pub fn sign(self, message: &[u8]) -> Result<Signature, KeyError> {
        let signing = p256::ecdsa::SigningKey::from(&self.secret);
        let signature: p256::ecdsa::DerSignature = signing.sign(message);
        let bytes = signature.as_bytes().to_vec();
        self.public.verify(SignatureEncoding::Der, message, &bytes).map_err(|_| KeyError::SigningFailed)?;
        Ok(Signature::from_der(bytes))
    }
}

/// A uniformly random scalar and its uncompressed point.
pub(super) fn p256_secret(random: &dyn Random) -> Result<(SecretKey, Vec<u8>), KeyError> {
    use p256::elliptic_curve::sec1::ToSec1Point as _;
    // FIPS 186-5 A.2.2 (rejection): a random 32-byte string is a valid scalar but for a chance of 2^-32.
    for _ in 0..64 {
        let bytes = zeroize::Zeroizing::new(random_array::<32>(random)?);
        if let Ok(secret) = SecretKey::from_slice(bytes.as_slice()) {
            let point = secret.public_key().to_sec1_point(false).as_bytes().to_vec();
            return Ok((secret, point));
        }
    }
    Err(KeyError::Random(super::RandomError))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SystemRandom;

    #[test]
    fn one_signature_verifies_under_the_certified_key() -> Result<(), KeyError> {
        let key = Ephemeral::generate(&SystemRandom::new())?;
        let public = key.public_key().clone();
        let signature = key.sign(b"attributes")?;
        public.verify(SignatureEncoding::Der, b"attributes", signature.der())
    }
}
