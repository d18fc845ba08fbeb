//! `POST /par` (RFC 9126).

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use idp_core::pushed::SHOW_SECONDS_MAX;
use serde_json::json;
use service::http::{CaseNumber, detached};

use super::machine::{json_answer, read};
use super::{Http, proofs};
use crate::app::push;

pub(super) async fn push(http: Http, case: CaseNumber, headers: HeaderMap, body: Bytes) -> Response {
    let form = match read(&headers, &body) {
        Ok(form) => form,
        Err(fault) => return http.oauth_error(&case, &fault.into()),
    };
    let (app, proofs) = (http.app.clone(), proofs(&headers));
    match detached(async move { push::push(&app, &form, &proofs).await }).await {
        Ok(Ok(request_uri)) => {
            let body = json!({ "request_uri": request_uri.text(), "expires_in": SHOW_SECONDS_MAX });
            json_answer(StatusCode::CREATED, body.to_string())
        }
        Ok(Err(refused)) => http.oauth_error(&case, &refused),
        Err(problem) => problem.case(&case).into_response(),
    }
}
