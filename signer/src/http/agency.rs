//! `/v1/requests`: what agencies ask, how far it is, and the finished file (formats.md §3).

use axum::Json;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pki_core::bytes::Id;
use serde_json::json;
use service::http::{CaseNumber, Problem, detached};

use super::refusal::{ask_problem, problem};
use super::{Http, id_of};
use crate::app::Fault;
use crate::app::request::{self, Asked};
use crate::app::view;
use crate::store::requests::{self, RequestRow, State as RequestState};

/// A document of at most 20 MiB.
const DOCUMENT_BYTES_MAX: usize = 20 << 20;
/// A JWS of at most 16 KiB.
const REQUEST_BYTES_MAX: usize = 16 << 10;
/// Both, with what multipart puts around them.
pub(super) const BODY_BYTES_MAX: usize = DOCUMENT_BYTES_MAX + (64 << 10);

const PATH: &str = "/v1/requests";

pub(super) async fn ask(
    http: Http,
    headers: HeaderMap,
    case: CaseNumber,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let token = match http.agency_token(&Method::POST, PATH, &headers, &case).await {
        Ok(token) => token,
        Err(refused) => return refused,
    };
    let sent = match multipart {
        Ok(multipart) => parts(multipart).await,
        Err(_) => Err(malformed("The body must be multipart/form-data")),
    };
    let (request, document) = match sent {
        Ok(sent) => sent,
        Err(refused) => return http.with_nonce(refused.case(&case).into_response()),
    };
    let key =
        headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let app = http.app.clone();
    let taken = detached(async move {
        let asked = Asked { token: &token, idempotency_key: &key, request: &request, document };
        request::ask(&app, asked).await
    })
    .await;
    let answer = match taken {
        Ok(Ok(taken)) => {
            let id = taken.id.hex();
            let sign_url = http.site.base_url.at(&format!("/sign/{id}"));
            let body = json!({ "id": id, "sign_url": sign_url, "expires_at": taken.expires_at.seconds() });
            (StatusCode::CREATED, Json(body)).into_response()
        }
        Ok(Err(error)) => ask_problem(&error, &case).into_response(),
        Err(problem) => problem.case(&case).into_response(),
    };
    http.with_nonce(answer)
}

/// Exactly the two parts, each once.
async fn parts(mut multipart: Multipart) -> Result<(String, Vec<u8>), Problem> {
    let (mut request, mut document) = (None, None);
    while let Some(field) = multipart.next_field().await.map_err(|error| unreadable(&error))? {
        match field.name() {
            Some("request") if request.is_none() => request = Some(read(field, REQUEST_BYTES_MAX).await?),
            Some("document") if document.is_none() => document = Some(read(field, DOCUMENT_BYTES_MAX).await?),
            _ => return Err(malformed("The body has a part that is unknown or repeated")),
        }
    }
    let (Some(request), Some(document)) = (request, document) else {
        return Err(malformed("The body must have the parts request and document"));
    };
    let request = String::from_utf8(request).map_err(|_| malformed("The request is not a JWS"))?;
    Ok((request.trim().to_owned(), document))
}

async fn read(mut field: Field<'_>, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        malformed("The body cannot be read")
    }
}

const fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "A document has at most 20 MiB")
}

const fn malformed(title: &'static str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed", title)
}

pub(super) async fn state(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let row = match http.agencys_request(&id, "", &headers, &case).await {
        Ok(row) => row,
        Err(refused) => return refused,
    };
    let mut body = json!({ "id": row.id.hex(), "state": row.state.word() });
    if let Some(members) = body.as_object_mut() {
        if let Some(reason) = row.reason {
            members.insert("reason".to_owned(), reason.into());
        }
        if row.state == RequestState::Delivered {
            members.insert("receipt".to_owned(), row.receipt.as_str().into());
        }
    }
    http.with_nonce(Json(body).into_response())
}

pub(super) async fn document(
    http: Http,
    Path(id): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let row = match http.agencys_request(&id, "/document", &headers, &case).await {
        Ok(row) => row,
        Err(refused) => return refused,
    };
    let answer = match http.fetch(&row.id).await {
        Ok(Some(octets)) => ([(header::CONTENT_TYPE, "application/pdf")], octets).into_response(),
        Ok(None) if row.state == RequestState::Delivered => {
            Problem::new(StatusCode::GONE, "gone", "The file was deleted after its time")
                .case(&case)
                .into_response()
        }
        Ok(None) => Problem::new(StatusCode::CONFLICT, "not-delivered", "There is no signed file")
            .detail(row.state.word())
            .case(&case)
            .into_response(),
        Err(fault) => problem(&fault, &case).into_response(),
    };
    http.with_nonce(answer)
}

impl Http {
    /// A request of the agency whose token this is; another agency's looks like none.
    async fn agencys_request(
        &self,
        id: &str,
        behind: &str,
        headers: &HeaderMap,
        case: &CaseNumber,
    ) -> Result<RequestRow, Response> {
        let token = self.agency_token(&Method::GET, &format!("{PATH}/{id}{behind}"), headers, case).await?;
        let none = || {
            let none =
                Problem::new(StatusCode::NOT_FOUND, "not-found", "There is no such request").case(case);
            self.with_nonce(none.into_response())
        };
        let id = id_of(id).ok_or_else(none)?;
        let row = view::of_agency(&self.app, &token.client_id, &id).await;
        row.map_err(|fault| problem(&fault, case).into_response())?.ok_or_else(none)
    }

    /// The finished file; the first fetch begins its thirty days.
    async fn fetch(&self, id: &Id) -> Result<Option<Vec<u8>>, Fault> {
        let Some(delivered) = self.app.store.delivered(id).await? else { return Ok(None) };
        self.app.store.apply(requests::fetched(id, self.now())).await?;
        Ok(Some(delivered.octets))
    }
}
