//! A request that comes back as it was pushed, and what cannot be pushed.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::key::{SoftKey, SystemRandom};

use super::*;
use crate::client_auth::authenticate;
use crate::testing::{
    NOW, agency_key, assertion_claims, authenticated_form, clients, dpop_key, issuer, parameters, proved,
    token_key,
};

fn pushed(changes: &[(&str, &str)], prover: Option<&SoftKey>) -> Result<Row, Fault> {
    let clients = clients();
    let form = authenticated_form(&agency_key(), &assertion_claims("open-assembly"), None);
    let text = format!("{}&{}", parameters(changes).encode_without(&[]), form.encode_without(&[]));
    let form = Parameters::decode(&text).unwrap();
    let by = authenticate(&form, &clients, &issuer(), NOW).unwrap();
    let request_uri = RequestUri::generate(&SystemRandom::new()).unwrap();
    push(&form, &by, &clients, prover.map(proved).as_ref(), &request_uri, NOW)
}

#[test]
fn rfc9126_2_1_a_pushed_request_is_the_request_that_comes_back() {
    let row = pushed(&[("max_age", "60")], None).unwrap();
    assert_eq!(row.client, "open-assembly");
    assert!(!row.parameters.contains("assertion"));
    let read = row.request(&clients()).unwrap();
    assert_eq!((read.max_age_seconds(), read.nonce(), read.dpop_jkt()), (Some(60), Some("n-1"), None));
}

#[test]
fn rfc9449_10_1_a_proof_binds_the_code() {
    let jkt = proved(&dpop_key()).thumbprint();
    let row = pushed(&[], Some(&dpop_key())).unwrap();
    assert_eq!(row.request(&clients()).unwrap().dpop_jkt(), Some(jkt));
    let text = base64url(jkt.as_bytes());
    let both = pushed(&[("dpop_jkt", &text)], Some(&dpop_key())).unwrap();
    assert_eq!(both.request(&clients()).unwrap().dpop_jkt(), Some(jkt));
    let other = pushed(&[("dpop_jkt", &text)], Some(&token_key())).unwrap_err();
    assert_eq!(other, Fault::new(ErrorCode::InvalidDpopProof, "dpop_jkt is not the key of the DPoP proof"));
}

#[test]
fn rfc9126_2_1_what_cannot_be_pushed() {
    let invalid = |description| Fault::new(ErrorCode::InvalidRequest, description);
    let uri = [("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    assert_eq!(pushed(&uri, None), Err(invalid("request_uri cannot be pushed")));
    let nowhere = [("redirect_uri", "https://evil.example/")];
    assert_eq!(pushed(&nowhere, None), Err(invalid("redirect_uri is missing or not registered")));
    let plain = [("code_challenge_method", "plain")];
    assert_eq!(pushed(&plain, None), Err(invalid("code_challenge_method must be S256")));
    let long = "x".repeat(8 * 1024);
    assert_eq!(pushed(&[("login_hint", &long)], None), Err(invalid("the request is too long")));
}

#[test]
fn shown_within_a_minute_then_half_an_hour() {
    let row = pushed(&[], None).unwrap();
    assert!(row.is_open(NOW.plus_seconds(59)));
    assert!(!row.is_open(NOW.plus_seconds(60)));
    let shown = Row { shown: Some(NOW.plus_seconds(59)), ..row };
    assert!(shown.is_open(NOW.plus_seconds(59 + 1799)));
    assert!(!shown.is_open(NOW.plus_seconds(59 + 1800)));
}
