//! AEAD sealing of what must come back unchanged and unread: cookies, ceremony state, rows under a presented secret.
//!
//! AES-256-GCM with a random 96-bit nonce in front. One key seals far fewer than 2^32 values (NIST SP 800-38D §8.3):
//! cookie keys are made anew with each country and row keys are derived per secret.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::{Random, RandomError, hkdf_sha256, random_array};

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Changed, cut, sealed for another purpose, or under another key.
    #[error("this sealed value was not made by this service, or was changed")]
    Broken,
    /// No randomness for the nonce.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// A key that seals and opens.
#[derive(Clone)]
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// From 32 secret bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(match UnboundKey::new(&AES_256_GCM, key) {
            Ok(key) => key,
            Err(_) => unreachable_key(),
        }))
    }

    /// The key that `secret` gives for one purpose (HKDF-SHA-256 with `info`).
    #[must_use]
    pub fn derived(secret: &[u8], info: &[u8]) -> Self {
        Self::new(&hkdf_sha256(b"chancery-seal/1", secret, info))
    }

    /// Seals `plain`; `context` (what the value is for) must be the same at opening.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn seal(&self, random: &dyn Random, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random_array(random)?;
        let mut out = nonce.to_vec();
        let mut body = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body)
            .map_err(|_| SealError::Broken)?;
        out.append(&mut body);
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) made under the same context.
    ///
    /// # Errors
    /// [`SealError::Broken`] for anything else.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let mut body = body.to_vec();
        let plain =
            self.0.open_in_place(nonce, Aad::from(context), &mut body).map_err(|_| SealError::Broken)?.len();
        body.truncate(plain);
        Ok(body)
    }
}

#[expect(clippy::panic, reason = "ring refuses only keys of another length, and the type fixes 32 bytes")]
fn unreachable_key() -> UnboundKey {
    panic!("AES-256-GCM takes 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SystemRandom;

    #[test]
    fn opens_only_whole_and_for_its_purpose() {
        let key = SealingKey::new(&[1; 32]);
        let sealed = key.seal(&SystemRandom::new(), b"cookie", b"value").unwrap_or_default();
        assert_eq!(key.open(b"cookie", &sealed), Ok(b"value".to_vec()));
        assert_eq!(key.open(b"row", &sealed), Err(SealError::Broken));
        let mut changed = sealed.clone();
        if let Some(last) = changed.last_mut() {
            *last ^= 1;
        }
        assert_eq!(key.open(b"cookie", &changed), Err(SealError::Broken));
        assert_eq!(key.open(b"cookie", sealed.get(..11).unwrap_or_default()), Err(SealError::Broken));
    }
}
