//! `POST /introspect` (RFC 7662).

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::http::{CaseNumber, detached};

use super::Http;
use super::machine::{json_answer, read};
use crate::app::introspect;

pub(super) async fn answer(http: Http, case: CaseNumber, headers: HeaderMap, body: Bytes) -> Response {
    let form = match read(&headers, &body) {
        Ok(form) => form,
        Err(fault) => return http.oauth_error(&case, &fault.into()),
    };
    let app = http.app.clone();
    match detached(async move { introspect::answer(&app, &form).await }).await {
        Ok(Ok(text)) => json_answer(StatusCode::OK, text),
        Ok(Err(refused)) => http.oauth_error(&case, &refused),
        Err(problem) => problem.case(&case).into_response(),
    }
}
