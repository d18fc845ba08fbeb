//! The pages: a table of addresses, and what every answer carries. Handlers read, call a use case, and answer.

mod about;
mod account;
mod frame;
mod proposals;
mod supporting;
mod trouble;
mod visitor;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};

use crate::assembly::{Shared, Trouble};

const STYLE: &str = include_str!("../../assets/style.css");

/// Every form here has one hidden field.
const FORM_BYTES_MAX: usize = 4096;

/// All addresses of Open Assembly.
pub(crate) fn routes(assembly: Shared) -> Router {
    Router::new()
        .route("/", get(proposals::list))
        .route("/proposals/{slug}", get(proposals::show))
        .route("/proposals/{slug}/support", get(supporting::check).post(supporting::begin))
        .route("/proposals/{slug}/supported", get(supporting::thank))
        .route("/proposals/{slug}/statement.pdf", get(supporting::own_statement))
        .route("/proposals/{slug}/take-back", get(supporting::ask_to_take_back).post(supporting::take_back))
        .route("/signed", get(supporting::signed))
        .route("/mine", get(supporting::mine))
        .route("/sign-in", get(account::sign_in))
        .route("/callback", get(account::callback))
        .route("/sign-out", post(account::sign_out))
        .route("/signed-out", get(account::signed_out))
        .route("/privacy", get(about::privacy))
        .route("/accessibility", get(about::accessibility))
        .route("/contact", get(about::contact))
        .route("/style.css", get(style))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(|| async { Trouble::NoSuchPage })
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn(guard))
        .with_state(assembly)
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")], STYLE).into_response()
}

/// No script, no frame, nothing from elsewhere; forms go only here. Pages are not kept by anyone, because a page says
/// who is signed in.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Runs a use case to its end even if the person closes the window: a closed connection is not a crash.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Trouble>> + Send + 'static,
) -> Result<T, Trouble> {
    tokio::spawn(work).await?
}

fn page(status: StatusCode, template: &impl askama::Template) -> Result<Response, Trouble> {
    Ok((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], template.render()?).into_response())
}

fn ok(template: &impl askama::Template) -> Result<Response, Trouble> {
    page(StatusCode::OK, template)
}
