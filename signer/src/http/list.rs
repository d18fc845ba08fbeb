//! What waits for a person to be signed, and what is done.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use service::http::CaseNumber;
use service::page::{Band, Layout, Shape};

use super::Http;
use crate::app::view::{self, Seen, Session};
use crate::pages::{self, ListView, notes};

pub(super) async fn page(http: Http, headers: HeaderMap, case: CaseNumber) -> Response {
    let session = match http.signed_in(&headers, "/sign", &case).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let seen = match view::list(&http.app, &session).await {
        Ok(seen) => seen,
        Err(error) => return http.view_error(&case, &error),
    };
    http.list_page(&session, &seen)
}

/// The first page: for somebody who is signed in, the list; for others, what this house is for.
pub(super) async fn start(http: Http, headers: HeaderMap, case: CaseNumber) -> Response {
    match http.session(&headers, &case).await {
        Ok(Some(session)) => match view::list(&http.app, &session).await {
            Ok(seen) => http.list_page(&session, &seen),
            Err(error) => http.view_error(&case, &error),
        },
        Ok(None) => {
            let [hero, main] = pages::start(http.texts(), http.app.country());
            let title = http.texts().say("start-title");
            Layout::new(&http.site, &title, &main).hero(&hero).shape(Shape::Open).respond(StatusCode::OK)
        }
        Err(answer) => answer,
    }
}

pub(super) async fn nowhere(http: Http, case: CaseNumber) -> Response {
    http.nowhere(&case)
}

impl Http {
    fn list_page(&self, session: &Session, seen: &[Seen<'_>]) -> Response {
        let texts = self.texts();
        let (open, done) = pages::list(texts, seen, self.now());
        let main = ListView::new(texts, &open, &done).render();
        let title = texts.say("list-title");
        let notes = notes(texts, &["list-note-who", "list-note-rush"], &[]);
        let mut layout = Layout::new(&self.site, &title, &main).notes(&notes);
        if !open.is_empty() {
            let waiting = u64::try_from(open.len()).unwrap_or(u64::MAX);
            layout = layout.band(Band::Amber, &title).step(texts.count("list-waiting", waiting));
        }
        self.page(layout, session)
    }

    /// The page after signing out.
    pub(super) fn signed_out(&self) -> Response {
        let texts = self.texts();
        let main = pages::signed_out(texts);
        Layout::new(&self.site, &texts.say("signed-out-title"), &main).respond(StatusCode::OK)
    }
}
