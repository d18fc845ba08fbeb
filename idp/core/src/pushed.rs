//! Pushed authorization requests (RFC 9126): what an authenticated client may leave with us, and for how long.

use pki_core::bytes::Hash;
use pki_core::jose::base64url;
use pki_core::jose::dpop::Proof;
use pki_core::time::Instant;

use crate::authorize::{self, Refusal, Request};
use crate::client::Clients;
use crate::client_auth::AuthenticatedClient;
use crate::fault::{ErrorCode, Fault};
use crate::parameters::Parameters;
use crate::secret::RequestUri;

/// From the push to its first showing (FAPI 2.0 §5.3.2.2: less than 600).
pub const SHOW_SECONDS_MAX: i64 = 60;
/// From its first showing to its answer.
pub const TRANSACTION_SECONDS_MAX: i64 = 30 * 60;
/// Largest request that is kept.
const SIZE_MAX: usize = 8 * 1024;

/// A pushed request as its row holds it: text, which is parsed again when the browser comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Hash of the `request_uri`; also names the transaction.
    pub id: Hash,
    /// Who pushed it.
    pub client: String,
    /// Its parameters, form-encoded, without the client's authentication.
    pub parameters: String,
    /// When it was pushed.
    pub pushed: Instant,
    /// When it was first shown.
    pub shown: Option<Instant>,
}

impl Row {
    /// Whether it may (still) be shown and answered.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        match self.shown {
            None => now < self.pushed.plus_seconds(SHOW_SECONDS_MAX),
            Some(shown) => now < shown.plus_seconds(TRANSACTION_SECONDS_MAX),
        }
    }

    /// The request, read again against today's registration.
    ///
    /// # Errors
    /// As [`authorize::parse`]; a row that is not a form at all is a page.
    pub fn request(&self, clients: &Clients) -> Result<Request, Refusal> {
        let parameters = Parameters::decode(&self.parameters).ok();
        match (parameters, clients.find(&self.client)) {
            (Some(parameters), Some(client)) => authorize::parse(&parameters, client, clients),
            _ => Err(Refusal::Page(authorize::UNKNOWN_REQUEST_URI)),
        }
    }
}

/// Checks a push (RFC 9126 §2.1) and makes its row.
///
/// # Errors
/// Whatever `/authorize` would refuse without asking the person, and:
/// `invalid_request` for a `request_uri` inside, another `client_id`, or too much text;
/// `invalid_dpop_proof` for a proof by another key than `dpop_jkt` (RFC 9449 §10.1).
pub fn push(
    parameters: &Parameters,
    by: &AuthenticatedClient<'_>,
    clients: &Clients,
    proof: Option<&Proof>,
    request_uri: &RequestUri,
    now: Instant,
) -> Result<Row, Fault> {
    let invalid = |why| Fault::new(ErrorCode::InvalidRequest, why);
    if parameters.get("request_uri").is_some() {
        return Err(invalid("request_uri cannot be pushed"));
    }
    let client = by.client();
    if parameters.get("client_id").is_some_and(|id| id != client.id().as_str()) {
        return Err(invalid("client_id is not the authenticated client"));
    }
    let request = match authorize::parse(parameters, client, clients) {
        Ok(request) => request,
        Err(Refusal::Page(fault)) => return Err(fault),
        Err(Refusal::Redirect(answer)) => {
            return Err(answer.fault().unwrap_or(authorize::UNKNOWN_REQUEST_URI));
        }
    };
    let mut text = parameters.encode_without(&["client_assertion", "client_assertion_type", "client_id"]);
    if let Some(proof) = proof {
        match request.dpop_jkt() {
            Some(jkt) => proof.is_of(&jkt).map_err(|_| {
                Fault::new(ErrorCode::InvalidDpopProof, "dpop_jkt is not the key of the DPoP proof")
            })?,
            // A proof alone binds the code to its key.
            None => text.push_str(&format!("&dpop_jkt={}", base64url(proof.thumbprint().as_bytes()))),
        }
    }
    if text.len() > SIZE_MAX {
        return Err(invalid("the request is too long"));
    }
    Ok(Row {
        id: request_uri.hash(),
        client: client.id().as_str().to_owned(),
        parameters: text,
        pushed: now,
        shown: None,
    })
}

#[cfg(test)]
mod tests;
