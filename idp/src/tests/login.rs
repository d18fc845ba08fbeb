//! The ways that must work.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use pki_core::jose::base64url;
use pki_core::jose::dpop::Making;
use pki_core::jose::jwk::PublicJwk;
use pki_core::key::SigningKey as _;
use serde_json::json;
use service::i18n::Texts;

use super::world::{Browser, CALLBACK, IDP, NOW, SIGNER, World, encoded};

/// Ana logs in at the agency for the first time: page, passkey, consent with her values, code, tokens, userinfo.
#[tokio::test]
async fn a_person_logs_in_and_agrees() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    assert!(
        page.text.contains("Open Assembly")
            && page.text.contains("Republic of Velmara")
            && page.text.contains("nothing here has legal effect")
    );
    for shown in ["Parliament of Velmara", "supports a proposal once", "href=\"http://127.0.0.1:8403/\""] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let signed_in = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text);
    let asked = world.open(&mut browser, &signed_in.leads_to()).await;
    for shown in
        ["Open Assembly", "Initiatives Act, section 4", "Ana Lima", "14 March 1987", "Accept", "Refuse"]
    {
        assert!(asked.text.contains(shown), "{shown}: {}", asked.text);
    }
    let left = world.decide(&mut browser, &asked, "accept").await;
    assert!(left.leads_to().starts_with(CALLBACK));
    assert_eq!((left.brings("state").as_deref(), left.brings("iss").as_deref()), (Some("s-1"), Some(IDP)));

    let tokens = world.redeem(&world.agency, &left.brings("code").unwrap()).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text);
    assert_eq!(tokens.header("cache-control"), Some("no-store"));
    assert!(tokens.header("dpop-nonce").is_some());
    let claims = world.id_token(&tokens).await;
    assert_eq!(claims["iss"], IDP);
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!("open-assembly"), &json!("n-1")));
    assert_eq!(claims["acr"], "urn:chancery:sandbox:substantial");
    assert_eq!(claims["amr"], json!(["hwk", "user", "mfa"]));
    assert_eq!(claims["auth_time"], NOW.seconds());
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let userinfo = world.userinfo(&world.agency, &token).await;
    assert_eq!(userinfo.json(), json!({"sub": claims["sub"], "name": "Ana Lima", "birthdate": "1987-03-14"}));
    // A login token is none of the signer's business.
    assert_eq!(world.introspect(&world.signer, &token).await.text, r#"{"active":false}"#);
}

/// The next login asks for nothing: the session and the decision are remembered, the subject is the same.
#[tokio::test]
async fn the_second_login_is_silent() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let code = world.code(&mut browser, &world.ana, &[]).await;
    let first = world.id_token(&world.redeem(&world.agency, &code).await).await;
    world.pass(600).await;
    let address = world.begin(&world.agency, &[("prompt", "none")]).await;
    let left = world.open(&mut browser, &address).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    let second = world.id_token(&world.redeem(&world.agency, &left.brings("code").unwrap()).await).await;
    assert_eq!((&second["sub"], &second["auth_time"]), (&first["sub"], &first["auth_time"]));
    // max_age wants a younger login than ten minutes.
    let address = world.begin(&world.agency, &[("max_age", "599")]).await;
    let page = world.open(&mut browser, &address).await;
    assert!(page.text.contains("data-passkey=\"get\""));
    let left = world.sign_in(&mut browser, &page, &world.ana.device).await;
    let third = world.id_token(&world.redeem(&world.agency, &left.brings("code").unwrap()).await).await;
    assert_eq!(third["auth_time"], NOW.seconds() + 600);
}

/// Two people are two subjects; one person is another subject in another sector.
#[tokio::test]
async fn w21_subjects_are_pairwise() {
    let world = World::new().await;
    let (mut ana, mut omar) = (Browser::default(), Browser::default());
    let ana_code = world.code(&mut ana, &world.ana, &[]).await;
    let omar_code = world.code(&mut omar, &world.omar, &[]).await;
    let ana_sub = world.id_token(&world.redeem(&world.agency, &ana_code).await).await["sub"].clone();
    let omar_sub = world.id_token(&world.redeem(&world.agency, &omar_code).await).await["sub"].clone();
    assert_ne!(ana_sub, omar_sub);
    assert_ne!(ana_sub, json!(world.ana.handle.hex()));
}

