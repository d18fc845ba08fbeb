//! Demonstrating proof of possession (RFC 9449): checking proofs, making them, and the server's nonces.
//!
//! A proof says which key its sender holds and for which request it was made. Freshness comes from a server nonce
//! (HMAC of a time bucket: nothing is stored and the sender's clock does not matter) or, where none is demanded,
//! from `iat`. The result is the key's thumbprint, to which codes and tokens are bound.

use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::claims::{ClaimError, Claims};
use super::jwk::{JwkError, PublicJwk};
use super::jws::{Typ, Unverified, sign_with_header};
use super::{JoseError, base64url};
use crate::bytes::Hash;
use crate::key::{
    Algorithm, Random, RandomError, SigningKey, constant_time_eq, hmac_sha256, random_array, sha256,
};
use crate::time::Instant;

/// One nonce is given out for this long; it is accepted for between one and two such spans more.
const BUCKET_SECONDS: i64 = 60;
/// How old a proof without a nonce may be.
const PAST_SECONDS_MAX: i64 = 60;
/// How far ahead the sender's clock may be where there is no nonce.
const FUTURE_SECONDS_MAX: i64 = 15;

/// Why a proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// No `DPoP` header.
    #[error("there is no DPoP proof")]
    Absent,
    /// More than one `DPoP` header (RFC 9449 §4.3 point 1).
    #[error("there is more than one DPoP proof")]
    Several,
    /// Not a well-formed, rightly signed token of type `dpop+jwt`.
    #[error(transparent)]
    Token(#[from] JoseError),
    /// A claim is missing, malformed, or says another request.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The nonce is missing, too old or not ours: the sender tries again with the one in the answer.
    #[error("the proof needs a current nonce of this server")]
    UseNonce,
    /// `iat` is out of the window of a proof without a nonce.
    #[error("the proof was not made just now")]
    Stale,
    /// Made with another key than the token, code or request is bound to.
    #[error("the proof was made with another key")]
    OtherKey,
}

/// The secret behind a server's nonces.
pub struct NonceKey(Zeroizing<[u8; 32]>);

impl NonceKey {
    /// From 32 secret bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The nonce to give out now.
    #[must_use]
    pub fn current(&self, now: Instant) -> String {
        self.of(now.seconds().div_euclid(BUCKET_SECONDS))
    }

    // The bucket ahead is one that a replica with a faster clock gave out.
    fn accepts(&self, nonce: &str, now: Instant) -> bool {
        let bucket = now.seconds().div_euclid(BUCKET_SECONDS);
        [0, -1, -2, 1]
            .iter()
            .any(|step| constant_time_eq(self.of(bucket + step).as_bytes(), nonce.as_bytes()))
    }

    fn of(&self, bucket: i64) -> String {
        base64url(
            hmac_sha256(self.0.as_slice(), &[b"chancery-dpop-nonce/1", &bucket.to_be_bytes()]).as_bytes(),
        )
    }
}

/// What makes a proof fresh.
#[derive(Clone, Copy)]
pub enum Freshness<'a> {
    /// A nonce of this server is demanded.
    Nonce(&'a NonceKey),
    /// `iat` within the last minute.
    Clock,
}

/// The request that a proof must be for.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// HTTP method, upper case.
    pub method: &'a str,
    /// The endpoint's URI from configuration, never from `Host`.
    pub uri: &'a str,
    /// The access token that came with it, at a resource.
    pub access_token: Option<&'a str>,
    /// What makes it fresh.
    pub freshness: Freshness<'a>,
    /// When it arrived.
    pub now: Instant,
}

/// A checked proof; only [`Proof::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    thumbprint: Hash,
    jti: String,
}

