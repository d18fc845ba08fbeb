//! `/enrol`: a code is typed. `/enrol/CODE`: the person's passkey is made. `/enrol/CODE/made`: how far it has come.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use pki_core::enrolment::SlipCode;
use service::http::form::Form;
use service::http::{CaseNumber, detached};
use service::page::Layout;

use super::{Browser, Http, go, sealed_of, text_of};
use crate::app::person::{self, Invitation, Progress, SlipError};
use crate::pages::enrol::{
    MakePasskey, MakePasskeyNotes, PasskeyMade, PasskeyMadeNotes, TypeCode, TypeCodeNotes,
};
use crate::pages::{PasskeyForm, Plate, Problems, address as host, around, called, rendered};
use crate::store::cases::CaseBinding;

pub(super) async fn type_code(http: Http, headers: HeaderMap, case: CaseNumber) -> Response {
    code_page(&http, &headers, &case, "", &Problems::default())
}

fn code_page(
    http: &Http,
    headers: &HeaderMap,
    case: &CaseNumber,
    code: &str,
    problems: &Problems,
) -> Response {
    let browser = match http.browser(headers) {
        Ok(browser) => browser,
        Err(error) => return http.fault(case, &error.into()),
    };
    let csrf = http.token(&browser);
    let main = rendered(&TypeCode { t: http.texts(), csrf: &csrf, code, problems });
    let title = http.texts().say("code-title");
    let notes = rendered(&TypeCodeNotes { t: http.texts(), address: &format!("{}/", http.site.base_url) });
    let layout = Layout::new(&http.site, &title, &main).notes(&notes).back("/");
    http.page(if problems.is_empty() { layout } else { layout.error() }, Some(&browser))
}

pub(super) async fn find_code(http: Http, headers: HeaderMap, case: CaseNumber, form: Form) -> Response {
    if !http.is_ours(&headers, &form) {
        return http.foreign(&case);
    }
    let typed = form.one("code").unwrap_or_default();
    match SlipCode::parse(typed) {
        Ok(code) => go(&format!("/enrol/{code}")),
        Err(_) => {
            let mut problems = Problems::default();
            problems.add(http.texts(), "code", "code-wrong");
            code_page(&http, &headers, &case, typed, &problems)
        }
    }
}

pub(super) async fn invite(
    http: Http,
    Path(code): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Ok(code) = SlipCode::parse(&code) else { return http.slip_error(&case, &SlipError::Unknown) };
    let invitation = match person::invite(&http.app, &code).await {
        Ok(invitation) => invitation,
        Err(error) => return http.slip_error(&case, &error),
    };
    match http.browser(&headers) {
        Ok(browser) => invitation_page(&http, &browser, &code, &invitation),
        Err(error) => http.fault(&case, &error.into()),
    }
}

fn invitation_page(http: &Http, browser: &Browser, code: &SlipCode, invitation: &Invitation) -> Response {
    let (t, action) = (http.texts(), format!("/enrol/{code}"));
    let (csrf, ceremony) = (http.token(browser), text_of(&invitation.ceremony.sealed));
    let form = rendered(&PasskeyForm {
        t,
        kind: "create",
        action: &action,
        options: &invitation.ceremony.options,
        csrf: &csrf,
        ceremony: &ceremony,
        button: t.say("enrol-button"),
        refused: t.say("enrol-refused"),
    });
    let names: Vec<Plate> =
        invitation.names.iter().map(|(script, name)| Plate::new(script, name.clone())).collect();
    let borne: Vec<Plate> =
        invitation.called.iter().map(|(script, name)| Plate::new(script, name.clone())).collect();
    let hello = called(t, &borne).map(|name| around(t, "enrol-hello", &name));
    let main = rendered(&MakePasskey {
        t,
        case_number: &invitation.case_number,
        hello,
        names: &names,
        shows: around(t, "enrol-now-shows", host(&http.app.trust.charter().tbs().rp_id).as_str()),
        desk: invitation.binding == CaseBinding::Desk,
        form,
    });
    let address = format!("{}/", http.site.base_url);
    let notes = rendered(&MakePasskeyNotes { t, address: &address });
    let title = t.say("enrol-title");
    http.page(Layout::new(&http.site, &title, &main).notes(&notes).back("/enrol").passkey(), Some(browser))
}

pub(super) async fn accept(
    http: Http,
    Path(code): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    if !http.is_ours(&headers, &form) {
        return http.foreign(&case);
    }
    let Ok(code) = SlipCode::parse(&code) else { return http.slip_error(&case, &SlipError::Unknown) };
    let made = format!("/enrol/{code}/made");
    let (app, sealed) = (http.app.clone(), sealed_of(&form));
    let credential = form.one("credential").unwrap_or_default().to_owned();
    match detached(async move { person::accept(&app, &code, &sealed, &credential).await }).await {
        Ok(Ok(())) => go(&made),
        Ok(Err(error)) => http.slip_error(&case, &error),
        Err(problem) => axum::response::IntoResponse::into_response(problem.case(&case)),
    }
}

pub(super) async fn made(http: Http, Path(code): Path<String>, case: CaseNumber) -> Response {
    let Ok(code) = SlipCode::parse(&code) else { return http.slip_error(&case, &SlipError::Unknown) };
    let progress = match person::progress(&http.app, &code).await {
        Ok(progress) => progress,
        Err(error) => return http.slip_error(&case, &error),
    };
    let again = format!("/enrol/{code}/made");
    let (waiting, key) = match &progress {
        Progress::Waiting { fingerprint } => (Some(fingerprint.split(' ').collect()), "made-waiting-title"),
        Progress::Enrolled => (None, "made-title"),
    };
    let (t, waits) = (http.texts(), matches!(progress, Progress::Waiting { .. }));
    let main = rendered(&PasskeyMade { t, waiting, again: &again });
    let (title, notes) = (t.say(key), rendered(&PasskeyMadeNotes { t, waiting: waits }));
    http.page(Layout::new(&http.site, &title, &main).notes(&notes), None)
}
