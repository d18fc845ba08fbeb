//! What stands in the foot of every page.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::frame::Corner;
use super::ok;
use super::visitor::Visitor;
use crate::assembly::{Shared, Trouble};

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    corner: Corner,
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    corner: Corner,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct Contact {
    corner: Corner,
}

/// `GET /privacy`
pub(crate) async fn privacy(State(assembly): State<Shared>, headers: HeaderMap) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    ok(&Privacy { corner: Corner::of(&visitor, "/privacy") })
}

/// `GET /accessibility`
pub(crate) async fn accessibility(
    State(assembly): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    ok(&Accessibility { corner: Corner::of(&visitor, "/accessibility") })
}

/// `GET /contact`
pub(crate) async fn contact(State(assembly): State<Shared>, headers: HeaderMap) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    ok(&Contact { corner: Corner::of(&visitor, "/contact") })
}
