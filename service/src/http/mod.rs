//! What every HTTP service needs and no service should write twice.
//!
//! [`dress`] puts around a router: a case number for each request, one log line, panics as answers, a time limit, a body
//! limit and the security headers. Nothing here is derived from `Host` or `X-Forwarded-*`: base addresses are
//! configuration. Handlers hand their work to [`detached`], so that a closed connection is not a crash.

pub mod cookie;
pub mod csrf;
pub mod egress;
pub mod form;
mod headers;
pub mod leave;
mod problem;

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

use crate::config::BaseUrl;
use crate::entropy::{Random, random_array};

pub use problem::Problem;

/// Bodies above this are refused with 413, unless a route sets its own `DefaultBodyLimit` (identity W1: 64 KiB).
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Requests that take longer are answered with 503. Longer than the longest wait that we offer (25 s).
const REQUEST_SECONDS_MAX: u64 = 40;

/// The number by which a person, the help desk and the log speak of one request: `K7QF-2M9D`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// A new number: 40 random bits in Crockford's base32. It is a name, not a secret.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut bits = random_array::<5>(random)
            .unwrap_or_default()
            .iter()
            .fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        let mut text = String::with_capacity(9);
        for place in 0..8 {
            if place == 4 {
                text.push('-');
            }
            let digit = usize::try_from(bits & 31).unwrap_or_default();
            text.push(ALPHABET.get(digit).copied().map_or('0', char::from));
            bits >>= 5;
        }
        Self(text)
    }

    /// As people read it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// In a handler: the number of the request in hand.
impl<S: Send + Sync> FromRequestParts<S> for CaseNumber {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        // `dress` has put it there; a router in a test may be undressed.
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self("0000-0000".to_owned())))
    }
}

/// What [`dress`] must know of a service.
#[derive(Clone)]
pub struct Policy {
    /// Its own origin.
    pub base_url: BaseUrl,
    /// For case numbers.
    pub random: Arc<dyn Random>,
}

/// Puts the common layers around a router.
pub fn dress(router: Router, policy: &Policy) -> Router {
    let limit = TimeoutLayer::with_status_code(
        StatusCode::SERVICE_UNAVAILABLE,
        Duration::from_secs(REQUEST_SECONDS_MAX),
    );
    router
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(limit)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(policy.clone(), observe))
}

async fn observe(State(policy): State<Policy>, mut request: Request, next: Next) -> Response {
    let case = CaseNumber::generate(policy.random.as_ref());
    request.extensions_mut().insert(case.clone());
    let method = request.method().clone();
    // The template, never the path: a path may hold a capability.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    // Only for whoever listens to `trace`: what happens below carries the request that it is for.
    let span = tracing::trace_span!("request", %case, route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span).await;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::warn!(%case, %method, route, status, milliseconds, "answered");
    } else {
        tracing::info!(%case, %method, route, status, milliseconds, "answered");
    }
    if let Ok(value) = HeaderValue::from_str(case.as_str()) {
        response.headers_mut().insert("x-request-id", value);
    }
    headers::put_on(response.headers_mut(), policy.base_url.is_https());
    response
}

/// The payload may hold anything; only that there was a panic is told, and where is on stderr already.
fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal().into_response()
}

/// Runs a use case in its own task and waits for it. When the browser goes away, the handler is dropped and the
/// use case goes on to its end.
///
/// # Errors
/// A problem of ours (500), if the task failed.
pub async fn detached<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work.in_current_span()).await.map_err(|error| {
        tracing::error!(%error, "a use case failed");
        Problem::internal()
    })
}

#[cfg(test)]
mod tests;
