//! Whose token an agency shows (RFC 9449 §7, RFC 7662): a proof of possession first, with a nonce of ours, then one question
//! to the identity provider.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pki_core::jose::dpop::{DpopError, Expected, Freshness, Proof};
use service::http::{CaseNumber, Problem};

use super::Http;
use super::refusal::problem;
use crate::app::Fault;
use crate::peer::idp::Introspected;

/// What we verify proofs with (RFC 9449 §7.1, `algs`).
const ALGS: &str = "ES256 ES384 EdDSA";

impl Http {
    /// The token of a request, or the answer that refuses it.
    pub(super) async fn agency_token(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        case: &CaseNumber,
    ) -> Result<Introspected, Response> {
        let Some(token) = token(headers) else { return Err(self.unauthorized(None, case)) };
        let proofs: Vec<&str> =
            headers.get_all("dpop").iter().map(|value| value.to_str().unwrap_or_default()).collect();
        let uri = self.site.base_url.at(path);
        let expected = Expected {
            method: method.as_str(),
            uri: &uri,
            access_token: Some(token),
            freshness: Freshness::Nonce(&self.app.nonces),
            now: self.now(),
        };
        let proof =
            Proof::verify(&proofs, &expected).map_err(|error| self.unauthorized(Some(&error), case))?;
        let found = self.app.idp.introspect(token, self.now(), &*self.app.random).await;
        let found = found.map_err(|error| problem(&Fault::from(error), case).into_response())?;
        let known = found.ok_or_else(|| self.invalid_token(case))?;
        proof.is_of(&known.bound_to).map_err(|_| self.invalid_token(case))?;
        Ok(known)
    }

    /// Gives the current nonce, so that the next request needs no second try (RFC 9449 §8.2).
    pub(super) fn with_nonce(&self, mut response: Response) -> Response {
        if let Ok(nonce) = HeaderValue::from_str(&self.app.nonces.current(self.now())) {
            response.headers_mut().insert("dpop-nonce", nonce);
        }
        response
    }

    fn unauthorized(&self, error: Option<&DpopError>, case: &CaseNumber) -> Response {
        let code = match error {
            None => None,
            Some(DpopError::UseNonce) => Some("use_dpop_nonce"),
            Some(_) => Some("invalid_dpop_proof"),
        };
        self.challenge(code, case)
    }

    fn invalid_token(&self, case: &CaseNumber) -> Response {
        self.challenge(Some("invalid_token"), case)
    }

    /// RFC 9449 §7.1; without credentials the challenge is bare (RFC 6750 §3.1).
    fn challenge(&self, code: Option<&'static str>, case: &CaseNumber) -> Response {
        let value = match code {
            None => format!("DPoP algs=\"{ALGS}\""),
            Some(code) => format!("DPoP error=\"{code}\", algs=\"{ALGS}\""),
        };
        let kind = code.unwrap_or("token");
        let said =
            Problem::new(StatusCode::UNAUTHORIZED, kind, "A token with its proof is needed").case(case);
        let mut response = said.into_response();
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        self.with_nonce(response)
    }
}

/// `Authorization: DPoP TOKEN`, once; a bearer token is none here (RFC 9449 §7.2).
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("DPoP").then_some(token).filter(|token| !token.is_empty())
}
