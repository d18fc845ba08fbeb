//! A request that is read, and each parameter with the error that RFC 6749 gives it: on a page, or at the agency's address.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::testing::{CALLBACK, CHALLENGE, clients, issuer, parameters, request};

fn refused(changes: &[(&str, &str)]) -> Refusal {
    let clients = clients();
    parse(&parameters(changes), clients.find("open-assembly").unwrap(), &clients).unwrap_err()
}

/// The error that the agency gets at its registered address.
fn redirected(changes: &[(&str, &str)]) -> (ErrorCode, &'static str) {
    match refused(changes) {
        Refusal::Redirect(answer) => answer.fault().map(|fault| (fault.code, fault.description)).unwrap(),
        Refusal::Page(fault) => unreachable_page(fault),
    }
}

#[expect(clippy::panic, reason = "a test stops at the first surprise")]
fn unreachable_page(fault: Fault) -> (ErrorCode, &'static str) {
    panic!("a page: {fault}")
}

#[test]
fn a_request_is_read() {
    let read = request(&[("max_age", "300"), ("prompt", "login consent"), ("ui_locales", "en")]);
    assert_eq!(read.scopes().text(), "openid profile");
    assert_eq!(read.max_age_seconds(), Some(300));
    assert_eq!(read.prompt(), Prompt::Interactive { login: true, consent: true });
    assert_eq!((read.nonce(), read.ui_locales()), (Some("n-1"), Some("en")));
    // Order is irrelevant, names that do not exist here are ignored.
    assert_eq!(request(&[("scope", "phone profile openid")]).scopes().text(), "openid profile");
}

#[test]
fn a08_without_a_certain_address_only_a_page() {
    let page =
        Refusal::Page(Fault::new(ErrorCode::InvalidRequest, "redirect_uri is missing or not registered"));
    for uri in
        ["", "https://evil.example/", "http://127.0.0.1:8403/callback/", "http://127.0.0.1:8403/callback?x"]
    {
        // Everything else may be wrong as well: it stays a page.
        assert_eq!(refused(&[("redirect_uri", uri), ("response_type", "token")]), page, "{uri}");
    }
}

#[test]
fn every_parameter_has_its_error() {
    use ErrorCode::{
        InvalidRequest, InvalidScope, InvalidTarget, RequestNotSupported, UnsupportedResponseType,
    };
    let signer = "http://localhost:8401";
    let long_state = "s".repeat(1_025);
    let long_nonce = "n".repeat(513);
    let check = |changes: &[(&str, &str)], code: ErrorCode, description: &str| {
        assert_eq!(redirected(changes), (code, description), "{changes:?}");
    };
    check(&[("response_type", "")], InvalidRequest, "response_type is required");
    check(&[("response_type", "token")], UnsupportedResponseType, "response_type must be code");
    check(&[("response_type", "code id_token")], UnsupportedResponseType, "response_type must be code");
    check(&[("response_mode", "fragment")], InvalidRequest, "response_mode must be query");
    check(&[("response_mode", "form_post")], InvalidRequest, "response_mode must be query");
    check(&[("request", "a.b.c")], RequestNotSupported, "request objects are not accepted here");
    check(&[("scope", "")], InvalidScope, "scope is missing, unknown or not registered");
    check(&[("scope", "email")], InvalidScope, "scope is missing, unknown or not registered");
    check(&[("state", &long_state)], InvalidRequest, "state is too long or has other characters");
    check(&[("state", "a\nb")], InvalidRequest, "state is too long or has other characters");
    check(&[("nonce", &long_nonce)], InvalidRequest, "nonce is too long or has other characters");
    check(&[("code_challenge", "")], InvalidRequest, "code_challenge is required");
    check(&[("code_challenge_method", "plain")], InvalidRequest, "code_challenge_method must be S256");
    check(&[("code_challenge_method", "")], InvalidRequest, "code_challenge_method must be S256");
    check(&[("prompt", "none login")], InvalidRequest, "prompt none stands alone");
    check(&[("prompt", "create")], InvalidRequest, "prompt has an unknown value");
    check(&[("max_age", "-1")], InvalidRequest, "max_age is not a number of seconds");
    check(&[("claims", "[]")], InvalidRequest, "claims is not a claims request");
    check(&[("dpop_jkt", "abc")], InvalidRequest, "dpop_jkt is not a SHA-256 thumbprint");
    check(&[("scope", "sign")], InvalidTarget, "scope sign needs the resource that it is for");
    check(&[("resource", signer)], InvalidTarget, "resource needs scope sign");
    check(
        &[("scope", "sign"), ("resource", "http://localhost:8401/")],
        InvalidTarget,
        "resource is not one that is known here",
    );
    assert_eq!(request(&[("scope", "sign"), ("resource", signer)]).resource().unwrap().as_str(), signer);
}

