//! `/desk/sign-in`, `/desk/sign-out`.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached};
use service::page::{Band, Layout};

use super::super::{COOKIE_SECONDS, Holds, Http, cookie_value, go, sealed_of, text_of};
use crate::app::session;
use crate::pages::desk::{SignIn, SignInNotes};
use crate::pages::{PasskeyForm, rendered};

pub(in crate::http) async fn page(
    http: Http,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let (browser, ceremony) = match (http.browser(&headers), session::begin(&http.app)) {
        (Ok(browser), Ok(ceremony)) => (browser, ceremony),
        (Err(error), _) => return http.fault(&case, &error.into()),
        (_, Err(fault)) => return http.fault(&case, &fault),
    };
    let t = http.texts();
    let form = rendered(&PasskeyForm {
        t,
        kind: "get",
        action: "/desk/sign-in",
        options: &ceremony.options,
        csrf: &http.token(&browser),
        ceremony: &text_of(&ceremony.sealed),
        button: t.say("sign-in-button"),
        refused: t.say("sign-in-refused"),
    });
    let main = rendered(&SignIn { t, welcome: query.one("new").is_some(), form });
    let title = t.say("sign-in-title");
    let notes = rendered(&SignInNotes { t, rp_id: &http.app.trust.charter().tbs().rp_id });
    let layout = Layout::new(&http.site, &title, &main)
        .band(Band::Teal, t.say("sign-in-band"))
        .step(t.say("desk-title"))
        .notes(&notes)
        .passkey();
    http.page(layout, Some(&browser))
}

pub(in crate::http) async fn sign_in(
    http: Http,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    if !http.is_ours(&headers, &form) {
        return http.foreign(&case);
    }
    let (app, sealed) = (http.app.clone(), sealed_of(&form));
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let secret = match detached(async move { session::sign_in(&app, &sealed, &credential).await }).await {
        Ok(Ok(secret)) => secret,
        Ok(Err(error)) => return http.sign_in_error(&case, &error),
        Err(problem) => return problem.case(&case).into_response(),
    };
    // A new value at every sign-in: nobody can prepare a session for somebody else (identity.md C).
    let value = cookie_value(Holds::Session, &secret);
    match http.cookie.set(&*http.app.random, http.now(), COOKIE_SECONDS, &value) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], go("/desk")).into_response(),
        Err(error) => {
            tracing::error!(%case, %error, "a cookie could not be made");
            http.fault(&case, &crate::app::Fault::Missing("a cookie"))
        }
    }
}

pub(in crate::http) async fn sign_out(
    http: Http,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = super::step!(super::Desk::posted(http, &headers, case, &form).await);
    if let Err(fault) = session::end(&desk.http.app, &desk.session.id).await {
        return desk.http.fault(&desk.case, &fault);
    }
    match desk.http.cookie.clear() {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], go("/desk/sign-in")).into_response(),
        Err(_) => go("/desk/sign-in"),
    }
}
