//! JSON Web Signatures in compact form (RFC 7515 §7.1).
//!
//! [`Unverified`] is what arrived; only [`Unverified::verify`], which is given the key and the accepted `typ`, makes
//! a [`Verified`]. The header may only agree with the key's one algorithm (RFC 8725 §3.1).

use serde_json::{Map, Value, json};

use super::claims::Claims;
use super::jwk::{JwkError, PublicJwk, name_of};
use super::{JoseError, base64url, from_base64url, json};
use crate::key::{Algorithm, PublicKey, SignatureEncoding, SigningKey};

/// Largest token that is read: a request of an agency or a client assertion stays under 4 KiB.
pub const SIZE_MAX: usize = 16 * 1024;
/// Longest signature of a key that we take: ES384.
const SIGNATURE_MAX: usize = 96;

/// Which `typ` a verifier takes (RFC 8725 §3.11): kinds of tokens must never be mistaken for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ<'a> {
    /// Present and this one.
    Exactly(&'a str),
    /// Absent, or one of these.
    AbsentOr(&'a [&'a str]),
}

/// The members of a JOSE header that are ever looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The named algorithm; it chooses nothing.
    pub alg: String,
    /// Kind of token.
    pub typ: Option<String>,
    /// Which of the sender's known keys; it chooses only among keys that are registered.
    pub kid: Option<String>,
    jwk: Option<Map<String, Value>>,
}

impl Header {
    /// The key in the header. Only DPoP may ask (RFC 9449 §4.2): there the key proves possession, not identity.
    ///
    /// # Errors
    /// Absent or not an acceptable public key.
    pub fn embedded_key(&self) -> Result<PublicJwk, JwkError> {
        PublicJwk::read(self.jwk.as_ref().ok_or(JwkError::Malformed)?)
    }
}

/// A token that arrived. Nothing in it is true yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Unverified {
    header: Header,
    payload: Vec<u8>,
    signed: String,
    signature: Vec<u8>,
}

/// A token whose signature, algorithm and type were checked; only [`Unverified::verify`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    header: Header,
    payload: Vec<u8>,
}

/// Signs `payload` with ES256 and writes the compact form. `kid` and `typ` go into the header.
///
/// # Errors
/// A key that is not P-256, or that does not sign.
pub fn sign(key: &dyn SigningKey, kid: &str, typ: Option<&str>, payload: &[u8]) -> Result<String, JoseError> {
    let mut header = json!({ "kid": kid });
    if let (Some(typ), Some(members)) = (typ, header.as_object_mut()) {
        members.insert("typ".into(), typ.into());
    }
    sign_with_header(key, header, payload)
}

/// Signs with further header members; `alg` is always the key's.
pub(super) fn sign_with_header(
    key: &dyn SigningKey,
    mut header: Value,
    payload: &[u8],
) -> Result<String, JoseError> {
    if key.public_key().algorithm() != Algorithm::EcdsaP256Sha256 {
        return Err(JoseError::Algorithm);
    }
    if let Some(members) = header.as_object_mut() {
        members.insert("alg".into(), "ES256".into());
    }
    let signed = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(payload));
    let signature = key.sign(signed.as_bytes()).and_then(|signature| signature.fixed());
    let signature = signature.map_err(|_| JoseError::SigningFailed)?;
    Ok(format!("{signed}.{}", base64url(&signature)))
}

