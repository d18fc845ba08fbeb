//! How pages say no: one function from a use case's error to status and words. A refusal says what happened, what to do
//! now, and a case number. Nothing of the request is echoed.

use axum::http::StatusCode;
use axum::response::Response;
use idp_core::fault::ErrorCode;
use service::http::CaseNumber;
use service::page::{Refusal, error_page};

use super::Http;
use crate::app::Broken;
use crate::app::transaction::PageError;

impl Http {
    /// The page for a refusal whose words begin with `key`.
    pub(super) fn refuse(&self, case: &CaseNumber, status: StatusCode, key: &str) -> Response {
        let words = |part: &str| self.texts().say(&format!("{key}-{part}"));
        let (title, happened, todo) = (words("title"), words("happened"), words("todo"));
        error_page(&self.site, &Refusal { status, title: &title, happened: &happened, todo: &todo }, case)
    }

    /// Something of ours.
    pub(super) fn broken(&self, case: &CaseNumber, broken: &Broken) -> Response {
        tracing::error!(%case, error = %crate::error_chain(broken), "a request failed");
        self.refuse(case, StatusCode::INTERNAL_SERVER_ERROR, "fault")
    }

    /// A transaction or form that is not this browser's.
    pub(super) fn foreign(&self, case: &CaseNumber) -> Response {
        self.refuse(case, StatusCode::FORBIDDEN, "form-foreign")
    }

    pub(super) fn page_error(&self, case: &CaseNumber, error: &PageError) -> Response {
        match error {
            PageError::Request(fault) => {
                tracing::info!(%case, %fault, "a request was refused on a page");
                let key = match fault.code {
                    ErrorCode::InvalidRequestUri => "request-over",
                    _ => "request-wrong",
                };
                self.refuse(case, StatusCode::BAD_REQUEST, key)
            }
            PageError::Stale => self.refuse(case, StatusCode::SERVICE_UNAVAILABLE, "stale"),
            PageError::Broken(broken) => self.broken(case, broken),
        }
    }
}
