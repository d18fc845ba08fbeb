//! The files of a request, for the person whose request it is: pictures of pages, the document as it came, the signed file,
//! and the copy that can be published. None is kept by a browser or a proxy.

use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use service::http::CaseNumber;

use super::{Http, id_of};
use crate::app::view::{self, Seen, ViewError};

/// What a download is called: the receipt number, which means nothing to others.
pub(super) fn attachment(name: &str, octets: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, octets).into_response()
}

impl Http {
    /// A file of a request that this person may see, made by `open`.
    async fn file<F>(&self, id: &str, headers: &HeaderMap, case: &CaseNumber, open: F) -> Response
    where
        F: AsyncFnOnce(&Self, &Seen<'_>) -> Result<Response, ViewError>,
    {
        let Some(id) = id_of(id) else { return self.nowhere(case) };
        let session = match self.signed_in(headers, &format!("/sign/{}", id.hex()), case).await {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        let opened = match view::see(&self.app, &session, &id).await {
            Ok(seen) => open(self, &seen).await,
            Err(error) => Err(error),
        };
        opened.unwrap_or_else(|error| self.view_error(case, &error))
    }
}

pub(super) async fn picture(
    http: Http,
    Path((id, number)): Path<(String, u16)>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    http.file(&id, &headers, &case, async |http, seen| {
        let page = view::page(&http.app, seen, number).await?;
        let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private, no-store")];
        Ok((headers, page.png).into_response())
    })
    .await
}

pub(super) async fn document(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    http.file(&id, &headers, &case, async |http, seen| {
        let octets = view::document(&http.app, seen).await?;
        Ok(attachment(&format!("{}-unsigned", seen.row.receipt), octets))
    })
    .await
}

pub(super) async fn signed(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    http.file(&id, &headers, &case, async |http, seen| {
        let delivered = view::delivered(&http.app, seen).await?;
        Ok(attachment(seen.row.receipt.as_str(), delivered.octets))
    })
    .await
}

pub(super) async fn without_evidence(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    http.file(&id, &headers, &case, async |http, seen| {
        let delivered = view::delivered(&http.app, seen).await?;
        Ok(attachment(&format!("{}-without-evidence", seen.row.receipt), delivered.without_evidence))
    })
    .await
}
