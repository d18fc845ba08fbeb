//! Random secrets and their hashes. A secret goes to a browser or into a request; only its SHA-256 goes into a row.
//! Data: the operating system's randomness in, base64url out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The operating system refused to give randomness. Nothing can be done without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub(crate) struct NoRandomness;

/// 32 random bytes in base64url: 43 characters, which is also the shortest PKCE verifier (RFC 7636 §4.1).
pub(crate) fn fresh() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(base64url(&bytes))
}

/// A number to read aloud: 80 random bits in groups, "7f3a-91c2-0b1d-44e0-9a7c". It names a thing and opens nothing.
pub(crate) fn number() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    let groups =
        bytes.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    Ok(groups.collect::<Vec<_>>().join("-"))
}

/// SHA-256, for rows that stand for a secret and for digests of documents.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// base64url without padding (RFC 7515 §2).
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Compares without telling by time where the first difference is.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_the_length_of_a_pkce_verifier_and_never_repeats() {
        let (one, two) = (fresh().unwrap(), fresh().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, two);
    }

    #[test]
    fn a_number_is_in_five_groups_of_four() {
        let number = number().unwrap();
        assert_eq!(number.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4, 4]);
    }

    #[test]
    fn comparison_sees_one_changed_character() {
        assert!(same("abcd", "abcd"));
        assert!(!same("abcd", "abce"));
        assert!(!same("abcd", "abc"));
    }
}
