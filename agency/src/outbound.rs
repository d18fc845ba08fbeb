//! Every request that leaves the agency: to the identity provider and to the signature service, nowhere else.
//! No redirects are followed (a redirect would carry a token to a stranger), nothing waits for ever, no answer is
//! larger than a signed statement can be. Data: a request with its whole body in, a response with its whole body out.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::http::{Request, Response};
use openidconnect::{HttpRequest, HttpResponse};

/// Certification and time-stamping happen before the signature service answers; ten seconds is three times the slowest.
const WAIT: Duration = Duration::from_secs(10);
/// The signature service takes documents up to 20 MiB; evidence and validation data add less than one.
const ANSWER_BYTES_MAX: usize = 24 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// No connection, no answer in time, or a broken one.
    #[error("no answer")]
    NoAnswer(#[source] reqwest::Error),
    /// More bytes than any honest answer has.
    #[error("the answer has more than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
    /// The answer could not be put together.
    #[error("the answer is not HTTP")]
    Malformed(#[source] openidconnect::http::Error),
}

/// The one HTTP client.
pub(crate) struct Outbound(reqwest::Client);

impl Outbound {
    pub(crate) fn new() -> Result<Outbound, OutboundError> {
        // reqwest is built without a TLS provider of its own; the process may have chosen one already.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _chosen_meanwhile = rustls::crypto::ring::default_provider().install_default();
        }
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(WAIT)
            .build()
            .map(Outbound)
            .map_err(OutboundError::NoAnswer)
    }

    /// Sends and reads to the end.
    pub(crate) async fn call(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        let request = reqwest::Request::try_from(request).map_err(OutboundError::NoAnswer)?;
        let mut answer = self.0.execute(request).await.map_err(OutboundError::NoAnswer)?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(OutboundError::NoAnswer)? {
            if body.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(OutboundError::Malformed)
    }
}

/// The `openidconnect` crate fetches discovery and keys through the same client.
impl<'c> openidconnect::AsyncHttpClient<'c> for Outbound {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(Outbound::call(self, request))
    }
}
