//! SHA-2 (FIPS 180-4).

use ring::digest;

use crate::bytes::Hash;

/// SHA-256 of the bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    hash_parts(&[bytes])
}

/// SHA-256 of the concatenation of the parts: `tag || DER` without a copy.
#[must_use]
pub fn hash_parts(parts: &[&[u8]]) -> Hash {
    let mut context = Sha256::new();
    for part in parts {
        context.update(part);
    }
    context.finish()
}

/// SHA-384 of the bytes; time-stamp imprints only.
#[must_use]
pub fn sha384(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA384, bytes).as_ref().to_vec()
}

/// SHA-512 of the bytes; time-stamp imprints only.
#[must_use]
pub fn sha512(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA512, bytes).as_ref().to_vec()
}

/// SHA-256 over bytes that arrive in pieces.
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Sha256 {
    /// An empty hash.
    #[must_use]
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The value.
    #[must_use]
    pub fn finish(self) -> Hash {
        let mut out = [0u8; 32];
        for (to, from) in out.iter_mut().zip(self.0.finish().as_ref()) {
            *to = *from;
        }
        Hash::new(out)
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fips180_4_empty_and_abc() {
        assert_eq!(sha256(b"").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hash_parts(&[b"a", b"bc"]), sha256(b"abc"));
    }
}
