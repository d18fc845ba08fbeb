//! `/sign/{id}/refuse`: saying no, with or without a reason. It is as near as saying yes.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use service::http::form::Form;
use service::http::{CaseNumber, detached};
use service::page::{Band, Layout};

use super::{Http, go, id_of};
use crate::app::view::{self, ViewError};
use crate::pages::RefuseView;

pub(super) async fn page(
    State(http): State<Http>,
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
    let texts = http.texts();
    let main = RefuseView::new(texts, &seen, http.token(&session)).render();
    let title = texts.say("refuse-title");
    let layout = Layout::new(&http.site, &title, &main).band(Band::Amber, texts.say("band-sign")).back(&here);
    http.page(layout, &session)
}

pub(super) async fn refuse(
    State(http): State<Http>,
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
    let app = http.app.clone();
    let refused = detached(async move {
        let seen = view::see(&app, &session, &id).await?;
        view::refuse(&app, &session, &seen, reason.as_deref()).await?;
        Ok::<_, ViewError>(())
    })
    .await;
    match refused {
        Ok(Ok(())) => go(&here),
        Ok(Err(error)) => http.view_error(&case, &error),
        Err(_) => http.refuse(&case, axum::http::StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}
