//! `POST /tsa`: RFC 3161 §3.4 over HTTP; the answer is a TimeStampResp with 200, also when it refuses.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use pki_core::tsp::{Refusal, refuse};

use super::Http;
use crate::app::tsa;

const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";

pub(super) async fn stamp(http: Http, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let query = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == QUERY.as_bytes());
    let reply = match body {
        Ok(body) if query => tsa::stamp(&http.app, &body),
        Ok(_) | Err(_) => refuse(Refusal::BadRequest).response,
    };
    ([(header::CONTENT_TYPE, REPLY)], reply).into_response()
}
