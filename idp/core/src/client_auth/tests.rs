//! A client that speaks with its key, and each claim of its assertion one step away.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::key::SoftKey;
use serde_json::Value;

use super::*;
use crate::testing::{NOW, agency_key, assertion_claims, authenticated_form, clients, issuer, signer_key};

fn with(key: &SoftKey, claims: &Value, typ: Option<&str>) -> Result<String, ClientAuthError> {
    let clients = clients();
    authenticate(&authenticated_form(key, claims, typ), &clients, &issuer(), NOW)
        .map(|client| client.client().id().as_str().to_owned())
}

fn changed(name: &str, value: Value) -> ClientAuthError {
    let mut claims = assertion_claims("open-assembly");
    claims.as_object_mut().unwrap().insert(name.into(), value);
    with(&agency_key(), &claims, None).unwrap_err()
}

fn without(name: &str) -> ClientAuthError {
    let mut claims = assertion_claims("open-assembly");
    claims.as_object_mut().unwrap().remove(name);
    with(&agency_key(), &claims, None).unwrap_err()
}

#[test]
fn rfc7523_2_2_a_client_speaks_with_its_key() {
    for typ in [None, Some("JWT"), Some("client-authentication+jwt")] {
        let client = with(&agency_key(), &assertion_claims("open-assembly"), typ);
        assert_eq!(client.as_deref(), Ok("open-assembly"));
    }
}

#[test]
fn f30_the_audience_is_the_issuer_as_one_string() {
    let mismatch = ClientAuthError::Claim(ClaimError::Mismatch("aud"));
    for audience in [
        "http://localhost:8400/token",
        "http://localhost:8400/par",
        "http://localhost:8400/",
        "http://localhost:8401",
    ] {
        assert_eq!(changed("aud", audience.into()), mismatch, "{audience}");
    }
    assert_eq!(
        changed("aud", serde_json::json!(["http://localhost:8400"])),
        ClientAuthError::Claim(ClaimError::Malformed("aud"))
    );
    assert_eq!(without("aud"), ClientAuthError::Claim(ClaimError::Missing("aud")));
}

#[test]
fn f31_another_kind_of_token_is_no_assertion() {
    for typ in ["at+jwt", "dpop+jwt", "house+jwt", "logout+jwt", "oauth-authz-req+jwt"] {
        let refused = with(&agency_key(), &assertion_claims("open-assembly"), Some(typ));
        assert_eq!(refused, Err(ClientAuthError::Token(JoseError::Type)), "{typ}");
    }
}

#[test]
fn an_unknown_client_and_a_wrong_key_look_alike() {
    let wrong_key = with(&signer_key(), &assertion_claims("open-assembly"), None).unwrap_err();
    let unknown = with(&agency_key(), &assertion_claims("stranger"), None).unwrap_err();
    assert_eq!(wrong_key, ClientAuthError::Token(JoseError::Signature));
    assert_eq!(unknown, ClientAuthError::Unknown);
    assert_eq!(wrong_key.fault(), unknown.fault());
    assert_eq!(unknown.fault().code, ErrorCode::InvalidClient);
}

#[test]
fn rfc7523_3_every_claim_is_demanded() {
    let claim = |error| ClientAuthError::Claim(error);
    for name in ["iss", "sub", "exp", "jti"] {
        assert_eq!(without(name), claim(ClaimError::Missing(name)), "{name}");
    }
    assert_eq!(changed("iss", "open-signer".into()), claim(ClaimError::Mismatch("sub")));
    assert_eq!(changed("exp", (NOW.seconds() - 300).into()), claim(ClaimError::Expired));
    assert_eq!(changed("exp", (NOW.seconds() + 616).into()), claim(ClaimError::LivesTooLong));
    assert_eq!(changed("nbf", (NOW.seconds() + 61).into()), claim(ClaimError::NotYet));
    let mut soon = assertion_claims("open-assembly");
    soon.as_object_mut().unwrap().insert("nbf".into(), (NOW.seconds() + 8).into());
    assert!(with(&agency_key(), &soon, None).is_ok());
}

#[test]
fn one_method_and_one_client_in_a_request() {
    let clients = clients();
    let form = authenticated_form(&agency_key(), &assertion_claims("open-assembly"), None);
    let more = |name: &str, value: &str| {
        let text = format!("{}&{name}={value}", form.encode_without(&[]));
        authenticate(&Parameters::decode(&text).unwrap(), &clients, &issuer(), NOW).map(|_| ())
    };
    assert_eq!(more("client_id", "open-assembly"), Ok(()));
    assert_eq!(more("client_id", "open-signer"), Err(ClientAuthError::TwoClients));
    assert_eq!(more("client_secret", "x"), Err(ClientAuthError::OtherMethod));
    let bare = Parameters::decode("client_id=open-assembly").unwrap();
    assert_eq!(authenticate(&bare, &clients, &issuer(), NOW), Err(ClientAuthError::Absent));
}

#[test]
fn f34_a_jti_is_one_per_client() {
    let clients = clients();
    let jti = |key: &SoftKey, client: &str| {
        let form = authenticated_form(key, &assertion_claims(client), None);
        authenticate(&form, &clients, &issuer(), NOW).unwrap().jti()
    };
    assert_eq!(jti(&agency_key(), "open-assembly"), jti(&agency_key(), "open-assembly"));
    assert_ne!(jti(&agency_key(), "open-assembly"), jti(&signer_key(), "open-signer"));
}

/// F-31: kinds of tokens times verifiers, all signed by one key that every verifier trusts: only the diagonal passes.
#[test]
fn f31_only_the_diagonal_passes() {
    use pki_core::jose::dpop::{self, Expected, Freshness, Making, Proof};
    use pki_core::key::{SigningKey as _, SystemRandom};

    let (key, clients) = (agency_key(), clients());
    let uri = "http://localhost:8400/token";
    let making = Making { method: "POST", uri, access_token: None, nonce: None, now: NOW };
    let mut id_token = assertion_claims("open-assembly");
    for (name, value) in
        [("iss", issuer().as_str()), ("sub", "pairwise"), ("aud", "open-assembly"), ("sid", "s")]
    {
        id_token.as_object_mut().unwrap().insert(name.into(), value.into());
    }
    let signed = |claims: &Value, typ| {
        pki_core::jose::jws::sign(key.as_ref(), "k", typ, claims.to_string().as_bytes()).unwrap()
    };
    let tokens = [
        ("assertion", signed(&assertion_claims("open-assembly"), Some("client-authentication+jwt"))),
        ("id token", signed(&id_token, None)),
        ("proof", dpop::make(key.as_ref(), &SystemRandom::new(), &making).unwrap()),
        ("house pass", signed(&assertion_claims("open-assembly"), Some("house+jwt"))),
        ("signing request", signed(&assertion_claims("open-assembly"), Some("chancery-request+jwt"))),
    ];
    for (kind, token) in &tokens {
        let form = Parameters::read([
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", token.as_str()),
        ]);
        let as_assertion = authenticate(&form.unwrap(), &clients, &issuer(), NOW).is_ok();
        let as_hint = crate::id_token::Hint::read(token, &issuer(), key.public_key()).is_some();
        let expected =
            Expected { method: "POST", uri, access_token: None, freshness: Freshness::Clock, now: NOW };
        let as_proof = Proof::verify(&[token], &expected).is_ok();
        let passes = (as_assertion, as_hint, as_proof);
        assert_eq!(passes, (*kind == "assertion", *kind == "id token", *kind == "proof"), "{kind}");
    }
}
