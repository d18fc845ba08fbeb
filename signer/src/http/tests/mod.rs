//! The house from its doors: an agency asks, Ana reads and touches, files come out; and for each accept its nearest
//! reject. The other houses are the stand-in of `country`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod agency;
mod anybody;
mod country;
mod crash;
mod person;
mod recovery;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use pki_core::bytes::{Id, write};
use pki_core::enrolment::tag;
use pki_core::jose::jwk::PublicJwk;
use pki_core::jose::{base64url, dpop, from_base64url, jws};
use pki_core::key::{SigningKey as _, SoftKey, SystemRandom, sha256};
use serde_json::{Value, json};
use service::clock::Clock as _;
use service::skeleton::{Env, Running};
use service::testing::{FakeClock, Scratch};
use tower::ServiceExt as _;

use super::{Http, routes};
use crate::app::{App, follow, view};
use crate::config::Config;
use crate::render::tests::{document, said_of};
use country::{AGENCY, Elsewhere, HANDLE, NOW, PERSONS_TOKEN, SIGNER, key};

/// One signing house with everything around it.
struct World {
    http: Http,
    clock: FakeClock,
    elsewhere: Arc<Elsewhere>,
    agency: SoftKey,
    dpop: SoftKey,
    _running: Running,
    scratch: Scratch,
}

