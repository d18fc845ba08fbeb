//! The nearest rejects: one thing is wrong, the exact error, and nothing is lost.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use pki_core::assertion::{FLAG_UP, FLAG_UV};
use pki_core::feed::Status;
use pki_core::jose::dpop::Making;
use pki_core::key::{SigningKey as _, SoftKey, SystemRandom};
use serde_json::json;
use service::db::Sql;

use super::world::{Browser, CALLBACK, IDP, SIGNER, World};

/// Of fifty redemptions of one code one wins; the replays take its token back (RFC 6749 §4.1.2, failure B-12).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b12_fifty_redemptions_one_token() {
    let world = std::sync::Arc::new(World::new().await);
    let code = world.code(&mut Browser::default(), &world.ana, &[]).await;
    let tries = (0..50).map(|_| {
        let (world, code) = (std::sync::Arc::clone(&world), code.clone());
        tokio::spawn(async move { world.redeem(&world.agency, &code).await })
    });
    let mut tokens = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        let answer = tried.await.unwrap();
        match answer.status {
            StatusCode::OK => tokens.push(answer.json()["access_token"].as_str().unwrap().to_owned()),
            _ => assert_eq!(
                (answer.status, answer.error().as_str()),
                (StatusCode::BAD_REQUEST, "invalid_grant")
            ),
        }
    }
    assert_eq!(tokens.len(), 1);
    assert_eq!(world.userinfo(&world.agency, &tokens[0]).await.status, StatusCode::UNAUTHORIZED);
}

/// A code used a second later is refused, and the first token is dead.
#[tokio::test]
async fn b12_a_replayed_code_revokes_its_token() {
    let mut world = World::new().await;
    let code = world.code(&mut Browser::default(), &world.ana, &[]).await;
    let tokens = world.redeem(&world.agency, &code).await;
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(world.userinfo(&world.agency, &token).await.status, StatusCode::OK);
    world.pass(1).await;
    assert_eq!(world.redeem(&world.agency, &code).await.error(), "invalid_grant");
    assert_eq!(world.userinfo(&world.agency, &token).await.status, StatusCode::UNAUTHORIZED);
}

