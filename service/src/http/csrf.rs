//! Proof that a form that comes back is one that we gave to this browser.
//!
//! The token is HMAC-SHA-256 over what the browser's sealed cookie holds (a session or transaction id): nothing is stored,
//! and a token of one session is worthless in another. Besides it the browser's own word is heard: a form that another
//! site sends is refused before anything is read.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki_core::key::{Secret, constant_time_eq, hkdf_sha256, hmac_sha256};

use crate::config::BaseUrl;

/// The form is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrfError {
    /// The token is missing, or belongs to another session.
    #[error("this form does not belong to this session")]
    Token,
    /// The browser says that another site sent the form.
    #[error("this form was sent by another site")]
    Foreign,
}

/// Makes and checks the tokens of one service.
#[derive(Clone)]
pub struct Csrf(Secret<[u8; 32]>);

impl Csrf {
    /// From the service's cookie secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(Secret::new(hkdf_sha256(b"chancery-csrf/1", secret, b"")))
    }

    /// The token for forms of the session that `binding` names.
    #[must_use]
    pub fn token(&self, binding: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(hmac_sha256(self.0.expose(), &[binding]).as_bytes())
    }

    /// Checks a posted form: the token, and where the browser says that it comes from.
    ///
    /// # Errors
    /// The form is not one of ours.
    pub fn check(
        &self,
        headers: &HeaderMap,
        base_url: &BaseUrl,
        binding: &[u8],
        token: Option<&str>,
    ) -> Result<(), CsrfError> {
        same_origin(headers, base_url)?;
        let expected = self.token(binding);
        if constant_time_eq(expected.as_bytes(), token.unwrap_or_default().as_bytes()) {
            Ok(())
        } else {
            Err(CsrfError::Token)
        }
    }
}

/// Refuses what the browser itself calls foreign. `Origin: null` is what browsers send with our own forms, because
/// our pages say `Referrer-Policy: no-referrer` (Fetch, "append a request Origin header").
///
/// # Errors
/// [`CsrfError::Foreign`].
pub fn same_origin(headers: &HeaderMap, base_url: &BaseUrl) -> Result<(), CsrfError> {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("not text"));
    let site = value("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let origin = value("origin").is_none_or(|origin| origin == "null" || origin == base_url.as_str());
    if site && origin { Ok(()) } else { Err(CsrfError::Foreign) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn sent(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_serves_its_own_session_only() {
        let csrf = Csrf::new(&[1; 32]);
        let home = BaseUrl::try_from("http://localhost:8400".to_owned()).unwrap();
        let token = csrf.token(b"session-1");
        let headers = sent(&[("origin", "null"), ("sec-fetch-site", "same-origin")]);
        assert_eq!(csrf.check(&headers, &home, b"session-1", Some(&token)), Ok(()));
        assert_eq!(csrf.check(&headers, &home, b"session-2", Some(&token)), Err(CsrfError::Token));
        assert_eq!(csrf.check(&headers, &home, b"session-1", token.get(1..)), Err(CsrfError::Token));
        assert_eq!(csrf.check(&headers, &home, b"session-1", None), Err(CsrfError::Token));
        assert_ne!(Csrf::new(&[2; 32]).token(b"session-1"), token);
    }

    #[test]
    fn another_port_is_another_site() {
        let home = BaseUrl::try_from("http://localhost:8400".to_owned()).unwrap();
        assert_eq!(same_origin(&sent(&[("origin", "http://localhost:8400")]), &home), Ok(()));
        assert_eq!(same_origin(&sent(&[]), &home), Ok(()));
        for foreign in [
            [("origin", "http://localhost:8401")],
            [("sec-fetch-site", "same-site")],
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "none")],
        ] {
            assert_eq!(same_origin(&sent(&foreign), &home), Err(CsrfError::Foreign), "{foreign:?}");
        }
    }
}
