//! What agencies may ask, and each nearest thing that they may not.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use super::country::{HANDLE, MACHINE_TOKEN, PERSONS_TOKEN, key};
use super::{Order, World, base64url, sha256};

async fn refused(world: &World, change: impl FnOnce(&mut Order)) -> (StatusCode, String) {
    let mut order = Order::new(world);
    change(&mut order);
    let reply = world.ask(&order).await;
    (reply.status, reply.kind())
}

#[tokio::test]
async fn a_request_is_taken_once_however_often_it_is_sent() {
    let world = World::new().await;
    let order = Order::new(&world);
    let first = world.ask(&order).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(first.json()["sign_url"], format!("http://localhost:8401/sign/{id}"));
    // The same body again is byte for byte the same JWS only if it is kept; ECDSA differs, so the body does too.
    let mut other = Order::new(&world);
    other.key = order.key.clone();
    let reused = world.ask(&other).await;
    assert_eq!((reused.status, reused.kind()), (StatusCode::CONFLICT, "key-reused".to_owned()));
    other.key = "another-key-of-the-agency".to_owned();
    other.claims["jti"] = order.claims["jti"].clone();
    let replayed = world.ask(&other).await;
    assert_eq!((replayed.status, replayed.kind()), (StatusCode::CONFLICT, "replayed".to_owned()));
}

#[tokio::test]
async fn each_claim_one_step_away_is_refused() {
    let world = World::new().await;
    let now = super::NOW.seconds();
    let table = [
        ("iss", json!("another-agency")),
        ("aud", json!("http://localhost:8402")),
        ("exp", json!(now + 361)),
        ("exp", json!(now - 61)),
        ("level", json!("t")),
        ("return_uri", json!("http://127.0.0.1:8403/signed/")),
        ("return_uri", json!("http://127.0.0.1:8404/signed")),
        ("document_sha256", json!("AAAA")),
        ("jti", json!("")),
    ];
    for (name, value) in table {
        let found = refused(&world, |order| order.claims[name] = value.clone()).await;
        assert_eq!(found, (StatusCode::BAD_REQUEST, "request-claim".to_owned()), "{name} {value}");
    }
    let long = "x".repeat(201);
    let found = refused(&world, |order| order.claims["title"] = long.into()).await;
    assert_eq!(found, (StatusCode::BAD_REQUEST, "request-text".to_owned()));
    let turned = refused(&world, |order| order.claims["purpose"] = "pay \u{202e}001".into()).await;
    assert_eq!(turned, (StatusCode::BAD_REQUEST, "request-text".to_owned()));
    let typ = refused(&world, |order| order.typ = "JWT").await;
    assert_eq!(typ, (StatusCode::BAD_REQUEST, "request-signature".to_owned()));
}

#[tokio::test]
async fn a_document_that_is_another_broken_or_scripted_is_refused() {
    let world = World::new().await;
    let other = refused(&world, |order| order.document.push(b'\n')).await;
    assert_eq!(other, (StatusCode::BAD_REQUEST, "mismatch".to_owned()));
    let named = |order: &mut Order| {
        order.claims["document_sha256"] = base64url(sha256(&order.document).as_bytes()).into();
    };
    let broken = refused(&world, |order| {
        order.document.truncate(100);
        named(order);
    })
    .await;
    assert_eq!(broken, (StatusCode::UNPROCESSABLE_ENTITY, "unsafe-document".to_owned()));
    let scripted = refused(&world, |order| {
        let text = String::from_utf8(order.document.clone()).unwrap();
        // As long as what it replaces, so that the cross-reference still fits.
        let changed = text.replace("/Type/Catalog/Pages 2 0 R", "/AA 9/Type/Catalog/Pages 2");
        order.document = changed.into_bytes();
        named(order);
    })
    .await;
    assert_eq!(scripted, (StatusCode::UNPROCESSABLE_ENTITY, "unsafe-document".to_owned()));
}

#[tokio::test]
async fn a_token_counts_only_with_its_person_its_key_and_its_proof() {
    let world = World::new().await;
    let machine = refused(&world, |order| order.token = MACHINE_TOKEN).await;
    assert_eq!(machine, (StatusCode::FORBIDDEN, "token".to_owned()));
    let unknown = refused(&world, |order| order.token = "unknown").await;
    assert_eq!(unknown, (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()));

    let id = world.asked().await;
    let path = format!("/v1/requests/{}", id.hex());
    let with = |authorization: String, proofs: Vec<String>| {
        let mut request = Request::get(&path).header("authorization", authorization);
        for proof in proofs {
            request = request.header("dpop", proof);
        }
        world.send(request.body(Body::empty()).unwrap())
    };
    let good = || world.proof(&world.dpop, &Method::GET, &path, PERSONS_TOKEN);
    assert_eq!(with(format!("DPoP {PERSONS_TOKEN}"), vec![good()]).await.status, StatusCode::OK);
    let table = [
        (format!("Bearer {PERSONS_TOKEN}"), vec![good()], "DPoP algs="),
        (format!("DPoP {PERSONS_TOKEN}"), vec![], "DPoP error=\"invalid_dpop_proof\""),
        (format!("DPoP {PERSONS_TOKEN}"), vec![good(), good()], "DPoP error=\"invalid_dpop_proof\""),
        (
            format!("DPoP {PERSONS_TOKEN}"),
            vec![world.proof(&world.dpop, &Method::GET, &format!("{path}/document"), PERSONS_TOKEN)],
            "DPoP error=\"invalid_dpop_proof\"",
        ),
        (
            format!("DPoP {PERSONS_TOKEN}"),
            vec![world.proof(&world.dpop, &Method::GET, &path, "another")],
            "DPoP error=\"invalid_dpop_proof\"",
        ),
        (
            format!("DPoP {PERSONS_TOKEN}"),
            vec![world.proof(&key(), &Method::GET, &path, PERSONS_TOKEN)],
            "DPoP error=\"invalid_token\"",
        ),
    ];
    for (authorization, proofs, challenge) in table {
        let reply = with(authorization, proofs).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{challenge}");
        assert!(
            reply.header("www-authenticate").starts_with(challenge),
            "{}",
            reply.header("www-authenticate")
        );
        assert!(!reply.header("dpop-nonce").is_empty());
    }
    let stale = good();
    world.clock.advance(3600);
    let reply = with(format!("DPoP {PERSONS_TOKEN}"), vec![stale]).await;
    assert!(
        reply.header("www-authenticate").contains("use_dpop_nonce"),
        "{}",
        reply.header("www-authenticate")
    );
}

#[tokio::test]
async fn requests_of_nobody_look_alike() {
    let world = World::new().await;
    for id in ["00000000000000000000000000000000", "x", "0000000000000000000000000000000G"] {
        let reply = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{id}")).await;
        assert_eq!((reply.status, reply.kind()), (StatusCode::NOT_FOUND, "not-found".to_owned()), "{id}");
    }
    let id = world.asked().await;
    assert_eq!(world.app().store.requests_of(&HANDLE).await.unwrap().len(), 1);
    let open = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{}", id.hex())).await.json();
    assert_eq!((open["state"].as_str(), open.get("receipt")), (Some("requested"), None));
}
