//! HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869) and comparison in constant time.

use ring::{hkdf, hmac};

use crate::bytes::Hash;

/// HMAC-SHA-256 over the concatenation of the parts.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Hash {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    let mut out = [0u8; 32];
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    Hash::new(out)
}

/// 32 bytes of HKDF-SHA-256: extract with `salt`, expand with `info`.
#[must_use]
pub fn hkdf_sha256(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    let mut out = [0u8; 32];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    // RFC 5869 §2.3 fails only past 255 blocks; one block is asked for.
    if let Ok(okm) = prk.expand(&[info], hkdf::HKDF_SHA256) {
        let filled = okm.fill(&mut out);
        debug_assert!(filled.is_ok());
    }
    out
}

/// Whether two byte strings are equal, in time that depends on their lengths only.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0u8, |acc, (a, b)| acc | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc4231_test_case_2() {
        let mac = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac.hex(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn hkdf_separates_by_info() {
        assert_ne!(hkdf_sha256(b"", b"secret", b"a"), hkdf_sha256(b"", b"secret", b"b"));
    }

    #[test]
    fn one_bit_is_unequal() {
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abb"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