impl Unverified {
    /// Takes the compact form apart.
    ///
    /// # Errors
    /// Anything but three parts of base64url whose first is a header without critical extensions.
    pub fn parse(text: &str) -> Result<Self, JoseError> {
        if text.len() > SIZE_MAX {
            return Err(JoseError::TooLarge);
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JoseError::NotCompact);
        };
        let bytes = |part: &str| from_base64url(part).ok_or(JoseError::NotCompact);
        let signed = format!("{header}.{payload}");
        let (header, payload, signature) = (bytes(header)?, bytes(payload)?, bytes(signature)?);
        if signature.is_empty() || signature.len() > SIGNATURE_MAX {
            return Err(JoseError::NotCompact);
        }
        Ok(Self { header: read_header(&header)?, payload, signed, signature })
    }

    /// The header, unverified: to find which registered key to verify with.
    #[must_use]
    pub const fn unverified_header(&self) -> &Header {
        &self.header
    }

    /// The claims, unverified: to find whose registered key to verify with, and for nothing else.
    ///
    /// # Errors
    /// When the payload is not a JSON object.
    pub fn unverified_claims(&self) -> Result<Claims, JoseError> {
        Claims::read(&self.payload).map_err(JoseError::Json)
    }

    /// Checks type, algorithm and signature against a key that the caller already trusts for this purpose.
    ///
    /// # Errors
    /// [`JoseError::Type`], [`JoseError::Algorithm`] or [`JoseError::Signature`].
    pub fn verify(self, key: &PublicKey, typ: Typ<'_>) -> Result<Verified, JoseError> {
        if !typ.takes(self.header.typ.as_deref()) {
            return Err(JoseError::Type);
        }
        // RFC 8725 §3.1: the header may only agree. `none` and RS256 end here, since no such key is ever given.
        let named = self.header.alg.as_str();
        let agrees = named == name_of(key.algorithm())
            || (key.algorithm() == Algorithm::Ed25519 && named == "Ed25519");
        if !agrees || key.algorithm() == Algorithm::RsaPkcs1Sha256 {
            return Err(JoseError::Algorithm);
        }
        key.verify(SignatureEncoding::Fixed, self.signed.as_bytes(), &self.signature)
            .map_err(|_| JoseError::Signature)?;
        Ok(Verified { header: self.header, payload: self.payload })
    }
}

impl Verified {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as claims.
    ///
    /// # Errors
    /// When it is not a JSON object with every member once.
    pub fn claims(&self) -> Result<Claims, JoseError> {
        Claims::read(&self.payload).map_err(JoseError::Json)
    }
}

impl Typ<'_> {
    // RFC 7515 §4.1.9: media types compare without regard to case; the short form is what we take.
    fn takes(self, typ: Option<&str>) -> bool {
        match (self, typ) {
            (Self::Exactly(wanted), Some(typ)) => typ.eq_ignore_ascii_case(wanted),
            (Self::Exactly(_), None) => false,
            (Self::AbsentOr(_), None) => true,
            (Self::AbsentOr(wanted), Some(typ)) => wanted.iter().any(|one| typ.eq_ignore_ascii_case(one)),
        }
    }
}

