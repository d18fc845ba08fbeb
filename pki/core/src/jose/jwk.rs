//! Public keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037) and their thumbprints (RFC 7638).
//!
//! Only P-256, P-384 and Ed25519, only public members. A key knows its algorithm (`key::PublicKey`); the members
//! `alg` and `use` may only agree with it.

use serde_json::{Map, Value, json};

use super::{base64url, from_base64url, json};
use crate::bytes::Hash;
use crate::key::{Algorithm, PublicKey, sha256};

/// Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// RFC 8410 §4: the fixed start of an Ed25519 `SubjectPublicKeyInfo`.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Longest `kid` that is read: a thumbprint has 43 characters.
const KID_MAX: usize = 256;

/// Why JSON is not a public key that we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not an object with the members of its key type.
    #[error("this is not a JSON Web Key that we accept (EC P-256, EC P-384, OKP Ed25519)")]
    Malformed,
    /// A private member is present: whoever sent it has given their key away.
    #[error("this JSON Web Key holds a private key")]
    Private,
    /// `alg` or `use` says something else than the key is for.
    #[error("this JSON Web Key is for another use or algorithm")]
    OtherUse,
}

/// A public key with its key id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    key: PublicKey,
    kid: Option<String>,
}

impl PublicJwk {
    /// A key of ours; its `kid` is its thumbprint.
    ///
    /// # Errors
    /// A key that has no JWK form here (RSA).
    pub fn of(key: &PublicKey) -> Result<Self, JwkError> {
        let kid = base64url(thumbprint(key)?.as_bytes());
        Ok(Self { key: key.clone(), kid: Some(kid) })
    }

    /// From JSON text.
    ///
    /// # Errors
    /// See [`JwkError`].
    pub fn parse(text: &str) -> Result<Self, JwkError> {
        Self::read(&json::object(text.as_bytes()).map_err(|_| JwkError::Malformed)?)
    }

    /// From a JSON object, such as the `jwk` of a header.
    ///
    /// # Errors
    /// See [`JwkError`].
    pub fn read(members: &Map<String, Value>) -> Result<Self, JwkError> {
        if PRIVATE.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkError::Private);
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str).ok_or(JwkError::Malformed);
        let coordinate = |name: &str, length: usize| {
            from_base64url(text(name)?).filter(|bytes| bytes.len() == length).ok_or(JwkError::Malformed)
        };
        let (key, alg) = match (text("kty")?, text("crv")?) {
            // RFC 7518 §6.2.1.2: coordinates are full length.
            ("EC", "P-256") => (point(&coordinate("x", 32)?, &coordinate("y", 32)?)?, "ES256"),
            ("EC", "P-384") => (point(&coordinate("x", 48)?, &coordinate("y", 48)?)?, "ES384"),
            ("OKP", "Ed25519") => (ed25519(&coordinate("x", 32)?)?, "EdDSA"),
            _ => return Err(JwkError::Malformed),
        };
        let agrees = |name: &str, values: &[&str]| match members.get(name) {
            None => true,
            Some(value) => value.as_str().is_some_and(|value| values.contains(&value)),
        };
        // RFC 9864 names Ed25519 itself; both names mean the one algorithm of this key.
        let algs: &[&str] = if alg == "EdDSA" { &["EdDSA", "Ed25519"] } else { &[alg] };
        if !agrees("alg", algs) || !agrees("use", &["sig"]) {
            return Err(JwkError::OtherUse);
        }
        let kid = match members.get("kid") {
            None => None,
            Some(Value::String(kid)) if (1..=KID_MAX).contains(&kid.len()) => Some(kid.clone()),
            Some(_) => return Err(JwkError::Malformed),
        };
        Ok(Self { key, kid })
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Its key id, where one was given.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// RFC 7638 §3 with SHA-256.
    #[must_use]
    pub fn thumbprint(&self) -> Hash {
        // `read` and `of` let only keys through that have one.
        thumbprint(&self.key).unwrap_or(Hash::new([0; 32]))
    }

    /// Public members with `kid`, `alg` and `use`, as a key set lists them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut members = required(&self.key).unwrap_or_default();
        members.insert("use".into(), "sig".into());
        members.insert("alg".into(), name_of(self.key.algorithm()).into());
        if let Some(kid) = &self.kid {
            members.insert("kid".into(), kid.as_str().into());
        }
        Value::Object(members)
    }

    /// Only the required members: what a DPoP header carries (RFC 9449 §4.2).
    #[must_use]
    pub fn to_bare_json(&self) -> Value {
        Value::Object(required(&self.key).unwrap_or_default())
    }
}

