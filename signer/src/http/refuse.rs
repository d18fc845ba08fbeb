//! `/sign/{id}/refuse`: saying no, with or without a reason. It is as near as saying yes.
//!
//! Whoever writes for longer than a session lives finds what they wrote again: until then it lies sealed in their own browser.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pki_core::bytes::Id;
use service::http::csrf::same_origin;
use service::http::form::Form;
use service::http::{CaseNumber, detached};
use service::page::Layout;

use super::{Http, go, id_of, set_cookie};
use crate::app::view::{self, Seen, Session, ViewError};
use crate::pages::{RefuseView, notes};

/// What was written waits as long as a login may take.
const KEPT_SECONDS: u32 = 1800;

/// What stands in the form when it is shown.
#[derive(Clone, Copy)]
enum Written<'a> {
    Nothing,
    /// By somebody whose session was over when they sent it.
    Kept(&'a str),
    TooLong(&'a str),
}

pub(super) async fn page(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let here = format!("/sign/{}", id.hex());
    let session = match http.signed_in(&headers, &refuse_at(&here), &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::see(&http.app, &session, &id).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    // Somebody decided in another window, or time did: the request's own page says what became of it.
    if !seen.is_open(http.now()) {
        return go(&here);
    }
    let kept = http.kept(&headers, &id);
    http.refuse_page(&session, &seen, kept.as_deref().map_or(Written::Nothing, Written::Kept))
}

fn refuse_at(here: &str) -> String {
    format!("{here}/refuse")
}

impl Http {
    /// Keeps what was written for this request. Nobody is signed in who could be asked for the form's token, so the browser's
    /// own word counts: another site puts no words into anybody's mouth.
    fn keep(&self, headers: &HeaderMap, id: &Id, form: &Form, answer: &mut Response) {
        let Some(reason) = form.one("reason") else { return };
        if same_origin(headers, &self.site.base_url).is_err() {
            return;
        }
        let kept = [id.as_bytes().as_slice(), reason.as_bytes()].concat();
        // More than a cookie holds is more than a reason may be.
        if let Ok(cookie) = self.kept_cookie.set(&*self.app.random, self.now(), KEPT_SECONDS, &kept) {
            set_cookie(answer, cookie);
        }
    }

    fn kept(&self, headers: &HeaderMap, id: &Id) -> Option<String> {
        let kept = self.kept_cookie.read(headers, self.now())?;
        String::from_utf8(kept.strip_prefix(id.as_bytes().as_slice())?.to_vec()).ok()
    }

    /// The form; with a reason that is too long, the same form and what to mend.
    fn refuse_page(&self, session: &Session, seen: &Seen<'_>, written: Written<'_>) -> Response {
        let texts = self.texts();
        let here = format!("/sign/{}", seen.row.id.hex());
        let view = RefuseView::new(texts, seen, self.token(session));
        let main = match written {
            Written::Nothing => view.render(),
            Written::Kept(reason) => view.kept(reason).render(),
            Written::TooLong(reason) => view.too_long(reason).render(),
        };
        let notes = notes(texts, &["refuse-note-free", "refuse-note-later"], &[]);
        let title = texts.say("refuse-title");
        let layout = Layout::new(&self.site, &title, &main).notes(&notes).back(&here);
        match written {
            Written::TooLong(_) => {
                let mut response = self.page(layout.error(), session);
                *response.status_mut() = StatusCode::BAD_REQUEST;
                response
            }
            Written::Nothing | Written::Kept(_) => self.page(layout, session),
        }
    }
}

pub(super) async fn refuse(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let here = format!("/sign/{}", id.hex());
    let session = match http.posted(&headers, &form, &refuse_at(&here), &case).await {
        Ok(session) => session,
        Err(mut answer) => {
            http.keep(&headers, &id, &form, &mut answer);
            return answer;
        }
    };
    let reason = form.one("reason").map(str::to_owned);
    let (app, person) = (http.app.clone(), session.clone());
    let written = reason.clone();
    let refused = detached(async move {
        let seen = view::see(&app, &person, &id).await?;
        view::refuse(&app, &person, &seen, written.as_deref()).await?;
        Ok::<_, ViewError>(())
    })
    .await;
    match refused {
        Ok(Ok(())) => {
            let mut response = go(&here);
            if let Ok(cleared) = http.kept_cookie.clear() {
                set_cookie(&mut response, cleared);
            }
            response
        }
        Ok(Err(ViewError::Reason)) => match view::see(&http.app, &session, &id).await {
            Ok(seen) => {
                let written = Written::TooLong(reason.as_deref().unwrap_or_default());
                http.refuse_page(&session, &seen, written)
            }
            Err(error) => http.view_error(&case, &error),
        },
        Ok(Err(error)) => http.view_error_at(&case, &error, &here),
        Err(_) => http.refuse(&case, StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}
