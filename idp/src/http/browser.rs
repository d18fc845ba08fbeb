//! What a browser brings: its session, and the transactions that it opened.
//!
//! A transaction's name is worth nothing without the cookie of the browser that opened it (failures C-16, C-17): the
//! cookie holds the name, the ceremony and a random nonce to which the page's form is bound.

use axum::http::{HeaderMap, HeaderValue};
use idp_core::secret::SessionSecret;
use pki_core::bytes::{Hash, Id};
use pki_core::time::Instant;
use serde::{Deserialize, Serialize};
use service::entropy::random_id;
use service::http::form::Form;

use super::Http;
use crate::app::Broken;

/// Tabs that one browser can have open; with more, the oldest begins again.
const TRANSACTIONS_MAX: usize = 4;
/// Twice as long as a transaction: whoever comes too late is told who asked, and where to begin again.
const TRANSACTION_SECONDS: u32 = 60 * 60;
/// As long as a session can live.
const SESSION_SECONDS: u32 = 24 * 60 * 60;

/// A transaction that this browser opened.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Open {
    id: String,
    nonce: String,
    begun: i64,
    /// State of the passkey ceremony that the page shows.
    state: String,
}

impl Open {
    pub(super) fn id(&self) -> Option<Hash> {
        Hash::from_hex(&self.id)
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn begun(&self) -> Instant {
        Instant::from_micros(self.begun)
    }
}

impl Http {
    /// The secret of this browser's session.
    pub(super) fn session_secret(&self, headers: &HeaderMap) -> Option<SessionSecret> {
        let value = self.session.read(headers, self.now())?;
        SessionSecret::parse(std::str::from_utf8(&value).ok()?)
    }

    /// Puts a session into the browser.
    pub(super) fn keep_session(&self, secret: &SessionSecret) -> Result<HeaderValue, Broken> {
        let value = secret.text();
        self.session
            .set(&*self.app.random, self.now(), SESSION_SECONDS, value.as_bytes())
            .map_err(|_| Broken::Random(pki_core::key::RandomError))
    }

    /// The transactions that this browser opened.
    fn opened(&self, headers: &HeaderMap) -> Vec<Open> {
        let value = self.transactions.read(headers, self.now());
        value.and_then(|value| serde_json::from_slice(&value).ok()).unwrap_or_default()
    }

    /// Notes a transaction in the browser, with the ceremony that its page shows.
    pub(super) fn keep_transaction(
        &self,
        headers: &HeaderMap,
        id: &Hash,
        state: String,
    ) -> Result<(Open, HeaderValue), Broken> {
        let mut all = self.opened(headers);
        let known = all.iter().find(|open| open.id == id.hex()).map(|open| open.nonce.clone());
        let nonce = match known {
            Some(nonce) => nonce,
            None => random_id(&*self.app.random)?.hex(),
        };
        let open = Open { id: id.hex(), nonce, begun: self.now().micros(), state };
        all.retain(|other| other.id != open.id);
        all.push(open.clone());
        let excess = all.len().saturating_sub(TRANSACTIONS_MAX);
        let kept = serde_json::to_vec(all.get(excess..).unwrap_or_default()).unwrap_or_default();
        let cookie = self
            .transactions
            .set(&*self.app.random, self.now(), TRANSACTION_SECONDS, &kept)
            .map_err(|_| Broken::Random(pki_core::key::RandomError))?;
        Ok((open, cookie))
    }

    /// The transaction of this name, if this browser opened it.
    pub(super) fn transaction(&self, headers: &HeaderMap, name: Option<&str>) -> Option<Open> {
        self.opened(headers).into_iter().find(|open| Some(open.id.as_str()) == name)
    }

    /// The transaction of a posted form, if the form is ours and was given to this browser for it.
    pub(super) fn posted(&self, headers: &HeaderMap, form: &Form) -> Option<Open> {
        let open = self.transaction(headers, form.one("transaction"))?;
        let base_url = &self.site.base_url;
        self.csrf.check(headers, base_url, open.nonce.as_bytes(), form.one("csrf")).ok()?;
        Some(open)
    }

    /// The token for the forms of a transaction.
    pub(super) fn token(&self, open: &Open) -> String {
        self.csrf.token(open.nonce.as_bytes())
    }

    /// The token for the consent form: it also says whose values the page showed.
    pub(super) fn consent_token(&self, open: &Open, secret: Option<&SessionSecret>) -> String {
        self.csrf.token(&consent_binding(open, secret))
    }

    /// The transaction of a posted consent form that was shown to the very session that now posts it.
    pub(super) fn posted_consent(&self, headers: &HeaderMap, form: &Form) -> Option<Open> {
        let open = self.transaction(headers, form.one("transaction"))?;
        let binding = consent_binding(&open, self.session_secret(headers).as_ref());
        self.csrf.check(headers, &self.site.base_url, &binding, form.one("csrf")).ok()?;
        Some(open)
    }

    /// The token for the logout form of a session, or of a browser without one.
    pub(super) fn logout_token(&self, secret: Option<&SessionSecret>) -> String {
        self.csrf.token(&logout_binding(secret))
    }

    /// Whether a posted logout form was given to this session.
    pub(super) fn is_logout_form(&self, headers: &HeaderMap, form: &Form) -> bool {
        let binding = logout_binding(self.session_secret(headers).as_ref());
        self.csrf.check(headers, &self.site.base_url, &binding, form.one("csrf")).is_ok()
    }
}

fn consent_binding(open: &Open, secret: Option<&SessionSecret>) -> Vec<u8> {
    let session = secret.map(|secret| secret.hash().as_bytes().to_vec()).unwrap_or_default();
    [b"consent".as_slice(), open.nonce.as_bytes(), &session].concat()
}

fn logout_binding(secret: Option<&SessionSecret>) -> Vec<u8> {
    let id = secret.map_or(Id::new([0; 16]).as_bytes().to_vec(), |secret| secret.hash().as_bytes().to_vec());
    [b"logout".as_slice(), &id].concat()
}
