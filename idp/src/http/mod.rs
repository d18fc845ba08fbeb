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

use std::sync::Arc;

use axum::http::HeaderMap;
use idp_core::parameters::Parameters;
use pki_core::time::Instant;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::form::Form;
use service::i18n::Texts;
use service::page::Site;

use crate::app::App;
use crate::pages::Houses;

/// What every handler has.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) app: Arc<App>,
    pub(crate) site: Arc<Site>,
    /// The first pages of the country's other houses.
    pub(crate) houses: Houses,
    /// The session's secret.
    pub(crate) session: Cookie,
    /// The transactions of this browser, with their ceremonies.
    pub(crate) transactions: Cookie,
    pub(crate) csrf: Csrf,
}

impl Http {
    fn texts(&self) -> &Texts {
        &self.site.texts
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