/// One thing about the redemption is wrong; the code itself survives it.
#[tokio::test]
async fn b10_b15_a_redemption_that_does_not_fit() {
    let mut world = World::new().await;
    let code = world.code(&mut Browser::default(), &world.ana, &[]).await;
    for (name, value) in [
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
        ("code_verifier", ""),
        ("redirect_uri", "http://127.0.0.1:8403/callbacks"),
        ("code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("code", "abc"),
    ] {
        let mut form = world.redemption(&world.agency, &code);
        for pair in &mut form {
            if pair.0 == name {
                value.clone_into(&mut pair.1);
            }
        }
        let refused = world.token(&world.agency, &form).await;
        assert_eq!(
            (refused.status, refused.error().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_grant"),
            "{name} {value}"
        );
    }
    // Another client with its own good credentials.
    assert_eq!(world.redeem(&world.signer, &code).await.error(), "invalid_grant");
    let late = world.code(&mut Browser::default(), &world.ana, &[]).await;
    assert_eq!(world.redeem(&world.agency, &code).await.status, StatusCode::OK);
    world.pass(30).await;
    assert_eq!(world.redeem(&world.agency, &late).await.error(), "invalid_grant");
}

/// A code that was bound to a key at the push is for that key only.
#[tokio::test]
async fn rfc9449_10_another_dpop_key() {
    let world = World::new().await;
    let other = pki_core::jose::jwk::PublicJwk::of(world.signer.dpop.public_key()).unwrap();
    let jkt = pki_core::jose::base64url(other.thumbprint().as_bytes());
    let code = world.code(&mut Browser::default(), &world.ana, &[("dpop_jkt", &jkt)]).await;
    assert_eq!(world.redeem(&world.agency, &code).await.error(), "invalid_grant");
}

/// A token is worth nothing with another key, as a bearer token, without a proof, or with two.
#[tokio::test]
async fn rfc9449_7_a_stolen_token() {
    let world = World::new().await;
    let code = world.code(&mut Browser::default(), &world.ana, &[]).await;
    let token = world.redeem(&world.agency, &code).await.json()["access_token"].as_str().unwrap().to_owned();
    let stolen = world.userinfo(&world.signer, &token).await;
    assert_eq!(stolen.status, StatusCode::UNAUTHORIZED);
    assert!(stolen.header("www-authenticate").unwrap().contains("invalid_dpop_proof"));
    let nonce = world.app.nonces.current(world.now());
    let uri = format!("{IDP}/userinfo");
    let making = Making {
        method: "GET",
        uri: &uri,
        access_token: Some(&token),
        nonce: Some(&nonce),
        now: world.now(),
    };
    let proof = world.agency.proof(&making);
    let send = |scheme: &str, proofs: &[&str]| {
        let mut request =
            Request::get("/userinfo").header(header::AUTHORIZATION, format!("{scheme} {token}"));
        for proof in proofs {
            request = request.header("DPoP", *proof);
        }
        world.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(send("dpop", &[&proof]).await.status, StatusCode::OK);
    assert_eq!(send("Bearer", &[&proof]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(send("DPoP", &[]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(send("DPoP", &[&proof, &proof]).await.status, StatusCode::UNAUTHORIZED);
    let bare = Making { nonce: None, ..making };
    let asked = send("DPoP", &[&world.agency.proof(&bare)]).await;
    assert!(asked.header("www-authenticate").unwrap().contains("use_dpop_nonce"));
    assert!(asked.header("dpop-nonce").is_some());
    let nothing = world.send(Request::get("/userinfo").body(Body::empty()).unwrap()).await;
    assert_eq!(nothing.header("www-authenticate"), Some("DPoP algs=\"ES256 EdDSA\""));
}

/// F-34: an assertion counts once; F-30 and the others are the core's. A wrong key looks like an unknown client.
#[tokio::test]
async fn f34_a_client_assertion_counts_once() {
    let world = World::new().await;
    let form = [("token", "x".to_owned())];
    let mut form = form.to_vec();
    form.extend(world.signer.assertion(world.now()));
    assert_eq!(world.post("/introspect", &form, None).await.status, StatusCode::OK);
    let again = world.post("/introspect", &form, None).await;
    assert_eq!((again.status, again.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    let thief = super::world::Client {
        id: "signer",
        key: SoftKey::generate_p256(&SystemRandom::new()).unwrap(),
        dpop: SoftKey::generate_p256(&SystemRandom::new()).unwrap(),
    };
    assert_eq!(world.introspect(&thief, "x").await.text, again.text);
    // The replay at PAR and at the token endpoint is the same.
    let mut push = vec![
        ("response_type", "code".to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("scope", "openid".to_owned()),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ];
    push.extend(world.agency.assertion(world.now()));
    assert_eq!(world.post("/par", &push, None).await.status, StatusCode::CREATED);
    assert_eq!(world.post("/par", &push, None).await.error(), "invalid_client");
}

/// Errors of a push are JSON and never a redirect.
#[tokio::test]
async fn rfc9126_2_3_errors_of_a_push() {
    let world = World::new().await;
    let cases: [(&[(&'static str, &str)], &str); 6] = [
        (&[("redirect_uri", "https://evil.example/")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("scope", "openid email sign")], "invalid_target"),
        (&[("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
        (&[("client_id", "signer")], "invalid_client"),
    ];
    for (changes, error) in cases {
        let refused = world.push(&world.agency, changes).await;
        assert_eq!(refused.error(), error, "{changes:?}");
        assert_eq!(refused.header("location"), None);
    }
    let wrong = Request::builder().method(Method::GET).uri("/par").body(Body::empty()).unwrap();
    assert_eq!(world.send(wrong).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let twice = Request::post("/par")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("scope=a&scope=a"))
        .unwrap();
    let twice = world.send(twice).await;
    assert_eq!((twice.status, twice.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

/// A08 and W9: what is not certain is a page of ours and never leads anywhere.
#[tokio::test]
async fn a08_no_open_redirector() {
    let world = World::new().await;
    let address = world.begin(&world.agency, &[]).await;
    let other_client = address.replace("open-assembly", "signer");
    let unpushed = format!("/authorize?client_id=open-assembly&redirect_uri={CALLBACK}&response_type=code");
    for address in [
        "/authorize",
        "/authorize?client_id=stranger",
        "/authorize?client_id=open-assembly&client_id=signer",
        &unpushed,
        &other_client,
        "/authorize?client_id=open-assembly&request_uri=https%3A%2F%2Frp.example%2Fr",
    ] {
        let page = world.open(&mut Browser::default(), address).await;
        assert_eq!((page.status, page.header("location")), (StatusCode::BAD_REQUEST, None), "{address}");
        assert!(!page.text.contains("http-equiv") && page.text.contains("Case number"), "{address}");
    }
    // The right client can still use it.
    assert_eq!(world.open(&mut Browser::default(), &address).await.status, StatusCode::OK);
}

/// A pushed request that nobody showed for a minute is over.
#[tokio::test]
async fn w2_an_expired_push() {
    let mut world = World::new().await;
    let address = world.begin(&world.agency, &[]).await;
    let other = world.begin(&world.agency, &[]).await;
    world.pass(59).await;
    assert_eq!(world.open(&mut Browser::default(), &address).await.status, StatusCode::OK);
    world.pass(1).await;
    let over = world.open(&mut Browser::default(), &other).await;
    assert_eq!(over.status, StatusCode::BAD_REQUEST);
    assert!(over.text.contains("This request has run out"));
    // Who asked is named from the register, and one can begin there again.
    assert!(over.text.contains("Open\u{a0}Assembly asked who you are on"), "{}", over.text);
    assert!(over.text.contains("class=\"button\" href=\"http://127.0.0.1:8403/\""), "{}", over.text);
}

/// C-16, C-17: a transaction belongs to the browser that opened it; a changed cookie or form changes nothing.
#[tokio::test]
async fn c16_c17_a_transaction_of_another_browser() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let nobody = world.sign_in(&mut Browser::default(), &page, &world.ana.device).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN);
    // The attacker opened the same request in another browser and brings that form.
    let mut attacker = Browser::default();
    let theirs = world.open(&mut attacker, &address).await;
    assert_eq!(theirs.input("transaction"), page.input("transaction"));
    let crossed = world.sign_in(&mut browser, &theirs, &world.ana.device).await;
    assert_eq!(crossed.status, StatusCode::FORBIDDEN);
    let mut tampered = browser.clone();
    let cookie = tampered.cookies.get_mut("__Host-idp-transactions").unwrap();
    let last = cookie.pop().unwrap();
    cookie.push(if last == 'A' { 'Q' } else { 'A' });
    assert_eq!(world.sign_in(&mut tampered, &page, &world.ana.device).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        world.open(&mut Browser::default(), "/consent?transaction=00").await.status,
        StatusCode::FORBIDDEN
    );
    // Nothing was lost: the honest browser goes on.
    assert_eq!(world.sign_in(&mut browser, &page, &world.ana.device).await.status, StatusCode::SEE_OTHER);
}

/// C-18: a form that another site sends is not ours.
#[tokio::test]
async fn c18_a_form_of_another_site() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let cookie =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let body =
        format!("csrf={}&transaction={}&decision=refuse", page.input("csrf"), page.input("transaction"));
    for origin in ["http://localhost:8401", "https://evil.example"] {
        let request = Request::post("/consent")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &cookie)
            .header(header::ORIGIN, origin)
            .body(Body::from(body.clone()))
            .unwrap();
        assert_eq!(world.send(request).await.status, StatusCode::FORBIDDEN, "{origin}");
    }
}

/// D-20: a decision without a session is none, and an empty answer is no passkey.
#[tokio::test]
async fn d20_consent_is_no_login() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let skipped = world.decide(&mut browser, &page, "accept").await;
    assert_eq!(skipped.status, StatusCode::FORBIDDEN);
    let consent = format!("/consent?transaction={}", page.input("transaction"));
    let page = world.open(&mut browser, &consent).await;
    assert!(page.text.contains("data-passkey=\"get\"") && !page.text.contains("http-equiv"));
    let empty = [("csrf", page.input("csrf")), ("transaction", page.input("transaction"))];
    let refused = world.submit(&mut browser, "/sign-in", &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// A page that showed Ana's values is no consent of Omar, who signed in meanwhile in another tab.
#[tokio::test]
async fn consent_is_of_the_person_who_saw_the_values() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let signed_in = world.sign_in(&mut browser, &page, &world.ana.device).await;
    let shown_to_ana = world.open(&mut browser, &signed_in.leads_to()).await;
    let other_tab = world.begin(&world.agency, &[("prompt", "login")]).await;
    world.clock.advance(1);
    let page = world.open(&mut browser, &other_tab).await;
    world.sign_in(&mut browser, &page, &world.omar.device).await;
    let crossed = world.decide(&mut browser, &shown_to_ana, "accept").await;
    assert_eq!(crossed.status, StatusCode::FORBIDDEN);
}

/// Another site can neither end a session nor take its cookie away.
#[tokio::test]
async fn w17_a_foreign_logout() {
    let world = World::new().await;
    let request = Request::post("/logout")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from("client_id=open-assembly"))
        .unwrap();
    let answer = world.send(request).await;
    assert_eq!(answer.header("set-cookie"), None);
    let mut browser = Browser::default();
    world.code(&mut browser, &world.ana, &[]).await;
    let asked = world.open(&mut browser, "/logout?client_id=open-assembly&id_token_hint=x").await;
    assert!(asked.text.contains("Sign out?"));
    assert!(browser.cookies.contains_key("__Host-idp"));
}

/// E-23: the same answer to the same challenge counts once, also with the same cookie.
#[tokio::test]
async fn e23_a_replayed_answer() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let form = [
        ("csrf", page.input("csrf")),
        ("transaction", page.input("transaction")),
        ("credential", world.ana.device.answer(&page.challenge())),
    ];
    let mut copy = browser.clone();
    assert_eq!(world.submit(&mut browser, "/sign-in", &form).await.status, StatusCode::SEE_OTHER);
    let replayed = world.submit(&mut copy, "/sign-in", &form).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!copy.cookies.contains_key("__Host-idp"));
}

/// E-23, E-24, E-25, E-29: what a passkey must not say.
#[tokio::test]
async fn e24_e25_e29_an_answer_that_does_not_fit() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let omar = world.omar.handle.as_bytes().to_vec();
    let ana = world.ana.handle.as_bytes().to_vec();
    for fault in ["user", "presence only", "origin", "credential", "none"] {
        world.ana.device.user_handle = if fault == "user" { omar.clone() } else { ana.clone() };
        world.ana.device.flags = if fault == "presence only" { FLAG_UP } else { FLAG_UP | FLAG_UV };
        world.ana.device.origin = if fault == "origin" { SIGNER } else { IDP }.to_owned();
        let own = world.ana.device.credential_id.clone();
        if fault == "credential" {
            // Somebody else's credential id with one's own key.
            world.ana.device.credential_id = world.omar.device.credential_id.clone();
        }
        let page = world.open(&mut browser, &address).await;
        let answer = world.sign_in(&mut browser, &page, &world.ana.device).await;
        let expected = if fault == "none" { StatusCode::SEE_OTHER } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(answer.status, expected, "{fault}");
        assert_eq!(browser.cookies.contains_key("__Host-idp"), fault == "none", "{fault}");
        world.ana.device.credential_id = own;
    }
}

/// E-26: a row whose key was swapped in the database is no passkey.
#[tokio::test]
async fn e26_a_swapped_row() {
    let world = World::new().await;
    let plan = service::db::Plan::new().step(
        "test.swap",
        Sql::new("UPDATE passkeys SET public_key = $1 WHERE person = $2")
            .blob(SoftKey::generate_p256(&SystemRandom::new()).unwrap().public_key().spki())
            .blob(world.ana.handle.as_bytes()),
        service::db::Rows::Exactly(1),
    );
    world.app.store.apply(plan).await.unwrap();
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let answer = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}

/// A suspended person is nobody, everywhere and at once; when it is lifted, everything is there again.
#[tokio::test]
async fn a_suspended_person() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let code = world.code(&mut browser, &world.ana, &[]).await;
    let token = world.redeem(&world.agency, &code).await.json()["access_token"].as_str().unwrap().to_owned();
    world.pass(1).await;
    let waiting = world.code(&mut browser.clone(), &world.ana, &[("prompt", "login")]).await;
    let suspend = world.registry.order(&world.ana, Status::Suspended);
    world.tell(&suspend).await.unwrap();
    assert_eq!(world.userinfo(&world.agency, &token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.redeem(&world.agency, &waiting).await.error(), "invalid_grant");
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let refused = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("This identity cannot be used now"));
    // The page leads back to the agency, which learns of a refusal and of nothing else.
    let back = world.decide(&mut browser, &refused, "refuse").await;
    assert_eq!(back.brings("error").as_deref(), Some("access_denied"));
    // Nobody else is touched.
    world.code(&mut Browser::default(), &world.omar, &[]).await;
    let lift = world.registry.order(&world.ana, Status::Active);
    world.tell(&lift).await.unwrap();
    world.code(&mut Browser::default(), &world.ana, &[("prompt", "login")]).await;
}

/// Without a word from the registry for a quarter of an hour nobody is signed in.
#[tokio::test]
async fn a_silent_registry() {
    let world = World::new().await;
    world.clock.advance(15 * 60);
    let address = world.begin(&world.agency, &[]).await;
    assert_eq!(world.open(&mut Browser::default(), &address).await.status, StatusCode::OK);
    world.clock.advance(1);
    let stale = world.open(&mut Browser::default(), &address).await;
    assert_eq!(stale.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(stale.text.contains("Signing in is not possible"));
}

/// An essential level that a sandbox cannot reach is refused, with the registered error.
#[tokio::test]
async fn an_essential_level_that_cannot_be_reached() {
    let world = World::new().await;
    let wish =
        json!({"id_token": {"acr": {"essential": true, "values": ["urn:chancery:loa:high"]}}}).to_string();
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[("claims", &wish)]).await;
    let page = world.open(&mut browser, &address).await;
    let left = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(left.brings("error").as_deref(), Some("unmet_authentication_requirements"));
}

/// Rule Never 14 and 6: after a login, no row holds both a person and a client, and no secret stands in clear.
#[tokio::test]
async fn never_14_no_row_joins_a_person_with_an_agency() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let code = world.code(&mut browser, &world.ana, &[]).await;
    let token = world.redeem(&world.agency, &code).await.json()["access_token"].as_str().unwrap().to_owned();
    let store = &world.app.store;
    let handle = world.ana.handle;
    for (table, columns) in [
        ("pushed", vec!["id", "client", "parameters"]),
        ("grants", vec!["transaction_id", "code", "client", "subject", "sealed"]),
        ("tokens", vec!["id", "client", "subject", "audience", "family", "sealed"]),
        ("consents", vec!["client", "subject", "scopes", "claims"]),
        ("events", vec!["id", "what", "client", "subject"]),
        ("sessions", vec!["id", "sealed"]),
        ("used_assertions", vec!["id"]),
        ("used_challenges", vec!["id"]),
    ] {
        let sql = match table {
            "pushed" => "SELECT * FROM pushed",
            "grants" => "SELECT * FROM grants",
            "tokens" => "SELECT * FROM tokens",
            "consents" => "SELECT * FROM consents",
            "events" => "SELECT * FROM events",
            "sessions" => "SELECT * FROM sessions",
            "used_assertions" => "SELECT * FROM used_assertions",
            _ => "SELECT * FROM used_challenges",
        };
        let rows = store.database().all(Sql::new(sql)).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            for column in &columns {
                let bytes = match row.opt_blob(column) {
                    Ok(bytes) => bytes.unwrap_or_default(),
                    Err(_) => row.opt_text(column).unwrap().unwrap_or_default().into_bytes(),
                };
                let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!holds(handle.as_bytes()) && !holds(handle.hex().as_bytes()), "{table}.{column}");
                assert!(!holds(code.as_bytes()) && !holds(token.as_bytes()), "{table}.{column}");
                assert!(!holds(world.ana.name.as_bytes()), "{table}.{column}");
            }
        }
    }
}
