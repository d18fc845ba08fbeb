//! How this house says no: one function from each use case's error to status and words. A page says what happened, what to
//! do now, and a case number; an agency gets a problem document (formats.md §3).

use axum::http::StatusCode;
use axum::response::Response;
use pki_core::jose::claims::ClaimError;
use service::http::{CaseNumber, Problem};
use service::page::Layout;

use super::{Http, accept, go};
use crate::app::Fault;
use crate::app::act::{ApproveError, Outcome};
use crate::app::request::AskError;
use crate::app::view::ViewError;
use crate::pages::{RefusalView, notes};

impl Http {
    /// The page for a refusal whose words begin with `key`; the way on leads to the list.
    pub(super) fn refuse(&self, case: &CaseNumber, status: StatusCode, key: &str) -> Response {
        self.refuse_at(case, status, key, "/sign")
    }

    /// The page for a refusal whose words begin with `key`; the way on leads to `href`.
    fn refuse_at(&self, case: &CaseNumber, status: StatusCode, key: &str, href: &str) -> Response {
        let texts = self.texts();
        let title = texts.say(&format!("{key}-title"));
        let main = RefusalView::new(texts, (key, &title), href, case.as_str(), self.now()).render();
        let notes = notes(texts, &["keep-everything"], &[]);
        Layout::new(&self.site, &title, &main).notes(&notes).respond(status)
    }

    /// Something of ours, or of another house.
    pub(super) fn fault(&self, case: &CaseNumber, fault: &Fault) -> Response {
        tracing::error!(%case, error = %crate::error_chain(fault), "a request failed");
        let (status, key) = match fault {
            Fault::Idp(_) | Fault::Pki(_) => (StatusCode::BAD_GATEWAY, "fault-other"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "fault"),
        };
        self.refuse(case, status, key)
    }

    /// An address that leads nowhere, or to another person's request: the two look alike.
    pub(super) fn nowhere(&self, case: &CaseNumber) -> Response {
        self.refuse(case, StatusCode::NOT_FOUND, "not-found")
    }

    pub(super) fn view_error(&self, case: &CaseNumber, error: &ViewError) -> Response {
        self.view_error_at(case, error, "/sign")
    }

    /// As [`view_error`](Self::view_error), with a way on to `href`.
    pub(super) fn view_error_at(&self, case: &CaseNumber, error: &ViewError, href: &str) -> Response {
        let (status, key) = match error {
            ViewError::NotHere => return self.nowhere(case),
            ViewError::NotOpen => (StatusCode::CONFLICT, "not-open"),
            ViewError::Stopped => (StatusCode::FORBIDDEN, "stopped"),
            ViewError::Stale => (StatusCode::SERVICE_UNAVAILABLE, "stale"),
            ViewError::Reason => (StatusCode::BAD_REQUEST, "reason"),
            ViewError::Statement(error) => {
                tracing::error!(%case, %error, "a statement of the feed does not hold");
                (StatusCode::INTERNAL_SERVER_ERROR, "fault")
            }
            ViewError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse_at(case, status, key, href)
    }

    pub(super) fn approve_error(&self, case: &CaseNumber, error: &ApproveError, href: &str) -> Response {
        let (status, key) = match error {
            // Nothing was decided: a fresh page, with the same document, says what became of the old one.
            ApproveError::PageOutOfDate => return go(&accept::late(href)),
            ApproveError::Touch(_) | ApproveError::Approval(_) => {
                tracing::info!(%case, error = %crate::error_chain(error), "a touch was refused");
                (StatusCode::BAD_REQUEST, "touch-refused")
            }
            ApproveError::View(error) => return self.view_error_at(case, error, href),
        };
        self.refuse_at(case, status, key, href)
    }

    /// An act that did not end in a file: what the person reads. `None` where the request's own page says it.
    pub(super) fn outcome(&self, case: &CaseNumber, outcome: &Outcome, href: &str) -> Option<Response> {
        let (status, key) = match outcome {
            Outcome::Delivered | Outcome::Waiting => return None,
            Outcome::AskAgain => (StatusCode::SERVICE_UNAVAILABLE, "ask-again"),
            Outcome::Stopped => (StatusCode::FORBIDDEN, "stopped"),
        };
        Some(self.refuse_at(case, status, key, href))
    }
}

/// A fault towards an agency.
pub(super) fn problem(fault: &Fault, case: &CaseNumber) -> Problem {
    tracing::error!(%case, error = %crate::error_chain(fault), "a request failed");
    Problem::internal().case(case)
}

/// A request that was not taken.
pub(super) fn ask_problem(error: &AskError, case: &CaseNumber) -> Problem {
    let made = |status, kind, title| Problem::new(status, kind, title).case(case);
    let bad = StatusCode::BAD_REQUEST;
    let problem = match error {
        AskError::Token => made(StatusCode::FORBIDDEN, "token", "This token may not ask for a signature"),
        AskError::Signature(_) => made(bad, "request-signature", "The request is not signed by this agency"),
        AskError::Claim(error) => made(bad, "request-claim", "A claim of the request cannot be used")
            .detail(error)
            .field(claim(error)),
        AskError::Text(error) => {
            made(bad, "request-text", "A text of the request cannot be shown").detail(error).field(error.what)
        }
        AskError::Key => made(bad, "idempotency-key", "An Idempotency-Key of 16 to 64 characters is needed"),
        AskError::KeyReused => {
            made(StatusCode::CONFLICT, "key-reused", "This Idempotency-Key stands for another request")
        }
        AskError::Replayed => made(StatusCode::CONFLICT, "replayed", "This request was sent before"),
        AskError::OtherDocument => {
            made(bad, "mismatch", "The document is not the one that the request names")
                .field("document_sha256")
        }
        AskError::Unsafe(why) => {
            made(StatusCode::UNPROCESSABLE_ENTITY, "unsafe-document", "This document cannot be signed")
                .detail(why)
        }
        AskError::Undrawable(why) => {
            made(StatusCode::UNPROCESSABLE_ENTITY, "unsafe-document", "This document cannot be shown")
                .detail(why)
        }
        AskError::Person => made(StatusCode::FORBIDDEN, "suspended", "This person cannot sign now"),
        AskError::Busy => made(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too many documents are being drawn; come back soon",
        ),
        AskError::Fault(fault) => return problem(fault, case),
    };
    tracing::info!(%case, error = %crate::error_chain(error), "a request was not taken");
    problem
}

const fn claim(error: &ClaimError) -> &'static str {
    match error {
        ClaimError::Missing(name) | ClaimError::Malformed(name) | ClaimError::Mismatch(name) => name,
        ClaimError::Expired | ClaimError::LivesTooLong => "exp",
        ClaimError::NotYet => "iat",
    }
}
