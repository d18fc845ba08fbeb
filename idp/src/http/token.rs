//! `POST /token`.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::http::{CaseNumber, detached};

use super::machine::{json_answer, read};
use super::{Http, proofs};
use crate::app::token;

pub(super) async fn answer(http: Http, case: CaseNumber, headers: HeaderMap, body: Bytes) -> Response {
    let form = match read(&headers, &body) {
        Ok(form) => form,
        Err(fault) => return http.oauth_error(&case, &fault.into()),
    };
    let (app, proofs) = (http.app.clone(), proofs(&headers));
    match detached(async move { token::answer(&app, &form, &proofs).await }).await {
        // RFC 9449 §8.2: the nonce of the next proof travels with the answer.
        Ok(Ok(text)) => http.with_nonce(json_answer(StatusCode::OK, text)),
        Ok(Err(refused)) => http.oauth_error(&case, &refused),
        Err(problem) => problem.case(&case).into_response(),
    }
}