fn read_header(bytes: &[u8]) -> Result<Header, JoseError> {
    let members = json::object(bytes)?;
    // RFC 7515 §4.1.11: whoever does not understand an extension refuses; `b64` (RFC 7797) is one.
    if members.contains_key("crit") {
        return Err(JoseError::Critical);
    }
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(JoseError::NotCompact),
    };
    let alg = text("alg")?.ok_or(JoseError::Algorithm)?;
    let jwk = match members.get("jwk") {
        None => None,
        Some(Value::Object(members)) => Some(members.clone()),
        Some(_) => return Err(JoseError::Key(JwkError::Malformed)),
    };
    Ok(Header { alg, typ: text("typ")?, kid: text("kid")?, jwk })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::key::{SoftKey, SystemRandom};

    fn key() -> SoftKey {
        SoftKey::generate_p256(&SystemRandom::new()).unwrap()
    }

    fn compact(header: &str, payload: &str, signature: &[u8]) -> String {
        format!("{}.{}.{}", base64url(header.as_bytes()), base64url(payload.as_bytes()), base64url(signature))
    }

    const PLAIN: Typ<'_> = Typ::AbsentOr(&["JWT"]);

    #[test]
    fn rfc7515_a3_an_es256_token_of_another_implementation_verifies() {
        let jwk = PublicJwk::parse(
            r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
        )
        .unwrap();
        let text = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let verified = Unverified::parse(text).unwrap().verify(jwk.public_key(), PLAIN).unwrap();
        assert_eq!(verified.claims().unwrap().text("iss"), Ok("joe"));
    }

    #[test]
    fn rfc8037_a4_an_eddsa_token_of_another_implementation_verifies() {
        let jwk = PublicJwk::parse(
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        )
        .unwrap();
        let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let verified = Unverified::parse(text).unwrap().verify(jwk.public_key(), PLAIN).unwrap();
        assert_eq!(verified.payload(), b"Example of Ed25519 signing");
        assert_eq!(verified.claims(), Err(JoseError::Json(json::JsonError::NotAnObject)));
    }

    #[test]
    fn every_single_bit_counts() {
        let key = key();
        let text = sign(&key, "k", Some("at+jwt"), br#"{"a":1}"#).unwrap();
        let typ = Typ::Exactly("at+jwt");
        assert!(Unverified::parse(&text).unwrap().verify(key.public_key(), typ).is_ok());
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            if let Some(byte) = bytes.get_mut(index) {
                *byte = if *byte == b'A' { b'B' } else { b'A' };
            }
            let changed = String::from_utf8(bytes).unwrap();
            let verified = Unverified::parse(&changed).and_then(|token| token.verify(key.public_key(), typ));
            assert!(verified.is_err(), "{changed}");
        }
    }

    #[test]
    fn f31_the_header_never_chooses_the_algorithm() {
        let key = key();
        for alg in ["none", "NONE", "HS256", "RS256", "ES384", "EdDSA", "es256", ""] {
            let token =
                Unverified::parse(&compact(&format!(r#"{{"alg":"{alg}"}}"#), "{}", &[1; 64])).unwrap();
            assert_eq!(token.verify(key.public_key(), PLAIN), Err(JoseError::Algorithm), "{alg}");
        }
        assert_eq!(
            Unverified::parse(&compact(r#"{"typ":"JWT"}"#, "{}", &[1; 64])),
            Err(JoseError::Algorithm)
        );
        let token = Unverified::parse(&compact(r#"{"alg":"ES256"}"#, "{}", &[1; 64])).unwrap();
        assert_eq!(token.verify(key.public_key(), PLAIN), Err(JoseError::Signature));
    }

    #[test]
    fn f31_kinds_of_tokens_are_never_mistaken() {
        let key = key();
        let text = sign(&key, "k", Some("house+jwt"), b"{}").unwrap();
        let with = |typ| Unverified::parse(&text).unwrap().verify(key.public_key(), typ).map(|_| ());
        assert_eq!(with(Typ::Exactly("house+jwt")), Ok(()));
        assert_eq!(with(Typ::Exactly("dpop+jwt")), Err(JoseError::Type));
        assert_eq!(with(Typ::AbsentOr(&["JWT"])), Err(JoseError::Type));
        let bare = sign(&key, "k", None, b"{}").unwrap();
        let bare = Unverified::parse(&bare).unwrap();
        assert_eq!(bare.clone().verify(key.public_key(), Typ::Exactly("JWT")), Err(JoseError::Type));
        assert!(bare.verify(key.public_key(), PLAIN).is_ok());
    }

    #[test]
    fn f33_headers_that_want_more_are_refused() {
        let refused = |header: &str| Unverified::parse(&compact(header, "{}", &[1; 64])).unwrap_err();
        assert_eq!(refused(r#"{"alg":"ES256","crit":["b64"],"b64":false}"#), JoseError::Critical);
        assert_eq!(refused(r#"{"alg":"ES256","crit":[]}"#), JoseError::Critical);
        assert_eq!(
            refused(r#"{"alg":"ES256","alg":"none"}"#),
            JoseError::Json(json::JsonError::DuplicateMember)
        );
        assert_eq!(refused(r#"{"alg":"ES256","kid":7}"#), JoseError::NotCompact);
        assert_eq!(refused(r#"["ES256"]"#), JoseError::Json(json::JsonError::NotAnObject));
    }

    #[test]
    fn f33_a_key_in_the_header_chooses_nothing() {
        let (ours, theirs) = (key(), key());
        let header = json!({"jwk": PublicJwk::of(theirs.public_key()).unwrap().to_json(), "jku": "https://evil.example"});
        let text = sign_with_header(&theirs, header, b"{}").unwrap();
        let token = Unverified::parse(&text).unwrap();
        assert_eq!(token.verify(ours.public_key(), PLAIN), Err(JoseError::Signature));
    }

    #[test]
    fn rfc7515_7_1_three_parts_and_nothing_else() {
        for text in ["", "a", "a.b", "e30.e30.", "e30.e30.AA.AA", "e30..AA==", "e30.e3 0.AA"] {
            assert_eq!(Unverified::parse(text), Err(JoseError::NotCompact), "{text}");
        }
        assert_eq!(Unverified::parse(&"a".repeat(SIZE_MAX + 1)), Err(JoseError::TooLarge));
        let key = SoftKey::generate_p384().unwrap();
        assert_eq!(sign(&key, "k", None, b"{}"), Err(JoseError::Algorithm));
    }
}
