//! Answers to programs: JSON with `no-store`, OAuth errors, DPoP nonces (RFC 6749 §5, RFC 9449 §8, §9).

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use idp_core::fault::{ErrorCode, Fault};
use idp_core::parameters::Parameters;
use serde_json::json;
use service::http::form::{Form, FormError, is_form};
use service::http::{CaseNumber, Problem};

use super::{Http, parameters};
use crate::app::Refused;

/// Reads the form of a machine; its errors are OAuth errors.
pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Parameters, Fault> {
    if !is_form(headers) {
        return Err(Fault::new(
            ErrorCode::InvalidRequest,
            "the body must be application/x-www-form-urlencoded",
        ));
    }
    Form::read(body, &[]).map(|form| parameters(&form)).map_err(|error| {
        let why = match error {
            FormError::Repeated(_) => "a parameter was sent more than once",
            FormError::TooLarge | FormError::Malformed | FormError::Missing(_) => "the form cannot be read",
        };
        Fault::new(ErrorCode::InvalidRequest, why)
    })
}

/// JSON that no cache keeps.
pub(super) fn json_answer(status: StatusCode, text: String) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    (status, headers, text).into_response()
}

impl Http {
    /// An error of the token, PAR or introspection endpoint (RFC 6749 §5.2).
    pub(super) fn oauth_error(&self, case: &CaseNumber, refused: &Refused) -> Response {
        let Some(told) = told(case, refused) else { return Problem::internal().case(case).into_response() };
        let status = match told.code {
            ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": told.code.as_str(), "error_description": told.description });
        let response = json_answer(status, body.to_string());
        if told.code == ErrorCode::UseDpopNonce { self.with_nonce(response) } else { response }
    }

    /// An error of a protected resource (RFC 6750 §3, RFC 9449 §7.1, §9).
    pub(super) fn resource_error(&self, case: &CaseNumber, refused: &Refused) -> Response {
        let Some(told) = told(case, refused) else { return Problem::internal().case(case).into_response() };
        let status = match told.code {
            ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
            ErrorCode::InvalidRequest => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        };
        let challenge = format!(
            "DPoP error=\"{}\", error_description=\"{}\", algs=\"ES256 EdDSA\"",
            told.code.as_str(),
            told.description
        );
        let response = challenged(status, &challenge);
        if told.code == ErrorCode::UseDpopNonce { self.with_nonce(response) } else { response }
    }

    /// Gives the nonce that the next proof must hold.
    pub(super) fn with_nonce(&self, mut response: Response) -> Response {
        if let Ok(nonce) = HeaderValue::from_str(&self.app.nonces.current(self.now())) {
            response.headers_mut().insert("dpop-nonce", nonce);
        }
        response
    }
}

// What the caller is told; of what is ours there is no more to say than the case number.
fn told(case: &CaseNumber, refused: &Refused) -> Option<Fault> {
    match refused {
        Refused::Fault { told, why } => {
            tracing::info!(%case, code = told.code.as_str(), description = told.description, why, "refused");
            Some(*told)
        }
        Refused::Broken(broken) => {
            tracing::error!(%case, error = %crate::error_chain(broken), "a request failed");
            None
        }
    }
}

/// 401, or another refusal of a resource, with its challenge.
pub(super) fn challenged(status: StatusCode, challenge: &str) -> Response {
    let mut response = status.into_response();
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}
