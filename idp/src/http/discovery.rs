//! What the issuer says about itself, and its keys.

use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use idp_core::discovery;
use pki_core::jose::jwk::PublicJwk;
use serde_json::json;

use super::Http;

/// Read by every agency; a rotation prepublishes keys for longer than this.
const HOUR: &str = "public, max-age=3600";

fn public(text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, HOUR),
        // W1: scripts of any site may read what is public anyway.
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    let mut response = (headers, text).into_response();
    response
        .headers_mut()
        .insert("cross-origin-resource-policy", axum::http::HeaderValue::from_static("cross-origin"));
    response
}

pub(super) async fn metadata(http: Http) -> Response {
    let sandbox = http.app.trust.charter().tbs().sandbox;
    public(discovery::metadata(&http.app.issuer, sandbox, &http.sites.tags()))
}

pub(super) async fn keys(http: Http) -> Response {
    let keys: Vec<_> =
        PublicJwk::of(http.app.token_key.public_key()).iter().map(PublicJwk::to_json).collect();
    public(json!({ "keys": keys }).to_string())
}
