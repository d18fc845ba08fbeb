//! What is around every answer.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use super::*;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::testing::SeededRandom;

fn service(base_url: &str) -> Router {
    let router = Router::new()
        .route("/", get(|| async { "page" }))
        .route("/cached", get(|| async { ([("cache-control", "public, max-age=60")], "asset") }))
        .route("/case", get(|case: CaseNumber| async move { case.to_string() }))
        .route("/panic", get(|| async { panics() }))
        .route("/body", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/form", post(|form: form::Form| async move { form.one("a").unwrap_or("absent").to_owned() }));
    let base_url = BaseUrl::try_from(base_url.to_owned()).unwrap();
    dress(router, &Policy { base_url, random: Arc::new(SeededRandom::new(7)) })
}

fn panics() -> &'static str {
    panic!("a secret")
}

async fn ask(service: Router, request: axum::http::request::Builder, body: Body) -> (Response, String) {
    let response = service.oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), text)
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_answer_wears_the_security_headers() {
    for path in ["/", "/nothing-here"] {
        let (answer, _) = ask(service("http://localhost:1"), Request::get(path), Body::empty()).await;
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self'") && policy.contains("default-src 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        assert_eq!(header(&answer, "referrer-policy"), Some("no-referrer"));
        assert!(
            header(&answer, "permissions-policy").unwrap().starts_with("publickey-credentials-get=(self)")
        );
        assert_eq!(header(&answer, "strict-transport-security"), None);
    }
    let (answer, _) = ask(service("https://id.example.gov"), Request::get("/"), Body::empty()).await;
    assert!(header(&answer, "strict-transport-security").is_some());
    let (answer, _) = ask(service("https://id.example.gov"), Request::get("/cached"), Body::empty()).await;
    assert_eq!(header(&answer, "cache-control"), Some("public, max-age=60"));
}

#[tokio::test]
async fn the_case_number_is_the_same_inside_and_outside() {
    let (answer, text) = ask(service("http://localhost:1"), Request::get("/case"), Body::empty()).await;
    assert_eq!(header(&answer, "x-request-id"), Some(text.as_str()));
    assert_eq!((text.len(), text.chars().nth(4)), (9, Some('-')));
}

#[tokio::test]
async fn a_panic_is_an_answer_that_tells_nothing() {
    let (answer, text) = ask(service("http://localhost:1"), Request::get("/panic"), Body::empty()).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(header(&answer, "content-type"), Some("application/problem+json"));
    assert!(text.contains("\"type\":\"internal\"") && !text.contains("secret"), "{text}");
    assert!(detached(async { panics() }).await.is_err());
}

#[tokio::test]
async fn one_byte_above_the_limit_is_413() {
    for (size, status) in
        [(BODY_BYTES_MAX, StatusCode::OK), (BODY_BYTES_MAX + 1, StatusCode::PAYLOAD_TOO_LARGE)]
    {
        let body = Body::from(vec![b'x'; size]);
        let (answer, _) = ask(service("http://localhost:1"), Request::post("/body"), body).await;
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test]
async fn a_form_that_is_refused_names_its_case() {
    let form = |kind: &str| Request::post("/form").header("content-type", kind);
    let kind = "application/x-www-form-urlencoded; charset=UTF-8";
    let (answer, text) = ask(service("http://localhost:1"), form(kind), Body::from("a=1")).await;
    assert_eq!((answer.status(), text.as_str()), (StatusCode::OK, "1"));
    let (answer, text) = ask(service("http://localhost:1"), form(kind), Body::from("a=1&a=2")).await;
    let case = header(&answer, "x-request-id").unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(text.contains(&format!("\"case\":\"{case}\"")), "{text}");
    let (answer, _) = ask(service("http://localhost:1"), form("text/plain"), Body::from("a=1")).await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
