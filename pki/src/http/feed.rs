//! `GET /feed/{audience}?after=N&wait=25`: signed entries for a house that shows its pass.

use axum::extract::{OriginalUri, Path};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pki_core::feed::Audience;
use service::http::form::Query;
use service::http::{CaseNumber, Problem};

use super::{Http, problem};
use crate::app::feed::{self, FeedPageError, PageWish};

pub(super) async fn page(
    http: Http,
    Path(audience): Path<String>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let audience = match audience.as_str() {
        "idp" => Audience::Idp,
        "signer" => Audience::Signer,
        _ => {
            return Problem::new(StatusCode::NOT_FOUND, "not-found", "No such feed")
                .case(&case)
                .into_response();
        }
    };
    let role = if audience == Audience::Idp { "idp" } else { "signer" };
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    if let Err(refused) = http.caller(&Method::GET, path, &headers, b"", role) {
        return refused.case(&case).into_response();
    }
    let number = |name: &str| query.one(name).map_or(Ok(0), str::parse::<u64>);
    let (Ok(after), Ok(wait)) = (number("after"), number("wait")) else {
        let wrong = Problem::new(StatusCode::BAD_REQUEST, "malformed", "after and wait are numbers");
        return wrong.case(&case).into_response();
    };
    match feed::page(&http.app, PageWish { audience, after, wait }).await {
        Ok(entries) => ([(header::CONTENT_TYPE, "application/octet-stream")], entries).into_response(),
        Err(FeedPageError::Ahead { .. }) => {
            let ahead = Problem::new(StatusCode::CONFLICT, "ahead", "The reader is ahead of this feed");
            ahead.case(&case).into_response()
        }
        Err(FeedPageError::Fault(fault)) => problem(&fault, &case).into_response(),
    }
}

impl Http {
    /// A house of this role that asks exactly this, or the problem that is its answer.
    pub(super) fn caller(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
        role: &str,
    ) -> Result<(), Problem> {
        let url = self.site.base_url.at(path);
        let request = service::pass::Request { method, url: &url, headers, body };
        match self.passes.check(&request, self.now()).and_then(|caller| caller.must_be(role)) {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, role, "a house pass was refused");
                Err(Problem::new(StatusCode::UNAUTHORIZED, "house-pass", "A house pass is needed"))
            }
        }
    }
}
