//! Leaving for another origin after a form: a page that goes on by itself and shows the way, not a redirect.
//!
//! Measured: under `form-action 'self'` Chromium blocks a 303 to another origin that answers a form.

use axum::http::StatusCode;
use axum::response::Response;

use crate::page::{Layout, Site};

/// The page that leads to `url`, which the caller has checked against what is registered.
///
/// `destination` is the name that the person knows the other side by.
#[must_use]
pub fn page(site: &Site, url: &str, destination: &str) -> Response {
    let title = site.texts.say_with("frame-leave-title", &[("destination", destination)]);
    let main = format!(
        "<h1>{}</h1><p><a class=\"button\" href=\"{}\">{}</a></p>",
        crate::page::escape(&title),
        crate::page::escape(url),
        crate::page::escape(&site.texts.say("frame-leave-go")),
    );
    Layout::new(site, &title, &main).refresh(url).respond(StatusCode::OK)
}
