//! Requests to protected resources with a DPoP-bound token (RFC 9449 §7): userinfo, and the signature service.
//! Data: a request in, the response out; one more try when the server asks for its nonce.

use openidconnect::http::{HeaderValue, Request, Response, StatusCode};
use url::Url;

use super::dpop::{Prover, asks_for_nonce};
use super::error::OidcError;
use crate::clock::Clock;
use crate::outbound::Outbound;

/// What a request with a token needs besides the token.
pub(crate) struct Sender<'a> {
    pub(crate) outbound: &'a Outbound,
    pub(crate) prover: &'a Prover,
    pub(crate) clock: &'a Clock,
}

impl Sender<'_> {
    /// Sends `request` with `access_token`, at most twice.
    pub(crate) async fn send(
        &self,
        request: Request<Vec<u8>>,
        access_token: &str,
    ) -> Result<Response<Vec<u8>>, OidcError> {
        let response = self.once(request.clone(), access_token).await?;
        if response.status() == StatusCode::UNAUTHORIZED && asks_for_nonce(response.headers()) {
            return self.once(request, access_token).await;
        }
        Ok(response)
    }

    async fn once(
        &self,
        mut request: Request<Vec<u8>>,
        access_token: &str,
    ) -> Result<Response<Vec<u8>>, OidcError> {
        let target = target(&request)?;
        let proof = self.prover.proof(
            request.method().as_str(),
            &target,
            Some(access_token),
            self.clock.seconds(),
        )?;
        let headers = request.headers_mut();
        headers.insert("authorization", header(&format!("DPoP {access_token}"))?);
        headers.insert("dpop", header(&proof)?);
        let response = self.outbound.call(request).await?;
        self.prover.remember(&target, response.headers());
        Ok(response)
    }
}

/// Where a request goes, as an address.
pub(crate) fn target(request: &Request<Vec<u8>>) -> Result<Url, OidcError> {
    Url::parse(&request.uri().to_string()).map_err(|error| OidcError::Incompatible(error.to_string()))
}

pub(crate) fn header(text: &str) -> Result<HeaderValue, OidcError> {
    HeaderValue::from_str(text).map_err(|error| OidcError::Incompatible(error.to_string()))
}
