//! How pages say no: one function from a use case's error to status and words. A refusal says what happened, what to do
//! now, and a case number. Nothing of the request is echoed; whoever asked is named from the register.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use idp_core::fault::ErrorCode;
use service::http::CaseNumber;

use super::Http;
use crate::app::Broken;
use crate::app::transaction::PageError;
use crate::pages::{self, Refused, Way};

impl Http {
    /// The page for a refusal whose words begin with `key`.
    pub(super) fn refuse(&self, case: &CaseNumber, status: StatusCode, key: &str) -> Response {
        self.refuse_with(case, status, key, Way::Words)
    }

    /// The same, with a way from here.
    pub(super) fn refuse_with(
        &self,
        case: &CaseNumber,
        status: StatusCode,
        key: &str,
        way: Way<'_>,
    ) -> Response {
        pages::refused(&self.site, &Refused { status, key, case, at: self.now(), way })
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

    pub(super) fn page_error(&self, case: &CaseNumber, headers: &HeaderMap, error: &PageError) -> Response {
        match error {
            PageError::Request(fault) => {
                tracing::info!(%case, %fault, "a request was refused on a page");
                let key = match fault.code {
                    ErrorCode::InvalidRequestUri => "request-over",
                    _ => "request-wrong",
                };
                self.refuse(case, StatusCode::BAD_REQUEST, key)
            }
            PageError::Over { client } => {
                tracing::info!(%case, %error, "a request was refused on a page");
                let client = self.app.clients.find(client);
                let way = client.map_or(Way::Words, |client| Way::Again { client, asked: None });
                self.refuse_with(case, StatusCode::BAD_REQUEST, "request-over", way)
            }
            PageError::RunOut { client, asked, locales } => {
                tracing::info!(%case, %error, "a request was refused on a page");
                let http = self.speaking(headers, locales.as_deref(), self.here.clone());
                match http.app.clients.find(client) {
                    Some(client) => {
                        let way = Way::Again { client, asked: Some(*asked) };
                        http.refuse_with(case, StatusCode::BAD_REQUEST, "run-out", way)
                    }
                    None => http.refuse(case, StatusCode::BAD_REQUEST, "request-over"),
                }
            }
            PageError::Stale => self.refuse(case, StatusCode::SERVICE_UNAVAILABLE, "stale"),
            PageError::Broken(broken) => self.broken(case, broken),
        }
    }
}
