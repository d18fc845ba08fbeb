//! JSON Object Signing as the houses and the agencies speak it: JWS in compact form, JWK, DPoP, claims.
//!
//! Small on purpose. ES256 is made; what is verified is whatever algorithm the *key* has (ES256, ES384, EdDSA,
//! never one that a header names). Data comes in as text from a stranger and goes up as a [`jws::Verified`] that
//! only [`jws::Unverified::verify`] can make. This room never learns what a token is for, never fetches a key
//! (`jku`, `x5u`, `x5c` and an unasked `jwk` are never looked at) and never encrypts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub mod claims;
pub mod dpop;
pub mod json;
pub mod jwk;
pub mod jws;

/// Why a piece of JOSE is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Longer than [`jws::SIZE_MAX`].
    #[error("the token is longer than {} bytes", jws::SIZE_MAX)]
    TooLarge,
    /// Not three parts of unpadded base64url (RFC 7515 §7.1).
    #[error("this is not a JWS in compact form")]
    NotCompact,
    /// A part is not a JSON object, or has a member twice.
    #[error(transparent)]
    Json(#[from] json::JsonError),
    /// `alg` is missing, `none`, or not the one algorithm of the key.
    #[error("the header names another algorithm than the key's")]
    Algorithm,
    /// `typ` is not one that this verifier takes.
    #[error("the token is of another type")]
    Type,
    /// `crit` names something (RFC 7515 §4.1.11): we understand no extension.
    #[error("the header has a critical extension")]
    Critical,
    /// The signature does not verify.
    #[error("the signature does not match")]
    Signature,
    /// Our own key refused to sign.
    #[error("the key store did not sign")]
    SigningFailed,
    /// Not a public key that we accept.
    #[error(transparent)]
    Key(#[from] jwk::JwkError),
}

/// Unpadded base64url (RFC 7515 §2).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads unpadded base64url: no padding, no white space, no stray bits at the end.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7515_2_base64url_has_one_form() {
        assert_eq!(from_base64url("AQ"), Some(vec![1]));
        for other in ["AQ==", "AR", "A", "AQ\n", " AQ", "A+Q=", "+w"] {
            assert_eq!(from_base64url(other), None, "{other:?}");
        }
    }
}
