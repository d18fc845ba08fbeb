//! `/sign/{id}`: one request as it is now. Open: read it. Running: wait. Done: the receipt. Over: what became of it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use service::http::CaseNumber;
use service::http::form::Query;
use service::page::{Band, Layout};

use super::{Http, id_of};
use crate::app::view::{self, Seen, Session, ViewError};
use crate::pages::{EndedView, ReadView, ReceiptView, notes, running};
use crate::store::requests::State as RequestState;

pub(super) async fn page(
    State(http): State<Http>,
    Path(id): Path<String>,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let session = match http.signed_in(&headers, &format!("/sign/{}", id.hex()), &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::see(&http.app, &session, &id).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    let number = query.one("page").and_then(|number| number.parse().ok()).unwrap_or(1);
    let shown = match seen.row.state {
        RequestState::Requested if seen.row.expires_at > http.now() => {
            http.read_page(&session, &seen, number).await
        }
        RequestState::Requested | RequestState::Refused | RequestState::Expired => {
            Ok(http.ended_page(&session, &seen))
        }
        RequestState::Delivered => http.receipt_page(&session, &seen).await,
        _ => Ok(http.running_page(&seen)),
    };
    shown.unwrap_or_else(|error| http.view_error(&case, &error))
}

impl Http {
    async fn read_page(
        &self,
        session: &Session,
        seen: &Seen<'_>,
        number: u16,
    ) -> Result<Response, ViewError> {
        let page = view::page(&self.app, seen, number).await?;
        let texts = self.texts();
        let main = ReadView::new(texts, seen, number, &page).render();
        let notes = notes(texts, &["read-note-steps", "read-note-shown", "read-note-pressure"]);
        let title = texts.say("read-title");
        let layout = Layout::new(&self.site, &title, &main)
            .notes(&notes)
            .band(Band::Amber, texts.say_with("band-sign-step", &[("step", "1")]))
            .back("/sign");
        Ok(self.page(layout, session))
    }

    async fn receipt_page(&self, session: &Session, seen: &Seen<'_>) -> Result<Response, ViewError> {
        let signed = view::signed(&self.app, session, seen).await?;
        let texts = self.texts();
        let main = ReceiptView::new(texts, seen, &signed).render();
        let notes = notes(texts, &["receipt-note-number", "receipt-note-evidence"]);
        let title = texts.say("receipt-window");
        Ok(self.page(Layout::new(&self.site, &title, &main).notes(&notes).back("/sign"), session))
    }

    fn ended_page(&self, session: &Session, seen: &Seen<'_>) -> Response {
        let texts = self.texts();
        let main = EndedView::new(texts, seen).render();
        self.page(Layout::new(&self.site, &texts.say("ended-window"), &main).back("/sign"), session)
    }

    /// Loads itself again until the act has ended: usually it has before this is seen.
    fn running_page(&self, seen: &Seen<'_>) -> Response {
        let texts = self.texts();
        let main = running(texts);
        let here = format!("/sign/{}", seen.row.id.hex());
        let title = texts.say("running-title");
        let mut response = Layout::new(&self.site, &title, &main).respond(StatusCode::OK);
        if let Ok(value) = HeaderValue::from_str(&format!("2; url={here}")) {
            response.headers_mut().insert(header::REFRESH, value);
        }
        response
    }
}
