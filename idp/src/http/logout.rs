//! `GET` and `POST /logout` (OpenID Connect RP-Initiated Logout 1.0).
//!
//! A valid hint of this very session ends it at once; otherwise the person is asked. A relying party may send its
//! request by form too; our own form has a token.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use idp_core::parameters::Parameters;
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached};

use super::{Http, parameters};
use crate::app::{Broken, logout};
use crate::pages;

pub(super) async fn ask(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    query: Result<Query, service::http::Problem>,
) -> Response {
    match query {
        Ok(Query(form)) => decide(&http, &case, &headers, parameters(&form)).await,
        Err(_) => http.refuse(&case, StatusCode::BAD_REQUEST, "request-wrong"),
    }
}

pub(super) async fn leave(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    form: Result<Form, service::http::Problem>,
) -> Response {
    let Ok(form) = form else { return http.refuse(&case, StatusCode::BAD_REQUEST, "request-wrong") };
    if form.one("csrf").is_none() {
        return decide(&http, &case, &headers, parameters(&form)).await;
    }
    if !http.is_logout_form(&headers, &form) {
        return http.foreign(&case);
    }
    let (app, secret) = (http.app.clone(), http.session_secret(&headers));
    match detached(async move { logout::end(&app, secret.as_ref()).await }).await {
        Ok(Ok(())) => http.signed_out(&case, pages::signed_out(&http.site)),
        Ok(Err(broken)) => http.broken(&case, &broken),
        Err(problem) => problem.case(&case).into_response(),
    }
}

async fn decide(http: &Http, case: &CaseNumber, headers: &HeaderMap, query: Parameters) -> Response {
    // RP-Initiated Logout 1.0 §2: whoever sends the browser may say which languages the person reads.
    let locales = query.get("ui_locales").map(str::to_owned);
    let http = &http.speaking(headers, locales.as_deref(), http.here.clone());
    let (app, secret) = (http.app.clone(), http.session_secret(headers));
    let token = http.logout_token(secret.as_ref());
    let came_with_session = secret.is_some();
    let work = async move {
        let decided = logout::decide(&app, &query, secret.as_ref()).await?;
        if decided.at_once {
            logout::end(&app, secret.as_ref()).await?;
        }
        Ok::<_, Broken>(decided)
    };
    match detached(work).await {
        Ok(Ok(decided)) if !decided.at_once => pages::log_out(&http.site, &token),
        Ok(Ok(decided)) => {
            let page = match &decided.then {
                Some(url) => Redirect::to(url).into_response(),
                // Its own address would ask once more.
                None => pages::signed_out(&http.speaking(headers, locales.as_deref(), "/".to_owned()).site),
            };
            // A form of another site comes without our cookie (SameSite=Lax): it must not take it away either.
            if came_with_session { http.signed_out(case, page) } else { page }
        }
        Ok(Err(broken)) => http.broken(case, &broken),
        Err(problem) => problem.case(case).into_response(),
    }
}

impl Http {
    /// Takes the session out of the browser.
    fn signed_out(&self, case: &CaseNumber, mut response: Response) -> Response {
        match self.session.clear() {
            Ok(cookie) => {
                response.headers_mut().append(header::SET_COOKIE, cookie);
                response
            }
            Err(_) => self.broken(case, &Broken::Random(pki_core::key::RandomError)),
        }
    }
}
