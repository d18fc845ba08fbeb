//! `/desk/enrol/CODE`: an officer makes a passkey; a registrar approves; the officer signs in.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use pki_core::enrolment::SlipCode;
use service::http::form::Form;
use service::http::{CaseNumber, detached};
use service::page::Layout;

use super::super::{Http, go, sealed_of, text_of};
use crate::app::officer::{self, OnboardError};
use crate::pages::desk::{OfficerInvitation, OfficerInvitationNotes};
use crate::pages::{PasskeyForm, address, around, rendered};

pub(in crate::http) async fn invite(
    http: Http,
    Path(code): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Ok(code) = SlipCode::parse(&code) else { return http.onboard_error(&case, &OnboardError::Unknown) };
    let invitation = match officer::invite(&http.app, &code).await {
        Ok(invitation) => invitation,
        Err(error) => return http.onboard_error(&case, &error),
    };
    let browser = match http.browser(&headers) {
        Ok(browser) => browser,
        Err(error) => return http.fault(&case, &error.into()),
    };
    let t = http.texts();
    let form = rendered(&PasskeyForm {
        t,
        kind: "create",
        action: &format!("/desk/enrol/{code}"),
        options: &invitation.ceremony.options,
        csrf: &http.token(&browser),
        ceremony: &text_of(&invitation.ceremony.sealed),
        button: t.say("officer-button"),
        refused: t.say("officer-refused"),
    });
    let main = rendered(&OfficerInvitation {
        t,
        name: &invitation.name,
        desk: &invitation.desk,
        shows: around(t, "enrol-now-shows", address(&http.app.trust.charter().tbs().rp_id).as_str()),
        form,
    });
    let notes = rendered(&OfficerInvitationNotes { t, address: &format!("{}/", http.site.base_url) });
    let title = t.say("officer-title");
    let layout = Layout::new(&http.site, &title, &main).notes(&notes).passkey();
    http.page(layout, Some(&browser))
}

pub(in crate::http) async fn accept(
    http: Http,
    Path(code): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    if !http.is_ours(&headers, &form) {
        return http.foreign(&case);
    }
    let Ok(code) = SlipCode::parse(&code) else { return http.onboard_error(&case, &OnboardError::Unknown) };
    let (app, sealed) = (http.app.clone(), sealed_of(&form));
    let credential = form.one("credential").unwrap_or_default().to_owned();
    match detached(async move { officer::accept(&app, &code, &sealed, &credential).await }).await {
        Ok(Ok(())) => go("/desk/sign-in?new=1"),
        Ok(Err(error)) => http.onboard_error(&case, &error),
        Err(problem) => problem.case(&case).into_response(),
    }
}