/// The signer logs a person in without a consent page and knows them by its own handle.
#[tokio::test]
async fn the_signer_knows_people_by_its_own_handle() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.signer, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let left = world.sign_in(&mut browser, &page, &world.ana.device).await;
    let tokens = world.redeem(&world.signer, &left.brings("code").unwrap()).await;
    assert_eq!(world.id_token(&tokens).await["sub"], world.ana.signer_handle.hex());
}

/// The agency gets a token for a signature without a second consent, and the signer learns what it may know.
#[tokio::test]
async fn a_token_for_a_signature() {
    let world = World::new().await;
    let mut browser = Browser::default();
    world.code(&mut browser, &world.ana, &[]).await;
    let address = world.begin(&world.agency, &[("scope", "openid sign"), ("resource", SIGNER)]).await;
    let left = world.open(&mut browser, &address).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text);
    let tokens = world.redeem(&world.agency, &left.brings("code").unwrap()).await;
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let seen = world.introspect(&world.signer, &token).await.json();
    let jkt = base64url(PublicJwk::of(world.agency.dpop.public_key()).unwrap().thumbprint().as_bytes());
    assert_eq!(
        seen,
        json!({
            "active": true, "iss": IDP, "client_id": "open-assembly", "aud": SIGNER, "scope": "openid sign",
            "token_type": "DPoP", "iat": NOW.seconds(), "exp": NOW.seconds() + 300, "cnf": {"jkt": jkt},
            "sub": world.ana.signer_handle.hex(), "acr": "urn:chancery:sandbox:substantial",
            "auth_time": NOW.seconds(),
        })
    );
    // It is not for userinfo, and the agency cannot introspect it.
    assert_eq!(world.userinfo(&world.agency, &token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.introspect(&world.agency, &token).await.text, r#"{"active":false}"#);
}

/// The agency fetches results with a token of its own, behind which nobody stands.
#[tokio::test]
async fn rfc6749_4_4_a_token_for_the_agency_itself() {
    let world = World::new().await;
    let mut pairs = vec![("grant_type", "client_credentials".to_owned()), ("resource", SIGNER.to_owned())];
    pairs.extend(world.agency.assertion(world.now()));
    let tokens = world.token(&world.agency, &pairs).await;
    assert_eq!(tokens.json()["scope"], "sign");
    assert_eq!(tokens.json().get("id_token"), None);
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let seen = world.introspect(&world.signer, &token).await.json();
    assert_eq!((seen.get("sub"), &seen["client_id"]), (None, &json!("open-assembly")));
}

/// RFC 9449 §8: the first question gets a nonce, and the same assertion still works with it.
#[tokio::test]
async fn rfc9449_8_the_nonce_is_asked_for_before_anything_is_used_up() {
    let world = World::new().await;
    let code = world.code(&mut Browser::default(), &world.ana, &[]).await;
    let form = world.redemption(&world.agency, &code);
    let uri = format!("{IDP}/token");
    let bare = Making { method: "POST", uri: &uri, access_token: None, nonce: None, now: world.now() };
    let asked = world.post("/token", &form, Some(&world.agency.proof(&bare))).await;
    assert_eq!((asked.status, asked.error().as_str()), (StatusCode::BAD_REQUEST, "use_dpop_nonce"));
    let nonce = asked.header("dpop-nonce").unwrap().to_owned();
    let making = Making { nonce: Some(&nonce), ..bare };
    let answer = world.post("/token", &form, Some(&world.agency.proof(&making))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

/// K-4: a pushed request may be opened twice before it is answered, and never after.
#[tokio::test]
async fn k4_a_request_is_opened_often_and_answered_once() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    world.open(&mut browser, &address).await;
    // A slow reader loses nothing.
    world.pass(29 * 60).await;
    let page = world.open(&mut browser, &address).await;
    let signed_in = world.sign_in(&mut browser, &page, &world.ana.device).await;
    let asked = world.open(&mut browser, &signed_in.leads_to()).await;
    let left = world.decide(&mut browser, &asked, "accept").await;
    assert!(left.brings("code").is_some());
    let again = world.open(&mut browser, &address).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.text.contains("This request is over"));
    assert!(
        again.text.contains(
            "<a class=\"button\" href=\"http://127.0.0.1:8403/\">Start again at Open\u{a0}Assembly"
        )
    );
    // Nor does the consent form count twice.
    let twice = world.decide(&mut browser, &asked, "accept").await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
}

/// Refusing tells the agency so, from the consent page and from the sign-in page.
#[tokio::test]
async fn a_person_refuses() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let back = world.decide(&mut browser, &page, "refuse").await;
    assert_eq!(
        (back.brings("error").as_deref(), back.brings("state").as_deref()),
        (Some("access_denied"), Some("s-1"))
    );
    assert_eq!((back.brings("iss").as_deref(), back.brings("code")), (Some(IDP), None));
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let signed_in = world.sign_in(&mut browser, &page, &world.ana.device).await;
    let asked = world.open(&mut browser, &signed_in.leads_to()).await;
    let refused = world.decide(&mut browser, &asked, "refuse").await;
    assert_eq!(refused.brings("error").as_deref(), Some("access_denied"));
    // Nothing was remembered: the next time she is asked again.
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    assert!(page.text.contains("Share this with Open Assembly?"));
}

