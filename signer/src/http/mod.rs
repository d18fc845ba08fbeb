//! HTTP of the signing house: each handler extracts, calls one use case, and answers with a page, bytes or a problem.
//!
//! This room knows cookies, forms, tokens and status codes; it decides nothing. Pages say no with a sentence and a case
//! number, agencies get a problem document. What went wrong on our side is in the log under the same number.

mod accept;
mod agency;
mod auth;
mod files;
mod list;
mod login;
mod read;
mod refusal;
mod refuse;
pub(crate) mod routes;
#[cfg(test)]
mod tests;
mod verify_page;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use pki_core::bytes::Id;
use pki_core::time::Instant;
use service::http::CaseNumber;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::form::Form;
use service::http::leave;
use service::i18n::Texts;
use service::page::{Layout, Site, Sites};

use crate::app::App;
use crate::app::view::{self, Session};

/// What every handler has: the house, for one reader.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) app: Arc<App>,
    /// In the reader's language.
    pub(crate) site: Arc<Site>,
    pub(crate) sites: Sites,
    /// Holds the secret of a session.
    pub(crate) session_cookie: Cookie,
    /// Holds a login that has begun.
    pub(crate) login_cookie: Cookie,
    /// Holds the reason that somebody wrote whose session was over when they sent it.
    pub(crate) kept_cookie: Cookie,
    pub(crate) csrf: Csrf,
}

/// What the router keeps: the house for nobody yet. A handler takes [`Http`], so that none forgets its reader.
#[derive(Clone)]
struct Door(Http);

impl FromRequestParts<Door> for Http {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, Door(http): &Door) -> Result<Self, Infallible> {
        // A form is answered under the address that shows it; these two show nothing by themselves.
        let here = match parts.uri.path() {
            "/logout" | "/callback" => "/",
            path => parts.uri.path_and_query().map_or(path, |path| path.as_str()),
        };
        Ok(Self { site: http.sites.speak(&parts.headers, None, here), ..http.clone() })
    }
}

impl Http {
    fn texts(&self) -> &Texts {
        &self.site.texts
    }

    fn now(&self) -> Instant {
        self.app.now()
    }

    /// Who is signed in; if nobody is, the answer that leads to the identity provider and back to `path`.
    async fn signed_in(
        &self,
        headers: &HeaderMap,
        path: &str,
        case: &CaseNumber,
    ) -> Result<Session, Response> {
        match self.session(headers, case).await? {
            Some(session) => Ok(session),
            None => Err(self.send_to_login(path, case).await),
        }
    }

    async fn session(&self, headers: &HeaderMap, case: &CaseNumber) -> Result<Option<Session>, Response> {
        match self.session_cookie.read(headers, self.now()) {
            Some(secret) => view::session(&self.app, &secret).await.map_err(|fault| self.fault(case, &fault)),
            None => Ok(None),
        }
    }

    /// Who posted this form: somebody who is signed in, from a page of ours that was made for them. Whose session is over
    /// is led back to `path`, and nothing is done.
    async fn posted(
        &self,
        headers: &HeaderMap,
        form: &Form,
        path: &str,
        case: &CaseNumber,
    ) -> Result<Session, Response> {
        // Chromium follows no redirect to another origin after a form (`form-action`), so the way to the identity
        // provider begins with a page.
        let found = self.session(headers, case).await?;
        let session =
            found.ok_or_else(|| leave::page(&self.site, &self.site.base_url.at(path), &self.site.service))?;
        let checked = self.csrf.check(headers, &self.site.base_url, session.id.as_bytes(), form.one("csrf"));
        checked.map_err(|error| {
            tracing::info!(%case, %error, "a form was refused");
            self.refuse(case, StatusCode::FORBIDDEN, "form-foreign")
        })?;
        Ok(session)
    }

    /// The token for the forms of a session.
    fn token(&self, session: &Session) -> String {
        self.csrf.token(session.id.as_bytes())
    }

    /// A page of somebody who is signed in.
    fn page(&self, layout: Layout<'_>, session: &Session) -> Response {
        layout.sign_out("/logout", self.token(session)).respond(StatusCode::OK)
    }
}

/// The id in an address; what is none leads nowhere.
fn id_of(text: &str) -> Option<Id> {
    Id::from_hex(text)
}

/// Goes to another page of this house after a form (303, RFC 9110 §15.4.4).
fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

fn set_cookie(response: &mut Response, value: HeaderValue) {
    response.headers_mut().append(header::SET_COOKIE, value);
}
