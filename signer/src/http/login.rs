//! Signing in through the identity provider, as any client of it does (RFC 6749 §4.1, RFC 9126, RFC 9207), and out again.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pki_core::jose::base64url;
use pki_core::key::constant_time_eq;
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached};

use super::{Http, go, set_cookie};
use crate::app::Fault;
use crate::app::view;
use crate::peer::idp::{Login, Wish};

/// A login may take as long as the provider's transaction: half an hour.
const LOGIN_SECONDS: u32 = 1800;
/// The cookie lives as long as a session can.
const SESSION_SECONDS: u32 = 12 * 3600;

impl Http {
    /// The answer that leads to the identity provider; afterwards the browser is at `path` again.
    pub(super) async fn send_to_login(&self, path: &str, case: &CaseNumber) -> Response {
        let (now, random) = (self.now(), &*self.app.random);
        let (url, login) =
            match self.app.idp.begin(Wish { path, lang: self.texts().lang() }, now, random).await {
                Ok(begun) => begun,
                Err(error) => return self.fault(case, &Fault::from(error)),
            };
        match self.login_cookie.set(random, now, LOGIN_SECONDS, &login.write()) {
            Ok(cookie) => {
                let mut response = go(&url);
                set_cookie(&mut response, cookie);
                response
            }
            Err(error) => self.fault(case, &Fault::Made(error.to_string())),
        }
    }
}

pub(super) async fn callback(
    http: Http,
    headers: HeaderMap,
    Query(query): Query,
    case: CaseNumber,
) -> Response {
    let login = http.login_cookie.read(&headers, http.now()).and_then(|bytes| Login::read(&bytes));
    let Some(login) = login else { return http.refuse(&case, StatusCode::BAD_REQUEST, "login-lost") };
    let code = match answer(&http, &query, &login) {
        Ok(code) => code.to_owned(),
        Err(key) => return http.refuse(&case, StatusCode::BAD_REQUEST, key),
    };
    let path = login.path.clone();
    let app = http.app.clone();
    let signed_in = detached(async move {
        let handle = app.idp.finish(&code, &login, app.now(), &*app.random).await?;
        view::sign_in(&app, &handle).await
    })
    .await;
    let secret = match signed_in {
        Ok(Ok(secret)) => secret,
        Ok(Err(fault)) => return http.fault(&case, &fault),
        Err(_) => return http.refuse(&case, StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    };
    let session = http.session_cookie.set(&*http.app.random, http.now(), SESSION_SECONDS, &secret);
    match (session, http.login_cookie.clear()) {
        (Ok(session), Ok(cleared)) => {
            let mut response = go(&path);
            set_cookie(&mut response, session);
            set_cookie(&mut response, cleared);
            response
        }
        (Err(error), _) | (_, Err(error)) => http.fault(&case, &Fault::Made(error.to_string())),
    }
}

/// The code of an answer that belongs to this browser's login and comes from our provider.
fn answer<'a>(http: &Http, query: &'a Form, login: &Login) -> Result<&'a str, &'static str> {
    // RFC 6749 §10.12, RFC 9207 §2.4: another login's answer, or another issuer's, is not looked at.
    let state = base64url(&login.state);
    if !constant_time_eq(query.one("state").unwrap_or_default().as_bytes(), state.as_bytes()) {
        return Err("login-lost");
    }
    if query.one("iss") != Some(http.app.idp.issuer()) {
        return Err("login-lost");
    }
    match (query.one("error"), query.one("code")) {
        (None, Some(code)) => Ok(code),
        _ => Err("login-refused"),
    }
}

pub(super) async fn logout(http: Http, headers: HeaderMap, case: CaseNumber, form: Form) -> Response {
    let session = match http.posted(&headers, &form, "/", &case).await {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    if let Err(fault) = view::sign_out(&http.app, &session).await {
        return http.fault(&case, &fault);
    }
    let mut response = http.signed_out();
    if let Ok(cleared) = http.session_cookie.clear() {
        set_cookie(&mut response, cleared);
    }
    response
}
