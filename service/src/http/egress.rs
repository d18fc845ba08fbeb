//! The one door out. Only origins that the configuration names are ever asked; no redirect is followed, no proxy used, and
//! neither time nor size is without limit.
//!
//! https, or http to this machine where the listed origin says so ([`BaseUrl`] parses nothing else). `localhost` is
//! 127.0.0.1 here whatever the resolver says.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::redirect;
use url::Url;

use crate::config::BaseUrl;

/// An ordinary answer arrives in this time, or the other side is down.
const SECONDS_MAX: u64 = 10;
/// Largest ordinary answer.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The configuration does not name this origin.
    #[error("{0} is not an origin that this service may ask")]
    NotListed(String),
    /// No connection, or no answer in time.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The answer is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The client cannot be made.
    #[error("the outbound client cannot be made: {0}")]
    Setup(String),
}

/// A question to another service.
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
    limit: usize,
    patience: Duration,
}

impl Ask {
    /// A GET.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url.into())
    }

    /// A POST of this body.
    #[must_use]
    pub fn post(url: impl Into<String>, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut ask = Self::new(Method::POST, url.into());
        ask.headers.insert("content-type", HeaderValue::from_static(content_type));
        ask.body = body;
        ask
    }

    fn new(method: Method, url: String) -> Self {
        let patience = Duration::from_secs(SECONDS_MAX);
        Self { method, url, headers: HeaderMap::new(), body: Vec::new(), limit: ANSWER_BYTES_MAX, patience }
    }

    /// Adds a header. A value that is no header value is left out, and the other side will say what it misses.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Allows an answer of so many bytes.
    #[must_use]
    pub const fn at_most(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Waits so long, for answers that are held back until there is something to say.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The method, as it goes into passes and proofs.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The address, as it goes into passes and proofs.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers so far.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// What the other side said, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// The outbound client of a service.
#[derive(Clone)]
pub struct Egress {
    client: reqwest::Client,
    listed: Vec<BaseUrl>,
}

impl Egress {
    /// A client that may ask these origins.
    ///
    /// # Errors
    /// When the TLS set-up fails.
    pub fn new(listed: Vec<BaseUrl>) -> Result<Self, EgressError> {
        install_tls();
        let loopback = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .resolve("localhost", loopback)
            .connect_timeout(Duration::from_secs(SECONDS_MAX))
            .build()
            .map_err(|error| EgressError::Setup(error.to_string()))?;
        Ok(Self { client, listed })
    }

    /// Asks, and reads the whole answer.
    ///
    /// # Errors
    /// An origin that is not listed, no answer in time, or too large an answer.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, EgressError> {
        let url = self.allowed(&ask.url)?;
        let limit = ask.limit;
        let patience = ask.patience;
        let exchange = async {
            let request = self.client.request(ask.method, url).headers(ask.headers).body(ask.body);
            let mut response = request.send().await.map_err(|error| unreachable(&error))?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
                if body.len().saturating_add(chunk.len()) > limit {
                    return Err(EgressError::TooLarge(limit));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
        };
        match tokio::time::timeout(patience, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(EgressError::Unreachable(format!("nothing came in {} s", patience.as_secs()))),
        }
    }

    fn allowed(&self, text: &str) -> Result<Url, EgressError> {
        let refused = |origin: String| EgressError::NotListed(origin);
        let url = Url::parse(text).map_err(|_| refused("that".to_owned()))?;
        let origin = url.origin().ascii_serialization();
        let listed = self.listed.iter().any(|listed| listed.as_str() == origin);
        let anonymous = url.username().is_empty() && url.password().is_none();
        if listed && anonymous { Ok(url) } else { Err(refused(origin)) }
    }
}

/// The one cryptographic provider of TLS. Called again, it changes nothing.
pub fn install_tls() {
    let installed = rustls::crypto::ring::default_provider().install_default();
    if installed.is_err() {
        tracing::trace!("a TLS provider was installed before");
    }
}

/// Without the address: a query may hold what no log should.
fn unreachable(error: &reqwest::Error) -> EgressError {
    let kind = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "it took too long"
    } else {
        "the exchange broke off"
    };
    EgressError::Unreachable(kind.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::skeleton::Running;
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;

    async fn other() -> (Running, BaseUrl) {
        let router = Router::new()
            .route("/small", get(|| async { "hello" }))
            .route("/large", get(|| async { "x".repeat(2_000) }))
            .route("/slow", get(|| async { std::future::pending::<()>().await }))
            .route("/away", get(|| async { Redirect::to("/small") }));
        let running = Running::start("127.0.0.1:0", router).await.unwrap();
        let origin = BaseUrl::try_from(format!("http://localhost:{}", running.addr.port())).unwrap();
        (running, origin)
    }

    #[tokio::test]
    async fn asks_listed_origins_only_and_follows_nothing() {
        let (running, origin) = other().await;
        let egress = Egress::new(vec![origin.clone()]).unwrap();
        let answer = egress.ask(Ask::get(origin.at("/small"))).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"hello"[..]));
        let away = egress.ask(Ask::get(origin.at("/away"))).await.unwrap();
        assert_eq!((away.status, away.header("location")), (303, Some("/small")));
        let by_number = format!("http://127.0.0.1:{}", running.addr.port());
        let refused = egress.ask(Ask::get(format!("{by_number}/small"))).await.unwrap_err();
        assert_eq!(refused, EgressError::NotListed(by_number));
        let with_name = origin.at("/small").replace("localhost", "me@localhost");
        assert!(matches!(egress.ask(Ask::get(with_name)).await, Err(EgressError::NotListed(_))));
        assert!(matches!(egress.ask(Ask::get("file:///etc/passwd")).await, Err(EgressError::NotListed(_))));
        running.shutdown().await;
        let gone = egress.ask(Ask::get(origin.at("/small"))).await.unwrap_err();
        assert_eq!(gone, EgressError::Unreachable("no connection".to_owned()));
    }

    #[tokio::test]
    async fn neither_size_nor_time_is_without_limit() {
        let (_running, origin) = other().await;
        let egress = Egress::new(vec![origin.clone()]).unwrap();
        let large = Ask::get(origin.at("/large"));
        assert_eq!(egress.ask(large.clone().at_most(2_000)).await.unwrap().body.len(), 2_000);
        assert_eq!(egress.ask(large.at_most(1_999)).await.unwrap_err(), EgressError::TooLarge(1_999));
        let slow = Ask::get(origin.at("/slow")).patience(Duration::from_millis(50));
        assert!(matches!(egress.ask(slow).await, Err(EgressError::Unreachable(_))));
    }
}
