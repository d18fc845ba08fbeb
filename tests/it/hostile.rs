//! People who mean no good, at every door of the country: whatever they send is refused as theirs, nothing of ours breaks, and the
//! honest person behind them is served as before.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use conformance::walk::login;
use pki_core::key::Random as _;
use reqwest::{Client, Method, Response, StatusCode, header};
use service::testing::SeededRandom;
use url::Url;

use crate::world::World;

/// What one case of ours may take at most without a route of its own.
const FORM_BYTES_MAX: usize = 64 * 1024;

fn stranger() -> Client {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Every address that takes something, with what an honest body there is.
fn doors(world: &World) -> Vec<(Url, &'static str)> {
    let board = &world.board;
    let form = "application/x-www-form-urlencoded";
    let id = "00112233445566778899aabbccddeeff";
    [
        (&board.idp, "/par".to_owned(), form),
        (&board.idp, "/token".to_owned(), form),
        (&board.idp, "/introspect".to_owned(), form),
        (&board.idp, "/userinfo".to_owned(), form),
        (&board.idp, "/authorize".to_owned(), form),
        (&board.idp, "/sign-in".to_owned(), form),
        (&board.idp, "/consent".to_owned(), form),
        (&board.idp, "/logout".to_owned(), form),
        (&board.signer, format!("/sign/{id}/accept"), form),
        (&board.signer, format!("/sign/{id}/refuse"), form),
        (&board.signer, "/logout".to_owned(), form),
        (&board.signer, "/verify".to_owned(), "multipart/form-data; boundary=x"),
        (&board.signer, "/v1/requests".to_owned(), "multipart/form-data; boundary=x"),
        (&board.pki, "/enrol".to_owned(), form),
        (&board.pki, "/enrol/0000-0000-0000-0000".to_owned(), form),
        (&board.pki, "/desk/enrol/0000-0000-0000-0000".to_owned(), form),
        (&board.pki, "/desk/sign-in".to_owned(), form),
        (&board.pki, "/desk/cases".to_owned(), form),
        (&board.pki, "/desk/cases/K26-0000-0000/approve".to_owned(), form),
        (&board.pki, "/desk/cases/K26-0000-0000/status".to_owned(), form),
        (&board.pki, "/certificates".to_owned(), "application/octet-stream"),
        (&board.pki, "/certificates/abandon".to_owned(), "application/octet-stream"),
        (&board.pki, "/tsa".to_owned(), "application/timestamp-query"),
    ]
    .into_iter()
    .map(|(house, path, kind)| (house.join(&path).unwrap(), kind))
    .collect()
}

async fn said(response: Response) -> (StatusCode, String) {
    let status = response.status();
    (status, response.text().await.unwrap_or_default())
}

/// Refused, or led to the sign-in. A time-stamping service says no inside its protocol; the verifier judges any file; logging out
/// is a question to everybody.
fn is_a_no(door: &Url, status: StatusCode, text: &str) -> bool {
    let leads_away = text.contains("http-equiv=\"refresh\"");
    let judged = ["/tsa", "/verify", "/logout"].contains(&door.path());
    status.is_client_error()
        || status.is_redirection()
        || (status == StatusCode::OK && (leads_away || judged))
}

/// No error line, and Mira logs in.
async fn stands(world: &World) {
    let log = world.log.text();
    let error = log.lines().find(|line| line.starts_with("ERROR") || line.contains("panicked"));
    assert_eq!(error, None);
    login::works_for(&mut world.person("Mira").await, &world.board).await.unwrap();
}

/// Noise, emptiness, another kind of content, a name twice, a name without end: each door says no, and knows that it was not us.
#[tokio::test]
async fn noise_at_every_door_is_somebody_elses_mistake() {
    let (world, stranger) = (World::open().await, stranger());
    let mut noise = vec![0; 4096];
    SeededRandom::new(3).fill(&mut noise).unwrap();
    let deep =
        [b"--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n".as_slice(), &noise, b"\r\n--x--"]
            .concat();
    let twice = b"csrf=a&csrf=b&client_id=open-assembly&client_id=signer&credential={}".to_vec();
    for (door, kind) in doors(&world) {
        for (content_type, body) in [
            (kind, noise.clone()),
            (kind, Vec::new()),
            (kind, twice.clone()),
            (kind, deep.clone()),
            (kind, b"%ff%fe=%00&%zz".to_vec()),
            ("application/json", b"{\"client_id\":\"open-assembly\"}".to_vec()),
            ("text/plain", b"x".to_vec()),
            ("", b"x=1".to_vec()),
        ] {
            let mut request = stranger.post(door.clone()).body(body);
            if !content_type.is_empty() {
                request = request.header(header::CONTENT_TYPE, content_type);
            }
            let (status, text) = said(request.send().await.unwrap()).await;
            assert!(is_a_no(&door, status, &text), "{door} {content_type}: {status} {text}");
        }
    }
    stands(&world).await;
}

/// One octet more than a form may have is too much, before anybody reads it.
#[tokio::test]
async fn a_body_without_end_is_not_read() {
    let (world, stranger) = (World::open().await, stranger());
    for (door, kind) in doors(&world) {
        if kind.starts_with("multipart") {
            continue;
        }
        let body = format!("x={}", "a".repeat(FORM_BYTES_MAX - 1));
        assert_eq!(body.len(), FORM_BYTES_MAX + 1);
        let request = stranger.post(door.clone()).header(header::CONTENT_TYPE, kind).body(body);
        let (status, text) = said(request.send().await.unwrap()).await;
        assert!(is_a_no(&door, status, &text), "{door}: {status} {text}");
    }
    let many = (0..2_000).map(|number| format!("p{number}=1")).collect::<Vec<_>>().join("&");
    let token = world.board.idp.join("/token").unwrap();
    let request =
        stranger.post(token).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(many);
    assert!(request.send().await.unwrap().status().is_client_error());
    stands(&world).await;
}

/// Methods that a door does not have, paths that climb, ids that are none: refused, and nothing of the disk is told.
#[tokio::test]
async fn odd_methods_and_paths_lead_nowhere() {
    let (world, stranger) = (World::open().await, stranger());
    let board = &world.board;
    for house in [&board.idp, &board.signer, &board.pki] {
        for method in
            [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::from_bytes(b"BREW").unwrap()]
        {
            let answer = stranger.request(method.clone(), house.clone()).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{house} {method}");
        }
        for path in [
            "/a/..%2f..%2f..%2fetc%2fpasswd",
            "/a/%2e%2e/%2e%2e/country.toml",
            "/crl/..%2fkeys%2froot.der",
            "/aia/%00",
            "/sign/..%2f..%2f",
            "/sign/00112233445566778899AABBCCDDEEFG",
            "/enrol/%ff%ff",
            "/desk/cases/%27%20OR%201=1--",
            "/feed/agency",
            "/%e2%80%ae",
        ] {
            let address = format!("{}{path}", house.origin().ascii_serialization());
            let (status, text) = said(stranger.get(&address).send().await.unwrap()).await;
            assert!(status.is_client_error() || status.is_redirection(), "{address}: {status} {text}");
            assert!(
                !text.contains("root:") && !text.contains("BEGIN") && !text.contains("ports ="),
                "{address}"
            );
        }
        let long = format!("{}/{}", house.origin().ascii_serialization(), "a".repeat(16_000));
        assert!(stranger.get(long).send().await.unwrap().status().is_client_error(), "{house}");
    }
    stands(&world).await;
}

/// Who says to have come by another name gets the same answer as everybody: addresses are configuration.
#[tokio::test]
async fn another_host_changes_no_answer() {
    let (world, stranger) = (World::open().await, stranger());
    let board = &world.board;
    let forwarded = |what: &str| ["x", "forwarded", what].join("-");
    let id = "00112233445566778899aabbccddeeff";
    for address in [
        board.idp.join("/.well-known/openid-configuration").unwrap(),
        board.idp.join("/").unwrap(),
        board.signer.join(&format!("/sign/{id}")).unwrap(),
        board.pki.join("/desk").unwrap(),
        board.pki.join("/bundle.der").unwrap(),
    ] {
        let lying = stranger
            .get(address.clone())
            .header(header::HOST, "attacker.example")
            .header("forwarded", "host=attacker.example;proto=https")
            .header(forwarded("host"), "attacker.example")
            .header(forwarded("proto"), "https")
            .header(forwarded("for"), "192.0.2.7")
            .send()
            .await
            .unwrap();
        let headers = format!("{:?}", lying.headers());
        let (status, text) = said(lying).await;
        assert!(!headers.contains("attacker") && !text.contains("attacker"), "{address}: {status} {headers}");
        let honest = stranger.get(address.clone()).send().await.unwrap();
        assert_eq!(honest.status(), status, "{address}");
        let place = honest.headers().get(header::LOCATION).cloned();
        if let Some(place) = place {
            assert!(place.to_str().unwrap().starts_with(['/', 'h']), "{address}: {place:?}");
        }
    }
    stands(&world).await;
}
