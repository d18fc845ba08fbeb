//! A client pushes an authorization request (RFC 9126).

use idp_core::client_auth;
use idp_core::fault::{ErrorCode, Fault};
use idp_core::parameters::Parameters;
use idp_core::pushed;
use idp_core::secret::RequestUri;
use pki_core::jose::dpop::{Expected, Freshness, Proof};

use super::{App, Refused};
use crate::store::once;
use crate::store::pushed as rows;

/// Keeps the request and gives its address.
pub(crate) async fn push(app: &App, form: &Parameters, proofs: &[String]) -> Result<RequestUri, Refused> {
    let now = app.now();
    let client = authenticate(app, form)?;
    let uri = app.issuer.endpoint(idp_core::discovery::path::PAR);
    let proof = if proofs.is_empty() {
        None
    } else {
        let expected =
            Expected { method: "POST", uri: &uri, access_token: None, freshness: Freshness::Clock, now };
        let texts: Vec<&str> = proofs.iter().map(String::as_str).collect();
        // The client is authenticated and the proof only names a key, so the clock is fresh enough here.
        Some(Proof::verify(&texts, &expected).map_err(|error| Refused::Fault {
            told: Fault::new(ErrorCode::InvalidDpopProof, "the DPoP proof is not valid"),
            why: error.to_string(),
        })?)
    };
    let request_uri = RequestUri::generate(&*app.random)?;
    let row = pushed::push(form, &client, &app.clients, proof.as_ref(), &request_uri, now)?;
    app.store.apply(once::assertion(&client).then(rows::push(&row))).await?;
    Ok(request_uri)
}

/// The client of a form; its assertion must then be written as used.
pub(super) fn authenticate<'a>(
    app: &'a App,
    form: &Parameters,
) -> Result<client_auth::AuthenticatedClient<'a>, Refused> {
    client_auth::authenticate(form, &app.clients, &app.issuer, app.now())
        .map_err(|error| Refused::Fault { told: error.fault(), why: error.to_string() })
}
