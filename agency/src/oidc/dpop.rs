//! DPoP (RFC 9449): every token is bound to the agency's key, and every request that carries one proves it.
//! A server may demand a nonce of its own (§8, §9); the newest one of each server is remembered here.
//! Data: method, address and token in, the `DPoP` header out; `DPoP-Nonce` headers come back in.

use std::collections::HashMap;
use std::sync::Mutex;

use openidconnect::http::HeaderMap;
use serde_json::json;
use url::Url;

use super::jose::Es256;
use crate::secret::{NoRandomness, base64url, fresh, sha256};

/// The agency's proof key with the nonces that servers gave it.
pub(crate) struct Prover {
    key: Es256,
    nonces: Mutex<HashMap<String, String>>,
}

impl Prover {
    /// A prover that has not spoken to any server yet.
    pub(crate) fn new(key: Es256) -> Prover {
        Prover { key, nonces: Mutex::new(HashMap::new()) }
    }

    /// RFC 7638, for `dpop_jkt`.
    pub(crate) fn thumbprint(&self) -> &str {
        self.key.thumbprint()
    }

    /// One proof for one request (RFC 9449 §4.2). `access_token` is given when the request carries one.
    pub(crate) fn proof(
        &self,
        method: &str,
        target: &Url,
        access_token: Option<&str>,
        now_seconds: i64,
    ) -> Result<String, NoRandomness> {
        let mut claims = json!({
            "jti": fresh()?,
            "htm": method,
            "htu": without_query(target),
            "iat": now_seconds,
        });
        if let Some(members) = claims.as_object_mut() {
            if let Some(token) = access_token {
                // RFC 9449 §4.2: ath is the hash of the token's ASCII characters.
                members.insert("ath".to_owned(), json!(base64url(&sha256(token.as_bytes()))));
            }
            if let Some(nonce) = self.nonce_for(target) {
                members.insert("nonce".to_owned(), json!(nonce));
            }
        }
        Ok(self.key.sign(json!({ "typ": "dpop+jwt", "jwk": self.key.jwk() }), &claims))
    }

    /// RFC 9449 §8.2: the newest nonce replaces the one before it. Answers whether this response brought one.
    pub(crate) fn remember(&self, target: &Url, headers: &HeaderMap) -> bool {
        let Some(nonce) = headers.get("dpop-nonce").and_then(|value| value.to_str().ok()) else {
            return false;
        };
        if let Ok(mut nonces) = self.nonces.lock() {
            nonces.insert(target.origin().ascii_serialization(), nonce.to_owned());
        }
        true
    }

    fn nonce_for(&self, target: &Url) -> Option<String> {
        self.nonces.lock().ok()?.get(&target.origin().ascii_serialization()).cloned()
    }
}

/// RFC 9449 §9: a resource asks for a nonce in its challenge.
pub(crate) fn asks_for_nonce(headers: &HeaderMap) -> bool {
    headers
        .get_all("www-authenticate")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|challenge| challenge.contains("error=\"use_dpop_nonce\""))
}

/// RFC 9449 §4.2: htu is the target without query and fragment.
fn without_query(target: &Url) -> String {
    let mut plain = target.clone();
    plain.set_query(None);
    plain.set_fragment(None);
    plain.into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::oidc::jose::tests::{open, rfc7515_key};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn nonce(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("DPoP-Nonce", value.parse().unwrap());
        headers
    }

    #[test]
    fn rfc9449_4_2_a_proof_names_method_address_and_token() {
        let key = rfc7515_key();
        let prover = Prover::new(key.clone());
        let target = url("https://sign.example/v1/requests/7?page=1#top");
        let (header, claims) = open(&key, &prover.proof("GET", &target, Some("token"), 1000).unwrap());
        assert_eq!(header["typ"], "dpop+jwt");
        assert_eq!(header["jwk"], key.jwk());
        assert_eq!((&claims["htm"], &claims["iat"]), (&json!("GET"), &json!(1000)));
        assert_eq!(claims["htu"], "https://sign.example/v1/requests/7");
        // SHA-256 of "token" in base64url.
        assert_eq!(claims["ath"], "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A");
        assert!(claims.get("nonce").is_none());
    }

    #[test]
    fn rfc9449_4_2_a_proof_for_a_request_without_token_has_no_ath_and_a_new_jti() {
        let key = rfc7515_key();
        let prover = Prover::new(key.clone());
        let target = url("https://id.example/token");
        let one = open(&key, &prover.proof("POST", &target, None, 1000).unwrap()).1;
        let two = open(&key, &prover.proof("POST", &target, None, 1000).unwrap()).1;
        assert!(one.get("ath").is_none());
        assert_ne!(one["jti"], two["jti"]);
    }

    #[test]
    fn rfc9449_8_2_the_newest_nonce_of_a_server_is_used_and_no_other_servers() {
        let key = rfc7515_key();
        let prover = Prover::new(key.clone());
        let (here, there) = (url("https://id.example/token"), url("https://sign.example/v1/requests"));
        assert!(prover.remember(&here, &nonce("first")));
        assert!(prover.remember(&here, &nonce("second")));
        assert!(!prover.remember(&here, &HeaderMap::new()), "a response without a nonce changes nothing");
        let claims = |target: &Url| open(&key, &prover.proof("POST", target, None, 1000).unwrap()).1;
        assert_eq!(claims(&url("https://id.example/userinfo"))["nonce"], "second");
        assert!(claims(&there).get("nonce").is_none());
    }

    #[test]
    fn rfc9449_9_only_the_nonce_challenge_is_answered_with_another_try() {
        let mut headers = HeaderMap::new();
        headers.insert("WWW-Authenticate", r#"DPoP error="invalid_token", algs="ES256""#.parse().unwrap());
        assert!(!asks_for_nonce(&headers));
        headers.append("WWW-Authenticate", r#"DPoP error="use_dpop_nonce", algs="ES256""#.parse().unwrap());
        assert!(asks_for_nonce(&headers));
    }
}
