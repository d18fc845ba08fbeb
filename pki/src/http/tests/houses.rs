//! The interfaces of the other houses and of everybody.

use std::sync::Arc;

use super::open;
use crate::app::tests::{NOW, ORIGIN, World, entries};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use pki_core::enrolment::Trust;
use pki_core::jose::jwk::PublicJwk;
use pki_core::key::{SigningKey, SoftKey};
use pki_core::revocation::Crl;
use pki_core::x509::Certificate;
use service::config::{BaseUrl, Peer};
use service::http::egress::Ask;
use service::pass::Passes;
use service::testing::SeededRandom;
use tower::ServiceExt as _;

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let answer = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    ask(router, Request::get(path).body(Body::empty()).unwrap()).await
}

/// A request with the pass of a house.
fn passed(name: &str, key: &Arc<SoftKey>, ask: Ask) -> Request<Body> {
    let own: Arc<dyn SigningKey> = Arc::clone(key) as Arc<dyn SigningKey>;
    let registry = Peer {
        name: "pki".to_owned(),
        role: "pki".to_owned(),
        url: BaseUrl::try_from(ORIGIN.to_owned()).unwrap(),
        jwk: PublicJwk::of(key.public_key()).unwrap().to_json().to_string(),
    };
    let passes = Passes::new(name, own, &[registry]).unwrap();
    let ask = passes.put_on(ask, "pki", NOW, &SeededRandom::new(5)).unwrap();
    let path = ask.url().strip_prefix(ORIGIN).unwrap();
    let mut request = Request::builder().method(ask.method().clone()).uri(path);
    for (name, value) in ask.headers() {
        request = request.header(name, value);
    }
    request.body(Body::from(ask.body().to_vec())).unwrap()
}

/// A member of a problem document.
fn member(problem: &[u8], name: &str) -> String {
    let problem: serde_json::Value = serde_json::from_slice(problem).unwrap();
    problem.get(name).and_then(serde_json::Value::as_str).unwrap().to_owned()
}

fn feed(world: &World, name: &str, path: &str) -> Request<Body> {
    let key = if name == "idp" { &world.idp_house } else { &world.signer_house };
    passed(name, key, Ask::get(format!("{ORIGIN}{path}")))
}

/// Each house gets its own feed with its pass; without one, with the other's, or changed on the way, nobody gets any.
#[tokio::test]
async fn a_feed_needs_the_pass_of_its_house() {
    let (world, router) = open().await;
    world.officer().await;
    crate::app::feed::seal_all(&world.app).await.unwrap();
    let path = "/feed/idp?after=0&wait=0";
    let (status, _, page) = ask(&router, feed(&world, "idp", path)).await;
    assert_eq!((status, entries(&page).len()), (StatusCode::OK, 2));
    let (status, headers, _) = get(&router, path).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers.get("content-type").unwrap(), "application/problem+json");
    let (status, _, _) = ask(&router, feed(&world, "signer", path)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut changed = feed(&world, "idp", path);
    *changed.uri_mut() = "/feed/idp?after=1&wait=0".parse().unwrap();
    assert_eq!(ask(&router, changed).await.0, StatusCode::UNAUTHORIZED);
    let (status, _, problem) = ask(&router, feed(&world, "idp", "/feed/idp?after=9&wait=0")).await;
    assert_eq!((status, member(&problem, "type").as_str()), (StatusCode::CONFLICT, "ahead"));
}

/// Only the signer asks for certificates, and noise is refused with a problem.
#[tokio::test]
async fn certificates_are_for_the_signer() {
    let (world, router) = open().await;
    let body = || Ask::post(format!("{ORIGIN}/certificates"), "application/octet-stream", b"noise".to_vec());
    let (status, _, _) = ask(&router, passed("idp", &world.idp_house, body())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _, problem) = ask(&router, passed("signer", &world.signer_house, body())).await;
    assert_eq!((status, member(&problem, "type").as_str()), (StatusCode::BAD_REQUEST, "malformed"));
    assert_eq!(member(&problem, "case").len(), 9);
}

/// What certificates name is where they say, in the form that RFC 2585 asks for, and needs no pass.
#[tokio::test]
async fn certificates_and_lists_are_where_they_say() {
    let (world, router) = open().await;
    let (_, _, bundle) = get(&router, "/bundle.der").await;
    assert_eq!(bundle, std::fs::read(world.scratch.path().join("bundle.der")).unwrap());
    let root = Certificate::from_typed(Trust::read(&bundle, NOW).unwrap().root()).unwrap();
    let (_, headers, served) = get(&router, "/aia/root.cer").await;
    assert_eq!(served.as_slice(), root.der());
    assert_eq!(headers.get("content-type").unwrap(), "application/pkix-cert");
    for name in ["one-signature", "tsa"] {
        let (_, _, der) = get(&router, &format!("/aia/{name}.cer")).await;
        let authority = Certificate::read(&der).unwrap();
        assert_eq!(authority.verify_signed_by(root.public_key()), Ok(()));
        let (_, headers, list) = get(&router, &format!("/crl/{name}.crl")).await;
        assert_eq!(headers.get("content-type").unwrap(), "application/pkix-crl");
        assert_eq!(Crl::read(&list).unwrap().verify_signed_by(&authority), Ok(()));
    }
    let (_, _, list) = get(&router, "/crl/root.crl").await;
    assert_eq!(Crl::read(&list).unwrap().verify_signed_by(&root), Ok(()));
    for nowhere in ["/crl/other.crl", "/aia/other.cer"] {
        assert_eq!(get(&router, nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

/// RFC 3161 over HTTP: always 200 and a TimeStampResp, for noise and for another content type too.
#[tokio::test]
async fn rfc3161_3_4_the_answer_is_always_a_reply() {
    let (_world, router) = open().await;
    for (kind, body) in [("application/timestamp-query", "noise"), ("text/plain", "noise")] {
        let request = Request::post("/tsa").header("content-type", kind).body(Body::from(body)).unwrap();
        let (status, headers, reply) = ask(&router, request).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers.get("content-type").unwrap(), "application/timestamp-reply");
        assert_eq!(reply.first(), Some(&0x30), "a SEQUENCE");
    }
}
