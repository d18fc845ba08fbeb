//! `/sign/{id}/refuse`: saying no, with or without a reason. It is as near as saying yes.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use service::http::form::Form;
use service::http::{CaseNumber, detached};
use service::page::Layout;

use super::{Http, go, id_of};
use crate::app::view::{self, Seen, Session, ViewError};
use crate::pages::{RefuseView, notes};
use crate::store::requests::State as RequestState;

pub(super) async fn page(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let here = format!("/sign/{}", id.hex());
    let session = match http.signed_in(&headers, &here, &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::see(&http.app, &session, &id).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    // Somebody decided in another window, or time did: the request's own page says what became of it.
    if seen.row.state != RequestState::Requested || seen.row.expires_at <= http.now() {
        return go(&here);
    }
    http.refuse_page(&session, &seen, None)
}

impl Http {
    /// The form; with a reason that is too long, the same form and what to mend.
    fn refuse_page(&self, session: &Session, seen: &Seen<'_>, too_long: Option<&str>) -> Response {
        let texts = self.texts();
        let here = format!("/sign/{}", seen.row.id.hex());
        let view = RefuseView::new(texts, seen, self.token(session));
        let main = match too_long {
            Some(reason) => view.too_long(reason).render(),
            None => view.render(),
        };
        let notes = notes(texts, &["refuse-note-free", "refuse-note-later"], &[]);
        let title = texts.say("refuse-title");
        let layout = Layout::new(&self.site, &title, &main).notes(&notes).back(&here);
        match too_long {
            Some(_) => {
                let mut response = self.page(layout.error(), session);
                *response.status_mut() = StatusCode::BAD_REQUEST;
                response
            }
            None => self.page(layout, session),
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
    let session = match http.posted(&headers, &form, &here, &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
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
        Ok(Ok(())) => go(&here),
        Ok(Err(ViewError::Reason)) => match view::see(&http.app, &session, &id).await {
            Ok(seen) => http.refuse_page(&session, &seen, Some(reason.as_deref().unwrap_or_default())),
            Err(error) => http.view_error(&case, &error),
        },
        Ok(Err(error)) => http.view_error_at(&case, &error, &here),
        Err(_) => http.refuse(&case, StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}