/// What came back.
struct Reply {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

fn secret(path: &std::path::Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn jwk(key: &SoftKey) -> String {
    PublicJwk::of(key.public_key()).unwrap().to_json().to_string()
}

impl World {
    async fn new() -> Self {
        let clock = FakeClock::at(NOW);
        let (agency, dpop) = (key(), key());
        let (running, elsewhere) = Elsewhere::start(clock.clone(), dpop.public_key().clone()).await;
        let scratch = Scratch::new().unwrap();
        configure(&scratch, &elsewhere, &agency);
        let http = open(&scratch.path().join("signer.toml"), &clock).await;
        follow::poll(&http.app, 0).await.unwrap();
        Self { http, clock, elsewhere, agency, dpop, _running: running, scratch }
    }

    fn app(&self) -> &App {
        &self.http.app
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let response = routes::router(self.http.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, 64 << 20).await.unwrap().to_vec(),
        }
    }

    /// A browser in which this person is signed in.
    async fn browser(&self, handle: &Id) -> String {
        let secret = view::sign_in(self.app(), handle).await.unwrap();
        let set = self.http.session_cookie.set(&SystemRandom::new(), NOW, 40_000, &secret).unwrap();
        set.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    async fn get(&self, browser: &str, path: &str) -> Reply {
        let request = Request::get(path).header(header::COOKIE, browser).body(Body::empty()).unwrap();
        self.send(request).await
    }

    async fn post(&self, browser: &str, path: &str, form: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post(path)
            .header(header::COOKIE, browser)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    fn proof(&self, key: &SoftKey, method: &Method, path: &str, token: &str) -> String {
        let making = dpop::Making {
            method: method.as_str(),
            uri: &format!("{SIGNER}{path}"),
            access_token: Some(token),
            nonce: Some(&self.http.app.nonces.current(self.clock.now())),
            now: self.clock.now(),
        };
        dpop::make(key, &SystemRandom::new(), &making).unwrap()
    }

    async fn agency_get(&self, token: &str, path: &str) -> Reply {
        let request = Request::get(path)
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", self.proof(&self.dpop, &Method::GET, path, token))
            .body(Body::empty())
            .unwrap();
        self.send(request).await
    }

    /// The agency asks for Ana's signature; gives the id of the request.
    async fn asked(&self) -> Id {
        let reply = self.ask(&Order::new(self)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        Id::from_hex(reply.json()["id"].as_str().unwrap()).unwrap()
    }

    async fn ask(&self, order: &Order) -> Reply {
        let path = "/v1/requests";
        let claims = order.claims.to_string();
        let jws = jws::sign(&self.agency, "kid", Some(order.typ), claims.as_bytes()).unwrap();
        let mut body = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"request\"\r\n\r\n{jws}\r\n\
             --edge\r\ncontent-disposition: form-data; name=\"document\"; filename=\"a.pdf\"\r\n\r\n"
        )
        .into_bytes();
        body.extend(&order.document);
        body.extend(b"\r\n--edge--\r\n");
        let request = Request::post(path)
            .header("authorization", format!("DPoP {}", order.token))
            .header("dpop", self.proof(&self.dpop, &Method::POST, path, order.token))
            .header("idempotency-key", &order.key)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Opens the Accept page and answers it with Ana's passkey, as the page's script would.
    async fn accept(&self, browser: &str, id: &Id) -> Reply {
        let page = self.accept_page(browser, id).await;
        let credential = self.touch(&page, id).await;
        self.answer(browser, id, &page, &credential).await
    }

    async fn accept_page(&self, browser: &str, id: &Id) -> Page {
        let reply = self.get(browser, &format!("/sign/{}/accept", id.hex())).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        Page::read(&reply.text())
    }

    /// Ana's passkey over what the page shows. The stand-in signs a tagged DER, so the request is looked up by its showing.
    async fn touch(&self, page: &Page, id: &Id) -> String {
        let showing = Id::from_hex(&page.showing).unwrap();
        let found = self.app().store.showing(&showing).await.unwrap().unwrap();
        assert_eq!(found.request, *id);
        let der = write(&found.sign_request);
        assert_eq!(page.challenge, base64url(pki_core::assertion::challenge(tag::SIGN, &der).as_bytes()));
        credential(&self.elsewhere.ana.approve(tag::SIGN, &der).unwrap().assertion)
    }

    async fn answer(&self, browser: &str, id: &Id, page: &Page, credential: &str) -> Reply {
        let form = [("csrf", page.csrf.as_str()), ("showing", &page.showing), ("credential", credential)];
        self.post(browser, &format!("/sign/{}/accept", id.hex()), &form).await
    }
}

/// Opens the house of a configuration.
async fn open(config: &std::path::Path, clock: &FakeClock) -> Http {
    let env = Env { clock: Arc::new(clock.clone()), random: Arc::new(SystemRandom::new()) };
    crate::start::house(&Config::read(config).unwrap(), &env).await.unwrap()
}

/// `PublicKeyCredential.toJSON()`.
fn credential(assertion: &pki_core::assertion::Assertion) -> String {
    let id = base64url(assertion.credential_id.as_bytes());
    json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": {
        "clientDataJSON": base64url(assertion.client_data_json.as_bytes()),
        "authenticatorData": base64url(assertion.authenticator_data.as_bytes()),
        "signature": base64url(assertion.signature.as_bytes()),
    }})
    .to_string()
}

/// The Accept page as a script reads it.
struct Page {
    csrf: String,
    showing: String,
    challenge: String,
}

impl Page {
    fn read(html: &str) -> Self {
        let between = |before: &str, after: &str| {
            let rest = html.split_once(before).unwrap().1;
            rest.split_once(after).unwrap().0.to_owned()
        };
        let options = between("data-options=\"", "\"").replace("&#34;", "\"").replace("&quot;", "\"");
        let options: Value = serde_json::from_str(&options).unwrap();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        let challenge = options["publicKey"]["challenge"].as_str().unwrap().to_owned();
        assert_eq!(from_base64url(&challenge).unwrap().len(), 32);
        let form = html.split_once("data-passkey=\"get\"").unwrap().1;
        let value = |name: &str| {
            let rest = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
            rest.split_once('"').unwrap().0.to_owned()
        };
        Self { csrf: value("csrf"), showing: value("showing"), challenge }
    }
}

/// What an agency asks for, ready to be spoilt.
struct Order {
    token: &'static str,
    key: String,
    typ: &'static str,
    claims: Value,
    document: Vec<u8>,
}

impl Order {
    fn new(world: &World) -> Self {
        let document = document();
        let now = world.clock.now().seconds();
        let unique =
            format!("key-{}", base64url(&pki_core::key::random_array::<16>(&SystemRandom::new()).unwrap()));
        Self {
            token: PERSONS_TOKEN,
            typ: "chancery-request+jwt",
            claims: json!({
                "iss": AGENCY, "aud": SIGNER, "iat": now, "exp": now + 300, "jti": unique,
                "document_sha256": base64url(sha256(&document).as_bytes()),
                "title": "Statement of <support>", "purpose": "Puts your name on the list.", "level": "lt",
                "return_uri": "http://127.0.0.1:8403/signed",
            }),
            key: unique,
            document,
        }
    }
}

fn configure(scratch: &Scratch, elsewhere: &Elsewhere, agency: &SoftKey) -> Config {
    let at = |name: &str| scratch.path().join(name);
    secret(&at("cookie.key"), &[9; 32]);
    for name in ["house.der", "client.der", "dpop.der"] {
        secret(&at(name), key().pkcs8());
    }
    std::fs::write(at("bundle.der"), &elsewhere.bundle).unwrap();
    std::fs::write(at("frames"), said_of(document())).unwrap();
    let program = at("draw");
    std::fs::write(
        &program,
        format!("#!/bin/sh\n/bin/cat > /dev/null\n/bin/cat {}\n", at("frames").display()),
    )
    .unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (url, peer) = (elsewhere.url(), jwk(&key()));
    let text = format!(
        "[service]\nbase_url = \"{SIGNER}\"\nlisten = \"127.0.0.1:0\"\ndata = \".\"\n\
         [database]\nurl = \"{}\"\n[trust]\nbundle = \"bundle.der\"\n\
         [keys]\ncookie = \"cookie.key\"\nhouse = \"house.der\"\nclient = \"client.der\"\ndpop = \"dpop.der\"\n\
         [render]\nprogram = \"{}\"\n\
         [[peer]]\nname = \"idp\"\nrole = \"idp\"\nurl = \"{url}\"\njwk = '{peer}'\n\
         [[peer]]\nname = \"pki\"\nrole = \"pki\"\nurl = \"{url}\"\njwk = '{peer}'\n\
         [[agency]]\nid = \"{AGENCY}\"\nname = \"Open Assembly\"\njwk = '{}'\n\
         return_uris = [\"http://127.0.0.1:8403/signed\"]\n",
        service::db::sqlite_url(&at("signer.db")),
        program.display(),
        jwk(agency),
    );
    std::fs::write(at("signer.toml"), text).unwrap();
    Config::read(&at("signer.toml")).unwrap()
}

/// A stranger with a session of their own.
const STRANGER: Id = Id::new([66; 16]);

#[tokio::test]
async fn the_house_opens_only_where_the_charter_names_it() {
    let world = World::new().await;
    let scratch = Scratch::new().unwrap();
    let mut config = configure(&scratch, &world.elsewhere, &world.agency);
    config.file.service.base_url = "http://localhost:8499".to_owned().try_into().unwrap();
    let env = Env { clock: Arc::new(world.clock.clone()), random: Arc::new(SystemRandom::new()) };
    let refused = crate::start::house(&config, &env).await.err().unwrap().to_string();
    assert!(refused.contains("the charter does not name this origin"), "{refused}");
    assert_ne!(HANDLE, STRANGER);
}
