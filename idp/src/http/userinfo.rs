//! `GET` and `POST /userinfo`, with a DPoP-bound token in the Authorization header and nowhere else.

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use idp_core::fault::{ErrorCode, Fault};
use idp_core::userinfo::INVALID_TOKEN;
use service::http::{CaseNumber, detached};

use super::machine::{challenged, json_answer};
use super::{Http, proofs};
use crate::app::userinfo;

pub(super) async fn answer(http: Http, case: CaseNumber, method: Method, headers: HeaderMap) -> Response {
    let token = match presented(&headers) {
        Ok(Some(token)) => token,
        // RFC 6750 §3.1: without credentials there is no error code.
        Ok(None) => return challenged(StatusCode::UNAUTHORIZED, "DPoP algs=\"ES256 EdDSA\""),
        Err(fault) => return http.resource_error(&case, &fault.into()),
    };
    let (app, proofs) = (http.app.clone(), proofs(&headers));
    match detached(async move { userinfo::answer(&app, method.as_str(), &token, &proofs).await }).await {
        Ok(Ok(text)) => http.with_nonce(json_answer(StatusCode::OK, text)),
        Ok(Err(refused)) => http.resource_error(&case, &refused),
        Err(problem) => problem.case(&case).into_response(),
    }
}

// RFC 9449 §7.1; the scheme's case does not matter (K-16). A bound token under another scheme is refused (§7.2).
fn presented(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str().ok().and_then(|text| text.split_once(' ')) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("dpop") => Ok(Some(token.to_owned())),
            _ => Err(INVALID_TOKEN),
        },
        (Some(_), Some(_)) => {
            Err(Fault::new(ErrorCode::InvalidRequest, "there is more than one Authorization header"))
        }
    }
}
