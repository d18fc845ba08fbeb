//! Things that open something for whoever presents them: codes, access tokens, session cookies, request URIs.
//!
//! A row holds the SHA-256 and what the secret itself seals (HKDF, AES-256-GCM): a copy of the database opens
//! nothing and joins nobody to an agency. One Rust type per kind (failure B-11): a secret of one kind is never taken
//! for another, because kind goes into both the hash and the key.

use pki_core::bytes::Hash;
use pki_core::jose::{base64url, from_base64url};
use pki_core::key::{Random, RandomError, SealError, SealingKey, Secret, hash_parts, random_array};

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident, $kind:literal, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(Secret<[u8; 32]>);

        impl $name {
            /// A new one: 32 random bytes.
            ///
            /// # Errors
            /// When there is no randomness.
            pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
                random_array(random).map(|bytes| Self(Secret::new(bytes)))
            }

            /// As it travels.
            #[must_use]
            pub fn text(&self) -> String {
                format!("{}{}", $prefix, base64url(self.0.expose()))
            }

            /// What was presented, if it has this kind's form at all.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let bytes: [u8; 32] = from_base64url(text.strip_prefix($prefix)?)?.try_into().ok()?;
                Some(Self(Secret::new(bytes)))
            }

            /// What its row is found by.
            #[must_use]
            pub fn hash(&self) -> Hash {
                hash_parts(&[concat!("chancery-", $kind, "/1").as_bytes(), self.0.expose()])
            }

            /// Seals what only its presenter may read.
            ///
            /// # Errors
            /// When there is no randomness.
            pub fn seal(&self, random: &dyn Random, plain: &[u8]) -> Result<Vec<u8>, SealError> {
                self.key().seal(random, $kind.as_bytes(), plain)
            }

            /// Opens what was sealed under it.
            ///
            /// # Errors
            /// When it was not, or was changed.
            pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
                self.key().open($kind.as_bytes(), sealed)
            }

            fn key(&self) -> SealingKey {
                SealingKey::derived(self.0.expose(), concat!("chancery-", $kind, "-row/1").as_bytes())
            }
        }
    )*};
}

secrets! {
    /// An authorization code (RFC 6749 §1.3.1).
    Code, "code", "";
    /// An opaque access token; the prefix makes a leaked one findable.
    AccessToken, "access-token", "chancery_at_";
    /// The session of a browser.
    SessionSecret, "session", "";
    /// The last part of a `request_uri` (RFC 9126 §2.2).
    RequestUri, "request-uri", "urn:ietf:params:oauth:request_uri:";
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use pki_core::key::SystemRandom;

    #[test]
    fn b11_a_secret_of_one_kind_is_no_other_kind() {
        let random = SystemRandom::new();
        let code = Code::generate(&random).unwrap();
        let session = SessionSecret::parse(&code.text()).unwrap();
        assert_ne!(code.hash(), session.hash());
        let sealed = code.seal(&random, b"facts").unwrap();
        assert_eq!(code.open(&sealed), Ok(b"facts".to_vec()));
        assert_eq!(session.open(&sealed), Err(SealError::Broken));
        assert_eq!(AccessToken::parse(&code.text()), None);
        assert_eq!(RequestUri::parse(&code.text()), None);
    }

    #[test]
    fn k11_every_secret_has_43_characters_of_randomness() {
        let token = AccessToken::generate(&SystemRandom::new()).unwrap();
        assert_eq!(token.text().len(), "chancery_at_".len() + 43);
        assert_eq!(AccessToken::parse(&token.text()), Some(token.clone()));
        assert_eq!(AccessToken::parse(&format!("{}A", token.text())), None);
    }
}
