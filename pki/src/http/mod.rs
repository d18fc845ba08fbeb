//! HTTP of the registry: each handler extracts, calls one use case, and answers with a page, bytes or a problem.
//!
//! This room knows cookies, forms and status codes; it decides nothing. Pages say no with a sentence and a case
//! number, machines get a problem document. What went wrong on our side is in the log under the same number.

mod certificates;
mod desk;
mod enrol;
mod feed;
mod home;
mod refusal;
pub(crate) mod routes;
mod shelf;
#[cfg(test)]
mod tests;
mod tsa;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki_core::key::{RandomError, random_array};
use pki_core::time::Instant;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::form::Form;
use service::http::{CaseNumber, Problem};
use service::i18n::Texts;
use service::page::{Layout, Site, Sites};
use service::pass::Passes;

use crate::app::App;
use crate::app::session::{self, Session};

/// What every handler has: the house, for one reader.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) app: Arc<App>,
    /// In the reader's language.
    pub(crate) site: Arc<Site>,
    pub(crate) sites: Sites,
    pub(crate) cookie: Cookie,
    pub(crate) csrf: Csrf,
    pub(crate) passes: Passes,
}

/// The cookie lives as long as a session can.
const COOKIE_SECONDS: u32 = 12 * 3600;

/// What the cookie of this browser holds: the secret of an officer's session, or a nonce that binds forms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nonce,
    Session,
}

/// A browser, known by its cookie.
pub(crate) struct Browser {
    value: Vec<u8>,
    /// To be set, where the browser came without one.
    fresh: Option<HeaderValue>,
}

impl Browser {
    /// The secret of an officer's session, if the cookie holds one.
    fn session_secret(&self) -> Option<&[u8]> {
        match self.value.split_first() {
            Some((1, secret)) => Some(secret),
            _ => None,
        }
    }
}

fn cookie_value(holds: Holds, secret: &[u8; 32]) -> Vec<u8> {
    let kind = match holds {
        Holds::Nonce => 0,
        Holds::Session => 1,
    };
    [&[kind], secret.as_slice()].concat()
}

/// What the router keeps: the house for nobody yet. A handler takes [`Http`], so that none forgets its reader.
#[derive(Clone)]
struct Door(Http);

impl FromRequestParts<Door> for Http {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, Door(http): &Door) -> Result<Self, Infallible> {
        Ok(Self { site: http.sites.speak(&parts.headers, None, here(parts)), ..http.clone() })
    }
}

/// Where the page that answers a request is shown again. A form is answered under the address that shows it, but for those
/// of the desk that only do something.
fn here(parts: &Parts) -> &str {
    let path = parts.uri.path();
    match path.rsplit('/').next() {
        Some("cases" | "close" | "status" | "sign-out") => "/desk",
        _ => parts.uri.path_and_query().map_or(path, |path| path.as_str()),
    }
}

impl Http {
    fn texts(&self) -> &Texts {
        &self.site.texts
    }

    fn now(&self) -> Instant {
        self.app.now()
    }

    /// The browser behind a request; one without a cookie gets a nonce, so that its forms can be told from others.
    fn browser(&self, headers: &HeaderMap) -> Result<Browser, RandomError> {
        if let Some(value) = self.cookie.read(headers, self.now()) {
            return Ok(Browser { value, fresh: None });
        }
        let value = cookie_value(Holds::Nonce, &random_array(&*self.app.random)?);
        let fresh = self
            .cookie
            .set(&*self.app.random, self.now(), COOKIE_SECONDS, &value)
            .map_err(|_| RandomError)?;
        Ok(Browser { value, fresh: Some(fresh) })
    }

    /// The token for the forms of this browser.
    fn token(&self, browser: &Browser) -> String {
        self.csrf.token(&browser.value)
    }

    /// Whether a posted form is one of ours, given to this browser.
    fn is_ours(&self, headers: &HeaderMap, form: &Form) -> bool {
        let Some(value) = self.cookie.read(headers, self.now()) else { return false };
        self.csrf.check(headers, &self.site.base_url, &value, form.one("csrf")).is_ok()
    }

    /// The officer who is signed in, with the browser.
    async fn signed_in(&self, headers: &HeaderMap) -> Result<Option<(Browser, Session)>, crate::app::Fault> {
        let browser = self.browser(headers)?;
        let session = match browser.session_secret() {
            Some(secret) => session::resume(&self.app, secret).await?,
            None => None,
        };
        Ok(session.map(|session| (browser, session)))
    }

    /// A page, with the cookie that it needs.
    fn page(&self, layout: Layout<'_>, browser: Option<&Browser>) -> Response {
        let mut response = layout.respond(StatusCode::OK);
        if let Some(fresh) = browser.and_then(|browser| browser.fresh.as_ref()) {
            response.headers_mut().append(header::SET_COOKIE, fresh.clone());
        }
        response
    }
}

/// Goes to another page of this house after a form (303, RFC 9110 §15.4.4).
fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A sealed ceremony as a hidden input carries it.
fn text_of(sealed: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(sealed)
}

/// And back; what is no base64url opens to nothing.
fn sealed_of(form: &Form) -> Vec<u8> {
    form.one("ceremony").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default()
}

/// A fault towards a machine.
fn problem(fault: &dyn std::error::Error, case: &CaseNumber) -> Problem {
    tracing::error!(%case, error = %crate::error_chain(fault), "a request failed");
    Problem::internal().case(case)
}
