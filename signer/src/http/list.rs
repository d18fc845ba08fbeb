//! What waits for a person to be signed, and what is done.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use service::http::CaseNumber;
use service::page::Layout;

use super::Http;
use crate::app::view;
use crate::pages::{self, ListView};

pub(super) async fn page(State(http): State<Http>, headers: HeaderMap, case: CaseNumber) -> Response {
    let session = match http.signed_in(&headers, "/sign", &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::list(&http.app, &session).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    let texts = http.texts();
    let main = ListView::new(texts, &seen).render();
    http.page(Layout::new(&http.site, &texts.say("list-title"), &main), &session)
}

pub(super) async fn nowhere(State(http): State<Http>, case: CaseNumber) -> Response {
    http.nowhere(&case)
}

impl Http {
    /// The page after signing out.
    pub(super) fn signed_out(&self) -> Response {
        let texts = self.texts();
        let main = pages::signed_out(texts);
        Layout::new(&self.site, &texts.say("signed-out-title"), &main).respond(StatusCode::OK)
    }
}
