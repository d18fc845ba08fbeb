//! Pushed authorization requests (RFC 9126): the request goes to the provider directly, the browser carries only a reference.
//! Data: the authorization request that the `openidconnect` crate wrote in, the address for the browser out.

use openidconnect::http::{Method, Request, StatusCode};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::client_assertion::{self, Identity};
use super::error::OidcError;
use crate::outbound::Outbound;

/// RFC 9126 §2.2.
#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

/// RFC 6749 §5.2, used by RFC 9126 §2.3.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Pushes `authorization`, the whole request as an address, and answers the short address for the browser.
pub(crate) async fn push(
    outbound: &Outbound,
    endpoint: &Url,
    authorization: &Url,
    identity: &Identity<'_>,
    now_seconds: i64,
) -> Result<Url, OidcError> {
    let body = body(authorization, &client_assertion::parameters(identity, now_seconds)?);
    let request = Request::builder()
        .method(Method::POST)
        .uri(endpoint.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(body.into_bytes())
        .map_err(|error| OidcError::Incompatible(error.to_string()))?;
    let response = outbound.call(request).await?;
    // RFC 9126 §2.2: success is 201 and nothing else.
    if response.status() != StatusCode::CREATED {
        let code = serde_json::from_slice::<Refusal>(response.body()).map(|refusal| refusal.error);
        return Err(OidcError::Refused(code.unwrap_or_else(|_| response.status().to_string())));
    }
    let pushed: Pushed = serde_json::from_slice(response.body())
        .map_err(|error| OidcError::Incompatible(format!("pushed authorization response: {error}")))?;
    Ok(short(authorization, identity.client_id, &pushed.request_uri))
}

/// RFC 9126 §2.1: the parameters of the authorization request, with client authentication.
fn body(authorization: &Url, authentication: &[(&str, String)]) -> String {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(authorization.query_pairs());
    form.extend_pairs(authentication);
    form.finish()
}

/// RFC 9126 §4: client_id and request_uri, nothing else.
fn short(authorization: &Url, client_id: &str, request_uri: &str) -> Url {
    let mut address = authorization.clone();
    address.set_query(None);
    address.query_pairs_mut().append_pair("client_id", client_id).append_pair("request_uri", request_uri);
    address
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn rfc9126_4_the_browser_carries_a_reference_and_nothing_else() {
        let long =
            Url::parse("https://id.example/authorize?response_type=code&state=s%26t&scope=openid+sign")
                .unwrap();
        assert_eq!(
            short(&long, "open-assembly", "urn:ietf:params:oauth:request_uri:1").as_str(),
            "https://id.example/authorize?client_id=open-assembly&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A1"
        );
        assert_eq!(
            body(&long, &[("client_assertion", "a.b.c".to_owned())]),
            "response_type=code&state=s%26t&scope=openid+sign&client_assertion=a.b.c"
        );
    }
}