/// RFC 7638 §3: SHA-256 over the required members in lexical order, without white space.
///
/// # Errors
/// A key that has no JWK form here.
pub fn thumbprint(key: &PublicKey) -> Result<Hash, JwkError> {
    // `required` writes the members in lexical order, and none of these values needs an escape.
    Ok(sha256(Value::Object(required(key)?).to_string().as_bytes()))
}

/// The JOSE name of a key's one algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
pub(super) const fn name_of(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EcdsaP256Sha256 => "ES256",
        Algorithm::EcdsaP384Sha384 => "ES384",
        Algorithm::Ed25519 => "EdDSA",
        Algorithm::RsaPkcs1Sha256 => "RS256",
    }
}

fn required(key: &PublicKey) -> Result<Map<String, Value>, JwkError> {
    let members = match (key.algorithm(), key.raw()) {
        (Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384, [4, coordinates @ ..]) => {
            let (x, y) = coordinates.split_at_checked(coordinates.len() / 2).ok_or(JwkError::Malformed)?;
            let crv = if coordinates.len() == 64 { "P-256" } else { "P-384" };
            json!({"crv": crv, "kty": "EC", "x": base64url(x), "y": base64url(y)})
        }
        (Algorithm::Ed25519, raw) => json!({"crv": "Ed25519", "kty": "OKP", "x": base64url(raw)}),
        _ => return Err(JwkError::Malformed),
    };
    match members {
        Value::Object(members) => Ok(members),
        _ => Err(JwkError::Malformed),
    }
}

fn point(x: &[u8], y: &[u8]) -> Result<PublicKey, JwkError> {
    PublicKey::from_point(&[&[4], x, y].concat()).map_err(|_| JwkError::Malformed)
}

fn ed25519(raw: &[u8]) -> Result<PublicKey, JwkError> {
    PublicKey::from_spki(&[&ED25519_SPKI, raw].concat()).map_err(|_| JwkError::Malformed)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::key::{SigningKey as _, SoftKey, SystemRandom};

    // RFC 7517 A.1, first key.
    const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1"}"#;

    #[test]
    fn rfc8037_a3_thumbprint_of_ed25519() {
        let jwk = PublicJwk::parse(
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        )
        .unwrap();
        assert_eq!(base64url(jwk.thumbprint().as_bytes()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn rfc7517_a1_reads_and_writes_an_ec_key() {
        let jwk = PublicJwk::parse(EC).unwrap();
        assert_eq!(jwk.kid(), Some("1"));
        assert_eq!(PublicJwk::parse(&jwk.to_json().to_string()).unwrap(), jwk);
        assert_eq!(PublicJwk::parse(&jwk.to_bare_json().to_string()).unwrap().thumbprint(), jwk.thumbprint());
    }

    #[test]
    fn own_keys_are_named_by_their_thumbprint() {
        let key = SoftKey::generate_p256(&SystemRandom::new()).unwrap();
        let jwk = PublicJwk::of(key.public_key()).unwrap();
        assert_eq!(jwk.kid().unwrap(), base64url(jwk.thumbprint().as_bytes()));
        let p384 = PublicJwk::of(SoftKey::generate_p384().unwrap().public_key()).unwrap();
        assert_eq!(PublicJwk::parse(&p384.to_json().to_string()).unwrap(), p384);
    }

    #[test]
    fn rfc9449_4_2_a_private_member_is_refused() {
        let private = EC.replace("\"use\"", "\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\",\"use\"");
        assert_eq!(PublicJwk::parse(&private), Err(JwkError::Private));
        assert_eq!(PublicJwk::parse(r#"{"kty":"oct","k":"AAAA"}"#), Err(JwkError::Private));
    }

    #[test]
    fn the_nearest_wrong_keys_are_refused() {
        for (from, to, error) in [
            ("\"use\":\"sig\"", "\"use\":\"enc\"", JwkError::OtherUse),
            ("\"use\":\"sig\"", "\"alg\":\"ES384\"", JwkError::OtherUse),
            ("\"use\":\"sig\"", "\"alg\":256", JwkError::OtherUse),
            ("\"kid\":\"1\"", "\"kid\":1", JwkError::Malformed),
            ("\"kid\":\"1\"", "\"kid\":\"1\",\"kty\":\"EC\"", JwkError::Malformed),
            ("P-256", "P-384", JwkError::Malformed),
            ("P-256", "secp256k1", JwkError::Malformed),
            ("\"EC\"", "\"RSA\"", JwkError::Malformed),
            // Not on the curve.
            ("MKBC", "MKBD", JwkError::Malformed),
            // One byte short.
            (
                "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7A",
                JwkError::Malformed,
            ),
        ] {
            assert_eq!(PublicJwk::parse(&EC.replace(from, to)), Err(error), "{to}");
        }
    }
}