impl Proof {
    /// Checks the values of all `DPoP` headers of a request (RFC 9449 §4.3).
    ///
    /// # Errors
    /// The first point that is not met; the nonce is asked for last, so that a broken proof is not told to retry.
    pub fn verify(headers: &[&str], expected: &Expected<'_>) -> Result<Self, DpopError> {
        let text = match headers {
            [] => return Err(DpopError::Absent),
            [one] => one,
            _ => return Err(DpopError::Several),
        };
        let token = Unverified::parse(text)?;
        // Points 4 to 7: type, a public key that we take, its own algorithm, its signature.
        let jwk = token.unverified_header().embedded_key().map_err(JoseError::Key)?;
        let claims = token.verify(jwk.public_key(), Typ::Exactly("dpop+jwt"))?.claims()?;
        let jti = claims.jti()?.to_owned();
        // Points 8 and 9.
        claims.expect("htm", expected.method)?;
        check_uri(&claims, expected.uri)?;
        let iat = claims.instant("iat")?;
        // Point 12.
        if let Some(token) = expected.access_token {
            claims.expect("ath", &base64url(sha256(token.as_bytes()).as_bytes()))?;
        }
        // Points 10 and 11.
        match expected.freshness {
            Freshness::Nonce(key) => match claims.optional_text("nonce")? {
                Some(nonce) if key.accepts(nonce, expected.now) => {}
                _ => return Err(DpopError::UseNonce),
            },
            Freshness::Clock => {
                let window = expected.now.plus_seconds(-PAST_SECONDS_MAX)
                    ..=expected.now.plus_seconds(FUTURE_SECONDS_MAX);
                if !window.contains(&iat) {
                    return Err(DpopError::Stale);
                }
            }
        }
        Ok(Self { thumbprint: jwk.thumbprint(), jti })
    }

    /// RFC 7638 thumbprint of the key that was proved.
    #[must_use]
    pub const fn thumbprint(&self) -> Hash {
        self.thumbprint
    }

    /// The proof's own identifier.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.jti
    }

    /// Whether the proved key is the one that something is bound to.
    ///
    /// # Errors
    /// [`DpopError::OtherKey`].
    pub fn is_of(&self, bound: &Hash) -> Result<(), DpopError> {
        if constant_time_eq(self.thumbprint.as_bytes(), bound.as_bytes()) {
            Ok(())
        } else {
            Err(DpopError::OtherKey)
        }
    }
}

/// A request that we prove ourselves, as a client.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// HTTP method, upper case.
    pub method: &'a str,
    /// The URI without query and fragment.
    pub uri: &'a str,
    /// The access token that goes with it.
    pub access_token: Option<&'a str>,
    /// The last nonce that the server gave.
    pub nonce: Option<&'a str>,
    /// Now.
    pub now: Instant,
}

/// Makes a proof.
///
/// # Errors
/// A key that is not P-256 or does not sign, or no randomness.
pub fn make(key: &dyn SigningKey, random: &dyn Random, making: &Making<'_>) -> Result<String, JoseError> {
    if key.public_key().algorithm() != Algorithm::EcdsaP256Sha256 {
        return Err(JoseError::Algorithm);
    }
    let jwk = PublicJwk::of(key.public_key())?;
    let jti: [u8; 16] = random_array(random).map_err(|RandomError| JoseError::SigningFailed)?;
    let mut claims = json!({
        "jti": base64url(&jti),
        "htm": making.method,
        "htu": making.uri,
        "iat": making.now.seconds(),
    });
    if let Some(members) = claims.as_object_mut() {
        if let Some(token) = making.access_token {
            members.insert("ath".into(), base64url(sha256(token.as_bytes()).as_bytes()).into());
        }
        if let Some(nonce) = making.nonce {
            members.insert("nonce".into(), nonce.into());
        }
    }
    let header = json!({"typ": "dpop+jwt", "jwk": jwk.to_bare_json()});
    sign_with_header(key, header, claims.to_string().as_bytes())
}

impl From<JwkError> for DpopError {
    fn from(error: JwkError) -> Self {
        Self::Token(JoseError::Key(error))
    }
}

// RFC 9449 §4.3 point 9: without query and fragment, after normalisation (RFC 3986 §6.2.2, §6.2.3).
fn check_uri(claims: &Claims, expected: &str) -> Result<(), ClaimError> {
    let claimed = normal(claims.text("htu")?).ok_or(ClaimError::Malformed("htu"))?;
    if normal(expected).is_some_and(|expected| expected == claimed) {
        Ok(())
    } else {
        Err(ClaimError::Mismatch("htu"))
    }
}

/// Scheme, host, port and path in one form: case, default port, dot segments and percent-encoding normalised.
fn normal(uri: &str) -> Option<(String, String, u16, String)> {
    let url = Url::parse(uri).ok()?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
    Some((url.scheme().to_owned(), host, port, normal_path(url.path())))
}

// RFC 3986 §6.2.2.1 and §6.2.2.2: hexadecimal digits in upper case, unreserved characters not encoded.
fn normal_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, after.get(2..)) {
            (Some(byte), Some(tail)) => {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                rest = tail;
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[path = "dpop_tests.rs"]
mod tests;
