//! `/sign/{id}/accept`: the page with the passkey step, and the touch that comes back.
//!
//! A page that stood open for too long signs nothing; its reader is led to a fresh one, which says so.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached};
use service::page::{Band, Layout};

use super::{Http, go, id_of};
use crate::app::act;
use crate::app::view;
use crate::pages::{AcceptView, notes};

/// The address of the page for somebody whose last one stood open for too long.
pub(super) fn late(here: &str) -> String {
    format!("{here}/accept?late=1")
}

pub(super) async fn page(
    http: Http,
    Path(id): Path<String>,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let here = format!("/sign/{}", id.hex());
    let is_late = query.one("late").is_some();
    // Somebody who has read for longer than a session lives comes back to the step that they were about to take.
    let way = if is_late { late(&here) } else { format!("{here}/accept") };
    let session = match http.signed_in(&headers, &way, &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::see(&http.app, &session, &id).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error_at(&case, &error, &here),
    };
    let offer = match view::offer(&http.app, &session, &seen).await {
        Ok(offer) => offer,
        Err(error) => return http.view_error_at(&case, &error, &here),
    };
    let texts = http.texts();
    let main = AcceptView::new(&http.site, &seen, &offer, http.token(&session)).late(is_late).render();
    let rp_id = http.app.trust.charter().tbs().rp_id.as_str();
    let notes =
        notes(texts, &["accept-note-device", "accept-note-key", "accept-note-stop"], &[("rp", rp_id)]);
    let title = texts.say("accept-title");
    let layout = Layout::new(&http.site, &title, &main)
        .notes(&notes)
        .band(Band::Amber, texts.say("band-sign"))
        .step(texts.say_with("band-step", &[("step", "2")]))
        .back(&here)
        .passkey();
    http.page(layout, &session)
}

pub(super) async fn accept(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let here = format!("/sign/{}", id.hex());
    let session = match http.posted(&headers, &form, &late(&here), &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let showing = form.one("showing").and_then(id_of);
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let app = http.app.clone();
    let driven = detached(async move {
        let showing = showing.ok_or(act::ApproveError::PageOutOfDate)?;
        act::approve(&app, &session, &id, &showing, &credential).await?;
        Ok::<_, act::ApproveError>(act::drive(&app, &id).await)
    })
    .await;
    match driven {
        Ok(Ok(Ok(outcome))) => http.outcome(&case, &outcome, &here).unwrap_or_else(|| go(&here)),
        // The approval stands; what went wrong is in the log, and the act is taken up again.
        Ok(Ok(Err(fault))) => {
            tracing::error!(%case, error = %crate::error_chain(&fault), "an act stands still");
            go(&here)
        }
        Ok(Err(error)) => http.approve_error(&case, &error, &here),
        Err(_) => http.refuse(&case, axum::http::StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}
