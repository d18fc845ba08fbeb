//! ES256: the agency's own signatures under client assertions, DPoP proofs and signing requests.
//! The `openidconnect` crate verifies ES256 but cannot make it; this room only makes, and never verifies a stranger's token.
//! Data: a PKCS#8 file in, compact JWS and the public JWK out.

use std::path::Path;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};

use crate::secret::{base64url, sha256};

/// Why a key file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read {0}")]
    File(std::path::PathBuf, #[source] std::io::Error),
    /// The file holds something else.
    #[error("{0} is not a PKCS#8 private key on P-256")]
    NotAKey(std::path::PathBuf),
}

/// A P-256 key that signs with ES256 (RFC 7518 §3.4).
#[derive(Clone)]
pub(crate) struct Es256 {
    key: SigningKey,
    x: String,
    y: String,
    thumbprint: String,
}

impl Es256 {
    /// Reads a PKCS#8 DER file.
    pub(crate) fn read(path: &Path) -> Result<Es256, KeyError> {
        let bytes = std::fs::read(path).map_err(|error| KeyError::File(path.to_owned(), error))?;
        let key = SigningKey::from_pkcs8_der(&bytes).map_err(|_| KeyError::NotAKey(path.to_owned()))?;
        Ok(Es256::from_key(key))
    }

    fn from_key(key: SigningKey) -> Es256 {
        let point = key.verifying_key().to_sec1_point(false);
        let x = base64url(point.x().map_or(&[], |x| x.as_slice()));
        let y = base64url(point.y().map_or(&[], |y| y.as_slice()));
        let thumbprint = thumbprint(&x, &y);
        Es256 { key, x, y, thumbprint }
    }

    /// The public key as it stands in a DPoP header (RFC 9449 §4.2) and in the provider's register.
    pub(crate) fn jwk(&self) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y })
    }

    /// RFC 7638; also the `kid` of everything this key signs.
    pub(crate) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// A compact JWS (RFC 7515 §3.1). The header must not name an algorithm: this key knows only one.
    pub(crate) fn sign(&self, mut header: Value, claims: &Value) -> String {
        if let Some(members) = header.as_object_mut() {
            members.insert("alg".to_owned(), json!("ES256"));
        }
        let signed = format!("{}.{}", segment(&header), segment(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", base64url(&signature.to_bytes()))
    }
}

fn segment(value: &Value) -> String {
    base64url(value.to_string().as_bytes())
}

/// RFC 7638 §3: the required members of an EC key in lexical order, nothing else, hashed.
fn thumbprint(x: &str, y: &str) -> String {
    base64url(&sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
pub(crate) mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;

    use super::*;

    /// The key of RFC 7515 Appendix A.3.
    pub(crate) fn rfc7515_key() -> Es256 {
        let d = URL_SAFE_NO_PAD.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").unwrap();
        Es256::from_key(SigningKey::from_slice(&d).unwrap())
    }

    /// Splits a JWS and checks its signature with the key's public half.
    pub(crate) fn open(key: &Es256, token: &str) -> (Value, Value) {
        let parts: Vec<&str> = token.split('.').collect();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        VerifyingKey::from(&key.key).verify(signed.as_bytes(), &signature).unwrap();
        let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        (read(parts[0]), read(parts[1]))
    }

    #[test]
    fn rfc7515_a_3_the_public_key_follows_from_the_private() {
        let jwk = rfc7515_key().jwk();
        assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        assert!(jwk.get("d").is_none(), "a public key without its private part");
    }

    #[test]
    fn rfc7515_3_1_a_token_is_signed_over_header_and_claims() {
        let key = rfc7515_key();
        let token = key.sign(json!({ "typ": "dpop+jwt" }), &json!({ "jti": "one" }));
        let (header, claims) = open(&key, &token);
        assert_eq!(header, json!({ "alg": "ES256", "typ": "dpop+jwt" }));
        assert_eq!(claims, json!({ "jti": "one" }));
    }

    #[test]
    fn rfc7638_the_thumbprint_of_the_rfc_9449_example_key() {
        // RFC 9449 §6.1 gives this thumbprint for the key of its §4.2.
        assert_eq!(
            thumbprint(
                "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
                "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"
            ),
            "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
        );
    }

    #[test]
    fn a_file_that_is_no_key_is_named() {
        let path =
            std::env::temp_dir().join(format!("open-assembly-{}.der", crate::secret::fresh().unwrap()));
        std::fs::write(&path, b"not a key").unwrap();
        assert!(matches!(Es256::read(&path), Err(KeyError::NotAKey(named)) if named == path));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(Es256::read(&path), Err(KeyError::File(named, _)) if named == path));
    }
}
