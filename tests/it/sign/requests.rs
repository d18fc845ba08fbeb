//! What an agency may ask for: documents that show the same to everybody for ever, under its own name, once.

use conformance::browserless::Arrived;
use conformance::relying_party::{Answer, Fault, RelyingParty, fresh};
use pki_core::jose::base64url;
use pki_core::key::sha256;
use reqwest::Method;
use reqwest::multipart::{Form, Part as Piece};
use serde_json::{Value, json};
use url::Url;

use super::{NOTHING, states, traces};
use crate::world::{World, documents};
use chancery::country::Part;

/// What the agency hears of a request, under a token of its own.
pub(super) async fn state(world: &World, agency: &RelyingParty, reading: &Arrived) -> Answer {
    let resource = world.board.signer.origin().ascii_serialization();
    let token = agency.own_token(&resource).await.unwrap().text("access_token").unwrap();
    let id = reading.url.path_segments().unwrap().next_back().unwrap();
    let address = world.board.signer.join(&format!("/v1/requests/{id}")).unwrap();
    agency.at_resource(&token, &Method::GET, &address, |request| request).await.unwrap().ok().unwrap()
}

/// The agency with a person's token for one signature.
struct Asking<'a> {
    world: &'a World,
    agency: RelyingParty,
    token: String,
}

impl<'a> Asking<'a> {
    async fn for_mira(world: &'a World) -> Self {
        let agency = world.relying_party().await;
        let mut mira = world.person("Mira").await;
        let resource = world.board.signer.origin().ascii_serialization();
        let with_resource = |parameters: &mut Vec<(String, String)>| {
            parameters.push(("resource".to_owned(), resource));
        };
        let pushed = agency.push("openid sign", with_resource).await.unwrap().1.unwrap();
        let response = crate::login::goes_through(&mut mira, world, &pushed.address).await;
        let code = agency.code(&pushed, &response).unwrap();
        let answer = agency.redeem(&pushed, &code, Fault::default()).await.unwrap().ok().unwrap();
        let token = answer.text("access_token").unwrap();
        Self { world, agency, token }
    }

    fn address(&self) -> Url {
        self.world.board.signer.join("/v1/requests").unwrap()
    }

    fn claims(&self, document: &[u8]) -> Value {
        let now = self.world.clock_seconds();
        json!({
            "iss": self.agency.client_id,
            "aud": self.world.board.signer.origin().ascii_serialization(),
            "iat": now,
            "exp": now + 300,
            "jti": fresh().unwrap(),
            "document_sha256": base64url(sha256(document).as_bytes()),
            "title": "A statement",
            "purpose": "It is counted.",
            "level": "lt",
            "return_uri": self.world.board.agency.join("/signed").unwrap().as_str(),
        })
    }

    async fn asks(&self, claims: &Value, document: &[u8], key: &str) -> Answer {
        let request = self.agency.signed("chancery-request+jwt", claims).unwrap();
        self.sends(&request, document, key).await
    }

    async fn sends(&self, request: &str, document: &[u8], key: &str) -> Answer {
        let dress = |builder: reqwest::RequestBuilder| {
            let form = Form::new().text("request", request.to_owned());
            let form = form.part("document", Piece::bytes(document.to_vec()).file_name("statement.pdf"));
            builder.header("Idempotency-Key", key).multipart(form)
        };
        self.agency.at_resource(&self.token, &Method::POST, &self.address(), dress).await.unwrap()
    }
}

/// `type` of a problem document, and its detail.
fn problem(answer: &Answer) -> (u16, String, String) {
    let text = |name: &str| answer.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (answer.status, text("type"), text("detail"))
}

/// Documents that could show something else tomorrow, or to somebody else, or that nobody can read for certain, are refused with
/// a sentence that says what is in them; the same page without it is taken.
#[tokio::test]
async fn a_document_that_is_not_the_same_for_everybody_is_refused() {
    let world = World::open().await;
    let asking = Asking::for_mira(&world).await;
    for (document, sentence) in [
        (documents::encrypted(), "the file is encrypted"),
        (documents::hybrid(), "the file has a hybrid cross-reference"),
        (documents::with_script(), "the document contains a script"),
        (documents::with_open_action(), "the document contains an action"),
        (documents::with_xfa(), "the document contains an XFA form"),
        (documents::with_file(), "the document contains another file"),
        (documents::cut(), "the file does not end as a PDF ends"),
        (documents::undrawable(), "the document uses a font that it does not contain"),
        (b"<html>not a PDF</html>".to_vec(), "the file does not begin with the header of a PDF"),
    ] {
        let answer = asking.asks(&asking.claims(&document), &document, &fresh().unwrap()).await;
        let (status, kind, detail) = problem(&answer);
        assert_eq!((status, kind.as_str()), (422, "unsafe-document"), "{sentence}: {}", answer.body);
        assert_eq!(detail, sentence);
    }
    assert!(states(&world).await.is_empty());
    let good = documents::page();
    let taken = asking.asks(&asking.claims(&good), &good, &fresh().unwrap()).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!(states(&world).await, [("requested".to_owned(), 1)]);
    assert_eq!(traces(&world).await, NOTHING);
}

/// One claim of a request is wrong: the agency hears which. The same request twice is one request.
#[tokio::test]
async fn a_request_with_one_claim_wrong_is_refused_by_name() {
    let world = World::open().await;
    let asking = Asking::for_mira(&world).await;
    let document = documents::page();
    let now = world.clock_seconds();
    let elsewhere = world.board.idp.origin().ascii_serialization();
    for (claim, value, field) in [
        ("iss", json!("another-agency"), "iss"),
        ("aud", json!(elsewhere), "aud"),
        ("exp", json!(now - 15), "exp"),
        ("exp", json!(now + 301), "exp"),
        ("iat", json!(now + 16), "iat"),
        ("jti", json!(null), "jti"),
        ("level", json!("b"), "level"),
        ("return_uri", json!("https://attacker.example/"), "return_uri"),
        ("document_sha256", json!("x"), "document_sha256"),
        ("document_sha256", json!(base64url(sha256(b"another").as_bytes())), "document_sha256"),
        ("title", json!(""), "title"),
        ("purpose", json!("\u{202e}reversed"), "purpose"),
    ] {
        let mut claims = asking.claims(&document);
        *claims.get_mut(claim).unwrap() = value.clone();
        let answer = asking.asks(&claims, &document, &fresh().unwrap()).await;
        let named = answer.body.get("field").and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!((answer.status, named.as_str()), (400, field), "{claim} {value}: {}", answer.body);
    }
    let key = fresh().unwrap();
    let request = asking.agency.signed("chancery-request+jwt", &asking.claims(&document)).unwrap();
    let first = asking.sends(&request, &document, &key).await.ok().unwrap();
    let again = asking.sends(&request, &document, &key).await.ok().unwrap();
    assert_eq!(first.body, again.body);
    let other = asking.asks(&asking.claims(&document), &document, &key).await;
    assert_eq!(problem(&other).1, "key-reused");
    let replayed = asking.sends(&request, &document, &fresh().unwrap()).await;
    assert_eq!((replayed.status, problem(&replayed).1.as_str()), (409, "replayed"));
    assert_eq!(world.number(Part::Signer, "SELECT COUNT(*) AS n FROM requests").await, 1);
}
