//! `/sign/{id}`: one request as it is now. Open: read it. Running: wait. Done: the receipt. Over: what became of it.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use service::http::CaseNumber;
use service::http::form::Query;
use service::page::{Band, Layout};

use super::{Http, id_of};
use crate::app::view::{self, Seen, Session, ViewError};
use crate::pages::{As, EndedView, ReadView, ReceiptView, RunningView, notes};
use crate::store::requests::State as RequestState;

pub(super) async fn page(
    http: Http,
    Path(id): Path<String>,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let Some(id) = id_of(&id) else { return http.nowhere(&case) };
    let number: Option<u16> = query.one("page").and_then(|number| number.parse().ok());
    let shown_as = if query.one("as") == Some("text") { As::Text } else { As::Picture };
    // Who has read for longer than a session lives comes back to the page that they were about to read.
    let here = format!("/sign/{}", id.hex());
    let way = match (number, shown_as) {
        (None, As::Picture) => here,
        (number, shown_as) => shown_as.address(&here, number.unwrap_or(1)),
    };
    let session = match http.signed_in(&headers, &way, &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::see(&http.app, &session, &id).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    // A number that is none, or of no page of this document, is the nearest page.
    let number = number.unwrap_or(1).clamp(1, seen.row.shown.pages.max(1));
    let shown = match seen.row.state {
        _ if seen.is_open(http.now()) => http.read_page(&session, &seen, number, shown_as).await,
        RequestState::Requested | RequestState::Refused | RequestState::Expired => {
            Ok(http.ended_page(&session, &seen))
        }
        RequestState::Delivered => http.receipt_page(&session, &seen).await,
        _ => Ok(http.running_page(&session, &seen)),
    };
    shown.unwrap_or_else(|error| http.view_error(&case, &error))
}

impl Http {
    async fn read_page(
        &self,
        session: &Session,
        seen: &Seen<'_>,
        number: u16,
        shown_as: As,
    ) -> Result<Response, ViewError> {
        let page = view::page(&self.app, seen, number).await?;
        let texts = self.texts();
        let main = ReadView::new(&self.site, seen, number, &page, shown_as).render();
        let notes = notes(
            texts,
            &["read-note-steps", "read-note-shown", "read-note-pressure"],
            &[("now", &texts.say("read-note-now"))],
        );
        let title = texts.say("read-title");
        let layout = Layout::new(&self.site, &title, &main)
            .notes(&notes)
            .band(Band::Amber, texts.say("band-sign"))
            .step(texts.say_with("band-step", &[("step", "1")]))
            .back_to("/sign", texts.say("list-title"));
        Ok(self.page(layout, session))
    }

    async fn receipt_page(&self, session: &Session, seen: &Seen<'_>) -> Result<Response, ViewError> {
        let signed = view::signed(&self.app, session, seen).await?;
        let texts = self.texts();
        let main = ReceiptView::new(&self.site, seen, &signed, self.now()).render();
        let notes = notes(
            texts,
            &["receipt-note-pattern", "receipt-note-evidence", "receipt-note-number", "receipt-note-print"],
            &[],
        );
        let title = texts.say("receipt-window");
        let layout = Layout::new(&self.site, &title, &main)
            .woven(seen.row.receipt.as_str())
            .notes(&notes)
            .back_to("/sign", texts.say("list-title"));
        Ok(self.page(layout, session))
    }

    fn ended_page(&self, session: &Session, seen: &Seen<'_>) -> Response {
        let texts = self.texts();
        let main = EndedView::new(texts, seen).render();
        let notes = notes(texts, &["keep-everything"], &[]);
        let title = texts.say("ended-window");
        let layout =
            Layout::new(&self.site, &title, &main).notes(&notes).back_to("/sign", texts.say("list-title"));
        self.page(layout, session)
    }

    /// Usually the act has ended before this is seen.
    fn running_page(&self, session: &Session, seen: &Seen<'_>) -> Response {
        let texts = self.texts();
        let main = RunningView::new(texts, seen, self.now()).render();
        let title = texts.say("running-title");
        let notes = notes(texts, &["running-note-leave", "accept-note-key"], &[]);
        self.page(Layout::new(&self.site, &title, &main).notes(&notes), session)
    }
}
