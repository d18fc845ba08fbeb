//! Codes of slips and links. A code follows from a seed under a key of this house, so that it can be shown and printed
//! again while it works and yet stands in no row: rows hold its hash.

use pki_core::bytes::Id;
use pki_core::enrolment::SlipCode;
use pki_core::key::{Random, RandomError, Secret, hkdf_sha256};

/// Makes codes.
pub(crate) struct SlipCodes {
    key: Secret<[u8; 32]>,
}

impl SlipCodes {
    /// From a secret of this house.
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self { key: Secret::new(hkdf_sha256(b"", secret, b"chancery-slip-codes/1")) }
    }

    /// The code of a seed: 80 bits that nobody without the key can foretell.
    pub(crate) fn of(&self, seed: &Id) -> Result<SlipCode, RandomError> {
        let bytes = hkdf_sha256(seed.as_bytes(), self.key.expose(), b"chancery-slip-code/1");
        SlipCode::generate(&Fixed(bytes))
    }
}

/// What a code is generated from: these bytes and no others.
struct Fixed([u8; 32]);

impl Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        let from = self.0.get(..buffer.len()).ok_or(RandomError)?;
        buffer.copy_from_slice(from);
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// The same seed gives the same code under the same key only.
    #[test]
    fn a_code_follows_from_seed_and_key() {
        let (seed, other) = (Id::new([1; 16]), Id::new([2; 16]));
        let codes = SlipCodes::new(&[7; 32]);
        assert_eq!(codes.of(&seed).unwrap(), SlipCodes::new(&[7; 32]).of(&seed).unwrap());
        assert_ne!(codes.of(&seed).unwrap(), codes.of(&other).unwrap());
        assert_ne!(codes.of(&seed).unwrap(), SlipCodes::new(&[8; 32]).of(&seed).unwrap());
    }
}
