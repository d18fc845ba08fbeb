//! `POST /certificates` and `POST /certificates/abandon`: for the signer.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::http::{CaseNumber, Problem, detached};

use super::{Http, problem};
use crate::app::certify::{self, CertifyError};

pub(super) async fn certify(http: Http, headers: HeaderMap, case: CaseNumber, body: Bytes) -> Response {
    if let Err(refused) = http.caller(&Method::POST, "/certificates", &headers, &body, "signer") {
        return refused.case(&case).into_response();
    }
    let app = http.app.clone();
    match detached(async move { certify::certify(&app, &body).await }).await {
        Ok(Ok(certificate)) => {
            ([(header::CONTENT_TYPE, "application/pkix-cert")], certificate).into_response()
        }
        Ok(Err(error)) => refused(&error, &case),
        Err(problem) => problem.case(&case).into_response(),
    }
}

pub(super) async fn abandon(http: Http, headers: HeaderMap, case: CaseNumber, body: Bytes) -> Response {
    if let Err(refused) = http.caller(&Method::POST, "/certificates/abandon", &headers, &body, "signer") {
        return refused.case(&case).into_response();
    }
    let app = http.app.clone();
    match detached(async move { certify::abandon(&app, &body).await }).await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => refused(&error, &case),
        Err(problem) => problem.case(&case).into_response(),
    }
}

/// Every refusal by its word (formats.md §2, §3).
fn refused(error: &CertifyError, case: &CaseNumber) -> Response {
    let (status, kind, title) = match error {
        CertifyError::Malformed(_) | CertifyError::Range(_) | CertifyError::Key => {
            (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read")
        }
        CertifyError::UnknownPerson => {
            (StatusCode::FORBIDDEN, "unknown-person", "Nobody is enrolled like this")
        }
        CertifyError::NotActive => (StatusCode::FORBIDDEN, "suspended", "The person's identity is stopped"),
        CertifyError::Approval(_) => (StatusCode::FORBIDDEN, "approval", "The approval is not good"),
        CertifyError::SigningTime => {
            (StatusCode::UNPROCESSABLE_ENTITY, "stale", "The signing time is not now")
        }
        CertifyError::ApprovalUsed { .. } => {
            (StatusCode::CONFLICT, "approval-used", "This approval was used for another request")
        }
        CertifyError::KeySeen => (StatusCode::CONFLICT, "key-seen", "This key was certified before"),
        CertifyError::NothingToReplace => {
            (StatusCode::CONFLICT, "nothing-to-replace", "There is nothing to replace")
        }
        CertifyError::UnknownSerial => {
            (StatusCode::NOT_FOUND, "unknown-serial", "No certificate has this serial")
        }
        CertifyError::Fault(fault) => return problem(fault, case).into_response(),
    };
    tracing::info!(%case, error = %crate::error_chain(error), "no certificate");
    let problem = Problem::new(status, kind, title).case(case);
    // The detail of `approval-used` is the serial: it is what `abandon` takes.
    match error {
        CertifyError::ApprovalUsed { serial } => problem.detail(serial.hex()).into_response(),
        _ => problem.into_response(),
    }
}
