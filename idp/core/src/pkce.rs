//! Proof Key for Code Exchange (RFC 7636): S256 and nothing else.

use pki_core::jose::{base64url, from_base64url};
use pki_core::key::{constant_time_eq, sha256};

use crate::fault::{ErrorCode, Fault};

/// A `code_challenge` under S256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// From the two parameters.
    ///
    /// # Errors
    /// RFC 7636 §4.4.1: `invalid_request` without a challenge, with `plain` (which is what an absent method means,
    /// §4.3), or with anything that is not 32 bytes of base64url.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Self, Fault> {
        let refuse = |why| Fault::new(ErrorCode::InvalidRequest, why);
        let challenge = challenge.ok_or(refuse("code_challenge is required"))?;
        if method != Some("S256") {
            return Err(refuse("code_challenge_method must be S256"));
        }
        match from_base64url(challenge) {
            Some(bytes) if bytes.len() == 32 => Ok(Self(challenge.to_owned())),
            _ => Err(refuse("code_challenge must be 43 characters of base64url")),
        }
    }

    /// From a sealed row of ours.
    #[must_use]
    pub(crate) fn from_row(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// RFC 7636 §4.6: base64url(SHA-256(code_verifier)) = code_challenge.
    ///
    /// # Errors
    /// `invalid_grant` for an absent, malformed (§4.1: 43 to 128 unreserved characters) or wrong verifier.
    pub fn check(&self, verifier: Option<&str>) -> Result<(), Fault> {
        let refuse = |why| Fault::new(ErrorCode::InvalidGrant, why);
        let verifier = verifier.ok_or(refuse("code_verifier is required"))?;
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(refuse("code_verifier must be 43 to 128 unreserved characters"));
        }
        if constant_time_eq(base64url(sha256(verifier.as_bytes()).as_bytes()).as_bytes(), self.0.as_bytes()) {
            Ok(())
        } else {
            Err(refuse("code_verifier does not match"))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_appendix_b() {
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        assert_eq!(challenge.check(Some(VERIFIER)), Ok(()));
        let wrong = VERIFIER.replace("dBj", "dBk");
        let refused = challenge.check(Some(&wrong)).unwrap_err();
        assert_eq!(
            (refused.code, refused.description),
            (ErrorCode::InvalidGrant, "code_verifier does not match")
        );
    }

    #[test]
    fn b09_no_downgrade_either_way() {
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        assert_eq!(challenge.check(None).unwrap_err().description, "code_verifier is required");
        assert_eq!(
            Challenge::parse(None, Some("S256")).unwrap_err().description,
            "code_challenge is required"
        );
        for method in [None, Some("plain"), Some("s256")] {
            let refused = Challenge::parse(Some(CHALLENGE), method).unwrap_err();
            assert_eq!(
                (refused.code, refused.description),
                (ErrorCode::InvalidRequest, "code_challenge_method must be S256")
            );
        }
    }

    #[test]
    fn rfc7636_4_1_and_4_2_lengths_and_characters() {
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        for verifier in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43))] {
            let refused = challenge.check(Some(&verifier)).unwrap_err();
            assert_eq!(refused.description, "code_verifier must be 43 to 128 unreserved characters");
        }
        for text in [
            &CHALLENGE[..42],
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
        ] {
            let refused = Challenge::parse(Some(text), Some("S256")).unwrap_err();
            assert_eq!(refused.description, "code_challenge must be 43 characters of base64url", "{text}");
        }
    }
}