/// W17: the agency's own link ends this session at once and leads home; any other link asks first.
#[tokio::test]
async fn w17_logging_out() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let code = world.code(&mut browser, &world.ana, &[]).await;
    let tokens = world.redeem(&world.agency, &code).await;
    let hint = tokens.json()["id_token"].as_str().unwrap().to_owned();
    let asked = world.open(&mut browser.clone(), "/logout").await;
    assert!(asked.text.contains("Sign out?"));
    let home = "http://127.0.0.1:8403/signed-out";
    let query = encoded(&[
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", home.to_owned()),
        ("state", "x".to_owned()),
    ]);
    let before = browser.clone();
    let left = world.open(&mut browser, &format!("/logout?{query}")).await;
    assert_eq!(left.leads_to(), format!("{home}?state=x"));
    // The session is gone in the browser and in the database: a kept copy of the cookie is worth nothing.
    for mut browser in [browser, before] {
        let address = world.begin(&world.agency, &[("prompt", "none")]).await;
        let silent = world.open(&mut browser, &address).await;
        assert_eq!(silent.brings("error").as_deref(), Some("login_required"));
    }
}

/// The button on our own page ends the session, with its token only.
#[tokio::test]
async fn w17_the_button_needs_its_token() {
    let world = World::new().await;
    let mut browser = Browser::default();
    world.code(&mut browser, &world.ana, &[]).await;
    let asked = world.open(&mut browser, "/logout").await;
    let forged = world.submit(&mut browser, "/logout", &[("csrf", "x".to_owned())]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let done = world.submit(&mut browser, "/logout", &[("csrf", asked.input("csrf"))]).await;
    assert!(done.text.contains("You are signed out"));
    assert!(!browser.cookies.contains_key("__Host-idp"));
}

/// What everybody may read, and the headers of a page.
#[tokio::test]
async fn discovery_keys_and_headers() {
    let world = World::new().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let metadata = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(metadata.json()["issuer"], IDP);
        assert_eq!(metadata.header("access-control-allow-origin"), Some("*"));
    }
    let keys = world.send(Request::get("/jwks").body(Body::empty()).unwrap()).await.json();
    assert_eq!((&keys["keys"][0]["alg"], &keys["keys"][0]["use"]), (&json!("ES256"), &json!("sig")));
    assert_eq!(keys["keys"][0].get("d"), None);
    let page = world.open(&mut Browser::default(), "/").await;
    for path in ["/sign\"", "/verify\""] {
        assert!(page.text.contains(&format!("href=\"{SIGNER}{path}")), "{path}: {}", page.text);
    }
    assert!(!page.text.contains("action=\"/logout\""), "nobody is signed in here");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("access-control-allow-origin"), None);
}

/// Every text that pages and handlers ask for exists, and is said in each language.
#[test]
fn no_text_is_missing() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let all: Vec<_> = crate::pages::CATALOGUES.iter().map(|one| Texts::read(*one).unwrap()).collect();
    let texts = &all[0];
    let folders = [root.join("src"), root.join("templates")];
    let folders: Vec<_> = folders.iter().map(std::path::PathBuf::as_path).collect();
    assert_eq!(service::testing::missing_texts(texts, &folders).unwrap(), Vec::<String>::new());
    for other in &all[1..] {
        let missing = service::testing::untranslated(texts, other, &["date"], &["PIN", "JavaScript", "UTC"]);
        assert_eq!(missing, Vec::<String>::new(), "{}", other.lang());
    }
    for key in [
        "request-wrong",
        "request-over",
        "run-out",
        "form-foreign",
        "not-active",
        "stale",
        "not-found",
        "fault",
    ] {
        for part in ["title", "happened", "todo"] {
            assert!(texts.has(&format!("{key}-{part}")), "{key}-{part}");
        }
    }
}
