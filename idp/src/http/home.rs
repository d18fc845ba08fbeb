//! The first page, and addresses that lead nowhere.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use service::http::CaseNumber;

use super::Http;
use crate::pages;

pub(super) async fn page(State(http): State<Http>) -> Response {
    pages::home(&http.site)
}

pub(super) async fn nowhere(State(http): State<Http>, case: CaseNumber) -> Response {
    http.refuse(&case, StatusCode::NOT_FOUND, "not-found")
}
