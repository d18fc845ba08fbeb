//! HTTP of the identity provider: each handler extracts, calls one use case, and answers with a page, a redirect, JSON
//! or a problem.
//!
//! This room knows cookies, forms and status codes; it decides nothing. Every use case runs in its own task, so that a
//! browser that goes away is not a crash. What went wrong on our side is in the log under the answer's case number.

mod authorize;
mod browser;
mod consent;
mod discovery;
mod home;
mod introspect;
mod logout;
mod machine;
mod par;
mod refusal;
pub(crate) mod routes;
mod sign_in;
mod token;
mod userinfo;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use idp_core::parameters::Parameters;
use pki_core::time::Instant;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::form::Form;
use service::page::{Site, Sites};

use crate::app::App;
use crate::pages::Houses;

/// What every handler has: the house, for one reader.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) app: Arc<App>,
    /// In the reader's language.
    pub(crate) site: Arc<Site>,
    /// Where the page is shown again, when another language is chosen on it.
    pub(crate) here: String,
    pub(crate) sites: Sites,
    /// The first pages of the country's other houses.
    pub(crate) houses: Houses,
    /// The session's secret.
    pub(crate) session: Cookie,
    /// The transactions of this browser, with their ceremonies.
    pub(crate) transactions: Cookie,
    pub(crate) csrf: Csrf,
}

/// What the router keeps: the house for nobody yet. A handler takes [`Http`], so that none forgets its reader.
#[derive(Clone)]
pub(crate) struct Door(pub(crate) Http);

impl FromRequestParts<Door> for Http {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, Door(http): &Door) -> Result<Self, Infallible> {
        let here = Sites::here(parts).to_owned();
        Ok(Self { site: http.sites.speak(&parts.headers, None, &here), here, ..http.clone() })
    }
}

impl Http {
    /// The same for a reader whom an agency sent, with languages that it asked for (OpenID Connect Core §3.1.2.1). What the
    /// reader has chosen here stands above them.
    fn speaking(&self, headers: &HeaderMap, locales: Option<&str>, here: String) -> Self {
        Self { site: self.sites.speak(headers, locales, &here), here, ..self.clone() }
    }

    fn now(&self) -> Instant {
        self.app.now()
    }
}

/// The parameters of a form or query, as the core takes them.
fn parameters(form: &Form) -> Parameters {
    let pairs = form.names().filter_map(|name| form.one(name).map(|value| (name, value)));
    Parameters::read(pairs).unwrap_or_default()
}

/// The values of all `DPoP` headers.
fn proofs(headers: &HeaderMap) -> Vec<String> {
    // One that is not text is no proof; it must still count as one.
    headers.get_all("dpop").iter().map(|value| value.to_str().unwrap_or_default().to_owned()).collect()
}
