//! What everybody may take: the bundle, certificates of authorities, revocation lists. No pass, no cookie, no log of
//! who asked.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use pki_core::bytes::write;
use pki_core::enrolment::Bundle;
use service::http::CaseNumber;

use super::{Http, problem};
use crate::app::lists::{self, ListIssuer};

/// RFC 2585 §4: certificates and lists over HTTP are DER under these types.
const CERTIFICATE: &str = "application/pkix-cert";
const LIST: &str = "application/pkix-crl";
/// Lists are renewed daily; a cache may keep one for an hour.
const HOUR: &str = "public, max-age=3600";

fn shelved(kind: &'static str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, HOUR)], bytes).into_response()
}

pub(super) async fn bundle(http: Http) -> Response {
    let trust = &http.app.trust;
    let bundle = Bundle { root: trust.root().clone(), charter: trust.charter().charter().clone() };
    shelved("application/octet-stream", write(&bundle))
}

pub(super) async fn certificate(http: Http, Path(file): Path<String>, case: CaseNumber) -> Response {
    let authorities = &http.app.authorities;
    let der = match file.as_str() {
        "root.cer" => http.app.trust.root_der(),
        "one-signature.cer" => authorities.one_signature.certificate.der(),
        "tsa.cer" => authorities.time_stamp.certificate.der(),
        "tsu.cer" => authorities.unit.certificate.der(),
        _ => return http.nowhere(&case),
    };
    shelved(CERTIFICATE, der.to_vec())
}

pub(super) async fn list(http: Http, Path(file): Path<String>, case: CaseNumber) -> Response {
    if file == "root.crl" {
        return shelved(LIST, http.app.root_list.clone());
    }
    let named = |issuer: &ListIssuer| file.strip_suffix(".crl") == Some(issuer.name());
    let Some(issuer) = ListIssuer::ALL.into_iter().find(named) else { return http.nowhere(&case) };
    match lists::newest(&http.app, issuer).await {
        Ok(list) => shelved(LIST, list),
        Err(fault) => problem(&fault, &case).into_response(),
    }
}
