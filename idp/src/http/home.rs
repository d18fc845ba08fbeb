//! The first page, and addresses that lead nowhere.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::http::{CaseNumber, detached};

use super::Http;
use crate::app::session;
use crate::pages;

pub(super) async fn page(http: Http, case: CaseNumber, headers: HeaderMap) -> Response {
    let (app, secret) = (http.app.clone(), http.session_secret(&headers));
    let token = http.logout_token(secret.as_ref());
    match detached(async move { session::resume(&app, secret.as_ref(), app.now()).await }).await {
        Ok(Ok(found)) => {
            let sign_out = found.map(|_| token);
            pages::home(
                &http.site,
                pages::Home { houses: &http.houses, country: http.app.country(), sign_out },
            )
        }
        Ok(Err(broken)) => http.broken(&case, &broken),
        Err(problem) => problem.case(&case).into_response(),
    }
}

pub(super) async fn nowhere(http: Http, case: CaseNumber) -> Response {
    http.refuse(&case, StatusCode::NOT_FOUND, "not-found")
}
