//! Signing in and out. Signing in is an ordinary link; what it begins is tied to the browser by the cookie.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Corner;
use super::visitor::{Visitor, remove_cookie, set_cookie};
use super::{ok, to_its_end};
use crate::assembly::{Shared, Trouble};
use crate::sign_in::{self, Answer, Arrived};

#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// The authorization response; what is not known is left out (RFC 6749 §4.1.2).
#[derive(Deserialize)]
pub(crate) struct Returned {
    code: Option<String>,
    error: Option<String>,
    state: Option<String>,
    iss: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Csrf {
    pub(super) csrf: String,
}

/// A page that leads to another house. A redirect after a form would be blocked: our forms go only to ourselves.
#[derive(Template)]
#[template(path = "leave.html")]
pub(super) struct Leave {
    pub(super) corner: Corner,
    pub(super) heading: &'static str,
    pub(super) sentence: &'static str,
    pub(super) address: String,
    pub(super) link: &'static str,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    corner: Corner,
}

/// `GET /sign-in?next=`
pub(crate) async fn sign_in(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Query(query): Query<Next>,
) -> Result<Response, Trouble> {
    let next = own_address(query.next.as_deref()).to_owned();
    let visitor = Visitor::of(&assembly, &headers).await?;
    if visitor.session.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    let browser = visitor.secret_or_fresh()?;
    let cookie = set_cookie(assembly.https, &browser);
    let address = to_its_end(async move { sign_in::begin(&assembly, &browser, &next).await }).await?;
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(address.as_str())).into_response())
}

/// `GET /callback`: the person comes back from the identity provider.
pub(crate) async fn callback(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    let browser = visitor.secret.ok_or(Trouble::StaleAttempt)?;
    let answer =
        Answer { code: returned.code, error: returned.error, state: returned.state, iss: returned.iss };
    let https = assembly.https;
    match to_its_end(async move { sign_in::arrive(&assembly, &browser, &answer).await }).await? {
        Arrived::SignedIn { secret, return_to } => {
            Ok((AppendHeaders([(SET_COOKIE, set_cookie(https, &secret))]), Redirect::to(&return_to))
                .into_response())
        }
        Arrived::ToSign(address) => Ok(Redirect::to(address.as_str()).into_response()),
    }
}

/// `POST /sign-out`: here first, then at the provider.
pub(crate) async fn sign_out(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<Csrf>,
) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    let (secret, session) = visitor.proved(&form.csrf)?;
    assembly.store.end_session(secret).await?;
    let removed = AppendHeaders([(SET_COOKIE, remove_cookie(assembly.https))]);
    let page = match assembly.party.logout_address(&session.id_token).await {
        Ok(address) => ok(&Leave {
            corner: Corner::Unknown,
            heading: "You are signed out of Open Assembly",
            sentence: "Chancery, where you signed in, signs you out too and brings you back here.",
            address: address.into(),
            link: "Go on to Chancery",
        })?,
        // The provider does not answer: the person is signed out here all the same.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "signed out here only");
            ok(&SignedOut { corner: Corner::SignedOut { next: "/".to_owned() } })?
        }
    };
    Ok((removed, page).into_response())
}

/// `GET /signed-out`: the person comes back from the provider.
pub(crate) async fn signed_out(
    State(assembly): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    ok(&SignedOut { corner: Corner::of(&visitor, "/") })
}

/// An address of ours, or the start page: never another house's, whatever the link said.
fn own_address(wish: Option<&str>) -> &str {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.?=&".contains(&byte);
    match wish {
        Some(wish)
            if wish.starts_with('/')
                && !wish.starts_with("//")
                && wish.len() <= 200
                && wish.bytes().all(allowed) =>
        {
            wish
        }
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_a_person_stays_here() {
        for own in ["/", "/mine", "/proposals/night-trains/support", "/signed?request_id=a-1_B"] {
            assert_eq!(own_address(Some(own)), own);
        }
        for other in
            ["//evil.example", "https://evil.example", "/\\evil.example", "/a:b", "/%0d%0a", "mine", ""]
        {
            assert_eq!(own_address(Some(other)), "/", "{other}");
        }
        assert_eq!(own_address(None), "/");
    }
}
