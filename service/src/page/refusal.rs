//! How a page says no: the error page with its case number, and the summary of what to mend in a form.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Layout, Site};
use crate::http::CaseNumber;
use crate::i18n::Texts;

/// How a page says no: what happened, and what to do now.
pub struct Refusal<'a> {
    /// The status of the answer.
    pub status: StatusCode,
    /// The heading.
    pub title: &'a str,
    /// What happened, in a sentence.
    pub happened: &'a str,
    /// What the person can do now.
    pub todo: &'a str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    texts: &'a Texts,
    refusal: &'a Refusal<'a>,
    case: &'a str,
}

/// The page that says no.
#[must_use]
pub fn error_page(site: &Site, refusal: &Refusal<'_>, case: &CaseNumber) -> Response {
    let inside = ErrorPage { texts: &site.texts, refusal, case: case.as_str() };
    let main = inside.render().unwrap_or_else(|error| {
        tracing::error!(%error, "an error page could not be rendered");
        String::new()
    });
    Layout::new(site, refusal.title, &main).respond(refusal.status)
}

/// One thing to mend in a form: the id of its field and what to do.
pub struct Mend<'a> {
    /// The id of the input.
    pub field: &'a str,
    /// The same words as beside the field.
    pub text: &'a str,
}

#[derive(Template)]
#[template(path = "summary.html")]
struct Summary<'a> {
    texts: &'a Texts,
    mends: &'a [Mend<'a>],
}

/// The error summary: first thing in `<main>`, nothing if there is nothing to mend.
#[must_use]
pub fn error_summary(texts: &Texts, mends: &[Mend<'_>]) -> String {
    if mends.is_empty() {
        return String::new();
    }
    Summary { texts, mends }.render().unwrap_or_else(|error| {
        tracing::error!(%error, "an error summary could not be rendered");
        String::new()
    })
}
