//! `GET /`: the first page.

use axum::response::Response;
use pki_core::key::sha256;
use service::http::CaseNumber;
use service::page::Layout;

use super::Http;
use crate::pages::{home, rendered};

pub(super) async fn page(http: Http) -> Response {
    let fingerprint = home::groups(&sha256(http.app.trust.root_der()).hex());
    let main = rendered(&home::Home { t: http.texts(), fingerprint });
    let title = http.texts().say("home-title");
    let notes = rendered(&home::HomeNotes { t: http.texts() });
    http.page(Layout::new(&http.site, &title, &main).notes(&notes), None)
}

pub(super) async fn nowhere(http: Http, case: CaseNumber) -> Response {
    http.nowhere(&case)
}
