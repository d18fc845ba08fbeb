//! The first page, the public register, and addresses that lead nowhere.

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
            let (houses, clients) = (&http.houses, &http.app.clients);
            let view = pages::Home { houses, clients, country: http.app.country(), sign_out };
            pages::home(&http.site, view)
        }
        Ok(Err(broken)) => http.broken(&case, &broken),
        Err(problem) => problem.case(&case).into_response(),
    }
}

/// `GET /register`: it is the same for everybody.
pub(super) async fn register(http: Http) -> Response {
    pages::register(&http.site, &http.app.clients)
}

pub(super) async fn nowhere(http: Http, case: CaseNumber) -> Response {
    http.refuse(&case, StatusCode::NOT_FOUND, "not-found")
}