#[test]
fn k10_long_state_and_nonce_are_kept_whole() {
    let (state, nonce) = ("s".repeat(1_024), "n".repeat(512));
    let read = request(&[("state", &state), ("nonce", &nonce)]);
    assert_eq!(read.nonce(), Some(nonce.as_str()));
    let url = read.refuse(Fault::new(ErrorCode::AccessDenied, "the person refused")).url(&issuer());
    assert!(url.contains(&format!("state={state}&")));
}

#[test]
fn rfc9207_2_every_answer_says_who_gives_it() {
    let refuse = Fault::new(ErrorCode::AccessDenied, "the person refused");
    assert_eq!(
        request(&[]).refuse(refuse).url(&issuer()),
        format!(
            "{CALLBACK}?error=access_denied&error_description=the+person+refused&state=s-1&iss=http%3A%2F%2Flocalhost%3A8400"
        )
    );
    // K-20: no state in, no state out.
    let without = request(&[("state", "")]).refuse(refuse).url(&issuer());
    assert!(!without.contains("state="));
    // K-17: an address with its own query keeps it.
    let with_query = request(&[("redirect_uri", "http://127.0.0.1:8403/callback?dummy1=lorem")]);
    assert!(
        with_query
            .refuse(refuse)
            .url(&issuer())
            .starts_with("http://127.0.0.1:8403/callback?dummy1=lorem&error=")
    );
}

#[test]
fn fapi2_5_3_2_2_only_pushed_requests() {
    let clients = clients();
    let uri = format!("urn:ietf:params:oauth:request_uri:{CHALLENGE}");
    let opened = |pairs: &[(&str, &str)]| {
        open(&Parameters::read(pairs.iter().copied()).unwrap(), &clients)
            .map(|opening| opening.client.id().clone())
    };
    let good = opened(&[("client_id", "open-assembly"), ("request_uri", &uri), ("state", "ignored")]);
    assert_eq!(good.unwrap().as_str(), "open-assembly");
    let fault = |pairs: &[(&str, &str)]| opened(pairs).unwrap_err().code;
    assert_eq!(fault(&[("request_uri", &uri)]), ErrorCode::InvalidRequest);
    assert_eq!(fault(&[("client_id", "stranger"), ("request_uri", &uri)]), ErrorCode::InvalidRequest);
    assert_eq!(
        fault(&[("client_id", "open-assembly"), ("response_type", "code")]),
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        fault(&[("client_id", "open-assembly"), ("request", "a.b.c")]),
        ErrorCode::RequestNotSupported
    );
    let foreign = [("client_id", "open-assembly"), ("request_uri", "https://rp.example/request")];
    assert_eq!(fault(&foreign), ErrorCode::RequestUriNotSupported);
    let short = [("client_id", "open-assembly"), ("request_uri", "urn:ietf:params:oauth:request_uri:abc")];
    assert_eq!(fault(&short), ErrorCode::InvalidRequestUri);
}
