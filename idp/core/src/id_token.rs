//! ID tokens (OpenID Connect Core §2): made for one client, and read again as a hint.

use pki_core::jose::jws::{self, Typ, Unverified};
use pki_core::jose::{JoseError, base64url};
use pki_core::key::{PublicKey, SigningKey, sha256};
use pki_core::time::Instant;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::assurance::Method;
use crate::client::ClientId;
use crate::discovery::Issuer;
use crate::subject::Subject;

/// How long an ID token may be relied on.
pub const LIFE_SECONDS: i64 = 300;

/// What an ID token says.
#[derive(Clone, Debug, PartialEq)]
pub struct IdToken {
    /// For whom.
    pub client: ClientId,
    /// About whom.
    pub subject: Subject,
    /// Now.
    pub issued: Instant,
    /// When the person proved themselves; always said.
    pub auth_time: Instant,
    /// How.
    pub method: Method,
    /// How sure we were.
    pub acr: String,
    /// Echoed, if it was sent.
    pub nonce: Option<String>,
    /// The session, as this client knows it.
    pub sid: String,
    /// Claims that were asked for in the ID token.
    pub claims: Map<String, Value>,
}

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'a str,
    amr: [&'static str; 3],
    sid: &'a str,
    at_hash: String,
    #[serde(flatten)]
    claims: &'a Map<String, Value>,
}

impl IdToken {
    /// Signs it, with `at_hash` of the access token beside it (§3.1.3.6).
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn sign(
        &self,
        issuer: &Issuer,
        key: &dyn SigningKey,
        kid: &str,
        access_token: &str,
    ) -> Result<String, JoseError> {
        let wire = Wire {
            iss: issuer.as_str(),
            sub: self.subject.as_str(),
            aud: self.client.as_str(),
            exp: self.issued.plus_seconds(LIFE_SECONDS).seconds(),
            iat: self.issued.seconds(),
            auth_time: self.auth_time.seconds(),
            nonce: self.nonce.as_deref(),
            acr: &self.acr,
            amr: self.method.amr(),
            sid: &self.sid,
            at_hash: at_hash(access_token),
            claims: &self.claims,
        };
        jws::sign(key, kid, None, &serde_json::to_vec(&wire).unwrap_or_default())
    }
}

/// An ID token of ours that came back as a hint: it may have expired, it must be ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// For whom it was made.
    pub client: String,
    /// About whom.
    pub subject: Subject,
    /// Which session.
    pub sid: String,
}

impl Hint {
    /// Reads a hint. `None`: not a token that this issuer signed.
    #[must_use]
    pub fn read(text: &str, issuer: &Issuer, key: &PublicKey) -> Option<Self> {
        let claims =
            Unverified::parse(text).ok()?.verify(key, Typ::AbsentOr(&["JWT"])).ok()?.claims().ok()?;
        claims.expect("iss", issuer.as_str()).ok()?;
        Some(Self {
            client: claims.text("aud").ok()?.to_owned(),
            subject: Subject::from_row(claims.text("sub").ok()?),
            sid: claims.text("sid").ok()?.to_owned(),
        })
    }
}

// The left half of SHA-256, because ES256 signs over SHA-256.
fn at_hash(access_token: &str) -> String {
    let hash = sha256(access_token.as_bytes());
    base64url(hash.as_bytes().first_chunk::<16>().unwrap_or(&[0; 16]))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::{NOW, issuer, token_key};
    use pki_core::jose::from_base64url;

    fn token() -> IdToken {
        IdToken {
            client: ClientId::parse("open-assembly").unwrap(),
            subject: Subject::from_row("pairwise"),
            issued: NOW,
            auth_time: NOW.plus_seconds(-5),
            method: Method::Synced,
            acr: "urn:chancery:sandbox:substantial".into(),
            nonce: Some("n-1".into()),
            sid: "sid".into(),
            claims: Map::from_iter([("birthdate".to_owned(), "1987-03-09".into())]),
        }
    }

    #[test]
    fn oidc_core_2_what_an_id_token_says() {
        let key = token_key();
        let text = token()
            .sign(&issuer(), key.as_ref(), "kid-1", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
            .unwrap();
        let payload = text.split('.').nth(1).unwrap();
        let payload = String::from_utf8(from_base64url(payload).unwrap()).unwrap();
        // at_hash of OpenID Connect Core §A.3.
        let expected = concat!(
            r#"{"iss":"http://localhost:8400","sub":"pairwise","aud":"open-assembly","exp":1795000300,"#,
            r#""iat":1795000000,"auth_time":1794999995,"nonce":"n-1","acr":"urn:chancery:sandbox:substantial","#,
            r#""amr":["swk","user","mfa"],"sid":"sid","at_hash":"77QmUPtjPfzWtF2AnpK9RQ","birthdate":"1987-03-09"}"#
        );
        assert_eq!(payload, expected);
        let header: Value =
            serde_json::from_slice(&from_base64url(text.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header, serde_json::json!({"alg": "ES256", "kid": "kid-1"}));
    }

    #[test]
    fn k20_no_nonce_in_no_nonce_out() {
        let key = token_key();
        let text = IdToken { nonce: None, ..token() }.sign(&issuer(), key.as_ref(), "k", "t").unwrap();
        let payload = String::from_utf8(from_base64url(text.split('.').nth(1).unwrap()).unwrap()).unwrap();
        assert!(!payload.contains("nonce"));
    }

    #[test]
    fn a_hint_is_a_token_of_ours_and_of_nobody_else() {
        let key = token_key();
        let text = token().sign(&issuer(), key.as_ref(), "k", "t").unwrap();
        let hint = Hint::read(&text, &issuer(), key.public_key()).unwrap();
        assert_eq!(
            (hint.client.as_str(), hint.subject.as_str(), hint.sid.as_str()),
            ("open-assembly", "pairwise", "sid")
        );
        assert_eq!(Hint::read(&text, &issuer(), token_key().public_key()), None);
        let other = Issuer::parse("http://localhost:8500").unwrap();
        assert_eq!(Hint::read(&text, &other, key.public_key()), None);
        assert_eq!(Hint::read("x", &issuer(), key.public_key()), None);
    }
}
